/** How alike images look. */
import type { ImageShape } from './images.js';

const side = 7;

/**
 * The structural similarity of two lists of images: the mean of (2μₐμᵦ + c₁)(2σₐᵦ + c₂) / ((μₐ² + μᵦ² + c₁)(σₐ² + σᵦ² + c₂))
 * over windows of 7 × 7 pixels (of the whole image where that is smaller) and channels, with c₁ = (0.01·peak)² and
 * c₂ = (0.03·peak)² (Wang et al. 2004, eq. 13, with a flat window).
 */
export function similarity(a: Float32Array, b: Float32Array, image: ImageShape, peak: number): number {
  const { height, width, channels } = image;
  const [tall, wide] = [Math.min(side, height), Math.min(side, width)];
  const [c1, c2] = [(0.01 * peak) ** 2, (0.03 * peak) ** 2];
  const size = height * width * channels;
  let [sum, windows] = [0, 0];
  for (let start = 0; start < a.length; start += size) {
    for (let channel = 0; channel < channels; channel++) {
      for (let top = 0; top + tall <= height; top++) {
        for (let left = 0; left + wide <= width; left++) {
          let [ma, mb, aa, bb, ab] = [0, 0, 0, 0, 0];
          for (let y = top; y < top + tall; y++) {
            for (let x = left; x < left + wide; x++) {
              const at = start + (y * width + x) * channels + channel;
              const [p, q] = [a[at]!, b[at]!];
              ma += p;
              mb += q;
              aa += p * p;
              bb += q * q;
              ab += p * q;
            }
          }
          const n = tall * wide;
          ma /= n;
          mb /= n;
          const [va, vb, cov] = [aa / n - ma * ma, bb / n - mb * mb, ab / n - ma * mb];
          sum += ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
          windows += 1;
        }
      }
    }
  }
  return sum / windows;
}
