/** Dense examples on digits: better than PCA, worse with fewer units, the same again for the same seed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { selectRows, splitRows } from '../../src/runtime/index.js';
import { pcaError } from '../support/algebra.js';
import { useWasm } from '../support/emitted.js';
import {
  bytesOf,
  column,
  explainedUnseen,
  lossAt,
  matrix,
  mse,
  reconstructed,
  trainExample,
} from '../support/train.js';

beforeAll(useWasm);

it('the vanilla autoencoder does better than any linear one of its size', async () => {
  const t = await trainExample('lecture1/vanilla.ae', 'strokes:count=2000', { overrides: { batch: 64, epochs: 40 } });
  const seen = selectRows(t.data, splitRows(t.data.size, t.program.spec.validation, t.program.spec.seed).train);
  const error = mse(await reconstructed(t, seen), column(seen));
  t.dispose();
  expect(error).toBeLessThan(pcaError(column(seen), 64));
});

it('fewer dimensions, larger error: z = 784, 64, 16, 4, 1', async () => {
  const losses: number[] = [];
  for (const z of [784, 64, 16, 4, 1]) {
    // Narrow networks learn slowly at first; that they are given more time does not help them.
    const overrides = { batch: 32, epochs: z > 64 ? 7 : z > 8 ? 12 : 25 };
    const t = await trainExample('lecture0/zsweep.ae', 'strokes:count=700', { set: { z }, overrides });
    losses.push(lossAt(t, -1));
    t.dispose();
  }
  expect(losses).toEqual([...losses].sort((a, b) => a - b));
});

it.each([
  ['lecture1/multilayer.ae', 6],
  ['lecture2/binomial.ae', 8],
  ['lecture3/stacked.ae', 3],
])('%s learns more than the mean of the data', async (path, epochs) => {
  const t = await trainExample(path, 'strokes:count=500', { overrides: { batch: 16, epochs } });
  expect(lossAt(t, -1)).toBeLessThan(0.9 * lossAt(t, 0));
  expect(await explainedUnseen(t)).toBeGreaterThan(0.15);
  t.dispose();
});

it('the stacked autoencoder has one kernel for both directions', async () => {
  const t = await trainExample('lecture3/stacked.ae', 'strokes:count=200', { overrides: { epochs: 1 } });
  expect(Object.keys(t.weights).sort()).toEqual([
    'decoder.h3.bias',
    'decoder.out.bias',
    'encoder.h1.bias',
    'encoder.h1.kernel',
    'encoder.h2.bias',
    'encoder.h2.kernel',
  ]);
  // h3 = elu(h2 W₂ᵀ + b₃), out = h3 W₁ᵀ + b₄, on what the emitted code says.
  const one = selectRows(t.data, [0]);
  const read = async (name: string): Promise<readonly number[]> => {
    const values = await t.weights[name]!.data<'float32'>();
    return Array.from(values);
  };
  const elu = (v: number): number => (v > 0 ? v : Math.expm1(v));
  const transposed = (
    v: readonly number[],
    rows: readonly (readonly number[])[],
    bias: readonly number[],
    phi: (x: number) => number,
  ): readonly number[] => rows.map((row, i) => phi(row.reduce((sum, w, j) => sum + w * v[j]!, bias[i]!)));
  const plain = (
    v: readonly number[],
    rows: readonly (readonly number[])[],
    bias: readonly number[],
  ): readonly number[] => bias.map((b, j) => elu(v.reduce((sum, x, i) => sum + x * rows[i]![j]!, b)));
  const [w1, w2] = [await matrix(t.weights, 'encoder.h1.kernel'), await matrix(t.weights, 'encoder.h2.kernel')];
  const h1 = plain(Array.from(column(one).data), w1, await read('encoder.h1.bias'));
  const h2 = plain(h1, w2, await read('encoder.h2.bias'));
  const h3 = transposed(h2, w2, await read('decoder.h3.bias'), elu);
  const out = transposed(h3, w1, await read('decoder.out.bias'), (x) => x);
  const { data } = await reconstructed(t, one);
  expect(Math.max(...out.map((value, i) => Math.abs(value - data[i]!)))).toBeLessThan(1e-3);
  t.dispose();
});

describe('the same seed gives the same bits', () => {
  it.each([
    ['lecture1/vanilla.ae', 'strokes:count=300'],
    ['lecture2/cvae.ae', 'strokes:count=300'],
    ['lecture0/denoise-conv.ae', 'strokes:count=100'],
    ['lecture3/denoise-salt-and-pepper.ae', 'strokes:count=300'],
  ])('%s', async (path, data) => {
    const bytes: Buffer[] = [];
    for (const seed of [1, 1, 2]) {
      const t = await trainExample(path, data, { overrides: { epochs: 1, seed } });
      bytes.push(await bytesOf(t.weights));
      t.dispose();
    }
    const [first, again, other] = bytes as [Buffer, Buffer, Buffer];
    expect(first.equals(again)).toBe(true);
    expect(first.equals(other)).toBe(false);
  });
});
