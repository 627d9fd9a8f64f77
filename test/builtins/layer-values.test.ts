/**
 * What layers compute, against direct formulas: the shape and derivative laws would not see a wrong but consistent
 * value.
 */
import { describe, expect, it } from 'vitest';
import type { Args } from '../../src/builtins/arguments.js';
import { B } from '../../src/ir/graph/shape.js';
import { difference, Kit, list } from '../laws/kit.js';
import { lower, lowerWith, type LayerCase } from './layer-cases.js';
import { evaluateNodes, value, type Value } from '../laws/reference.js';
import { at, tabulate } from '../laws/reference/value.js';

interface Result {
  readonly x: Value;
  readonly ys: readonly Value[];
  readonly y: Value;
  readonly weights: Readonly<Record<string, Value>>;
  readonly updates: Readonly<Record<string, Value>>;
}

function run(layer: string, input: readonly number[], args: Args = {}, training = false): Result {
  const { kit, input: node, outputs, weights, updates } = lower({ layer, input, args, training });
  const known = evaluateNodes(kit.graph({}).nodes, kit.env);
  const read = (nodes: Readonly<Record<string, { readonly id: number }>>) =>
    Object.fromEntries(Object.entries(nodes).map(([k, n]) => [k, known.get(n.id)!]));
  const ys = outputs.map((o) => known.get(o.id)!);
  return { x: known.get(node.id)!, ys, y: ys[0]!, weights: read(weights), updates: read(updates) };
}

const equal = (found: Value, expected: Value): void => expect(difference(found, expected)).toBeLessThan(1e-12);
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
const total = (xs: readonly number[]): number => xs.reduce((a, c) => a + c, 0);

describe('convolutions', () => {
  it('groups see their own channels alone', () => {
    const { x, y, weights } = run('conv', [4, 4, 4], { filters: 6, groups: 2, kernel: 3, padding: 'valid' });
    equal(
      y,
      tabulate(
        [3, 2, 2, 6],
        ([n, i, j, d]) =>
          at(weights['bias']!, d!) +
          total(
            range(3).flatMap((u) =>
              range(3).flatMap((v) =>
                range(2).map(
                  (c) => at(x, n!, i! + u, j! + v, Math.floor(d! / 3) * 2 + c) * at(weights['kernel']!, u, v, c, d!),
                ),
              ),
            ),
          ),
      ),
    );
  });

  it('same padding puts the odd row behind', () => {
    const { x, y, weights } = run('conv', [4, 5, 1], { filters: 1, kernel: 2, stride: 1, bias: false });
    equal(
      y,
      tabulate([3, 4, 5, 1], ([n, i, j]) =>
        total(
          range(2).flatMap((u) =>
            range(2).map((v) => at(x, n!, i! + u, j! + v, 0) * at(weights['kernel']!, u, v, 0, 0)),
          ),
        ),
      ),
    );
  });

  it('a transposed convolution stamps the kernel and sums overlaps', () => {
    const { x, y, weights } = run('conv_transpose', [3, 2, 2], {
      filters: 2,
      kernel: 3,
      stride: 2,
      padding: 'valid',
      bias: false,
    });
    const expected = tabulate(y.shape, () => 0);
    tabulate([3, 3, 2, 3, 3, 2, 2], ([n, i, j, u, v, c, d]) => {
      const [row, column] = [2 * i! + u!, 2 * j! + v!];
      expected.data[((n! * y.shape[1]! + row) * y.shape[2]! + column) * 2 + d!]! +=
        at(x, n!, i!, j!, c!) * at(weights['kernel']!, u!, v!, d!, c!);
      return 0;
    });
    expect(y.shape).toEqual([3, 7, 5, 2]);
    equal(y, expected);
  });
});

describe('pooling', () => {
  const args = { size: 3, stride: 2, padding: 'same' };
  /** The elements under window (i, j) that are not padding. */
  const under = (x: Value, n: number, i: number, j: number, c: number): readonly number[] => {
    const [top, left] = [1, 0];
    return range(3)
      .flatMap((u) => range(3).map((v) => [2 * i + u - top, 2 * j + v - left] as const))
      .filter(([r, s]) => r >= 0 && s >= 0 && r < 5 && s < 4)
      .map(([r, s]) => at(x, n, r, s, c));
  };
  const pools: readonly (readonly [string, (xs: readonly number[]) => number])[] = [
    ['maxpool', (xs) => Math.max(...xs)],
    ['avgpool', (xs) => total(xs) / xs.length],
    ['l2pool', (xs) => Math.sqrt(1e-8 + total(xs.map((v) => v * v)))],
  ];

  it.each(pools)('%s leaves padding out', (name, formula) => {
    const { x, y } = run(name, [5, 4, 2], args);
    equal(
      y,
      tabulate([3, 3, 2, 2], ([n, i, j, c]) => formula(under(x, n!, i!, j!, c!))),
    );
  });
});

