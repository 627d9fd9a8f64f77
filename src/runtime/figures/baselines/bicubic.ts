/** Cubic convolution: small images made large. */
import type { ImageShape } from '../images.js';
import { isShrunk } from '../pictures.js';
import type { Images, Method } from './method.js';

export const bicubic: Method = ({ variable, read, clean }) =>
  Promise.resolve(
    isShrunk(variable)
      ? {
          title: 'bicubic',
          values: enlarged(read, clean.image),
          note: 'Cubic convolution (Keys 1981, a = −½) of the small images, each pixel in the middle of the cell that it is the mean of, borders repeated.',
        }
      : { unavailable: `the networks do not read ${variable.name} in a smaller size` },
  );

/** Keys 1981, eq. 15, with a = −½: exact for polynomials of the second degree. */
function weight(distance: number): number {
  const s = Math.abs(distance);
  if (s < 1) return (1.5 * s - 2.5) * s * s + 1;
  return s < 2 ? ((-0.5 * s + 2.5) * s - 4) * s + 2 : 0;
}

/** Which four of `from` pixels a pixel of `to` lies among, and what each counts. */
function taps(from: number, to: number): readonly (readonly (readonly [at: number, weight: number])[])[] {
  return Array.from({ length: to }, (_, i) => {
    const place = ((i + 0.5) * from) / to - 0.5;
    const first = Math.floor(place) - 1;
    return [0, 1, 2, 3].map((k) => [Math.min(from - 1, Math.max(0, first + k)), weight(place - first - k)] as const);
  });
}

/** The images in another size, of as many channels. */
export function enlarged({ values, image }: Images, to: ImageShape): Float32Array {
  const { channels } = image;
  const [down, across] = [taps(image.height, to.height), taps(image.width, to.width)];
  const [small, large] = [image.height * image.width * channels, to.height * to.width * channels];
  const out = new Float32Array((values.length / small) * large);
  for (let at = 0; at < out.length; at++) {
    const [n, inside] = [Math.floor(at / large), at % large];
    const [pixel, channel] = [Math.floor(inside / channels), inside % channels];
    let sum = 0;
    for (const [y, wy] of down[Math.floor(pixel / to.width)]!)
      for (const [x, wx] of across[pixel % to.width]!)
        sum += wy * wx * values[n * small + (y * image.width + x) * channels + channel]!;
    out[at] = sum;
  }
  return out;
}
