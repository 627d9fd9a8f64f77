/** Networks as functions, and what they take wherever they are called. */
import { shares, type Segment } from './blocks.js';
import { roomOfSteps, typeOf, type Call, type Helper } from './helpers.js';
import { Identifiers } from './identifiers.js';
import { freedLate, lineText, type Dead, type Room } from './lines.js';
import type { Step } from './nested.js';
import type { Network, NetworkCall } from './networks.js';
import type { Reading } from './reading.js';
import {
  declaredWhereRead,
  inSections,
  renamedIn,
  returningText,
  withoutNamesReadOnce,
  type Section,
} from './sections.js';
import { lineFrom, sectionOf, stepsIn } from './steps.js';
import { tokensOf } from './tokens.js';

/** A network as a function, and what each of its calls takes. */
export interface PrintedNetwork {
  readonly network: Network;
  readonly helper: Helper;
  readonly rooms: readonly Room[];
  /** What is freed behind each. */
  readonly dying: readonly (readonly Dead[])[];
}

/** The layers of a network as a function of what goes in. */
export function networkHelper(
  network: Network,
  readings: readonly Reading[],
  calls: ReadonlyMap<Segment, Call>,
): PrintedNetwork {
  const [call] = network.calls as readonly [NetworkCall];
  const reading = readings[call.of]!;
  const externals = new Set(call.externals);
  const segments = reading.segments.slice(call.from, call.to + 1);
  const most = network.calls.map(({ of }) => readings[of]!.most);
  const { dying, layers: steps } = stepsOfCalls(network, readings, calls);
  const sections: Section[] = [];
  for (let at = 0; at < segments.length; at += sections.at(-1)!.segments.length) {
    const some = lineFrom(segments, at);
    const section = sectionOf(some, steps.slice(at, at + some.length).flat(), reading, calls, most, true);
    sections.push({ ...section, lead: section.lead.filter(({ id }) => !externals.has(id)) });
  }
  const all = sections.flatMap((section) => section.lines);
  const { lines, left, peaks } = freedLate(all, most, (dead) => dead.length > 0);
  const declared = declaredWhereRead(
    new Map([...reading.declared].filter(([id]) => !externals.has(id))),
    inSections(lines, sections),
  );
  const written = withoutNamesReadOnce(declared, '');
  const code = written.flatMap((section) => [
    ...section.lead.map(({ id, expression }) => `${id} = ${expression}`),
    ...section.lines.map(lineText),
  ]);
  const own = new Identifiers(code.flatMap(tokensOf).flatMap(({ text }) => (externals.has(text) ? [] : [text])));
  const params = new Map(call.externals.map((id) => [id, own.fresh('x')]));
  const inside = returningText(
    written.map((section) => ({ ...section, lines: section.lines.map((line) => renamedIn(line, params)) })),
  );
  const helper: Helper = {
    name: network.name,
    about: `The layers of ${network.of}, one after the other.`,
    params: [
      { name: 'weights', type: 'Weights' },
      ...[...params.values()].map((param) => ({ name: param, type: 'tf.Tensor' })),
      ...network.given.map((one) => ({ name: one.name, type: typeOf[one.kind] })),
    ],
    returns: 'tf.Tensor',
    body: (left.length > 0 ? ['return tf.tidy(() => {', ...inside, '});'] : inside).join('\n'),
  };
  const values = steps.flat();
  const rooms = network.calls.map((_, place) => roomOfSteps(values, place, peaks[place]!));
  return { network, helper, rooms, dying };
}

/** What a caller of a network frees behind it, and the steps of each layer with what they take in each call. */
function stepsOfCalls(
  { calls: places }: Network,
  readings: readonly Reading[],
  calls: ReadonlyMap<Segment, Call>,
): { readonly dying: readonly (readonly Dead[])[]; readonly layers: readonly (readonly Step[])[] } {
  const byCall = places.map((call) => {
    const externals = new Set(call.externals);
    let [held, dying]: [number, readonly Dead[]] = [0, []];
    const layers = readings[call.of]!.segments.slice(call.from, call.to + 1).map((segment) =>
      stepsIn(segment, calls.get(segment)).flatMap((step): readonly Step[] => {
        if (step.kind === 'value')
          return [{ ...step, rooms: step.rooms.map((room) => ({ ...room, live: room.live + held })) }];
        const { inside, outside, bytes } = shares(step.dead, (id) => !externals.has(id), dying);
        held += bytes;
        dying = outside;
        return inside.length === 0 ? [] : [{ kind: 'free', dead: inside }];
      }),
    );
    return { layers, dying };
  });
  const layers = byCall[0]!.layers.map((steps, layer) =>
    steps.map((step, i): Step => {
      const others = byCall.map((one) => one.layers[layer]![i]!);
      if (step.kind === 'value') return { ...step, rooms: others.map((other) => (other as typeof step).rooms[0]!) };
      const dead = step.dead.map((one, d): Dead => ({
        ...one,
        bytes: others.map((other) => (other as typeof step).dead[d]!.bytes[0]!),
      }));
      return { kind: 'free', dead };
    }),
  );
  return { dying: byCall.map(({ dying }) => dying), layers };
}
