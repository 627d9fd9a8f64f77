/** A line search for the strong Wolfe conditions: Nocedal & Wright 2006, algorithms 3.5 and 3.6. */
import type { Wolfe } from './method.js';

/** A place on the line. */
export interface Place {
  readonly length: number;
  readonly value: number;
  /** Of the loss along the line. */
  readonly slope: number;
}

/** Measures of the loss that a search may take. */
export const mostMeasures = 25;

/**
 * A place ahead of `start` that satisfies the conditions; undefined where none was found. What is not finite there counts
 * as infinitely high.
 */
export async function searchLine<P extends Place>(
  start: P,
  first: number,
  { c1, c2 }: Wolfe,
  at: (length: number) => Promise<P>,
): Promise<P | undefined> {
  let left = mostMeasures;
  const measure = async (length: number): Promise<P> => {
    left--;
    const place = await at(length);
    return Number.isFinite(place.value) && Number.isFinite(place.slope) ? place : { ...place, value: Infinity };
  };
  const falls = ({ length, value }: Place): boolean => value <= start.value + c1 * length * start.slope;
  const isFlat = ({ slope }: Place): boolean => Math.abs(slope) <= -c2 * start.slope;

  /** Between two places of which `low` is the lowest that falls enough, and goes down towards the other. */
  const zoom = async (low: P, high: P): Promise<P | undefined> => {
    while (left > 0) {
      const place = await measure(within(lowest(low, high), low.length, high.length));
      if (!falls(place) || place.value >= low.value) {
        high = place;
        continue;
      }
      if (isFlat(place)) return place;
      if (place.slope * (high.length - low.length) >= 0) high = low;
      low = place;
    }
    return undefined;
  };

  let before = start;
  for (let length = first; left > 0;) {
    const place = await measure(length);
    if (!falls(place) || (before !== start && place.value >= before.value)) return zoom(before, place);
    if (isFlat(place)) return place;
    if (place.slope >= 0) return zoom(place, before);
    const ahead = lowest(before, place);
    length = ahead > 2 * length ? Math.min(ahead, 10 * length) : 2 * length;
    before = place;
  }
  return undefined;
}

/** Where the cubic through two places and their slopes is lowest: (3.59); NaN where there is no such. */
function lowest(a: Place, b: Place): number {
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.length - b.length);
  const d2 = Math.sign(b.length - a.length) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  return b.length - ((b.length - a.length) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
}

/** Not so near to an end that nothing is learned there; the middle where interpolation says nothing. */
function within(length: number, a: number, b: number): number {
  const [low, high] = [Math.min(a, b), Math.max(a, b)];
  const margin = 0.1 * (high - low);
  return Number.isFinite(length) ? Math.min(high - margin, Math.max(low + margin, length)) : (low + high) / 2;
}
