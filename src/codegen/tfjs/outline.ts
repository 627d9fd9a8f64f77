/**
 * What several places of a module compute alike becomes a function of its own: the update of weights, a layer wherever it
 * is called, its derivative, the layers of a network. The kernels that run are the same, in the same order.
 */
import { alike, isWorth } from './alike.js';
import { blockOf, segmentsOf, type Segment, type Value } from './blocks.js';
import { helperOf, type Call, type Helper } from './helpers.js';
import { Identifiers } from './identifiers.js';
import { freedLate, type Dead, type Room, type ValueLine } from './lines.js';
import { isHeld } from './naming.js';
import { networkHelper, type PrintedNetwork } from './network-functions.js';
import { networksIn, type Layer, type Network, type NetworkCall } from './networks.js';
import { peakOf, Reading, type Written } from './reading.js';
import { declaredWhereRead, endedBy, inSections, withoutNamesReadOnce, type Ended, type Section } from './sections.js';
import { lineFrom, sectionOf, stepsIn } from './steps.js';
import { loopOf, outputOf, type Moved, type UpdatePlace } from './updates.js';

/** The statements of a function as lines. */
export interface Outlined extends Ended {
  /** Where updates are made by functions of the state: the state behind the last, and the outputs that are in it. */
  readonly moved?: { readonly state: string; readonly ids: ReadonlySet<string> };
}

/** The statements of each function as lines, and the functions that they call. `taken` are names of the module. */
export function outlined(
  functions: readonly Written[],
  taken: readonly string[],
): { readonly bodies: readonly Outlined[]; readonly helpers: readonly Helper[] } {
  const segments = functions.map(({ statements }) => segmentsOf(statements));
  const peaks = functions.map(peakOf);
  const most = Math.max(...peaks);
  const readings = functions.map(
    (of, i) => new Reading(of, segments[i]!, of.isTraining ? most : Math.min(most, slack * peaks[i]!)),
  );
  const layers = functions.map((_, i) =>
    segments[i]!.map((segment): Layer => ({ segment, block: blockOf(segment, readings[i]!) })),
  );
  const groups = new Map<string, UpdatePlace[]>();
  for (const [of, { update, isFirst }] of functions.entries())
    for (const [at, { segment, block }] of layers[of]!.entries()) {
      if (block === undefined) continue;
      const { line, entry, instead, isAdjoint } = segment.origin ?? {};
      const what = { line, entry, instead, isAdjoint: isAdjoint === true };
      const place = { block, ...what, update, isFirst, most: readings[of]!.most, segment, of, at };
      const group = groups.get(block.key);
      if (group === undefined) groups.set(block.key, [place]);
      else group.push(place);
    }
  const names = new Identifiers();
  // A name that a function declares would hide one of the module.
  for (const name of new Set([...taken, ...readings.flatMap(({ declared }) => [...declared.keys()])]))
    names.fresh(name);
  const outputs = functions.map((of, i) => outputOf(of.outputs, of.around, segments[i]!));
  const calls = new Map<Segment, Call>();
  const moved: Moved[] = [];
  const shared = [...groups.values()].flatMap((group) => alike(group) as readonly UpdatePlace[][]).filter(isWorth);
  const helpers = shared.map((group) => {
    const loop = loopOf(group, segments, names, (of, id, segment) => outputs[of]!(id, segment));
    if (loop !== undefined) {
      moved.push(...loop.moved);
      return loop.helper;
    }
    const { helper, call } = helperOf(group, names);
    for (const [i, { segment }] of group.entries()) calls.set(segment, call(i));
    return helper;
  });
  const found = networksIn(layers, (of, name, some) => readings[of]!.isReadOutsideOf(name, some), names);
  const networks = found.map((network) => networkHelper(network, readings, calls));
  return {
    bodies: functions.map((_, i) => printed(i, readings[i]!, { calls, networks, moved })),
    helpers: [...networks.map(({ helper }) => helper), ...helpers],
  };
}

