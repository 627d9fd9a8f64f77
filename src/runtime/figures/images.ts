/** How examples can be looked at as images. */
import { elements } from '../dataset.js';
import { boundsOf, type Domain } from '../program.js';

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** How one example can be looked at: [h, w], [h, w, 1], [h, w, 3], or a flat square; undefined for anything else. */
export function imageShape(shape: readonly number[]): ImageShape | undefined {
  const [height, width, channels = 1] = shape;
  if (shape.length === 1) {
    const side = Math.sqrt(elements(shape));
    return Number.isInteger(side) && side >= 4 ? { height: side, width: side, channels: 1 } : undefined;
  }
  if (height === undefined || width === undefined || shape.length > 3 || height < 2 || width < 2) return undefined;
  return channels === 1 || channels === 3 ? { height, width, channels } : undefined;
}

/** Any example as an image: what is none by itself is a strip, one pixel high. */
export const stripShape = (shape: readonly number[]): ImageShape =>
  imageShape(shape) ?? { height: 1, width: elements(shape), channels: 1 };

/** The values that are black and white: the declared domain, or the range of the data where it has no bounds. */
export function range(domain: Domain, values: Float32Array): { readonly low: number; readonly high: number } {
  const [least, most] = boundsOf(domain);
  return Number.isFinite(most - least) ? { low: least, high: most } : extent(values);
}

/** The smallest and the largest value, apart from each other. */
export function extent(values: ArrayLike<number>): { readonly low: number; readonly high: number } {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  return { low, high: high > low ? high : low + 1 };
}