describe('the k largest', () => {
  it('topk keeps k of each vector, the first of equal ones', () => {
    const { x, y } = run('topk', [2, 5], { k: 2 });
    const rank = (index: readonly number[]): number =>
      range(5).filter((i) => at(x, ...index.slice(0, -1), i) > at(x, ...index)).length;
    equal(
      y,
      tabulate([3, 2, 5], (index) => (rank(index) < 2 ? at(x, ...index) : 0)),
    );
    const kit = new Kit(1);
    const flat = kit.k([B, 4], list(1, 2, 2, 2));
    const { outputs } = lowerWith(kit, flat, { layer: 'topk', input: [4], args: { k: 2 }, training: false });
    expect([...kit.evaluate(outputs[0]!)[0]!.data]).toEqual([0, 2, 2, 0]);
  });

  it('batch_topk keeps k an example of the batch, and moves its threshold to the least of them', () => {
    const { x, y, weights, updates } = run('batch_topk', [6], { k: 2, momentum: 0.9 }, true);
    const sorted = [...x.data].sort((a, c) => c - a);
    equal(
      y,
      tabulate([3, 6], (index) => (at(x, ...index) >= sorted[5]! ? at(x, ...index) : 0)),
    );
    expect(updates['threshold']!.data[0]).toBeCloseTo(0.9 * weights['threshold']!.data[0]! + 0.1 * sorted[5]!, 12);
  });

  it('batch_topk goes by its threshold outside of training', () => {
    const { x, y, weights } = run('batch_topk', [6], { k: 2 });
    const theta = weights['threshold']!.data[0]!;
    equal(
      y,
      tabulate([3, 6], (index) => (at(x, ...index) > theta ? at(x, ...index) : 0)),
    );
  });
});

describe('local fields', () => {
  it('each place has a kernel of its own, and all the same bias', () => {
    const { x, y, weights } = run('local', [5, 4, 2], { filters: 3, kernel: [3, 2], stride: [2, 1], padding: 'valid' });
    equal(
      y,
      tabulate(
        [3, 2, 3, 3],
        ([n, i, j, d]) =>
          at(weights['bias']!, d!) +
          total(
            range(3).flatMap((u) =>
              range(2).flatMap((v) =>
                range(2).map((c) => at(x, n!, 2 * i! + u, j! + v, c) * at(weights['kernel']!, i!, j!, u, v, c, d!)),
              ),
            ),
          ),
      ),
    );
  });

  it('contrast is normalised over a window and all channels, never above the usual deviation', () => {
    const { x, y } = run('lcn', [5, 4, 2], { kernel: 3 });
    const mean = (xs: readonly number[]): number => total(xs) / xs.length;
    const around = (i: number, j: number): readonly (readonly [number, number])[] =>
      range(3)
        .flatMap((u) => range(3).map((v) => [i + u - 1, j + v - 1] as const))
        .filter(([r, s]) => r >= 0 && s >= 0 && r < 5 && s < 4);
    const over = (f: (r: number, s: number, c: number) => number, i: number, j: number): number =>
      mean(around(i, j).flatMap(([r, s]) => range(2).map((c) => f(r, s, c))));
    const centred = (n: number, i: number, j: number, c: number): number =>
      at(x, n, i, j, c) - over((r, s, d) => at(x, n, r, s, d), i, j);
    const deviation = (n: number, i: number, j: number): number =>
      Math.sqrt(1e-8 + over((r, s, c) => centred(n, r, s, c) ** 2, i, j));
    const usual = (n: number): number => mean(range(5).flatMap((i) => range(4).map((j) => deviation(n, i, j))));
    equal(
      y,
      tabulate([3, 5, 4, 2], ([n, i, j, c]) => centred(n!, i!, j!, c!) / Math.max(usual(n!), deviation(n!, i!, j!))),
    );
  });
});

