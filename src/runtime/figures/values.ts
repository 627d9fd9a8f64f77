/** Numbers of examples: taken from tensors, computed in parts, chosen. */
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { elements, inOne } from '../dataset.js';
import type { Tensors } from '../program.js';
import { release } from '../tensors.js';

/** Values by name, examples along the first axis. */
export type Values = Readonly<Record<string, Float32Array>>;

/** Examples in one call of a program. */
const atOnce = 128;

/** What a function of the program gives of many rows, computed some at a time; `from` counts the rows in front of a part. */
export async function inParts(
  rows: Int32Array,
  compute: (part: Int32Array, from: number) => Promise<Values>,
): Promise<Values> {
  const parts: Values[] = [];
  for (let from = 0; from < rows.length; from += atOnce)
    parts.push(await compute(rows.subarray(from, from + atOnce), from));
  return joined(parts);
}

/** At most `count` of the rows, at equal distances. */
export const evenly = (rows: Int32Array, count: number): Int32Array =>
  rows.length <= count
    ? rows
    : Int32Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]!);

/** Some of the examples of a value, as a tensor. */
export const piece = (
  all: Float32Array,
  shape: readonly number[],
  from: number,
  count: number,
  dtype: Tensor['dtype'],
): Tensor => {
  const size = elements(shape);
  return tensor(all.slice(from * size, (from + count) * size), [count, ...shape], dtype as 'float32');
};

/** The numbers of tensors, which are disposed unless they are kept. */
export async function values(tensors: Tensors, ...kept: readonly Tensors[]): Promise<Values> {
  const taken: Record<string, Float32Array> = {};
  for (const [name, one] of Object.entries(tensors)) taken[name] = Float32Array.from(await one.data());
  release([tensors], kept);
  return taken;
}

/** Values of parts of the examples, one part behind the other. */
export function joined(parts: readonly Values[]): Values {
  return Object.fromEntries(Object.keys(parts[0] ?? {}).map((name) => [name, inOne(parts.map((part) => part[name]!))]));
}

/** Some of the rows, each of `width` numbers. */
export function pick(all: Float32Array, width: number, positions: ArrayLike<number>): Float32Array {
  const out = new Float32Array(positions.length * width);
  for (let i = 0; i < positions.length; i++)
    out.set(all.subarray(positions[i]! * width, (positions[i]! + 1) * width), i * width);
  return out;
}
