/** Laws of likelihoods, distributions, penalties and constraints: equal to their formulas, right derivatives. */
import { describe, expect, it } from 'vitest';
import type { Args } from '../../src/builtins/arguments.js';
import type { LatentState, PenaltyContext } from '../../src/builtins/define.js';
import { compiledEntries } from '../../src/builtins/index.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { defaultCall } from './defaults.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { B, type Shape } from '../../src/ir/graph/shape.js';
import { normals } from '../../src/runtime/random.js';
import { gradientError, integers, Kit, list, positive, signed, unit, type Draw, layoutOf } from '../laws/kit.js';
import type { Value } from '../laws/reference.js';
import { gramError } from './statistics.js';

const sum = (xs: Iterable<number>): number => [...xs].reduce((a, c) => a + c, 0);
const rows = ({ shape, data }: Value): readonly (readonly number[])[] => {
  const width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, i) => [...data.subarray(i * width, (i + 1) * width)]);
};

// ──────────────────────────────────────────────────────────────────────── likelihoods

interface Likelihood {
  readonly kit: Kit;
  readonly output: Node;
  readonly nll: Node;
}

function likelihood(name: string, output: readonly number[], target: readonly number[], more: Args = {}, link?: 'Sigmoid' | 'Softmax', shape: Shape = [output.length]): Likelihood {
  const { definition, args } = defaultCall('likelihood', name);
  const kit = new Kit();
  const raw = kit.x(shape, list(...output));
  const linked = link === undefined ? raw : kit.b.named(kit.b.unary(link, raw), 'decoder.out');
  const labels = name === 'categorical';
  const goal = kit.k(labels ? shape.slice(0, -1) : shape, list(...target), labels ? 'int32' : 'float32');
  const weights = definition.weights?.({ ...args, ...more }) ?? [];
  const learned = Object.fromEntries(weights.map((w) => [w.name, kit.x(w.shape, list(Math.log(0.5)))]));
  const nll = definition.negativeLogLikelihood({ b: kit.b, linked: link !== undefined, weight: (n) => learned[n]! }, linked, goal, { ...args, ...more });
  return { kit, output: linked, nll };
}

const nll = (...call: Parameters<typeof likelihood>): readonly number[] => {
  const { kit, nll: node } = likelihood(...call);
  return [...kit.evaluate(node)[0]!.data];
};