/** How much more than it must a function may take to be shorter, where whoever opens the model calls it. */
const slack = 1.25;

/** What is known of the whole module. */
interface Context {
  readonly calls: ReadonlyMap<Segment, Call>;
  readonly networks: readonly PrintedNetwork[];
  readonly moved: readonly Moved[];
}

function printed(of: number, reading: Reading, { calls, networks, moved }: Context): Outlined {
  const sections: Section[] = [];
  const within = new Set<string>();
  let state: string | undefined;
  const standIns = new Map<number, StandIn>([
    ...networks.flatMap(({ network, rooms, dying }) =>
      network.calls.flatMap((call, i) =>
        call.of === of ? [[call.from, networkCall(network, call, rooms[i]!, dying[i]!)] as const] : [],
      ),
    ),
    ...moved.flatMap((one) =>
      one.of === of
        ? [
            [
              one.from,
              {
                to: one.to,
                call: () => {
                  const expression = one.call(state ?? 'state');
                  state = freshIn(reading, state);
                  for (const id of one.ids) within.add(id);
                  return { ids: [state], expression };
                },
                takes: isHeld,
                room: one.room,
                dying: one.dying,
              },
            ] as const,
          ]
        : [],
    ),
  ]);
  for (let at = 0; at < reading.segments.length; at += sections.at(-1)!.segments.length) {
    const standIn = standIns.get(at);
    if (standIn === undefined) {
      const segments = lineFrom(reading.segments, at, (i) => standIns.has(i));
      const steps = segments.flatMap((segment) => stepsIn(segment, calls.get(segment)));
      sections.push(sectionOf(segments, steps, reading, calls, [reading.most]));
    } else {
      const { to, call, takes, room, dying } = standIn;
      const segments = reading.segments.slice(at, to + 1);
      sections.push({
        comment: undefined,
        segments,
        lead: segments.flatMap(({ lead }) => lead.filter(({ member }) => member === undefined || !takes(member))),
        lines: [
          { kind: 'value', ...call(), isScope: false, rooms: [room] },
          { kind: 'free', dead: dying },
        ],
      });
    }
  }
  // Where something is new besides, weights and slots of the state stand each for themselves.
  const left = [...reading.of.outputs].filter(([name, text]) => /^(weights|slots)\//.test(name) && !within.has(text));
  const read = state === undefined ? '' : left.length === 0 ? state : `${state} ${state}`;
  const around = `${reading.of.around}\n${read}`;
  const all = sections.flatMap((section) => section.lines);
  // The end of the function's scope frees what is left.
  const { lines } = freedLate(all, [reading.most], () => true);
  const declared = declaredWhereRead(reading.declared, inSections(lines, sections));
  return {
    ...endedBy(withoutNamesReadOnce(declared, around), around),
    ...(state === undefined ? {} : { moved: { state, ids: within } }),
  };
}

/** What stands for segments in a row. */
interface StandIn {
  /** The last of them. */
  readonly to: number;
  readonly call: () => Pick<ValueLine, 'ids' | 'expression'>;
  /** Whether it finds a tensor from outside by itself. */
  readonly takes: (member: NonNullable<Value['member']>) => boolean;
  readonly room: Room;
  readonly dying: readonly Dead[];
}

const networkCall = ({ name, given }: Network, call: NetworkCall, room: Room, dying: readonly Dead[]): StandIn => ({
  to: call.to,
  call: () => ({
    ids: [call.result],
    expression: `${name}(${['weights', ...call.externals, ...given.map((one) => one.name)].join(', ')})`,
  }),
  takes: ({ of }) => of === 'weights',
  room,
  dying,
});

/** A name for the state behind a step that the function has for nothing else. */
function freshIn({ declared }: Reading, before: string | undefined): string {
  for (let i = before === undefined ? 1 : Number(/\d+$/.exec(before)?.[0] ?? 1) + 1; ; i++) {
    const name = i === 1 ? 'moved' : `moved${i}`;
    if (!declared.has(name)) return name;
  }
}
