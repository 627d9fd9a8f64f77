/** Ownership of records of tensors. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tensors } from './program.js';

/** Disposes the tensors of `records` that no record of `kept` holds: a step may hand frozen weights on as they are. */
export function release(records: readonly (Tensors | undefined)[], kept: readonly (Tensors | undefined)[] = []): void {
  const held = new Set<Tensor>();
  for (const record of kept) if (record !== undefined) for (const tensor of Object.values(record)) held.add(tensor);
  for (const record of records) {
    if (record === undefined) continue;
    for (const tensor of Object.values(record)) {
      if (!held.has(tensor) && !tensor.isDisposed) tensor.dispose();
    }
  }
}

/** Tensors of their own lifetime over the same values. */
export const cloneTensors = (record: Tensors): Tensors =>
  Object.fromEntries(Object.entries(record).map(([name, tensor]) => [name, tensor.clone()]));

/** The first entry with a value that is not finite, and that value; in the order of `names`. */
export async function firstNonFinite(
  record: Tensors,
  names: readonly string[],
): Promise<{ name: string; value: number } | undefined> {
  for (const name of names) {
    const tensor = record[name];
    if (tensor === undefined) continue;
    const values = await tensor.data<'float32'>();
    for (const value of values) if (!Number.isFinite(value)) return { name, value };
  }
  return undefined;
}
