/** Laws of penalties: equal to their formulas, right derivatives. */
import { describe, expect, it } from 'vitest';
import type { Args } from '../../src/builtins/arguments.js';
import { compiledEntries, find } from '../../src/builtins/index.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { B, type Shape } from '../../src/ir/graph/shape.js';
import { gradientError, Kit, list, positive, signed, unit, type Draw } from '../laws/kit.js';
import type { Value } from '../laws/reference.js';
import { latentState, lossOf, penaltyContext, tensorArg, weightsArg } from './contexts.js';
import { defaultCall } from './defaults.js';

const sum = (xs: Iterable<number>): number => [...xs].reduce((a, c) => a + c, 0);
const rows = ({ shape, data }: Value): readonly (readonly number[])[] => {
  const width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);
};

interface Penalised {
  readonly kit: Kit;
  readonly loss: Node;
  readonly h: Node;
  readonly w: Node;
  readonly spread: Node;
}

/** A penalty of a tensor h, of a latent with the mean h and a spread, or of two weights that are both w. */
function penalise(name: string, of: 'h' | 'w', more: Args = {}, shape: Shape = [B, 3], draw: Draw = signed): Penalised {
  const kit = new Kit(4);
  const [h, w, spread] = [kit.x(shape, draw), kit.x([4, 3], signed), kit.x(shape, signed)];
  const target = kit.b.unary('Softmax', kit.k(shape, signed));
  const { definition, args } = defaultCall('penalty', name);
  const context = penaltyContext(kit, { h, target }, { weight: () => w, latent: () => latentState(kit, h, spread) });
  const measured = {
    weights: { kind: 'weights', names: ['a.kernel', 'b.kernel'] },
    latent: { kind: 'latent', name: 'z' },
    expression: of === 'h' ? tensorArg('h') : weightsArg('a.kernel', 'b.kernel'),
  } as const;
  const kind = definition.params[0]!.type.kind as keyof typeof measured;
  return { kit, loss: lossOf(kit, definition.lower(context, { ...args, ...more, of: measured[kind] })), h, w, spread };
}

type Matrix = readonly (readonly number[])[];

/** Mean of each column. */
const columnMeans = (m: Matrix): readonly number[] => m[0]!.map((_, j) => sum(m.map((row) => row[j]!)) / m.length);

const kl = (p: number, q: number): number => p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));

const pairs = [0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => [i, j] as const));

function correlations(m: Matrix): number {
  const means = columnMeans(m);
  const covariance = (i: number, j: number): number =>
    sum(m.map((row) => (row[i]! - means[i]!) * (row[j]! - means[j]!))) / m.length;
  return sum(pairs.map(([i, j]) => (i === j ? 0 : covariance(i, j) ** 2 / (covariance(i, i) * covariance(j, j)))));
}

const gram = (m: Matrix): number =>
  sum(pairs.map(([i, j]) => (sum(m.map((row) => row[i]! * row[j]!)) - Number(i === j)) ** 2));

const squares = (m: Matrix): number => sum(m.flat().map((v) => v * v));

type Formula = (m: Matrix, spread: Matrix) => number;

