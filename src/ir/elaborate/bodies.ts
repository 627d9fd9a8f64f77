/** From the statements of a body to a flat list of steps: blocks expanded, arguments bound, shapes still open. */
import type { Args, BuiltinCall, TensorRef } from '../../builtins/arguments.js';
import type { LayerDefinition } from '../../builtins/define.js';
import { find } from '../../builtins/index.js';
import * as limits from '../../diagnostics/messages/limits.js';
import * as say from '../../diagnostics/messages/layers.js';
import {
  isMissing,
  type Body,
  type BodyStatement,
  type Ident,
  type LayerStatement,
  type RepeatStatement,
  type Span,
  type TakeStatement,
} from '../../parser/ast.js';
import type { Source } from '../model/source.js';
import type { Block } from '../resolve/sources.js';
import type { NameSymbol } from '../resolve/symbols.js';
import { applicationOf, appliedIn, type Site } from './applications.js';
import { bindArgs } from './bind.js';
import { BlockUses } from './block-uses.js';
import { constantInteger } from './constants.js';
import type { Context } from './context.js';
import type { Named } from './names.js';
import { Naming } from './naming.js';
import { unknownLayer } from './unknown-layers.js';
import type { FurtherName } from './surplus.js';
import { isBroken, placeIn, sourceAt, withOne, type Constant, type Scope } from './scope.js';
import { Chain, type Step } from './steps.js';
import { Tensors } from './tensors.js';

/** Where a statement stands. */
interface Here {
  readonly scope: Scope;
  /** What its names stand below. */
  readonly within: Named;
  /** The symbols of its body by where their names begin. */
  readonly symbols: ReadonlyMap<number, NameSymbol>;
}

/** Statements of one network, blocks and repetitions written out: beyond, expansion would take noticeable time. */
const mostStatements = 10_000;

export class BodyReader {
  /** Numbers of the repetitions around the statement at hand; 0 for the last one of each. */
  #turns: readonly number[] = [];
  readonly #naming: Naming;
  readonly #chain: Chain;
  readonly #uses: BlockUses;
  #statementCount = 0;
  readonly further: FurtherName[] = [];
  #failures = 0;

  /** @param start the tensor that the first layer reads */
  constructor(
    private readonly context: Context,
    start: TensorRef | undefined,
  ) {
    this.#chain = new Chain(start);
    this.#naming = new Naming(context.names);
    this.#uses = new BlockUses(context.reporter);
  }

  /** Whether a statement could not be read, so that the steps have gaps. */
  get failed(): boolean {
    return this.#failures > 0;
  }

  get steps(): readonly Step[] {
    return this.#chain.steps;
  }

  /** The tensor that the chain ends in. */
  get end(): TensorRef | undefined {
    return this.#chain.end;
  }

  /** Reads a body; its names stand below `within`. */
  read(scope: Scope, body: Body, within: Named, symbols: readonly NameSymbol[]): void {
    this.#statements({ scope, within, symbols: symbolsByPlace(symbols) }, body.statements, true);
    const last = body.statements.at(-1);
    if (last?.kind !== 'take' || isMissing(last.source) || !this.#chain.taken) return;
    // What cannot be applied was meant as a layer, as its own message says.
    if (last.source.kind === 'call' && this.#chain.end === undefined) return;
    this.#fail();
    this.context.reporter.report(scope, say.layerBehindTake, last.span, {});
  }

  /** Adds a layer that no statement wrote. */
  derive(definition: LayerDefinition, args: Args, within: Named, source: Source, scope: Scope): void {
    this.#room(scope, source.place.span);
    const named = this.#naming.fresh(within, definition.name);
    this.#chain.layer({ named, given: false, definition, args, source, scope, syntax: undefined });
  }

  #statements(here: Here, statements: readonly BodyStatement[], reserve: boolean): void {
    if (reserve) this.#naming.reserve(statements, here.within);
    for (const statement of statements) {
      if (!this.#room(here.scope, statement.span)) return;
      switch (statement.kind) {
        case 'layer':
          this.#layer(here, statement);
          break;
        case 'take':
          this.#take(here, statement);
          break;
        case 'repeat':
          this.#repeat(here, statement);
          break;
        case 'error':
          this.#lose(here.within);
      }
    }
  }

  /** Whether another statement may be read; complains once where there are too many. */
  #room(scope: Scope, span: Span): boolean {
    this.#statementCount += 1;
    const { reporter } = this.context;
    if (this.#statementCount <= mostStatements && reporter.room(scope, span)) return true;
    if (this.#statementCount === mostStatements + 1)
      reporter.report(scope, limits.tooManyLayers, span, { most: mostStatements });
    this.#fail();
    return false;
  }

  #fail(): void {
    this.#failures += 1;
    this.context.reporter.fail();
  }

  /** Of this statement nothing is known: not what the chain is, nor which names it would have made. */
  #lose(within: Named): void {
    this.#fail();
    this.#chain.lose();
    within.incomplete = true;
  }

  #take(here: Here, { source }: TakeStatement): void {
    const site = this.#site(here);
    const found = isMissing(source) ? undefined : (appliedIn(site, source) ?? site.tensors.tensor(source));
    if (found === undefined) this.#fail();
    this.#chain.take(found);
  }

