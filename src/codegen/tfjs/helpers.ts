/** Blocks that compute alike, as one function and its calls. */
import type { Block, Kind, Param } from './blocks.js';
import { freed } from './body.js';
import { Identifiers } from './identifiers.js';
import { textOf, type Token } from './tokens.js';

/** A function that only its module calls. */
export interface Helper {
  readonly name: string;
  readonly about: string;
  readonly params: readonly { readonly name: string; readonly type: string }[];
  readonly returns: string;
  readonly body: string;
}

/** A block, and the line of the file that it computes. */
export interface Place {
  readonly block: Block;
  readonly line: string | undefined;
  /** What it is in the registry. */
  readonly entry: string | undefined;
  /** Of its function: what the update of a weight is called, and whether it makes the first weights. */
  readonly update: string;
  readonly isFirst: boolean;
}

/** Lines that a helper costs besides its statements: signature, comment, result, end. */
const overhead = 5;
/** Numbers that may differ between places of one helper. */
const mostNumbers = 4;

/** Places whose blocks have one key, as groups whose numbers differ little enough. */
export function alike(places: readonly Place[]): readonly (readonly Place[])[] {
  if (differing(places).names.length <= mostNumbers) return [places];
  const same = new Map<string, Place[]>();
  for (const place of places) {
    const key = place.block.numbers.join(' ');
    same.set(key, [...(same.get(key) ?? []), place]);
  }
  return [...same.values()];
}

/** Whether a helper makes the module shorter. */
export const isWorth = (places: readonly Place[]): boolean => {
  const size = places[0]!.block.lines.length;
  return places.length * (size - 1) > size + overhead;
};

/** Of each number of a block the column, by place, of those that differ; columns that are equal are one. */
function differing(places: readonly Place[]): {
  readonly names: readonly string[];
  readonly columnOf: readonly (string | undefined)[];
} {
  const columns = places[0]!.block.numbers.map((_, i) => places.map(({ block }) => block.numbers[i]!).join(' '));
  const columnOf = columns.map((column, i) =>
    places.every(({ block }) => block.numbers[i] === places[0]!.block.numbers[i]) ? undefined : column,
  );
  return { names: [...new Set(columnOf.filter((column) => column !== undefined))], columnOf };
}

/** The function that all `places` call, and how each does. `names` are those of the module. */
export function helperOf(
  places: readonly Place[],
  names: Identifiers,
): { readonly helper: Helper; readonly call: (block: Block) => readonly string[] } {
  const [{ block }] = places as readonly [Place];
  const { names: numbers, columnOf } = differing(places);
  const own = new Identifiers(namesInside(block));
  const into = new Map<string, string>();
  for (const [i, { name, kind }] of block.params.entries()) {
    const isGiven = kind === 'Random' || kind === 'Moment' || name === 'batchSize';
    into.set(name, isGiven ? name : own.fresh(paramName(places.map((place) => place.block.params[i]!))));
  }
  const numberOf = new Map(numbers.map((column) => [column, own.fresh('n')]));
  for (const [i, { id }] of block.locals.entries()) into.set(id, own.fresh(localName(places, i)));
  const returned = block.returns.map(({ id }) => into.get(id)!);
  const name = names.fresh(nameOf(places));
  let at = 0;
  const renamed = (token: Token): Token => {
    if (token.kind === 'number') {
      const column = columnOf[at++];
      return column === undefined ? token : { ...token, text: numberOf.get(column)! };
    }
    return token.kind === 'name' ? { ...token, text: into.get(token.text) ?? token.text } : token;
  };
  const statements = block.lines.map((line) => textOf(line.map(renamed)));
  const helper: Helper = {
    name,
    about: aboutOf(places),
    params: [
      ...inOrder(block.params).map((param) => ({ name: into.get(param.name)!, type: typeOf[param.kind] })),
      ...[...numberOf.values()].map((number) => ({ name: number, type: 'number' })),
    ],
    returns: returned.length === 1 ? 'tf.Tensor' : `readonly [${returned.map(() => 'tf.Tensor').join(', ')}]`,
    body: [...statements, `return ${returned.length === 1 ? returned[0]! : `[${returned.join(', ')}]`};`].join('\n'),
  };
  const call = (of: Block): readonly string[] => {
    const ids = of.returns.map(({ id }) => id);
    const given = numbers.map((column) => of.numbers[columnOf.indexOf(column)]!);
    const args = [...inOrder(of.params, block.params).map((param) => param.name), ...given];
    return [
      `const ${ids.length === 1 ? ids[0]! : `[${ids.join(', ')}]`} = ${name}(${args.join(', ')});`,
      ...(of.dying.length === 0 ? [] : [freed(of.dying)]),
    ];
  };
  return { helper, call };
}