const formulas: readonly (readonly [string, 'h' | 'w', Args, Formula])[] = [
  ['l1', 'h', {}, (m) => sum(m.flat().map(Math.abs)) / m.length],
  ['l1', 'w', {}, (m) => 2 * sum(m.flat().map(Math.abs))],
  ['l2', 'h', {}, (m) => squares(m) / m.length],
  ['l2', 'w', {}, (m) => 2 * squares(m)],
  ['weight_decay', 'w', {}, squares],
  ['squared_sparsity', 'h', { p: 0.2 }, (m) => sum(columnMeans(m).map((v) => (v - 0.2) ** 2))],
  ['kl_sparsity', 'h', { p: 0.2 }, (m) => sum(columnMeans(m).map((v) => kl(0.2, v)))],
  ['contractive', 'h', {}, (m) => squares(m) / m.length],
  ['orthogonal', 'w', {}, (m) => 2 * gram(m)],
  ['uncorrelated', 'h', {}, correlations],
  [
    'kl',
    'h',
    {},
    (m, spread) => {
      const s = spread.flat();
      return sum(m.flat().map((v, i) => 0.5 * (v * v + Math.exp(s[i]!) - s[i]! - 1))) / m.length;
    },
  ],
  ['rate', 'h', {}, (m) => sum(m.flat().map((v) => 0.5 * (v * v + Math.log(2 * Math.PI)))) / m.length],
  [
    'total_correlation',
    'h',
    {},
    (m, spread) => {
      const density = (z: number, j: number, d: number): number =>
        Math.exp(-((z - m[j]![d]!) ** 2) / (2 * Math.exp(spread[j]![d]!))) /
        Math.sqrt(2 * Math.PI * Math.exp(spread[j]![d]!));
      const all = m.map((_, j) => j);
      const mean = (values: readonly number[]): number => sum(values) / values.length;
      return mean(
        m.map((z) => {
          const joint = mean(all.map((j) => z.reduce((product, v, d) => product * density(v, j, d), 1)));
          const apart_ = z.map((v, d) => mean(all.map((j) => density(v, j, d))));
          return Math.log(joint) - sum(apart_.map(Math.log));
        }),
      );
    },
  ],
];

/** Have tests of their own; `commitment` beside codebooks, the last two in test/interpreter/laws. */
const apart = ['l0', 'mmd', 'cross_entropy', 'commitment', 'cluster', 'gradient_penalty'];

describe('penalties', () => {
  it.each(compiledEntries('penalty').map((p) => p.name))('%s is tried', (name) => {
    expect([...formulas.map(([of]) => of), ...apart]).toContain(name);
  });

  it.each(formulas)('%s of %s %j equals its formula and has the right derivative', (name, of, args, formula) => {
    const { kit, loss, h, w, spread } = penalise(name, of, args, [B, 3], name === 'kl_sparsity' ? unit : signed);
    const [found, measured, width] = kit.evaluate(loss, of === 'h' ? h : w, spread);
    expect(found!.shape).toEqual([]);
    // Something is added to the variances of a correlation.
    expect(found!.data[0]).toBeCloseTo(formula(rows(measured!), rows(width!)), name === 'uncorrelated' ? 6 : 11);
    expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
  });

  it('sparsity takes the mean over positions too', () => {
    const { kit, loss, h } = penalise('squared_sparsity', 'h', { p: 0.1 }, [B, 2, 2, 3], positive);
    const [found, target] = kit.evaluate(loss, h);
    expect(found!.data[0]).toBeCloseTo(sum(columnMeans(rows(target!)).map((v) => (v - 0.1) ** 2)), 11);
  });

  it('kl_sparsity stays finite where a unit is always off or always on', () => {
    const { kit, loss } = penalise('kl_sparsity', 'h', {}, [B, 3], list(0, 1, 0.5));
    for (const { data } of kit.evaluate(loss, ...gradients(kit.b, loss, kit.wrt))) {
      for (const v of data) expect(v).toSatisfy(Number.isFinite);
    }
  });
});

