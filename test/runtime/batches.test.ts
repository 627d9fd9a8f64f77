import { beforeAll, describe, expect, it } from 'vitest';
import { batchTensors, splitRows, statistic, stepsPerEpoch } from '../../src/runtime/batches.js';
import type { Dataset } from '../../src/runtime/dataset.js';
import { useCpu } from './backend.js';
import { vector } from './tiny.js';
import { stream } from '../interpreter/compare/random.js';

beforeAll(useCpu);

const data: Dataset = {
  size: 3,
  columns: {
    x: { shape: [2], data: Uint8Array.of(0, 255, 51, 102, 255, 0), scale: 1 / 255, source: 'test' },
    y: { shape: [], data: Int32Array.of(4, 5, 6), scale: 1, source: 'test' },
  },
};

describe('splitRows', () => {
  it('parts the examples once and for all', () => {
    const split = splitRows(100, 0.2, 5);
    expect(split.validation).toHaveLength(20);
    expect([...split.train, ...split.validation].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(splitRows(100, 0.2, 5)).toEqual(split);
    expect(splitRows(100, 0.2, 6)).not.toEqual(split);
  });

  it('holds out at least two or none, and leaves one for training', () => {
    const sizes = ([size, share]: readonly [number, number]): readonly number[] => [
      splitRows(size, share, 1).train.length,
      splitRows(size, share, 1).validation.length,
    ];
    expect(
      (
        [
          [1, 0.5],
          [8, 0.1],
          [14, 0.1],
          [15, 0.1],
          [20, 0.1],
          [10, 0.001],
          [10, 0.999],
          [10, 0],
        ] as const
      ).map(sizes),
    ).toEqual([
      [1, 0],
      [8, 0],
      [14, 0],
      [13, 2],
      [18, 2],
      [10, 0],
      [1, 9],
      [10, 0],
    ]);
  });
});

describe('batchTensors', () => {
  it('scales bytes, keeps labels whole and takes the rows in order', async () => {
    const label = { ...vector(1), name: 'y', shape: [], domain: { kind: 'category', classes: 10 } as const };
    const batch = batchTensors(data, [vector(2), label], [2, 0]);
    expect(batch['x']!.shape).toEqual([2, 2]);
    expect(Array.from(await batch['x']!.data())).toEqual([1, 0, 0, 1]);
    expect(batch['y']!.dtype).toBe('int32');
    expect(batch['y']!.shape).toEqual([2]);
    expect(Array.from(await batch['y']!.data())).toEqual([6, 4]);
  });
});

it('stepsPerEpoch counts the last partial batch', () => {
  expect(stepsPerEpoch(32, 100)).toBe(4);
  expect(stepsPerEpoch('full', 100)).toBe(1);
  expect(stepsPerEpoch(512, 100)).toBe(1);
});

it('statistics are per feature, over the given rows', () => {
  const x = data.columns['x']!;
  const close = (values: Float32Array, expected: number[]): void =>
    expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 6));
  close(statistic(x, 'min', [0, 1]), [0, 0.4]);
  close(statistic(x, 'max', [0, 1]), [0.2, 1]);
  close(statistic(x, 'mean', [0, 1, 2]), [0.4, 1.4 / 3]);
  close(statistic(x, 'std', [0, 1]), [0.1, 0.3]);
});

describe('whitening', () => {
  /** Four features: two that go together, one by itself, and one that is the sum of the first two. */
  const random = stream(4);
  const rows = Array.from({ length: 50 }, () => {
    const [a, b, c] = [random.bell(), random.bell(), 3 + random.bell()] as const;
    return [100 + a, 2 * a + 0.5 * b, c, 100 + 3 * a + 0.5 * b];
  });
  const x = { shape: [2, 2], data: Float32Array.from(rows.flat()), scale: 1, source: 'test' };
  const used = rows.slice(0, 40).map((_, i) => i + 5);
  const w = statistic(x, 'whitening', used);
  const means = [0, 1, 2, 3].map((j) => used.reduce((sum, i) => sum + rows[i]![j]!, 0) / used.length);
  const white = used.map((i) =>
    [0, 1, 2, 3].map((to) => rows[i]!.reduce((sum, value, j) => sum + (value - means[j]!) * w[j * 4 + to]!, 0)),
  );

  it('makes features uncorrelated, with variance 1 where the rows vary and 0 elsewhere', () => {
    const covariance = [0, 1, 2, 3].map((a) =>
      [0, 1, 2, 3].map((b) => white.reduce((sum, row) => sum + row[a]! * row[b]!, 0) / white.length),
    );
    covariance.forEach((row, a) =>
      row.forEach((value, b) => expect(value, `${a} ${b}`).toBeCloseTo(a === b && a < 3 ? 1 : 0, 3)),
    );
  });

  it('has the largest variance first, and directions that stand upright on each other', () => {
    const column = (c: number): readonly number[] => [0, 1, 2, 3].map((j) => w[j * 4 + c]!);
    const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
    const lengths = [0, 1, 2, 3].map((c) => dot(column(c), column(c)));
    expect(lengths[0]).toBeLessThan(lengths[1]!);
    expect(lengths[1]).toBeLessThan(lengths[2]!);
    expect(lengths[3]).toBeCloseTo(1, 5);
    for (let a = 0; a < 4; a++)
      for (let b = 0; b < a; b++)
        expect(dot(column(a), column(b)) / Math.sqrt(lengths[a]! * lengths[b]!)).toBeCloseTo(0, 5);
  });
});
