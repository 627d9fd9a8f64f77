/** Blocks that compute alike, as one function and its calls. */
import { typeText } from '../../ir/graph/ops/type-text.js';
import { literalOf } from '../text.js';
import { differing, only, type Place } from './alike.js';
import { isLiteral, type Block, type Kind, type Param } from './blocks.js';
import { Identifiers } from './identifiers.js';
import { computed, freed, freedLate, lineText, type Dead, type Line, type Room } from './lines.js';
import { aboutOf, isUpdate, localName, nameOf, paramName } from './naming.js';
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

/** What stands in the place of a block. */
export interface Call {
  readonly ids: readonly string[];
  readonly expression: string;
  readonly room: Room;
  /** What is freed behind it. */
  readonly dying: readonly Dead[];
  readonly isUpdate: boolean;
}

/** The function that all `places` call, and how each does. `names` are those of the module. */
export function helperOf(
  places: readonly Place[],
  names: Identifiers,
): { readonly helper: Helper; readonly call: (at: number) => Call } {
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
  const flowing = inOrder(block.params, (i) => layers?.weights[i] === undefined);
  const literals = columns.map((column) => literalParam(column, own));
  // Names that no model gives are as long as they look.
  const short = new Set(
    [...literals, ...flowing.map(({ name }) => ({ name: into.get(name)! }))].map(({ name }) => name),
  );
  nameLocals(places, own, into);
  const returned = block.returns.map(({ id }) => into.get(id)!);
  const name = names.fresh(nameOf(places));
  let [at, before] = [0, ''];
  const renamed = (token: Token): Token => {
    const open = before;
    if (token.text.trim() !== '') before = token.text;
    if (isLiteral(token.kind)) {
      const text = written[at++]!(literals.map((literal) => literal.name));
      return { ...token, text: text.includes(' ') && !/[[(,]$/.test(open) ? `(${text})` : text };
    }
    return token.kind === 'name' ? { ...token, text: into.get(token.text) ?? token.text } : token;
  };
  const most = places.map((place) => place.most);
  const steps = stepsOf(places, into, renamed);
  const lines = nested(steps, new Set(returned), most, short);
  const { text, peaks } = bodyOf(lines, opening, returned, most);
  const helper: Helper = {
    name,
    about: aboutOf(places),
    params: [
      ...flowing.map((param) => ({ name: into.get(param.name)!, type: typeOf[param.kind] })),
      ...(layers === undefined
        ? []
        : [
            { name: 'weights', type: 'Record<string, tf.Tensor>' },
            { name: 'layer', type: 'string' },
          ]),
      ...literals,
    ],
    returns: returned.length === 1 ? 'tf.Tensor' : `[${returned.map(() => 'tf.Tensor').join(', ')}]`,
    body: text,
  };
  const call = (at: number): Call => {
    const of = places[at]!.block;
    const given = columns.map((column) => column[at]!);
    const passed = inOrder(block.params, (i) => layers?.weights[i] === undefined, of.params);
    const ofLayer = layers === undefined ? [] : ['weights', literalOf(layers.names[at]!)];
    return {
      ids: of.returns.map(({ id }) => id),
      expression: `${name}(${[...passed.map((param) => param.name), ...ofLayer, ...given].join(', ')})`,
      room: roomOfSteps(steps, at, peaks[at]!),
      dying: of.dying,
      isUpdate: isUpdate(of),
    };
  };
  return { helper, call };
}

/** What a call takes in one place of its steps that needs `peak` bytes there at one time. */
export function roomOfSteps(steps: readonly Step[], place: number, peak: number): Room {
  const [first] = steps;
  const live = first?.kind === 'value' ? (first.rooms[place]?.live ?? 0) : 0;
  const own = steps.reduce(
    (sum, step) =>
      step.kind === 'value'
        ? sum + (step.rooms[place]?.own ?? 0)
        : step.dead.reduce((rest, { bytes }) => rest - (bytes[place] ?? 0), sum),
    0,
  );
  return { live, top: Math.max(peak - live, own), own, nameless: 0 };
}

/** A literal that differs by place: `padding`, or a size. */
function literalParam(column: readonly string[], own: Identifiers): { readonly name: string; readonly type: string } {
  const isText = column.every((one) => /^["']/.test(one));
  if (!isText) return { name: own.fresh('n'), type: 'number' };
  const values = [...new Set(column)].sort();
  return {
    name: own.fresh(values.every((one) => /same|valid/.test(one)) ? 'padding' : 'kind'),
    type: values.join(' | '),
  };
}

/**
 * The statements of a function that returns `returned`. A scope frees what is left at its end.
 * @param most bytes that may be there in each place
 */
export function bodyOf(
  lines: readonly Line[],
  opening: readonly string[],
  returned: readonly string[],
  most: readonly number[],
): { readonly text: string; readonly peaks: readonly number[] } {
  const isScope = (left: readonly Dead[]): boolean => returned.length === 1 && left.length > 0;
  const { lines: all, left, peaks } = freedLate(lines, most, isScope);
  const last = all.at(-1);
  const isLast = returned.length === 1 && last?.kind === 'value' && last.ids.join() === returned[0];
  const result = isLast ? computed(last) : returned.length === 1 ? returned[0]! : `[${returned.join(', ')}]`;
  const inside = [
    ...(isLast ? all.slice(0, -1) : all).map(lineText),
    ...(isScope(left) || left.length === 0 ? [] : [freed(left.map(({ id }) => id))]),
    `return ${result};`,
  ];
  const text = [...opening, ...(isScope(left) ? ['return tf.tidy(() => {', ...inside, '});'] : inside)].join('\n');
  return { text, peaks };
}

/** Adds the names of what a block computes to those of what it is given. */
export function nameLocals(places: readonly Place[], own: Identifiers, into: Map<string, string>): void {
  for (const [i, { id }] of places[0]!.block.locals.entries()) into.set(id, own.fresh(localName(places, i)));
}

/** The statements of a block with names of its own, and what they take in each place. */
export const stepsOf = (
  places: readonly Place[],
  into: ReadonlyMap<string, string>,
  renamed: (token: Token) => Token = (token) =>
    token.kind === 'name' ? { ...token, text: into.get(token.text) ?? token.text } : token,
): readonly Step[] =>
  places[0]!.block.steps.map((step, i): Step => {
    if (step.kind === 'value')
      return {
        kind: 'value',
        ids: [into.get(step.value.id)!],
        expression: textOf(step.tokens.map(renamed)),
        isTensor: step.value.from === 'tensor',
        rooms: places.map((place) => (place.block.steps[i] as typeof step).room),
      };
    const there = places.map((place) => (place.block.steps[i] as typeof step).dead);
    return {
      kind: 'free',
      dead: step.dead.map(({ id, owner }, d) => ({
        id: into.get(id)!,
        owner,
        bytes: there.map((dead) => dead[d]!.bytes[0]!),
      })),
    };
  });

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

/** The layer of each place, where a block reads several weights of one: `kernel` and `bias`. */
function layersOf(
  places: readonly Place[],
): { readonly names: readonly string[]; readonly weights: readonly (string | undefined)[] } | undefined {
  const named = places.map(({ block }) =>
    block.params.map(({ value }) => (value?.member?.of === 'weights' ? value.member.name : undefined)),
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
