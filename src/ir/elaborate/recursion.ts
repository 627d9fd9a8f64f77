/** Networks of trees: folds from the leaves to the root, unfolds back, and networks at every node. */
import { tensorsIn, type ExampleShape, type TensorRef } from '../../builtins/arguments.js';
import { find } from '../../builtins/index.js';
import { showExample } from '../../builtins/layers/shapes.js';
import { isMissing, type Ident, type NetworkItem, type RecursiveClause } from '../../parser/ast.js';
import type { Clause, NetworkForm } from '../model/model.js';
import { listed, sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import { BodyReader, type Draft } from './drafts.js';
import { reportFailure } from './failures.js';
import { headOf, inputsOf } from './inputs.js';
import type { Names } from './names.js';
import { propagate } from './propagate.js';
import { nodesOf, shapeOf, siteOf, surroundings, treeBehind } from './shapes.js';

/** How a network that is no recursion is applied; undefined and reported where it cannot read what it reads. */
export function formOf(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem, inputs: readonly TensorRef[], drafts: readonly Draft[]): NetworkForm | undefined {
  if (item.at !== undefined && item.at.text !== 'nodes') {
    reporter.report(scope, 'AE2002', item.at.span, {
      title: `a network cannot be applied at \`${item.at.text}\``, cause: 'Behind `at` stands where it is applied.', expected: '`nodes`', found: `\`${item.at.text}\``,
      ...suggestion(scope, item.at.text, item.at.span, ['nodes']),
    });
    return undefined;
  }
  const label = (ref: TensorRef): string => (ref.kind === 'layer' ? ref.id.split('.')[0]! : ref.name);
  if (item.at !== undefined) {
    const trees = inputs.map((ref) => nodesOf(names, ref));
    const odd = inputs[trees.indexOf(undefined)];
    if (odd === undefined) return { kind: 'nodes', tree: trees[0]! };
    reporter.report(scope, 'AE3008', item.at.span, {
      title: `\`${label(odd)}\` has no nodes`, cause: '`at nodes` applies a network to the vector of every node of a tree.',
      expected: 'an encoder of a tree, or what is computed at its nodes', found: `\`${label(odd)}\``, hint: 'leave out `at nodes`, or let it read the encoder of a tree',
    });
    return undefined;
  }
  const read = [...inputs, ...drafts.flatMap((draft) => [...(draft.input === 'chain' ? [] : [draft.input]), ...tensorsIn(draft.args)])];
  const nodes = read.find((ref) => siteOf(names, ref) === 'nodes');
  if (nodes === undefined) return { kind: 'chain' };
  reporter.report(scope, 'AE3008', headOf(item), {
    title: `\`${label(nodes)}\` has values at the nodes of a tree, and this ${item.role} reads one for each example`,
    cause: 'A tree is read by an encoder with `leaf` and `compose`, and its nodes by a network `at nodes`.',
    expected: item.role === 'encoder' ? '`leaf { … }` and `compose(left, right) { … }`' : 'the code of a tree, or `at nodes`', found: `\`${label(nodes)}\``,
    hint: item.role === 'encoder' ? 'write `encoder { leaf { … }; compose(left, right) { … } }`' : 'read the encoder of the tree, or write `at nodes`',
  });
  return undefined;
}

/** Which clauses a role has, and what each is given. */
const clausesOf: Readonly<Partial<Record<NetworkItem['role'], readonly RecursiveClause['role'][]>>> = { encoder: ['leaf', 'compose'], decoder: ['decompose'] };

interface Recursion {
  readonly scope: Scope;
  readonly reporter: Reporter;
  readonly names: Names;
  readonly item: NetworkItem;
  readonly name: string;
  readonly input: TensorRef;
}

/** Reads `leaf`, `compose` and `decompose`, and registers the network; false where there is an error. */
export function elaborateRecursive(scope: Scope, reporter: Reporter, names: Names, item: NetworkItem, name: string): boolean {
  if (item.definition.kind !== 'recursive') return false;
  const clauses = sorted(scope, reporter, item, item.definition.clauses);
  const inputs = inputsOf(scope, reporter, names, item);
  const [input] = inputs ?? [];
  if (clauses === undefined || inputs === undefined || input === undefined) return false;
  const recursion: Recursion = { scope, reporter, names, item, name, input };
  const tree = inputs.length > 1 ? undefined : item.role === 'encoder' ? nodesOf(names, input) : treeBehind(names, input);
  if (tree === undefined) {
    reporter.report(scope, 'AE3008', headOf(item), {
      title: `\`${name}\` has clauses for a tree, and reads none`,
      cause: item.role === 'encoder' ? '`leaf` and `compose` are applied at the nodes of one tree.' : '`decompose` goes back from the code of one tree.',
      expected: item.role === 'encoder' ? 'a tree, or another encoder of one' : 'the code of a tree', found: inputs.length > 1 ? `${inputs.length} tensors` : 'no tree',
      hint: item.role === 'encoder' ? 'declare the input as `tree(…)`, or write the layers without clauses' : 'let it read the encoder of a tree',
    });
    return false;
  }
  return item.role === 'encoder' ? fold(recursion, tree, clauses) : unfold(recursion, tree, clauses);
}

/** The clauses by role, each exactly once. */
function sorted(scope: Scope, reporter: Reporter, item: NetworkItem, clauses: readonly RecursiveClause[]): ReadonlyMap<RecursiveClause['role'], RecursiveClause> | undefined {
  const wanted = clausesOf[item.role] ?? [];
  const found = new Map<RecursiveClause['role'], RecursiveClause>();
  let failed = false;
  for (const clause of clauses) {
    const span = { start: clause.span.start, end: clause.span.start + clause.role.length };
    const before = found.get(clause.role);
    if (!wanted.includes(clause.role)) {
      failed = true;
      const owner = clause.role === 'decompose' ? 'decoder' : 'encoder';
      reporter.report(scope, 'AE1005', span, { title: `\`${clause.role}\` does not belong in ${item.role === 'encoder' ? 'an' : 'a'} ${item.role}`, cause: `It is a clause of ${owner === 'encoder' ? 'an' : 'a'} ${owner}.`, hint: `move it to the ${owner}` });
    } else if (before !== undefined) {
      failed = true;
      reporter.report(scope, 'AE2007', span, { title: `\`${clause.role}\` is written twice`, cause: 'Every node is computed in one way.', hint: 'remove one of them', related: [{ place: { file: scope.file.file, span: before.span }, message: 'written here first' }] });
    } else found.set(clause.role, clause);
  }
  const missing = wanted.filter((role) => !found.has(role));
  if (missing.length > 0 && !failed) {
    failed = true;
    reporter.report(scope, 'AE1002', headOf(item), {
      title: `${listed(missing.map((role) => `\`${role}\``))} ${missing.length === 1 ? 'is' : 'are'} missing`, cause: `The ${item.role} of a tree has ${listed(wanted.map((role) => `\`${role}\``))}.`,
      hint: 'write `leaf { … }; compose(left, right) { … }`',
    });
  }
  return failed ? undefined : found;
}

function fold({ scope, reporter, names, item, name, input }: Recursion, tree: string, clauses: ReadonlyMap<RecursiveClause['role'], RecursiveClause>): boolean {
  const ofTree = input.kind === 'variable';
  const below = { of: input, shape: shapeOf(names, input)! };
  const leaf = read({ scope, reporter, names }, clauses.get('leaf')!, name, [ofTree ? { ...below, name: 'leaf', what: 'what stands at the leaf' } : { ...below, what: 'the vector below' }], undefined);
  if (leaf === undefined) return false;
  const vector = { of: leaf.clause.outputs[0]!, shape: leaf.shape };
  const children = [{ ...vector, what: 'the vector of the left child' }, { ...vector, what: 'the vector of the right child' }];
  const compose = read({ scope, reporter, names }, clauses.get('compose')!, name, [...children, ...(ofTree ? [] : [{ ...below, name: 'below', what: 'the vector below' }])], leaf.shape);
  if (compose === undefined) return false;
  if (compose.shape.join() !== leaf.shape.join()) {
    const [, clause] = [...clauses].find(([role]) => role === 'compose')!;
    reporter.report(scope, 'AE3008', { start: clause.span.start, end: clause.span.start + clause.role.length }, {
      title: `\`compose\` gives ${showExample(compose.shape)}, but its children are ${showExample(leaf.shape)}`,
      cause: 'The vector of a node is a child of the node above, so all have one size.',
      expected: showExample(leaf.shape), found: showExample(compose.shape), hint: 'give the last layer of `compose` as many units as that of `leaf`',
      related: [{ place: leaf.clause.source.place, message: `\`leaf\` gives ${showExample(leaf.shape)}` }],
    });
    return false;
  }
  names.register({
    name, role: item.role, form: { kind: 'fold', tree, leaf: leaf.clause, compose: compose.clause }, inputs: [input],
    layers: [...leaf.clause.layers, ...compose.clause.layers], output: compose.clause.outputs[0]!, outputShape: compose.shape, derived: false, doc: item.doc, source: sourceAt(scope, item.span),
  });
  return true;
}