describe('likelihoods', () => {
  const logits = [-80, -3, -0.5, 0.25, 2, 80];

  it('bernoulli equals its formula, stably, from logits and through the sigmoid', () => {
    for (const link of [undefined, 'Sigmoid'] as const) {
      const [on, off] = [1, 0].map((x) => nll('bernoulli', logits, [x], {}, link));
      logits.forEach((l, i) => {
        expect(off![i]).toBeCloseTo(Math.log1p(Math.exp(-Math.abs(l))) + Math.max(l, 0), 12);
        expect(on![i]).toBeCloseTo(Math.log1p(Math.exp(-Math.abs(l))) + Math.max(-l, 0), 12);
        if (Math.abs(l) < 30) expect(Math.exp(-on![i]!) + Math.exp(-off![i]!)).toBeCloseTo(1, 12);
      });
    }
  });

  it('bernoulli of probabilities that no sigmoid gave stays finite at 0 and 1', () => {
    const { definition, args } = defaultCall('likelihood', 'bernoulli');
    const kit = new Kit();
    const output = kit.x([4], list(0, 1, 0.25, 0.75));
    const node = definition.negativeLogLikelihood({ b: kit.b, linked: true, weight: () => output }, output, kit.k([4], list(1, 1, 0, 1)), args);
    const values = [...kit.evaluate(node)[0]!.data];
    expect(values.every(Number.isFinite)).toBe(true);
    expect(values[2]).toBeCloseTo(-Math.log(0.75), 9);
    expect(values[3]).toBeCloseTo(-Math.log(0.75), 9);
    expect(values[0]).toBeGreaterThan(10);
  });

  /** ∫ p(x) dx by the trapezoidal rule. */
  const mass = (name: string, args: Args): number => {
    const xs = Array.from({ length: 8001 }, (_, i) => (i - 4000) / 200);
    return sum(nll(name, xs.map(() => 0.5), xs, args).map((v) => Math.exp(-v))) / 200;
  };

  it.each([['gaussian', { sigma: 0.7 }], ['gaussian', {}], ['gaussian', { learned: true }], ['laplace', { scale: 0.8 }]] as const)('%s %j is normalised', (name, args) => {
    expect(mass(name, args)).toBeCloseTo(1, 3);
  });

  it('gaussian, laplace and squared_error equal their formulas', () => {
    const [x, y] = [[0.5, -1, 3], [1, 1, 2.5]];
    const expected: Readonly<Record<string, (d: number) => number>> = {
      gaussian: (d) => d ** 2 / (2 * 0.49) + Math.log(0.7) + 0.5 * Math.log(2 * Math.PI), laplace: (d) => Math.abs(d) / 0.8 + Math.log(1.6), squared_error: (d) => d ** 2,
    };
    for (const [name, args] of [['gaussian', { sigma: 0.7 }], ['laplace', { scale: 0.8 }], ['squared_error', {}]] as const) {
      nll(name, x, y, args).forEach((v, i) => expect(v, name).toBeCloseTo(expected[name]!(x[i]! - y[i]!), 12));
    }
  });

  it('categorical equals −log softmax, stably, from logits and through the softmax', () => {
    const l = [0.5, -1, 2, 80, -80, 0];
    const lse = (row: readonly number[]): number => Math.max(...row) + Math.log(sum(row.map((v) => Math.exp(v - Math.max(...row)))));
    for (const link of [undefined, 'Softmax'] as const) {
      const classes = [0, 1, 2].map((k) => nll('categorical', l, [k], {}, link, [2, 3]));
      for (const row of [0, 1]) {
        const own = l.slice(3 * row, 3 * row + 3);
        classes.forEach((v, k) => expect(v[row]).toBeCloseTo(lse(own) - own[k]!, 11));
        expect(sum(classes.map((v) => Math.exp(-v[row]!)))).toBeCloseTo(1, 12);
      }
    }
    expect(nll('categorical', [...l, ...l], [2, 0, 1, 1], {}, undefined, [2, 2, 3]).length).toBe(4);
  });

  it.each(compiledEntries('likelihood').map((l) => l.name))('%s has the right derivative', (name) => {
    for (const link of name === 'bernoulli' ? ([undefined, 'Sigmoid'] as const) : name === 'categorical' ? ([undefined, 'Softmax'] as const) : [undefined]) {
      for (const args of name === 'gaussian' ? [{}, { learned: true }] : [{}]) {
        const { kit, nll: node } = likelihood(name, [0.3, -1.2, 2.1, 0.7], [1, 0], args, link, [2, 2]);
        const loss = kit.b.sum(node);
        expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
      }
    }
  });

  it('means are what the links give', () => {
    const mean = (name: string, linked: boolean): readonly number[] => {
      const kit = new Kit();
      const { definition } = defaultCall('likelihood', name);
      return [...kit.evaluate(definition.mean(kit.b, kit.x([1, 2], list(0, Math.fround(Math.log(3)))), linked))[0]!.data];
    };
    mean('bernoulli', false).forEach((v, i) => expect(v).toBeCloseTo([0.5, 0.75][i]!, 6));
    mean('categorical', false).forEach((v, i) => expect(v).toBeCloseTo([0.25, 0.75][i]!, 6));
    for (const { name } of compiledEntries('likelihood')) expect(mean(name, true)[0]).toBe(0);
  });
});

// ────────────────────────────────────────────────────────────────────── distributions

describe('the normal distribution', () => {
  const { definition } = defaultCall('distribution', 'normal');
  const q = { mean: 0.3, log_variance: -0.5 };
  const prior = { mean: -0.2, sigma: 0.8 };
  const logDensity = (x: number, mean: number, sigma: number): number => -((x - mean) ** 2) / (2 * sigma ** 2) - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);

  it('has the divergence that a Monte Carlo estimate has, and none from itself', () => {
    const kit = new Kit();
    const posterior = { mean: kit.x([B, 2], () => Array<number>(4).fill(q.mean)), log_variance: kit.x([B, 2], () => Array<number>(4).fill(q.log_variance)) };
    const [kl, none] = kit.evaluate(definition.kl(kit.b, posterior, definition.fixed(kit.b, prior, [B, 2])), definition.kl(kit.b, posterior, posterior));
    const sigma = Math.exp(q.log_variance / 2);
    const draws = [...normals(5, 0, 0, 200_000)].map((e) => q.mean + sigma * e);
    const estimate = sum(draws.map((z) => logDensity(z, q.mean, sigma) - logDensity(z, prior.mean, prior.sigma))) / draws.length;
    expect(kl!.shape).toEqual([2, 2]);
    for (const v of kl!.data) expect(v).toBeCloseTo(estimate, 2);
    for (const v of none!.data) expect(v).toBeCloseTo(0, 12);
  });

  it('draws with the mean and deviation of its parameters, differentiably', () => {
    const kit = new Kit(20_000);
    const params = { mean: kit.x([], list(q.mean)), log_variance: kit.x([], list(q.log_variance)) };
    const wide = Object.fromEntries(Object.entries(params).map(([k, v]) => [k, kit.b.broadcastTo(v, [B])])) as typeof params;
    const z = definition.sample(kit.b, wide, (shape) => kit.b.normal(shape));
    const mean = kit.b.batchMean(z);
    const second = kit.b.batchMean(kit.b.square(z));
    const [m, s] = kit.evaluate(mean, second).map((v) => v.data[0]!);
    expect(m).toBeCloseTo(q.mean, 1);
    expect(s! - m! ** 2).toBeCloseTo(Math.exp(q.log_variance), 1);
    expect(gradientError(kit, second, gradients(kit.b, second, kit.wrt))).toBeLessThan(1e-6);
  });
});

