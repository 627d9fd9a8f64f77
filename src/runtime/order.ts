/** Which examples each step of a phase sees. */
import { batchSize, epochOrder, stepsPerEpoch } from './batches.js';
import type { Dataset } from './dataset.js';
import type { CompositionSpec, PhaseSpec } from './program.js';
import { failure, success, type Result } from './result.js';

export interface Order {
  readonly stepsPerEpoch: number;
  /** Rows of the data set that a step takes, counted from 0 within the phase. */
  rows(step: number): Int32Array;
}

/** An order that draws anew from some rows in each pass over them. */
function inPasses(rows: Int32Array, seed: number): (pass: number) => Int32Array {
  let cached: { readonly pass: number; readonly order: Int32Array } | undefined;
  return (pass) => {
    if (cached?.pass !== pass) cached = { pass, order: epochOrder(seed, pass, rows.length).map((i) => rows[i]!) };
    return cached.order;
  };
}

/**
 * The order of a phase over the training rows. Errors: a batch of a stated composition from data that lack one of its
 * kinds.
 */
export function orderOf(phase: PhaseSpec, data: Dataset, rows: Int32Array, seed: number): Result<Order> {
  const { batch, composition } = phase;
  // The smaller kind begins again, and a step counts on as many of either as are stated.
  if (composition !== undefined && batch !== 'full') return composed(composition, batch, data, rows, seed);
  const size = batchSize(batch, rows.length);
  const steps = stepsPerEpoch(batch, rows.length);
  const pass = inPasses(rows, seed);
  return success({
    stepsPerEpoch: steps,
    rows: (step) => {
      if (batch === 'full') return rows;
      const from = (step % steps) * size;
      return pass(Math.floor(step / steps)).subarray(from, from + size);
    },
  });
}

/** Whether a row is one of those that a composition counts. */
function holds({ variable, is }: CompositionSpec, data: Dataset): (row: number) => boolean {
  const mask = data.columns[`${variable}.mask`]?.data;
  if (mask !== undefined) return (row) => mask[row]! > 0 === (is === 'known');
  const label = data.columns[variable]!.data;
  return (row) => (is === 'known' ? label[row]! >= 0 : is === 'missing' ? label[row]! < 0 : label[row] === is);
}

/** An epoch passes once over the kind that needs more batches; the other begins again, in a new order. */
function composed(
  composition: CompositionSpec,
  size: number,
  data: Dataset,
  rows: Int32Array,
  seed: number,
): Result<Order> {
  const { variable, is, count } = composition;
  const isOne = holds(composition, data);
  const kinds = [
    { of: rows.filter((row) => isOne(row)), count, what: `${variable} is ${is}` },
    { of: rows.filter((row) => !isOne(row)), count: size - count, what: `${variable} is not ${is}` },
  ].filter((kind) => kind.count > 0);
  const empty = kinds.find(({ of }) => of.length === 0);
  if (empty !== undefined) {
    return failure(
      data.columns[variable]!.source,
      `examples to train on where ${empty.what}, for batches with ${empty.count} of them`,
      'none',
      'leave out the composition of the batch, or give such examples',
    );
  }
  const streams = kinds.map(({ of, count: each }, kind) => {
    // Different kinds are shuffled by different numbers.
    const pass = inPasses(of, seed + kind * 0x9e37_79b9);
    return (step: number): Int32Array =>
      Int32Array.from({ length: each }, (_, i) => {
        const at = step * each + i;
        return pass(Math.floor(at / of.length))[at % of.length]!;
      });
  });
  return success({
    stepsPerEpoch: Math.max(...kinds.map(({ of, count: each }) => Math.ceil(of.length / each))),
    rows: (step) => Int32Array.from(streams.flatMap((stream) => [...stream(step)])),
  });
}
