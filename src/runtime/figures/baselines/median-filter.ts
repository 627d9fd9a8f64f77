/** The median filter of noisy images. */
import type { ImageShape } from '../images.js';
import type { Method } from './method.js';

export const medianOfNine: Method = ({ run, variable, read }) =>
  Promise.resolve(
    run.spec.corruption === ''
      ? { unavailable: `nothing corrupts ${variable.name}` }
      : variable.degraded !== undefined
        ? { unavailable: `the networks read ${variable.name} in another shape` }
        : {
            title: 'median filter',
            values: medianFilter(read.values, read.image),
            note: 'The filter takes the median of 3 × 3 pixels, borders repeated.',
          },
  );

/** The median of each pixel and its eight neighbours, channel by channel; borders are repeated. */
export function medianFilter(values: Float32Array, { height, width, channels }: ImageShape): Float32Array {
  const size = height * width * channels;
  const window = new Float32Array(9);
  const within = (i: number, n: number): number => Math.min(n - 1, Math.max(0, i));
  return values.map((_, at) => {
    const start = Math.floor(at / size) * size;
    const [row, column, channel] = [
      Math.floor((at - start) / (width * channels)),
      Math.floor((at - start) / channels) % width,
      (at - start) % channels,
    ];
    for (let k = 0; k < 9; k++) {
      const [y, x] = [within(row + Math.floor(k / 3) - 1, height), within(column + (k % 3) - 1, width)];
      window[k] = values[start + (y * width + x) * channels + channel]!;
    }
    return window.sort()[4]!;
  });
}
