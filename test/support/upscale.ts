/** Classical upscaling by two, to compare with. */
import type { Values } from './train.js';

export const nearest = (small: Values): Values => upscaled(small, (at) => [[Math.floor(at / 2), 1]]);

/** Keys' cubic convolution with a = −½ and half-pixel centres; borders are held. */
export const bicubic = (small: Values): Values =>
  upscaled(small, (at) => {
    const centre = (at + 0.5) / 2 - 0.5;
    const first = Math.floor(centre) - 1;
    return [0, 1, 2, 3].map((k) => [first + k, cubic(centre - first - k)] as const);
  });

function cubic(t: number): number {
  const x = Math.abs(t);
  if (x < 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1;
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0;
}

/** Each output element is a weighted sum along both axes of the places that `taps` names. */
function upscaled(small: Values, taps: (at: number) => readonly (readonly [number, number])[]): Values {
  const [n, height, width, channels] = small.shape as [number, number, number, number];
  const data = new Float32Array(4 * small.data.length);
  const held = (at: number, length: number): number => Math.min(Math.max(at, 0), length - 1);
  for (let i = 0; i < data.length; i++) {
    const c = i % channels;
    const column = Math.floor(i / channels) % (2 * width);
    const row = Math.floor(i / channels / (2 * width)) % (2 * height);
    const image = Math.floor(i / channels / (2 * width) / (2 * height));
    let sum = 0;
    for (const [r, wr] of taps(row)) {
      for (const [s, ws] of taps(column))
        sum += wr * ws * small.data[((image * height + held(r, height)) * width + held(s, width)) * channels + c]!;
    }
    data[i] = sum;
  }
  return { shape: [n, 2 * height, 2 * width, channels], data };
}
