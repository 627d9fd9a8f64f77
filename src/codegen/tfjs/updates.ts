/** The updates of weights that go alike, as one function of the state: a loop over the gradients. */
import { typeText } from '../../ir/graph/ops/type-text.js';
import { literalOf } from '../text.js';
import type { Param, Segment } from './blocks.js';
import { differing, type Place } from './alike.js';
import { namesInside, nameLocals, roomOfSteps, stepsOf, typeOf, type Helper } from './helpers.js';
import { Identifiers } from './identifiers.js';
import { freed, freedLate, lineText, type Dead, type Room } from './lines.js';
import { aboutOf, isHeld, isUpdate, nameOf } from './naming.js';
import { nested, type Step } from './nested.js';
import { tokensOf } from './tokens.js';

/** A place, and where it stands. */
export interface UpdatePlace extends Place {
  readonly segment: Segment;
  /** Which function, and which of its segments. */
  readonly of: number;
  readonly at: number;
}

/** What stands for updates in a row. */
export interface Moved {
  readonly of: number;
  /** The segments that it is of. */
  readonly from: number;
  readonly to: number;
  /** What is new, by the expressions of the outputs that it is. */
  readonly ids: readonly string[];
  /** The call, given the state before. */
  readonly call: (state: string) => string;
  readonly room: Room;
  /** What is freed behind it. */
  readonly dying: readonly Dead[];
}

/** How a parameter of an update is found: by the weight's name, in the gradients, or given. */
type Role =
  | { readonly kind: 'weight' }
  | { readonly kind: 'slot'; readonly suffix: string }
  | { readonly kind: 'gradient' }
  | { readonly kind: 'shared' };

/**
 * Undefined where they differ in more than their weights, or do not stand in a row.
 * @param output the name of the output that an id is, if it is that alone
 */
export function loopOf(
  places: readonly UpdatePlace[],
  segments: readonly (readonly Segment[])[],
  names: Identifiers,
  output: (of: number, id: string, segment: Segment) => string | undefined,
): { readonly helper: Helper; readonly moved: readonly Moved[] } | undefined {
  const [{ block }] = places as readonly [UpdatePlace];
  if (!places.every((place) => isUpdate(place.block)) || differing(places).columns.length > 0) return undefined;
  const runs = runsOf(places, segments);
  const weights = places.map((place) => weightOf(place.block.params));
  if (weights.includes(undefined)) return undefined;
  const roles = block.params.map((_, i) => roleOf(places, i, weights as readonly string[], runs));
  if (roles.includes(undefined) || roles.filter((role) => role?.kind === 'gradient').length !== 1) return undefined;
  const known = roles as readonly Role[];
  const results = block.returns.map((_, i) => {
    const kinds = places.map((place, p) => {
      const name = output(place.of, place.block.returns[i]!.id, place.segment);
      return name === `weights/${weights[p]!}` ? '' : suffixOf(name, `slots/${weights[p]!}`);
    });
    return kinds.every((kind) => kind === kinds[0]) ? kinds[0] : undefined;
  });
  if (results.includes(undefined)) return undefined;
  const { helper, rooms } = helperOf(places, known, results as readonly string[], names);
  const gradientAt = known.findIndex(({ kind }) => kind === 'gradient');
  const moved = runs.map((run): Moved => {
    const gradients = run.map((place) => place.block.params[gradientAt]!.name);
    const shared = known.flatMap(({ kind }, i) => (kind === 'shared' ? [run[0]!.block.params[i]!.name] : []));
    const record = run.map((place, i) => `${literalOf(weights[places.indexOf(place)]!)}: ${gradients[i]!}`);
    return {
      of: run[0]!.of,
      from: run[0]!.at,
      to: run.at(-1)!.at,
      ids: run.flatMap((place) => place.block.returns.map(({ id }) => id)),
      call: (state) => `${helper.name}(${[state, `{ ${record.join(', ')} }`, ...shared].join(', ')})`,
      room: rowOf(run.map((place) => rooms[places.indexOf(place)]!)),
      dying: run.flatMap((place) => place.block.dying.filter(({ id }) => !gradients.includes(id))),
    };
  });
  return { helper, moved };
}