  #repeat(here: Here, { count, index, body }: RepeatStatement): void {
    const { scope, within } = here;
    const { reporter } = this.context;
    const asked = constantInteger(scope, reporter, count, 0, 'the number of repetitions', Number.MAX_SAFE_INTEGER);
    if (isMissing(body)) {
      this.#lose(within);
      return;
    }
    const isTooMuch = asked !== undefined && this.#statementCount + asked * turnOf(body) > mostStatements;
    if (isTooMuch) reporter.report(scope, limits.tooManyLayers, count.span, { most: mostStatements });
    const times = isTooMuch ? undefined : asked;
    const turn: NameSymbol | undefined = index && {
      kind: 'constant',
      name: index.text,
      place: placeIn(scope, index.span),
      node: index,
      members: [],
    };
    const around = this.#turns;
    const before = this.#failures;
    // What is wrong in one turn is wrong in the next; without a number, one turn tells what is.
    for (let i = 0; i < (times ?? 1) && this.#failures === before && this.#room(scope, body.span); i++) {
      const constants = turn === undefined ? scope.constants : withOne(scope.constants, turn, i);
      reporter.know(turn, i);
      this.#turns = [...around, i === (times ?? 1) - 1 ? 0 : i + 1];
      this.#statements({ ...here, scope: { ...scope, constants } }, body.statements, false);
    }
    this.#turns = around;
    if (times === undefined) this.#lose(within);
  }

  #layer(here: Here, statement: LayerStatement): void {
    const { scope, within } = here;
    const { callee } = statement;
    if (isMissing(callee)) {
      this.#nothing(here, statement);
      return;
    }
    const block = scope.blocks.get(callee.text);
    if (block !== undefined) {
      this.#block(here, statement, callee, block);
      return;
    }
    const definition = find('layer', callee.text);
    const { reporter } = this.context;
    if (definition !== undefined) reporter.refer(scope, callee.span, { kind: 'entry', definition });
    const passed: Constant | undefined = definition === undefined ? reporter.constant(scope, callee) : undefined;
    if (definition !== undefined) this.#call(here, statement, callee, definition);
    else if (isBroken(passed)) this.#nothing(here, statement);
    // A parameter of type activation may stand where a layer stands: `block Unit(act: activation) { batchnorm; act }`.
    else if (isActivation(passed)) this.#declared(here, statement, find('layer', passed.definition.name)!, passed.args);
    else if (this.#tensors(scope, within).declares(callee)) this.#apply(here, statement, callee);
    else {
      unknownLayer(this.context.reporter, scope, callee);
      // Named as the use of a block, which it may have been meant for: what stands below that nobody knows.
      this.#nothing(here, statement, callee.text.toLowerCase());
    }
  }

  #call(here: Here, statement: LayerStatement, callee: Ident, definition: LayerDefinition): void {
    const { scope, within } = here;
    const binding = { scope, reporter: this.context.reporter, tensors: this.#tensors(scope, within) };
    const args = bindArgs(binding, definition, statement.args, callee.span);
    if (args === undefined) this.#nothing(here, statement, definition.name);
    else this.#declared(here, statement, definition, args);
  }

  #declared(here: Here, statement: LayerStatement, definition: LayerDefinition, args: Args): void {
    const { scope } = here;
    const named = this.#nameOf(here, statement, definition.name);
    const [given, source] = [statement.names.length > 0, sourceAt(scope, statement.span)];
    const { id } = this.#chain.layer({ named, given, definition, args, source, scope, syntax: statement });
    this.#declare(here, statement, (output) => ({ kind: 'layer', id, output }));
  }

  /** A statement that makes no tensor, because of a mistake: its names are there all the same. */
  #nothing(here: Here, statement: LayerStatement, base = 'missing'): void {
    const named = this.#nameOf(here, statement, base);
    named.incomplete = true;
    const unknown: TensorRef = { kind: 'given', name: named.path };
    named.tensor = unknown;
    this.#declare(here, statement, () => unknown);
    this.#fail();
    this.#chain.leadTo(undefined);
  }

  /** What stands below the name of a statement. An earlier turn of `h` is called `h_1`, and stands for what declares `h`. */
  #nameOf({ within, symbols }: Here, statement: LayerStatement, base: string, kind?: 'use'): Named {
    const named = this.#naming.nameOf(statement, this.#turns, within, base, kind);
    const [first] = statement.names;
    const symbol = first && symbols.get(first.span.start);
    if (symbol !== undefined) named.symbol = symbol;
    return named;
  }

  #tensors(scope: Scope, within: Named): Tensors {
    return new Tensors(this.context, scope, within);
  }

  #site({ scope, within }: Here): Site {
    return { scope, tensors: this.#tensors(scope, within), chain: this.#chain };
  }

  /** `encoder other(b) { encoder }`: a network as a layer. */
  #apply(here: Here, statement: LayerStatement, callee: Ident): void {
    const { end } = this.#chain;
    const applied = end && applicationOf(this.#site(here), { callee, args: statement.args, span: statement.span }, end);
    if (applied === undefined) {
      this.#nothing(here, statement, callee.text);
      return;
    }
    const { tensor } = applied;
    const named = this.#nameOf(here, statement, callee.text);
    named.tensor = tensor;
    this.#declare(here, statement, () => tensor);
    this.#chain.leadTo(tensor);
  }

  /** Declares the names of a statement; inside repetitions, a name stands for the latest of its tensors. */
  #declare(
    { scope, within, symbols }: Here,
    { names, callee }: LayerStatement,
    tensorOf: (output: number) => TensorRef,
  ): void {
    for (let output = 0; output < names.length; output++) {
      const name = names[output]!;
      const named = this.context.names.enter(within, name.text, 'layer');
      const tensor = tensorOf(output);
      named.tensor = tensor;
      if (output > 0)
        this.further.push({ name, scope, called: isMissing(callee) ? '' : callee.text, output, tensor, named });
      const symbol = symbols.get(name.span.start);
      if (symbol !== undefined) named.symbol = symbol;
    }
  }

  #block(here: Here, statement: LayerStatement, callee: Ident, block: Block): void {
    const name = callee.text.toLowerCase();
    const { scope, within } = here;
    const { declaration, symbols } = block;
    const { body } = declaration;
    this.context.reporter.refer(scope, callee.span, symbols.owner);
    if (!this.#uses.mayEnter(scope, callee, declaration) || isMissing(body)) {
      this.#nothing(here, statement, name);
      return;
    }
    const inside = this.#uses.scopeOf(scope, this.#tensors(scope, within), statement, callee, block);
    const path = this.#nameOf(here, statement, name, 'use');
    const [before, failures] = [this.#chain.steps.length, this.#failures];
    const around = this.#turns;
    this.#turns = [];
    // Each use has names of its own, so a name inside is declared once for each.
    const there: Here = { scope: inside, within: path, symbols: symbolsByPlace(symbols.owner.members) };
    this.#uses.inside(declaration, () => this.#statements(there, body.statements, true));
    this.#turns = around;
    const { steps, end } = this.#chain;
    if (steps.length === before && this.#failures === failures) return;
    const last = steps.length === before ? undefined : steps.at(-1);
    const results = (output: number): TensorRef =>
      last?.kind === 'layer' ? { kind: 'layer', id: last.id, output } : (end ?? { kind: 'given', name: path.path });
    path.tensor = results(0);
    this.#declare(here, statement, results);
  }
}

function symbolsByPlace(symbols: readonly NameSymbol[]): Here['symbols'] {
  if (symbols.length === 0) return none;
  const byPlace = new Map<number, NameSymbol>();
  for (const symbol of symbols) byPlace.set(symbol.place.span.start, symbol);
  return byPlace;
}

const none: Here['symbols'] = new Map();

/** Statements that one turn of a repetition stands for at least: those of blocks are not counted. */
const turnOf = ({ statements }: Body): number =>
  statements.reduce((sum, statement) => {
    if (statement.kind !== 'repeat' || statement.count.kind !== 'number' || isMissing(statement.body)) return sum + 1;
    return sum + 1 + statement.count.value * turnOf(statement.body);
  }, 1);

const isActivation = (value: Constant | undefined): value is BuiltinCall =>
  typeof value === 'object' && !isBroken(value) && value.kind === 'call';
