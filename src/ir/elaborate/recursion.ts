/** Networks of trees: folds from the leaves to the root, and unfolds back. */
import type { ExampleShape, TensorRef } from '../../builtins/arguments.js';
import { builtins, joining } from '../../builtins/index.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/layers.js';
import type { Span } from '../../diagnostics/place.js';
import { isMissing, type NetworkItem, type RecursiveClause } from '../../parser/ast.js';
import type { Bracketing, Clause, Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import { networkHead } from '../resolve/declare.js';
import { bindCall } from './bind.js';
import { BodyReader } from './bodies.js';
import type { Context } from './context.js';
import { reportFailure } from './failures.js';
import { inputsOf } from './inputs.js';
import type { Named } from './names.js';
import { propagate } from './propagate.js';
import { placeIn, sourceAt, type Scope } from './scope.js';
import { withLayers } from './surroundings.js';
import { reportSurplus } from './surplus.js';
import { treeBehind } from './trees.js';

type Role = RecursiveClause['role'];

/** Which clauses a role has, and what each is given. */
const clausesOf: Readonly<Partial<Record<NetworkItem['role'], readonly Role[]>>> = {
  encoder: ['leaf', 'compose'],
  decoder: ['decompose'],
};

/** What a clause is given: the first is where its chain begins; two children are joined there. */
interface Given {
  readonly of: TensorRef;
  /** Not known yet of the vectors of children. */
  readonly shape?: ExampleShape | undefined;
  readonly what: string;
  /** What it is called where it is given no name. */
  readonly name?: string;
}

interface ReadClause {
  readonly clause: Clause;
  readonly shape: ExampleShape;
  /** Shapes of all its results. */
  readonly outputs: readonly ExampleShape[];
}

interface Draft {
  readonly role: Role;
  readonly parameters: Clause['parameters'];
  readonly reader: BodyReader;
  readonly source: Source;
  readonly start: TensorRef;
}

/** Reads `leaf`, `compose` and `decompose`; undefined where there is an error. */
export function recursiveNetwork(context: Context, scope: Scope, item: NetworkItem, named: Named): Network | undefined {
  return item.definition.kind === 'recursive'
    ? new Recursion(context, scope, item, named).read(item.definition.clauses)
    : undefined;
}

class Recursion {
  constructor(
    private readonly context: Context,
    private readonly scope: Scope,
    private readonly item: NetworkItem,
    private readonly named: Named,
  ) {}

  read(clauses: readonly RecursiveClause[]): Network | undefined {
    const { context, scope, item } = this;
    const sorted = this.#sorted(clauses);
    const inputs = inputsOf(context, scope, item);
    const [input] = inputs ?? [];
    if (sorted === undefined || inputs === undefined || input === undefined) return undefined;
    const by = this.#bracketing(input);
    if (by === 'wrong') return undefined;
    const tree =
      inputs.length > 1
        ? undefined
        : by !== undefined
          ? this.named.name
          : item.role === 'encoder'
            ? context.nodesOf(input)
            : treeBehind(context, input);
    // A network that could not be made gives what nobody knows.
    if (tree === undefined && input.kind === 'given') return undefined;
    if (tree === undefined) {
      context.reporter.report(scope, say.noTree, networkHead(item), {
        network: this.named.name,
        role: item.role,
        inputs: inputs.length,
      });
      return undefined;
    }
    return item.role === 'encoder' ? this.#fold(input, tree, sorted, by) : this.#unfold(input, tree, sorted);
  }

  /** How the tree of a sequence is built; undefined where a tree is there already. */
  #bracketing(input: TensorRef): Bracketing | undefined | 'wrong' {
    const { context, scope, item } = this;
    const { shape, site } = context.typeOf(input);
    if (shape === undefined) return 'wrong';
    const ofSequence = item.role === 'encoder' && site === 'positions';
    if (item.by !== undefined && !ofSequence) {
      if (!isMissing(item.by))
        context.reporter.report(scope, say.treeBuiltAlready, item.by.span, { network: this.named.name });
      return 'wrong';
    }
    if (item.by !== undefined) {
      const by = bindCall({ scope, reporter: context.reporter }, 'bracketing', item.by);
      return by === undefined || isMissing(item.by) ? 'wrong' : { ...by, source: sourceAt(scope, item.by.span) };
    }
    if (!ofSequence) return undefined;
    context.reporter.report(scope, say.treeOfSequence, networkHead(item), {
      network: this.named.name,
      known: builtins.bracketing.map(({ name }) => name),
    });
    return 'wrong';
  }

  /** The clauses by role, each exactly once. */
  #sorted(clauses: readonly RecursiveClause[]): ReadonlyMap<Role, RecursiveClause> | undefined {
    const {
      item,
      scope,
      context: { reporter },
    } = this;
    const wanted = clausesOf[item.role] ?? [];
    const found = new Map<Role, RecursiveClause>();
    let failed = false;
    for (const clause of clauses) {
      const before = found.get(clause.role);
      if (!wanted.includes(clause.role)) {
        failed = true;
        reporter.report(scope, say.foreignClause, keywordOf(clause), {
          clause: clause.role,
          role: item.role,
          owner: clause.role === 'decompose' ? 'decoder' : 'encoder',
        });
      } else if (before !== undefined) {
        failed = true;
        const related = [{ place: placeIn(scope, keywordOf(before)), message: labels.writtenFirst }];
        reporter.report(scope, say.clauseTwice, keywordOf(clause), { clause: clause.role }, { related });
      } else found.set(clause.role, clause);
    }
    const missing = wanted.filter((role) => !found.has(role));
    if (missing.length === 0 || failed) return failed ? undefined : found;
    reporter.report(scope, say.clausesMissing, networkHead(item), { missing, role: item.role, wanted });
    return undefined;
  }

  #fold(
    input: TensorRef,
    tree: string,
    clauses: ReadonlyMap<Role, RecursiveClause>,
    by: Bracketing | undefined,
  ): Network | undefined {
    const { context } = this;
    // What stands at one leaf of a sequence is one of its positions.
    const whole = context.typeOf(input).shape;
    const below = { of: input, shape: by === undefined ? whole : whole?.slice(1) };
    // A network of a tree has vectors at its inner nodes too; what is read word by word has none there.
    const atLeaves = input.kind === 'variable' || by !== undefined;
    const [leafClause, composeClause] = [clauses.get('leaf')!, clauses.get('compose')!];
    const vector: TensorRef = { kind: 'given', name: `${this.named.path}.vector` };
    const children: readonly Given[] = [
      { of: vector, what: 'the vector of the left child' },
      { of: vector, what: 'the vector of the right child' },
    ];
    const draftLeaf = () =>
      this.#draft(leafClause, [
        atLeaves ? { ...below, name: 'leaf', what: 'what stands at the leaf' } : { ...below, what: 'the vector below' },
      ]);
    const draftCompose = () =>
      this.#draft(composeClause, [
        ...children,
        ...(atLeaves ? [] : [{ ...below, name: 'below', what: 'the vector below' }]),
      ]);
    // A clause that applies what the other declares is read behind it.
    const composeFirst = this.#applies(leafClause, composeClause);
    const early = composeFirst ? draftCompose() : undefined;
    const leafDraft = draftLeaf();
    const composeDraft = composeFirst ? early : draftCompose();
    if (leafDraft === undefined || composeDraft === undefined) return undefined;
    const leaf = this.#shape(leafDraft, undefined, composeFirst ? composeDraft : undefined);
    if (leaf === undefined) return undefined;
    for (const { name } of composeDraft.parameters.slice(0, 2))
      context.setGiven(name, { of: leaf.clause.outputs[0]!, shape: leaf.shape, site: 'nodes' });
    const compose = this.#shape(composeDraft, leaf.shape);
    if (compose === undefined) return undefined;
    if (compose.shape.join() !== leaf.shape.join()) {
      const related = [{ place: leaf.clause.source.place, message: labels.leafIsHere }];
      context.reporter.report(
        this.scope,
        say.vectorsDiffer,
        keywordOf(composeClause),
        { compose: compose.shape, leaf: leaf.shape },
        { related },
      );
      return undefined;
    }
    return this.#network(input, [leaf, compose], compose, {
      kind: 'fold',
      tree,
      leaf: leaf.clause,
      compose: compose.clause,
      ...(by === undefined ? {} : { by }),
    });
  }

  #unfold(input: TensorRef, tree: string, clauses: ReadonlyMap<Role, RecursiveClause>): Network | undefined {
    const { context } = this;
    const { shape } = context.typeOf(input);
    const written = clauses.get('decompose')!;
    const draft = shape && this.#draft(written, [{ of: input, shape, what: 'the vector of the node' }]);
    const decompose = draft && this.#shape(draft, undefined);
    if (shape === undefined || decompose === undefined) return undefined;
    const { outputs } = decompose;
    if (outputs.length !== 2 || outputs.some((one) => one.join() !== shape.join())) {
      context.reporter.report(this.scope, say.notTwoChildren, keywordOf(written), { outputs, parent: shape });
      return undefined;
    }
    return this.#network(input, [decompose], decompose, { kind: 'unfold', tree, decompose: decompose.clause });
  }

  #network(input: TensorRef, clauses: readonly ReadClause[], last: ReadClause, form: Network['form']): Network {
    const { item, scope, named } = this;
    return {
      name: named.name,
      role: item.role,
      form,
      inputs: [input],
      layers: clauses.flatMap(({ clause }) => clause.layers),
      output: last.clause.outputs[0]!,
      outputShape: last.shape,
      derived: false,
      doc: item.doc,
      source: sourceAt(scope, item.span),
    };
  }

  /** Whether a clause uses a name as a layer that another one gives. */
  #applies({ body }: RecursiveClause, { body: other }: RecursiveClause): boolean {
    if (isMissing(body) || isMissing(other)) return false;
    const given = new Set(
      other.statements.flatMap((statement) =>
        statement.kind === 'layer' ? statement.names.map(({ text }) => text) : [],
      ),
    );
    return body.statements.some(
      (statement) => statement.kind === 'layer' && !isMissing(statement.callee) && given.has(statement.callee.text),
    );
  }

  /** The layers of a clause, with shapes still open. */
  #draft(written: RecursiveClause, given: readonly Given[]): Draft | undefined {
    const { context, scope, named } = this;
    const { role, params, body, span } = written;
    if (!this.#namesFit(written, given) || isMissing(body)) return undefined;
    const within = context.names.enter(named, role, 'clause');
    const source = sourceAt(scope, span);
    const members = context.symbol(named.name)?.members ?? [];
    const parameters = given.map(({ of, shape, name: unnamed }, i) => {
      const own = params[i]?.text ?? unnamed!;
      const name = `${within.path}.${own}`;
      context.setGiven(name, { of, site: 'nodes', ...(shape === undefined ? {} : { shape }) });
      const param = params[i];
      if (param !== undefined) {
        const entered = context.names.enter(within, own, 'given');
        entered.tensor = { kind: 'given', name };
        const symbol = members.find(({ place }) => place.span.start === param.span.start);
        if (symbol !== undefined) entered.symbol = symbol;
      }
      return { name, of };
    });
    const [first, second] = parameters.map(({ name }): TensorRef => ({ kind: 'given', name }));
    const reader = new BodyReader(context, first);
    if (role === 'compose')
      reader.derive(joining, { with: { kind: 'tensors', items: [second!] } }, within, source, scope);
    reader.read(scope, body, within, members);
    return reader.failed ? undefined : { role, parameters, reader, source, start: first! };
  }

  /** @param beside a clause whose layers it applies */
  #shape(
    { role, parameters, reader, source, start }: Draft,
    wanted: ExampleShape | undefined,
    beside?: Draft,
  ): ReadClause | undefined {
    const { context } = this;
    const around = context.surroundings;
    const others =
      beside && propagate(beside.reader.steps, { start: beside.start, wanted: undefined, site: 'nodes' }, around);
    const shaped = propagate(
      reader.steps,
      { start, wanted, site: 'nodes' },
      others === undefined ? around : withLayers(around, others.layers),
    );
    for (const failure of shaped.failures) reportFailure(context, failure, undefined);
    const surplus = reportSurplus(context, reader.further, shaped.layers);
    const { shape } = shaped.output;
    if (shaped.failures.length > 0 || surplus || shape === undefined) return undefined;
    for (const layer of shaped.layers) context.addLayer(layer);
    const end = reader.end!;
    const last = shaped.layers.find((layer) => end.kind === 'layer' && layer.id === end.id);
    const outputs: readonly TensorRef[] =
      last === undefined ? [end] : last.outputs.map((_, output) => ({ kind: 'layer', id: last.id, output }));
    const of = parameters.map(({ name }) => ({ name, of: context.given(name)!.of }));
    return {
      clause: { role, parameters: of, layers: shaped.layers, outputs, source },
      shape,
      outputs: last?.outputs ?? [shape],
    };
  }

  #namesFit(clause: RecursiveClause, given: readonly Given[]): boolean {
    const {
      scope,
      context: { reporter },
    } = this;
    const { role, params } = clause;
    const facts = { clause: role, given: given.map(({ what }) => what), names: params.length };
    for (const extra of params.slice(given.length))
      reporter.report(scope, say.clauseGivesNoMore, extra.span, { ...facts, name: extra.text });
    const unnamed = given.slice(params.length).find(({ name }) => name === undefined);
    if (unnamed !== undefined)
      reporter.report(scope, say.clauseNeedsName, keywordOf(clause), { ...facts, unnamed: unnamed.what });
    return params.length <= given.length && unnamed === undefined;
  }
}

const keywordOf = ({ span, role }: RecursiveClause): Span => ({ start: span.start, end: span.start + role.length });