/** What a loop takes, of what its rounds do. */
const rowOf = (rooms: readonly Room[]): Room => {
  const { live } = rooms[0]!;
  return {
    live,
    top: Math.max(...rooms.map((room) => room.live + room.top)) - live,
    own: rooms.reduce((sum, { own }) => sum + own, 0),
    nameless: 0,
  };
};

/** Places of one function that stand next to each other. */
function runsOf(
  places: readonly UpdatePlace[],
  segments: readonly (readonly Segment[])[],
): readonly (readonly UpdatePlace[])[] {
  const runs: UpdatePlace[][] = [];
  for (const place of places) {
    const last = runs.at(-1)?.at(-1);
    const between = segments[place.of]!.slice((last?.at ?? 0) + 1, place.at);
    if (last?.of === place.of && between.every(({ core }) => core.length === 0)) runs.at(-1)!.push(place);
    else runs.push([place]);
  }
  return runs;
}

/** The name of the one weight that is read. */
function weightOf(params: readonly Param[]): string | undefined {
  const read = params.flatMap(({ value }) => (value?.member?.of === 'weights' ? [value.member.name] : []));
  return read.length === 1 ? read[0] : undefined;
}

const suffixOf = (name: string | undefined, start: string): string | undefined =>
  name?.startsWith(`${start}/`) === true ? name.slice(start.length) : undefined;

function roleOf(
  places: readonly UpdatePlace[],
  i: number,
  weights: readonly string[],
  runs: readonly (readonly UpdatePlace[])[],
): Role | undefined {
  const params = places.map(({ block }) => block.params[i]!);
  const read = params.map(({ value }) =>
    value?.member !== undefined && isHeld(value.member) ? value.member : undefined,
  );
  if (read.every((one) => one?.of === 'weights')) return { kind: 'weight' };
  const suffixes = read.map((one, p) => (one?.of === 'slots' ? suffixOf(one.name, weights[p]!) : undefined));
  const [suffix] = suffixes;
  if (suffix !== undefined && suffixes.every((one) => one === suffix)) return { kind: 'slot', suffix };
  if (read.some((one) => one !== undefined)) return undefined;
  if (places.every(({ block }) => block.dying.some(({ id }) => id === block.params[i]!.name)))
    return { kind: 'gradient' };
  const isShared = runs.every((run) =>
    run.every(({ block }) => block.params[i]!.name === run[0]!.block.params[i]!.name),
  );
  return isShared ? { kind: 'shared' } : undefined;
}