/** Names that stay as they are, among them those of functions in a block: what is renamed may not be hidden by one. */
function namesInside({ lines, params, locals }: Block): readonly string[] {
  const renamed = new Set([...params.map(({ name }) => name), ...locals.map(({ id }) => id)]);
  const names = lines.flatMap((line) => line.flatMap(({ kind, text }) => (kind === 'name' ? [text] : [])));
  return names.filter((name) => !renamed.has(name));
}

const typeOf: Readonly<Record<Kind, string>> = {
  tensor: 'tf.Tensor',
  number: 'number',
  Random: 'Random',
  Moment: 'Moment',
};

/** What is computed, then weights and what belongs to them, then numbers, each in the order in which it is read. */
function inOrder(params: readonly Param[], like: readonly Param[] = params): readonly Param[] {
  const rank = ({ kind, value }: Param): number =>
    kind === 'Random' || kind === 'Moment' ? 0 : kind === 'number' ? 3 : value?.from === 'input' ? 2 : 1;
  return like
    .map((param, i) => [rank(param), params[i]!] as const)
    .sort(([a], [b]) => a - b)
    .map(([, param]) => param);
}

const only = <T>(values: readonly T[]): T | undefined =>
  values.every((value) => value === values[0]) ? values[0] : undefined;

/** `kernel` of weights, `dKernel` of their derivatives, where all places agree; `x` of what flows. */
function paramName(params: readonly Param[]): string {
  const hints = params.map(({ value }) => value?.hint);
  const isWeight = params.every(({ value }) => value?.from === 'input' && /^(weights|slots)\[/.test(value.expression));
  const isGradient = hints.every((hint) => hint?.startsWith('d.') === true);
  if (params[0]!.kind === 'number') return only(hints) ?? 'factor';
  if (isGradient) return only(hints) ?? 'gradient';
  return isWeight ? (only(hints) ?? 'weight') : 'x';
}

/** As the op; derivatives, what is new and first weights have names. */
function localName(places: readonly Place[], i: number): string {
  const values = places.map(({ block }) => block.locals[i]!);
  const hints = values.map(({ hint }) => hint);
  if (hints.every((hint) => hint.startsWith('new.'))) return only(hints) ?? 'moved';
  if (hints.every((hint) => hint.startsWith('d.'))) return only(hints) ?? 'gradient';
  return places[0]!.isFirst ? (only(hints) ?? values[0]!.op) : values[0]!.op;
}

/** Whether a block is the update of a weight, which says by its call what it is. */
export const isUpdate = ({ returns }: Block): boolean => returns.some(({ hint }) => hint.startsWith('new.'));

/** `adam` of updates, `denseRelu` of a layer, `dDense` of a layer's derivative: names of the registry, none of the file's. */
function nameOf(places: readonly Place[]): string {
  const [{ block, update }] = places as readonly [Place];
  if (isUpdate(block)) return update;
  const result = block.returns.at(-1)!.op;
  const entry = only(places.map((place) => place.entry));
  if (entry === undefined) return result;
  const name = entry.replaceAll('_', '.');
  if (block.returns.some(({ hint }) => hint.startsWith('d.'))) return `d.${name}`;
  return activations.has(result) && entry !== result.toLowerCase() ? `${name}.${result}` : name;
}

/** Ops that a reader looks for in the name of a layer. */
const activations: ReadonlySet<string> = new Set([
  'Relu',
  'Sigmoid',
  'Tanh',
  'Softplus',
  'Softmax',
  'Elu',
  'LeakyRelu',
]);

/** Which lines of the file it computes. */
function aboutOf(places: readonly Place[]): string {
  const lines = [...new Set(places.flatMap(({ line }) => (line === undefined ? [] : [line.replace(/^\/\/ /, '')])))];
  const [first, ...others] = lines;
  if (first === undefined) return 'What several places compute alike.';
  return others.length === 0
    ? first
    : `${first}, and ${others.length === 1 ? 'another line' : `${others.length} lines`} alike`;
}