function unfold({ scope, reporter, names, item, name, input }: Recursion, tree: string, clauses: ReadonlyMap<RecursiveClause['role'], RecursiveClause>): boolean {
  const parent = { of: input, shape: shapeOf(names, input)! };
  const written = clauses.get('decompose')!;
  const decompose = read({ scope, reporter, names }, written, name, [{ ...parent, what: 'the vector of the node' }], undefined);
  if (decompose === undefined) return false;
  const outputs = decompose.clause.layers.at(-1)?.outputs ?? [parent.shape];
  if (outputs.length !== 2 || outputs.some((shape) => shape.join() !== parent.shape.join())) {
    reporter.report(scope, 'AE3008', { start: written.span.start, end: written.span.start + written.role.length }, {
      title: `\`decompose\` gives ${outputs.map(showExample).join(' and ')}, not two vectors of ${showExample(parent.shape)}`,
      cause: 'It maps the vector of a node to those of its two children, which are of the same size.',
      expected: `${showExample(parent.shape)} and ${showExample(parent.shape)}`, found: outputs.map(showExample).join(' and '),
      hint: `end it with \`dense(${2 * (parent.shape.at(-1) ?? 1)}); split(2)\``,
    });
    return false;
  }
  names.register({
    name, role: item.role, form: { kind: 'unfold', tree, decompose: decompose.clause }, inputs: [input],
    layers: decompose.clause.layers, output: decompose.clause.outputs[0]!, outputShape: parent.shape, derived: false, doc: item.doc, source: sourceAt(scope, item.span),
  });
  return true;
}

