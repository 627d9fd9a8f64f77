/** Segments of a function as steps: what they compute, or the calls that stand for them. */
import { deadOf, roomOf, type Segment } from './blocks.js';
import type { Call } from './helpers.js';
import { nested, type Step } from './nested.js';
import type { Reading } from './reading.js';
import type { Section } from './sections.js';

/** Segments from one on that are of the same line of the file. */
export function lineFrom(
  segments: readonly Segment[],
  from: number,
  isTaken: (at: number) => boolean = () => false,
): readonly Segment[] {
  let to = from + 1;
  while (to < segments.length && segments[to]!.origin?.line === segments[from]!.origin?.line && !isTaken(to)) to++;
  return segments.slice(from, to);
}

/** What a segment computes, or what is called in its stead. */
export const stepsIn = ({ core }: Segment, call: Call | undefined): readonly Step[] =>
  call === undefined
    ? core.map((one): Step => {
        if (one.kind === 'free') return { kind: 'free', dead: deadOf(one.dead) };
        const { id, expression, from } = one;
        return { kind: 'value', ids: [id], expression, isTensor: from === 'tensor', rooms: [roomOf(one)] };
      })
    : [
        { kind: 'value', ids: call.ids, expression: call.expression, isTensor: true, rooms: [call.room] },
        { kind: 'free', dead: call.dying },
      ];

/**
 * Segments of one line as they stand in a function.
 * @param most bytes that may be there in each place of `steps`
 */
export function sectionOf(
  segments: readonly Segment[],
  steps: readonly Step[],
  reading: Reading,
  calls: ReadonlyMap<Segment, Call>,
  most: readonly number[],
  isTold = reading.of.isTold,
): Section {
  const own = new Set(segments);
  const results = segments.flatMap(({ core }) =>
    core.flatMap((one) => (one.kind === 'value' && reading.isReadOutsideOf(one.id, own) ? [one.id] : [])),
  );
  const called = segments.flatMap((segment) => calls.get(segment) ?? []);
  const isPlain = segments.every(({ core }) => core.length === 0);
  const speaks = called.some(({ isUpdate }) => isUpdate) || (called.length > 0 && !isTold);
  return {
    comment: isPlain || speaks ? undefined : segments[0]!.origin?.line,
    segments,
    lead: segments.flatMap(({ lead }) => lead),
    lines: nested(steps, new Set(results), most),
  };
}