function helperOf(
  places: readonly UpdatePlace[],
  roles: readonly Role[],
  results: readonly string[],
  names: Identifiers,
): { readonly helper: Helper; readonly rooms: readonly Room[] } {
  const [{ block }] = places as readonly [UpdatePlace];
  const own = new Identifiers([...namesInside(block), 'state', 'weights', 'slots', 'gradients', 'name', 'gradient']);
  const into = new Map<string, string>();
  const opening: string[] = [];
  const shared: { readonly name: string; readonly type: string }[] = [];
  const numbers = block.params.filter((param, i) => param.kind === 'number' && roles[i]!.kind === 'shared').length;
  const counts = new Map<string, number>();
  for (const step of block.steps)
    for (const token of step.kind === 'value' ? step.tokens : [])
      counts.set(token.text, (counts.get(token.text) ?? 0) + 1);
  for (const [i, { name, kind, value }] of block.params.entries()) {
    const role = roles[i]!;
    if (role.kind === 'gradient') into.set(name, 'gradient');
    else if (role.kind === 'shared') {
      const param =
        kind === 'Random' || kind === 'Moment' || name === 'batchSize'
          ? name
          : own.fresh(kind !== 'number' ? 'x' : numbers === 1 ? 'rate' : (value?.hint ?? 'factor'));
      into.set(name, param);
      shared.push({ name: param, type: typeOf[kind] });
    } else {
      const found = `${role.kind === 'weight' ? 'weights[name]' : `slots[\`\${name}${role.suffix}\`]`}${typeText('!')}`;
      if (counts.get(name) === 1) into.set(name, found);
      else {
        into.set(name, own.fresh(role.kind === 'weight' ? 'weight' : role.suffix.slice(1)));
        opening.push(`const ${into.get(name)!} = ${found};`);
      }
    }
  }
  nameLocals(places, own, into);
  const returned = block.returns.map(({ id }) => into.get(id)!);
  const most = places.map((place) => place.most);
  const steps = freedEarly(stepsOf(places, into), places);
  const { lines, left, peaks } = freedLate(nested(steps, new Set(returned), most), most, () => false);
  const record = typeText(': Record<string, tf.Tensor>');
  const helper: Helper = {
    name: names.fresh(nameOf(places)),
    about: `Weights and their slots, moved by gradients, which are freed. ${aboutOf(places)}`,
    params: [{ name: 'state', type: 'State' }, { name: 'gradients', type: 'Record<string, tf.Tensor>' }, ...shared],
    returns: 'State',
    body: [
      `const weights${record} = { ...state.weights };`,
      `const slots${record} = { ...state.slots };`,
      'for (const [name, gradient] of Object.entries(gradients)) {',
      ...opening,
      ...lines.map(lineText),
      ...(left.length === 0 ? [] : [freed(left.map(({ id }) => id))]),
      ...results.map(
        (suffix, i) => `${suffix === '' ? 'weights[name]' : `slots[\`\${name}${suffix}\`]`} = ${returned[i]!};`,
      ),
      '}',
      `return { weights, slots }${typeText(' as State')};`,
    ].join('\n'),
  };
  return { helper, rooms: places.map((_, place) => roomOfSteps(steps, place, peaks[place]!)) };
}

/** A gradient is freed behind the last value that reads it, as memory is counted. */
function freedEarly(steps: readonly Step[], places: readonly UpdatePlace[]): readonly Step[] {
  const last = steps.findLastIndex(
    (step) => step.kind === 'value' && tokensOf(step.expression).some(({ text }) => text === 'gradient'),
  );
  const bytes = places.map(({ block }) => block.dying.reduce((sum, dead) => sum + dead.bytes[0]!, 0));
  return [
    ...steps.slice(0, last + 1),
    { kind: 'free', dead: [{ id: 'gradient', owner: -1, bytes }] },
    // A block's caller frees what it was given behind it; here that is gone.
    ...steps
      .slice(last + 1)
      .map((step): Step =>
        step.kind === 'free'
          ? step
          : { ...step, rooms: step.rooms.map((room, place) => ({ ...room, live: room.live - bytes[place]! })) },
      ),
  ];
}

/** The output that an id is, where nothing else reads it but the segment that it comes of. */
export function outputOf(
  outputs: ReadonlyMap<string, string>,
  around: string,
  segments: readonly Segment[],
): (id: string, segment: Segment) => string | undefined {
  const byId = new Map([...outputs].map(([name, text]) => [text, name]));
  const counts = new Map<string, number>();
  for (const { kind, text } of tokensOf(around)) if (kind === 'name') counts.set(text, (counts.get(text) ?? 0) + 1);
  const readers = new Map<string, Set<Segment>>();
  for (const segment of segments)
    for (const statement of [...segment.lead, ...segment.core])
      if (statement.kind === 'value')
        for (const { text } of tokensOf(statement.expression))
          readers.set(text, (readers.get(text) ?? new Set()).add(segment));
  return (id, segment) =>
    counts.get(id) === 1 && [...(readers.get(id) ?? [])].every((one) => one === segment) ? byId.get(id) : undefined;
}