/** What a clause is given: the first is where its chain begins; two children are joined there. */
interface Given {
  readonly of: TensorRef;
  readonly shape: ExampleShape;
  readonly what: string;
  /** What it is called where it is given no name. */
  readonly name?: string;
}

function read(
  { scope, reporter, names }: Pick<Recursion, 'scope' | 'reporter' | 'names'>, { role, params, body, span }: RecursiveClause, owner: string, given: readonly Given[], wanted: ExampleShape | undefined,
): { readonly clause: Clause; readonly shape: ExampleShape } | undefined {
  const prefix = `${owner}.${role}`;
  if (!parametersFit(scope, reporter, { role, params, span }, given) || isMissing(body)) return undefined;
  const source = sourceAt(scope, span);
  const parameters = given.map(({ of, shape, name: unnamed }, i) => {
    const name = `${prefix}.${params[i]?.text ?? unnamed!}`;
    names.parameters.set(name, { of, shape });
    if (params[i] !== undefined) names.declare(name, { kind: 'parameter', name });
    return { name, of };
  });
  const [first, second] = parameters.map(({ name }): TensorRef => ({ kind: 'parameter', name }));
  const reader = new BodyReader(reporter, names);
  if (role === 'compose') reader.derive(find('layer', 'concat')!, { with: { kind: 'tensors', items: [second!] } }, prefix, source, scope);
  const drafts = reader.read(scope, body, prefix);
  if (reader.failed) return undefined;
  const shaped = propagate(drafts, first!, given[0]!.shape, wanted, surroundings(names), 'nodes');
  if (shaped.failure !== undefined) {
    reportFailure(reporter, shaped.failure);
    return undefined;
  }
  for (const layer of shaped.layers) names.layers.set(layer.id, layer);
  const last = shaped.layers.at(-1);
  const outputs: readonly TensorRef[] = last === undefined ? [first!] : last.outputs.map((_, output) => ({ kind: 'layer', id: last.id, output }));
  return { clause: { role, parameters, layers: shaped.layers, outputs, source }, shape: shaped.output };
}

function parametersFit(scope: Scope, reporter: Reporter, { role, params, span }: Pick<RecursiveClause, 'role' | 'params' | 'span'>, given: readonly Given[]): boolean {
  const first = new Map<string, Ident>();
  let fits = true;
  params.forEach((param, i) => {
    const before = first.get(param.text);
    first.set(param.text, param);
    if (before === undefined && i < given.length) return;
    fits = false;
    reporter.report(scope, before === undefined ? 'AE2003' : 'AE2007', param.span, {
      title: before === undefined ? `\`${role}\` is given nothing more for \`${param.text}\`` : `\`${param.text}\` is declared twice`,
      cause: `It is given ${listed(given.map(({ what }) => what))}.`, expected: given.length === 1 ? 'one name' : `${given.length} names`, found: String(params.length), hint: 'remove it',
    });
  });
  const unnamed = given.slice(params.length).find(({ name }) => name === undefined);
  if (unnamed !== undefined && fits) {
    fits = false;
    reporter.report(scope, 'AE2006', { start: span.start, end: span.start + role.length }, {
      title: `\`${role}\` needs a name for ${unnamed.what}`, cause: `It is given ${listed(given.map(({ what }) => what))}.`, expected: given.length === 1 ? 'one name' : `${given.length} names`, found: params.length === 0 ? 'none' : String(params.length),
      hint: role === 'compose' ? 'write `compose(left, right)`' : role === 'decompose' ? 'write `decompose(parent)`' : 'write `leaf(below)`',
    });
  }
  return fits;
}
