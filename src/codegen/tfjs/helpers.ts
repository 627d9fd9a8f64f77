/** Blocks that compute alike, as one function and its calls. */
import { ops } from '../../ir/graph/ops/index.js';
import type { OpName } from '../../ir/graph/ops/names.js';
import { typeText } from '../../ir/graph/ops/type-text.js';
import { literalOf } from '../text.js';
import type { Block, Kind, Param } from './blocks.js';
import { Identifiers } from './identifiers.js';
import { nested, type Step } from './nested.js';
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
  /** The op in whose place it stands. */
  readonly instead: OpName | undefined;
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
  if (differing(places).columns.length <= mostNumbers) return [places];
  const same = new Map<string, Place[]>();
  for (const place of places) {
    const key = place.block.numbers.join(' ');
    same.set(key, [...(same.get(key) ?? []), place]);
  }
  return [...same.values()];
}

/** Whether a helper makes the module shorter. */
export const isWorth = (places: readonly Place[]): boolean => {
  const size = places[0]!.block.steps.length;
  return places.length * (size - 1) > size + overhead;
};

/**
 * Which numbers of a block differ by place, as few as the others follow from by multiplication: sizes of what comes in
 * and goes out are products of a few. Of each number what stands there, in terms of those.
 */
export function differing(places: readonly Place[]): {
  readonly columns: readonly (readonly string[])[];
  readonly written: readonly ((names: readonly string[]) => string)[];
} {
  const numbers = places[0]!.block.numbers.map((_, i) => places.map(({ block }) => block.numbers[i]!));
  const distinct = new Map(
    numbers.filter((column) => column.some((one) => one !== column[0])).map((column) => [column.join(' '), column]),
  );
  const columns: (readonly string[])[] = [];
  const known = new Map<string, (names: readonly string[]) => string>();
  for (const column of [...distinct.values()].sort((a, b) => Number(a[0]) - Number(b[0]))) {
    const found = product(column, columns);
    if (found === undefined) columns.push(column);
    const at = columns.length - 1;
    known.set(
      column.join(' '),
      found === undefined
        ? (names) => names[at]!
        : (names) => [...(found.factor === 1 ? [] : [found.factor]), ...found.of.map((i) => names[i]!)].join(' * '),
    );
  }
  return { columns, written: numbers.map((column) => known.get(column.join(' ')) ?? (() => column[0]!)) };
}

/** A column as a whole number times up to three of others. */
function product(
  column: readonly string[],
  others: readonly (readonly string[])[],
): { readonly factor: number; readonly of: readonly number[] } | undefined {
  const values = column.map(Number);
  if (!values.every(Number.isInteger)) return undefined;
  let sets: readonly (readonly number[])[] = [[]];
  for (let degree = 1; degree <= 3; degree++) {
    sets = sets.flatMap((of) => others.flatMap((_, i) => (i < (of.at(-1) ?? 0) ? [] : [[...of, i]])));
    for (const of of sets) {
      const products = values.map((_, p) => of.reduce((all, i) => all * Number(others[i]![p]!), 1));
      const factor = values[0]! / products[0]!;
      if (Number.isInteger(factor) && factor > 0 && values.every((value, p) => value === factor * products[p]!))
        return { factor, of };
    }
  }
  return undefined;
}