describe('upsampling', () => {
  it('nearest repeats, crops and holds the border', () => {
    const { x, y } = run('upsample', [3, 2, 1], { factor: 2, to: [7, 3] });
    equal(
      y,
      tabulate([3, 7, 3, 1], ([n, i, j]) => at(x, n!, Math.min(Math.floor(i! / 2), 2), Math.floor(j! / 2), 0)),
    );
  });

  it('bilinear interpolates between half-pixel centres', () => {
    const { x, y } = run('upsample', [3, 2, 2], { factor: [2, 3], method: 'bilinear' });
    const weight = (i: number, source: number, factor: number, n: number): number =>
      Math.max(0, 1 - Math.abs(Math.min(Math.max((i + 0.5) / factor - 0.5, 0), n - 1) - source));
    equal(
      y,
      tabulate([3, 6, 6, 2], ([n, i, j, c]) =>
        total(
          range(3).flatMap((r) => range(2).map((s) => weight(i!, r, 2, 3) * weight(j!, s, 3, 2) * at(x, n!, r, s, c!))),
        ),
      ),
    );
  });

  it('upsample_zero puts each element at the top left of its cell', () => {
    const { x, y } = run('upsample_zero', [3, 2, 2], { factor: [2, 3] });
    equal(
      y,
      tabulate([3, 6, 6, 2], ([n, i, j, c]) => (i! % 2 === 0 && j! % 3 === 0 ? at(x, n!, i! / 2, j! / 3, c!) : 0)),
    );
  });

  it('unpool keeps every value, one in each window, and pools back to itself', () => {
    const { x, y } = run('unpool', [2, 2, 2], { pool: { kind: 'layer', id: 'pool', output: 0 } });
    const windows = tabulate(x.shape, ([n, i, j, c]) =>
      total(range(4).map((k) => at(y, n!, 2 * i! + Math.floor(k / 2), 2 * j! + (k % 2), c!))),
    );
    equal(windows, x);
    expect(y.data.filter((v) => v !== 0).length).toBe(x.data.length);
  });
});

describe('normalisation', () => {
  const moments = (values: readonly number[]): readonly [number, number] => {
    const m = total(values) / values.length;
    return [m, total(values.map((v) => (v - m) ** 2)) / values.length];
  };

  it('layernorm: mean and variance of the last axis', () => {
    const { x, y, weights } = run('layernorm', [2, 2, 4]);
    equal(
      y,
      tabulate(x.shape, ([n, i, j, c]) => {
        const [m, v] = moments(range(4).map((k) => at(x, n!, i!, j!, k)));
        return (
          (at(weights['gamma']!, c!) * (at(x, n!, i!, j!, c!) - m)) / Math.sqrt(v + 1e-5) + at(weights['beta']!, c!)
        );
      }),
    );
  });

  it.each([false, true])('batchnorm: moments of batch and positions, or moving ones (training: %s)', (training) => {
    const { x, y, weights, updates } = run('batchnorm', [2, 2, 3], {}, training);
    const of = (c: number): readonly [number, number] =>
      training
        ? moments(range(3).flatMap((n) => range(2).flatMap((i) => range(2).map((j) => at(x, n, i, j, c)))))
        : [at(weights['moving_mean']!, c), at(weights['moving_variance']!, c)];
    equal(
      y,
      tabulate(x.shape, ([n, i, j, c]) => {
        const [m, v] = of(c!);
        return (
          (at(weights['gamma']!, c!) * (at(x, n!, i!, j!, c!) - m)) / Math.sqrt(v + 1e-5) + at(weights['beta']!, c!)
        );
      }),
    );
    expect(Object.keys(updates).sort()).toEqual(training ? ['moving_mean', 'moving_variance'] : []);
    if (training)
      equal(
        updates['moving_mean']!,
        value(
          [3],
          range(3).map((c) => 0.9 * at(weights['moving_mean']!, c) + 0.1 * of(c)[0]),
        ),
      );
    if (training)
      equal(
        updates['moving_variance']!,
        value(
          [3],
          range(3).map((c) => 0.9 * at(weights['moving_variance']!, c) + 0.1 * of(c)[1]),
        ),
      );
  });
});

describe('structure', () => {
  it('split cuts the last axis and concat joins it', () => {
    const { x, ys } = run('split', [2, 6], { parts: 3 });
    ys.forEach((part, k) =>
      equal(
        part,
        tabulate([3, 2, 2], ([n, i, c]) => at(x, n!, i!, 2 * k + c!)),
      ),
    );
    const joined: LayerCase = {
      layer: 'concat',
      input: [4],
      args: { with: { kind: 'tensors', items: [{ kind: 'layer', id: 'other0', output: 0 }] } },
      training: false,
    };
    const { kit, input, outputs } = lower(joined);
    const [first, whole] = kit.evaluate(input, outputs[0]!);
    expect([...whole!.data.subarray(0, 4)]).toEqual([...first!.data.subarray(0, 4)]);
  });

  it('embedding looks rows up', () => {
    const { x, y, weights } = run('embedding', [2], { units: 5, classes: 4 });
    equal(
      y,
      tabulate([3, 2, 5], ([n, i, k]) => at(weights['table']!, at(x, n!, i!), k!)),
    );
  });

  it('dropout does nothing outside training', () => {
    const { x, y } = run('dropout', [8]);
    equal(y, x);
  });

  it('dense is a product and a bias', () => {
    const { x, y, weights } = run('dense', [4], { units: 3 });
    equal(
      y,
      tabulate(
        [3, 3],
        ([n, j]) => at(weights['bias']!, j!) + total(range(4).map((k) => at(x, n!, k) * at(weights['kernel']!, k, j!))),
      ),
    );
  });
});
