/** Random numbers of one example, drawn from (seed, example), so that a larger `count` only appends examples. */
import { normals, reservedStreams, uniforms } from '../random.js';

export interface Draws {
  /** Uniform on [low, high). */
  uniform(low: number, high: number): number;
  /** Normal with mean 0. */
  normal(deviation: number): number;
  /** Integer in 0 … n−1. */
  below(n: number): number;
}

/** `salt` separates draws of one seed that must not be related (a dictionary and its codes). */
export function drawsOf(seed: number, example: number, capacity: number, salt = 0): Draws {
  const flat = uniforms(seed, example, reservedStreams.synthetic - 16 - 2 * salt, capacity);
  const round = normals(seed, example, reservedStreams.synthetic - 17 - 2 * salt, capacity);
  let nextFlat = 0;
  let nextRound = 0;
  const flatValue = (): number => {
    const value = flat[nextFlat++];
    if (value === undefined) throw new Error(`more than ${capacity} draws for one example`);
    return value;
  };
  return {
    uniform: (low, high) => low + (high - low) * flatValue(),
    normal: (deviation) => {
      const value = round[nextRound++];
      if (value === undefined) throw new Error(`more than ${capacity} draws for one example`);
      return deviation * value;
    },
    below: (n) => Math.min(n - 1, Math.floor(n * flatValue())),
  };
}
