/**
 * Random numbers as pure functions of (seed, step, stream, index): the counter-based generator
 * Philox4x32-10 (Salmon et al. 2011), laid out as TensorFlow's StatelessRandomUniformV2 and
 * StatelessRandomNormalV2 with alg = Philox lay it out. Nothing has to be saved to resume, the
 * same draw is the same on every backend, and a TensorFlow graph can draw the same numbers itself.
 */
import { tensor, type Tensor } from '@tensorflow/tfjs-core';

export interface Random {
  readonly seed: number;
  readonly step: number;
  /** Uniform on [0, 1), float32. `stream` tells the draws of one step apart. */
  uniform(stream: number, shape: readonly number[]): Tensor;
  /** Standard normal, float32. */
  normal(stream: number, shape: readonly number[]): Tensor;
}

/**
 * The random numbers of one training step.
 *
 * @param first of what is drawn in a shape, the index of the first number that is wanted
 */
export function randomAt(seed: number, step: number, first: (shape: readonly number[]) => number = () => 0): Random {
  const draw =
    (numbers: typeof uniforms): Random['uniform'] =>
    (stream, shape) =>
      tensor(numbers(seed, step, stream, size(shape), first(shape)), [...shape], 'float32');
  return { seed, step, uniform: draw(uniforms), normal: draw(normals) };
}

/**
 * Steps no training run reaches, so that draws outside training share no number with it:
 * first weights, noise while evaluating (one step a batch, the same at every epoch, so that
 * losses of two epochs differ by the weights alone) and samples from the prior.
 */
export const reservedSteps = { initialize: 0xffff_ffff, sample: 0xffff_fffe, evaluate: 0x8000_0000 } as const;

/** Streams of the runtime itself; programs number theirs from 0. */
export const reservedStreams = { shuffle: 0xffff_ffff, split: 0xffff_fffe, synthetic: 0xffff_fffd } as const;

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** `count` uniforms on [0, 1), from the `first` on: the 23 low bits of each word become the mantissa, as in TensorFlow's Uint32ToFloat. */
export function uniforms(seed: number, step: number, stream: number, count: number, first = 0): Float32Array {
  const from = first % 4;
  const words = philox(seed, step, stream, from + count, (first - from) / 4);
  const out = new Float32Array(words.buffer);
  for (let i = 0; i < words.length; i++) words[i] = (words[i]! & 0x7fffff) | 0x3f800000;
  for (let i = 0; i < out.length; i++) out[i] = out[i]! - 1;
  return out.subarray(from, from + count);
}

/** `count` standard normals, from the `first` on: Box–Muller on consecutive words, as in TensorFlow's BoxMullerFloat. */
export function normals(seed: number, step: number, stream: number, count: number, first = 0): Float32Array {
  const from = first % 2;
  const padded = uniforms(seed, step, stream, Math.ceil((from + count) / 2) * 2, first - from);
  const epsilon = Math.fround(1e-7);
  for (let i = 0; i + 1 < padded.length; i += 2) {
    const u1 = Math.max(padded[i]!, epsilon);
    const angle = Math.fround(2 * Math.PI * padded[i + 1]!);
    const radius = Math.fround(Math.sqrt(Math.fround(-2 * Math.log(u1))));
    padded[i] = Math.sin(angle) * radius;
    padded[i + 1] = Math.cos(angle) * radius;
  }
  return padded.subarray(from, from + count);
}

/** A permutation of 0 … count−1 (Fisher–Yates), for shuffling an epoch. */
export function permutation(seed: number, step: number, stream: number, count: number): Int32Array {
  const words = philox(seed, step, stream, count);
  const out = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor((words[i]! / 4294967296) * (i + 1));
    const swap = out[i]!;
    out[i] = out[j]!;
    out[j] = swap;
  }
  return out;
}

/**
 * Words of Philox4x32-10 with key (seed low, seed high) and counter (block, 0, step, stream):
 * TensorFlow's counter [low, high] with low = block and high = step + stream·2³².
 * The result holds whole blocks of four words, the first of them number `first`.
 */
export function philox(seed: number, step: number, stream: number, count: number, first = 0): Uint32Array {
  const blocks = Math.ceil(count / 4);
  const out = new Uint32Array(blocks * 4);
  const keyLow = seed >>> 0;
  const keyHigh = Math.floor(seed / 4294967296) >>> 0;
  for (let block = 0; block < blocks; block++)
    philoxBlock(first + block, 0, step >>> 0, stream >>> 0, keyLow, keyHigh, out, block * 4);
  return out;
}

/** One block of Philox4x32-10: four words for a counter of four words and a key of two, written to `out` from `at`. */
export function philoxBlock(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array,
  at: number,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit integers. */
function multiplyHigh(a: number, b: number): number {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const mid = aHigh * bLow + ((aLow * bLow) >>> 16);
  const cross = aLow * bHigh + (mid & 0xffff);
  return (aHigh * bHigh + Math.floor(mid / 65536) + Math.floor(cross / 65536)) >>> 0;
}