/** The function that all `places` call, and how each does. `names` are those of the module, `most` its bytes. */
export function helperOf(
  places: readonly Place[],
  names: Identifiers,
  most: number,
): { readonly helper: Helper; readonly call: (block: Block, at: number) => Call } {
  const [{ block }] = places as readonly [Place];
  const { columns, written } = differing(places);
  const own = new Identifiers([...namesInside(block), 'layer']);
  const into = new Map<string, string>();
  const layers = layersOf(places);
  const opening: string[] = [];
  for (const [i, { name, kind }] of block.params.entries()) {
    const isGiven = kind === 'Random' || kind === 'Moment' || name === 'batchSize';
    const ofLayer = layers?.weights[i];
    if (ofLayer !== undefined) {
      const found = `weights[\`\${layer}.${ofLayer}\`]${typeText('!')}`;
      if (timesRead(block, name) === 1) into.set(name, found);
      else {
        into.set(name, own.fresh(ofLayer));
        opening.push(`const ${into.get(name)!} = ${found};`);
      }
    } else into.set(name, isGiven ? name : own.fresh(paramName(places.map((place) => place.block.params[i]!))));
  }
  const numbers = columns.map(() => own.fresh('n'));
  nameLocals(places, own, into);
  const returned = block.returns.map(({ id }) => into.get(id)!);
  const name = names.fresh(nameOf(places));
  let [at, before] = [0, ''];
  const renamed = (token: Token): Token => {
    const open = before;
    if (token.text.trim() !== '') before = token.text;
    if (token.kind === 'number') {
      const text = written[at++]!(numbers);
      return { ...token, text: text.includes(' ') && !/[[(,]$/.test(open) ? `(${text})` : text };
    }
    return token.kind === 'name' ? { ...token, text: into.get(token.text) ?? token.text } : token;
  };
  const lines = nested(stepsOf(places, into, renamed), new Set(returned), most);
  const helper: Helper = {
    name,
    about: aboutOf(places),
    params: [
      ...inOrder(block.params, (i) => layers?.weights[i] === undefined).map((param) => ({
        name: into.get(param.name)!,
        type: typeOf[param.kind],
      })),
      ...(layers === undefined
        ? []
        : [
            { name: 'weights', type: 'Record<string, tf.Tensor>' },
            { name: 'layer', type: 'string' },
          ]),
      ...numbers.map((number) => ({ name: number, type: 'number' })),
    ],
    returns: returned.length === 1 ? 'tf.Tensor' : `readonly [${returned.map(() => 'tf.Tensor').join(', ')}]`,
    body: [...opening, ...returning(lines, returned)].join('\n'),
  };
  const call = (of: Block, at: number): Call => {
    const ids = of.returns.map(({ id }) => id);
    const given = columns.map((column) => column[at]!);
    const flowing = inOrder(block.params, (i) => layers?.weights[i] === undefined, of.params);
    const ofLayer = layers === undefined ? [] : ['weights', literalOf(layers.names[at]!)];
    const args = [...flowing.map((param) => param.name), ...ofLayer, ...given];
    return {
      line: `const ${ids.length === 1 ? ids[0]! : `[${ids.join(', ')}]`} = ${name}(${args.join(', ')});`,
      dying: of.dying,
      isUpdate: isUpdate(of),
    };
  };
  return { helper, call };
}

/** What stands in the place of a block. */
export interface Call {
  readonly line: string;
  /** What is freed behind it. */
  readonly dying: readonly string[];
  readonly isUpdate: boolean;
}

/** Adds the names of what a block computes to those of what it is given. */
export function nameLocals(places: readonly Place[], own: Identifiers, into: Map<string, string>): void {
  for (const [i, { id }] of places[0]!.block.locals.entries()) into.set(id, own.fresh(localName(places, i)));
}

/** The statements of a block with names of its own. */
export const stepsOf = (
  places: readonly Place[],
  into: ReadonlyMap<string, string>,
  renamed: (token: Token) => Token = (token) =>
    token.kind === 'name' ? { ...token, text: into.get(token.text) ?? token.text } : token,
): readonly Step[] =>
  places[0]!.block.steps.map((step, i): Step =>
    step.kind === 'free'
      ? { kind: 'free', ids: step.ids.map((id) => into.get(id)!) }
      : {
          kind: 'value',
          id: into.get(step.value.id)!,
          expression: textOf(step.tokens.map(renamed)),
          isTensor: step.value.from === 'tensor',
          rooms: places.map((place) => (place.block.steps[i] as typeof step).value),
        },
  );

/** A result that the last line names is that line. */
function returning(lines: readonly string[], ids: readonly string[]): readonly string[] {
  const last = `const ${ids[0]!} = `;
  return ids.length === 1 && lines.at(-1)!.startsWith(last)
    ? [...lines.slice(0, -1), `return ${lines.at(-1)!.slice(last.length)}`]
    : [...lines, `return ${ids.length === 1 ? ids[0]! : `[${ids.join(', ')}]`};`];
}

/** Names that stay as they are, among them those of functions in a block: what is renamed may not be hidden by one. */
export function namesInside({ steps, params, locals }: Block): readonly string[] {
  const renamed = new Set([...params.map(({ name }) => name), ...locals.map(({ id }) => id)]);
  const names = steps.flatMap((step) =>
    step.kind === 'free' ? [] : step.tokens.flatMap(({ kind, text }) => (kind === 'name' ? [text] : [])),
  );
  return names.filter((name) => !renamed.has(name));
}

export const typeOf: Readonly<Record<Kind, string>> = {
  tensor: 'tf.Tensor',
  number: 'number',
  Random: 'Random',
  Moment: 'Moment',
};

/** What is computed, then weights and what belongs to them, then numbers, each in the order in which it is read. */
function inOrder(
  like: readonly Param[],
  isTaken: (i: number) => boolean,
  params: readonly Param[] = like,
): readonly Param[] {
  const rank = ({ kind, value }: Param): number =>
    kind === 'Random' || kind === 'Moment' ? 0 : kind === 'number' ? 3 : value?.from === 'input' ? 2 : 1;
  return like
    .map((param, i) => [rank(param), params[i]!, i] as const)
    .filter(([, , i]) => isTaken(i))
    .sort(([a], [b]) => a - b)
    .map(([, param]) => param);
}

const heldWeight = /^weights\[(".*")\]$/;

/** The layer of each place, where a block reads several weights of one: `kernel` and `bias`. */
function layersOf(
  places: readonly Place[],
): { readonly names: readonly string[]; readonly weights: readonly (string | undefined)[] } | undefined {
  const named = places.map(({ block }) =>
    block.params.map(({ value }) => {
      const found = value?.from === 'input' ? heldWeight.exec(value.expression)?.[1] : undefined;
      return found === undefined ? undefined : (JSON.parse(found) as string);
    }),
  );
  const names = named.map((weights) => {
    const first = weights.find((one) => one !== undefined);
    return first?.includes('.') === true ? first.slice(0, first.lastIndexOf('.')) : undefined;
  });
  const weights = places[0]!.block.params.map((_, i) => {
    const ends = places.map((_place, p) => {
      const [weight, name] = [named[p]![i], names[p]];
      return weight === undefined || name === undefined || !weight.startsWith(`${name}.`)
        ? undefined
        : weight.slice(name.length + 1);
    });
    return only(ends);
  });
  const read = weights.filter((one) => one !== undefined);
  const isPlain = read.length > 1 && read.every((one) => /^\w+$/.test(one));
  return isPlain ? { names: names as readonly string[], weights } : undefined;
}

const timesRead = ({ steps }: Block, name: string): number =>
  steps.reduce(
    (sum, step) =>
      step.kind === 'free'
        ? sum
        : sum + step.tokens.filter(({ kind, text }) => kind === 'name' && text === name).length,
    0,
  );

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
export function nameOf(places: readonly Place[]): string {
  const [{ block, update }] = places as readonly [Place];
  if (isUpdate(block)) return update;
  const instead = only(places.map((place) => place.instead));
  if (instead !== undefined) return instead[0]!.toLowerCase() + instead.slice(1);
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
export function aboutOf(places: readonly Place[]): string {
  const lines = [...new Set(places.flatMap(({ line }) => (line === undefined ? [] : [line.replace(/^\/\/ /, '')])))];
  const [first, ...others] = lines;
  const instead = only(places.map((place) => place.instead));
  if (instead !== undefined) return ops[instead].summary;
  if (first === undefined) return 'What several places compute alike.';
  return others.length === 0
    ? first
    : `${first}, and ${others.length === 1 ? 'another line' : `${others.length} lines`} alike`;
}