describe('cross_entropy', () => {
  const compute = (logits: readonly number[], target: readonly number[]) => {
    const kit = new Kit(1);
    const shape = [B, logits.length];
    const [a, y] = [kit.x(shape, list(...logits)), kit.k(shape, list(...target))];
    const { definition } = defaultCall('penalty', 'cross_entropy');
    const args = { of: tensorArg('a'), target: tensorArg('y') };
    return { kit, loss: lossOf(kit, definition.lower(penaltyContext(kit, { a, y }), args)) };
  };

  it('is −Σ y ln softmax(a), and with one logit that of a Bernoulli variable', () => {
    const several = compute([0.5, -1, 2], [0.25, 0, 0.75]);
    const lse = Math.log(sum([0.5, -1, 2].map(Math.exp)));
    expect(several.kit.evaluate(several.loss)[0]!.data[0]).toBeCloseTo(lse - 0.25 * 0.5 - 0.75 * 2, 12);
    const one = compute([1.5], [0.25]);
    const p = 1 / (1 + Math.exp(-1.5));
    const expected = -0.25 * Math.log(p) - 0.75 * Math.log(1 - p);
    expect(one.kit.evaluate(one.loss)[0]!.data[0]).toBeCloseTo(expected, 12);
    for (const { kit, loss } of [several, one]) {
      expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
    }
  });

  it('refuses labels that do not fit the logits', () => {
    const { fits } = find('penalty', 'cross_entropy')!;
    const each = (shape: readonly number[], number?: number) =>
      ({ rate: 'each', shape, site: 'example', ...(number === undefined ? {} : { number }) }) as const;
    expect(fits!({ of: each([10]), target: each([10]) })).toBeUndefined();
    expect(fits!({ of: each([1]), target: each([], 0.9) })).toBeUndefined();
    expect(fits!({ of: each([10]), target: each([9]) })).toBeDefined();
    expect(fits!({ of: each([2]), target: each([], 1) })).toBeDefined();
    expect(fits!({ of: each([1]), target: each([], 1.5) })).toBeDefined();
  });
});

describe('mmd', () => {
  const estimate = (mean: number, sigma: number, batch: number): number => {
    const kit = new Kit(batch);
    const h = kit.b.shift(kit.b.scale(kit.b.normal([B, 3]), sigma), mean);
    const { definition, args } = defaultCall('penalty', 'mmd');
    return kit.evaluate(lossOf(kit, definition.lower(penaltyContext(kit, { h }), { ...args, of: tensorArg('h') })))[0]!
      .data[0]!;
  };

  it('is near 0 for draws from the distribution, and grows with what differs', () => {
    expect(Math.abs(estimate(0, 1, 400))).toBeLessThan(0.01);
    expect(estimate(1, 1, 400)).toBeGreaterThan(0.05);
    expect(estimate(2, 1, 400)).toBeGreaterThan(estimate(1, 1, 400));
    expect(estimate(0, 0.1, 400)).toBeGreaterThan(0.05);
    expect(estimate(0, 1, 1)).toSatisfy(Number.isFinite);
  });

  it('equals its formula for given numbers and draws, and has the right derivative', () => {
    const kit = new Kit(5);
    const h = kit.x([B, 2], signed);
    const { definition, args } = defaultCall('penalty', 'mmd');
    const loss = lossOf(kit, definition.lower(penaltyContext(kit, { h }), { ...args, of: tensorArg('h') }));
    const [found, of] = kit.evaluate(loss, h);
    // The same stream in a graph of its own.
    const other = new Kit(5);
    const [z] = other.evaluate(other.b.normal([B, 2]));
    const k = (a: readonly number[], b: readonly number[]): number => 4 / (4 + sum(a.map((v, i) => (v - b[i]!) ** 2)));
    const mean = (x: Matrix, y: Matrix): number =>
      sum(x.flatMap((a, i) => y.map((b, j) => (x === y && i === j ? 0 : k(a, b))))) / (x === y ? 20 : 25);
    const [left, right] = [rows(of!), rows(z!)];
    expect(found!.data[0]).toBeCloseTo(mean(left, left) + mean(right, right) - 2 * mean(left, right), 10);
    expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
  });

  it('knows normal distributions alone', () => {
    const { conflict } = find('penalty', 'mmd')!;
    const prior = (name: string) => ({ kind: 'call', definition: find('prior', name)!, args: {} }) as const;
    expect(conflict!({ prior: prior('normal') })).toBeUndefined();
    expect(conflict!({ prior: prior('vamp') })).toBeDefined();
  });
});