// ────────────────────────────────────────────────────────────────────────── penalties

interface Penalised {
  readonly kit: Kit;
  readonly value: Node;
  readonly h: Node;
  readonly w: Node;
}

function penalise(name: string, of: 'h' | 'w', more: Args = {}, shape: Shape = [B, 3], draw: Draw = signed): Penalised {
  const kit = new Kit(4);
  const [h, w] = [kit.x(shape, draw), kit.x([4, 3], signed)];
  const z: LatentState = {
    definition: defaultCall('distribution', 'normal').definition,
    posterior: { mean: h, log_variance: kit.x(shape, signed) },
    prior: () => ({ definition: defaultCall('distribution', 'normal').definition, params: { mean: kit.b.scalar(0), log_variance: kit.b.scalar(0) } }),
    value: h,
  };
  const context: PenaltyContext = { b: kit.b, tensor: () => h, weight: () => w, axes: () => ['input', 'output'], latent: () => z, jacobianNorm: () => kit.b.batchMean(kit.b.square(h)) };
  const { definition, args } = defaultCall('penalty', name);
  const target = of === 'w' ? ({ kind: 'weights', names: ['a.kernel', 'b.kernel'] } as const) : ({ kind: 'layer', id: 'code', output: 0 } as const);
  return { kit, value: definition.lower(context, { ...args, ...more, of: target }), h, w };
}

/** Mean of each column. */
const columnMeans = (m: readonly (readonly number[])[]): readonly number[] => m[0]!.map((_, j) => sum(m.map((row) => row[j]!)) / m.length);

const penaltyFormulas: readonly (readonly [string, 'h' | 'w', Args, (m: readonly (readonly number[])[], other: readonly (readonly number[])[]) => number])[] = [
  ['l1', 'h', {}, (m) => sum(m.flat().map(Math.abs)) / m.length],
  ['l1', 'w', {}, (m) => 2 * sum(m.flat().map(Math.abs))],
  ['l2', 'h', {}, (m) => sum(m.flat().map((v) => v * v)) / m.length],
  ['l2', 'w', {}, (m) => 2 * sum(m.flat().map((v) => v * v))],
  ['weight_decay', 'w', {}, (m) => sum(m.flat().map((v) => v * v))],
  ['squared_sparsity', 'h', { rho: 0.2 }, (m) => sum(columnMeans(m).map((v) => (v - 0.2) ** 2))],
  ['kl_sparsity', 'h', { rho: 0.2 }, (m) => sum(columnMeans(m).map((v) => 0.2 * Math.log(0.2 / v) + 0.8 * Math.log(0.8 / (1 - v))))],
  ['contractive', 'h', {}, (m) => sum(m.flat().map((v) => v * v)) / m.length],
  ['orthogonal', 'w', {}, (m) => 2 * sum([0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (sum(m.map((row) => row[i]! * row[j]!)) - Number(i === j)) ** 2)))],
  ['uncorrelated', 'h', {}, (m) => {
    const means = columnMeans(m);
    const covariance = (i: number, j: number): number => sum(m.map((row) => (row[i]! - means[i]!) * (row[j]! - means[j]!))) / m.length;
    return sum([0, 1, 2].flatMap((i) => [0, 1, 2].map((j) => (i === j ? 0 : covariance(i, j) ** 2 / (covariance(i, i) * covariance(j, j))))));
  }],
  ['kl', 'h', {}, (m, s) => sum(m.flat().map((v, i) => 0.5 * (v * v + Math.exp(s.flat()[i]!) - s.flat()[i]! - 1))) / m.length],
];

describe('penalties', () => {
  it.each(compiledEntries('penalty').map((p) => p.name))('%s is tried', (name) => expect(penaltyFormulas.some(([n]) => n === name)).toBe(true));

  it.each(penaltyFormulas)('%s of %s %j equals its formula and has the right derivative', (name, of, args, formula) => {
    const inside = name === 'kl_sparsity';
    const { kit, value, h, w } = penalise(name, of, args, [B, 3], inside ? unit : signed);
    const [found, target] = kit.evaluate(value, of === 'h' ? h : w);
    const spread = kit.feeds[Object.keys(kit.feeds)[2]!]!;
    expect(found!.shape).toEqual([]);
    // 1e-8 is added to the variances of a correlation.
    expect(found!.data[0]).toBeCloseTo(formula(rows(target!), rows(spread)), name === 'uncorrelated' ? 6 : 11);
    expect(gradientError(kit, value, gradients(kit.b, value, kit.wrt))).toBeLessThan(1e-6);
  });

  it('sparsity takes the mean over positions too', () => {
    const { kit, value, h } = penalise('squared_sparsity', 'h', { rho: 0.1 }, [B, 2, 2, 3], positive);
    const [found, target] = kit.evaluate(value, h);
    expect(found!.data[0]).toBeCloseTo(sum(columnMeans(rows(target!)).map((v) => (v - 0.1) ** 2)), 11);
  });

  it('kl_sparsity stays finite where a unit is always off or always on', () => {
    const { kit, value } = penalise('kl_sparsity', 'h', {}, [B, 3], list(0, 1, 0.5));
    for (const { data } of kit.evaluate(value, ...gradients(kit.b, value, kit.wrt))) for (const v of data) expect(v).toSatisfy(Number.isFinite);
  });
});

// ──────────────────────────────────────────────────────────────────────── constraints

describe('constraints', () => {
  const project = (name: string, shape: readonly number[], draw: Draw, times = 1): Float64Array => {
    const kit = new Kit();
    const { definition, args } = defaultCall('constraint', name);
    let w = kit.x(shape, draw);
    for (let i = 0; i < times; i++) w = definition.project(kit.b, w, args, layoutOf(shape).axes);
    return kit.evaluate(w)[0]!.data;
  };
  const scaled = (by: number): Draw => (random, size) => signed(random, size).map((v) => v * by);
  /** Two of four columns a thousandth of the others: 18 iterations reach condition numbers of about 10⁴. */
  const skewed: Draw = (random, size) => signed(random, size).map((v, i) => v * (i % 2 === 0 ? 1 : 1e-3));
  const shapes = [[5, 3], [3, 5], [4, 4], [3, 3, 2, 4]];
  const norms = (data: Float64Array, shape: readonly number[]): readonly number[] => {
    const width = shape.at(-1)!;
    return Array.from({ length: width }, (_, j) => Math.hypot(...data.filter((_, i) => i % width === j)));
  };
  const holds: Readonly<Record<string, (data: Float64Array, shape: readonly number[]) => boolean>> = {
    unit_norm: (data, shape) => norms(data, shape).every((n) => Math.abs(n - 1) < 1e-9),
    max_norm: (data, shape) => norms(data, shape).every((n) => n <= 3 + 1e-9),
    non_negative: (data) => data.every((v) => v >= 0),
    orthogonal: (data, shape) => gramError(data, shape) < 1e-6,
  };

  it.each(compiledEntries('constraint').map((c) => c.name))('%s holds after projection, from small, plain and large starts, and projects no further', (name) => {
    for (const shape of shapes) {
      for (const by of [1e-3, 1, 50]) {
        const [once, twice] = [project(name, shape, scaled(by)), project(name, shape, scaled(by), 2)];
        expect(holds[name]!(once, shape), `${shape.join('×')} times ${by}`).toBe(true);
        once.forEach((v, i) => expect(twice[i]).toBeCloseTo(v, 8));
      }
    }
  });

  it('orthogonal holds from a badly conditioned start', () => expect(gramError(project('orthogonal', [6, 4], skewed), [6, 4])).toBeLessThan(1e-6));

  it.each(compiledEntries('constraint').map((c) => c.name))('%s leaves a kernel of zeros finite', (name) => {
    for (const v of project(name, [3, 2], integers(1))) expect(v).toSatisfy(Number.isFinite);
  });

  it.each(compiledEntries('constraint').map((c) => c.name))('%s admits kernels', (name) => {
    expect(defaultCall('constraint', name).definition.admits(layoutOf([4, 3]))).toBeUndefined();
    if (name !== 'non_negative') expect(defaultCall('constraint', name).definition.admits(layoutOf([4]))).toBeDefined();
  });

  it('max_norm leaves short columns alone', () => {
    const start = scaled(0.1)(new Kit().random, 6).map(Math.fround);
    project('max_norm', [3, 2], scaled(0.1)).forEach((v, i) => expect(v).toBeCloseTo(start[i]!, 12));
  });
});
