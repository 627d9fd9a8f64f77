/** Laws of distributions, priors and flows, and of what distributions, priors and expectations say of each other. */
import { describe, expect, it } from 'vitest';
import { loweringOf, type LatentContext } from '../../src/builtins/define.js';
import { builtins, find } from '../../src/builtins/index.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { B } from '../../src/ir/graph/shape.js';
import { normals } from '../../src/runtime/random.js';
import { gradientError, Kit, list } from '../laws/kit.js';
import { defaultCall } from './defaults.js';
import { deviations } from './statistics.js';

const q = { mean: 0.3, log_variance: -0.5 };
const prior = { mean: -0.2, sigma: 0.8 };

const noiseOf = ({ b }: Kit): LatentContext['noise'] => ({
  normal: (shape) => b.normal(shape),
  uniform: (shape) => b.uniform(shape),
});

const logDensity = (x: number, mean: number, sigma: number): number =>
  -((x - mean) ** 2) / (2 * sigma ** 2) - Math.log(sigma) - 0.5 * Math.log(2 * Math.PI);

describe('the normal distribution', () => {
  const { definition } = defaultCall('distribution', 'normal');

  it('has the divergence that a Monte Carlo estimate has, and none from itself', () => {
    const kit = new Kit();
    const posterior = {
      mean: kit.x([B, 2], () => Array<number>(4).fill(q.mean)),
      log_variance: kit.x([B, 2], () => Array<number>(4).fill(q.log_variance)),
    };
    const fixed = definition.fixed(kit.b, prior, [B, 2]);
    const [kl, none] = kit.evaluate(
      definition.kl!(kit.b, posterior, fixed),
      definition.kl!(kit.b, posterior, posterior),
    );
    const sigma = Math.exp(q.log_variance / 2);
    const draws = [...normals(5, 0, 0, 200_000)].map((e) => q.mean + sigma * e);
    const ratios = draws.map((z) => logDensity(z, q.mean, sigma) - logDensity(z, prior.mean, prior.sigma));
    const estimate = ratios.reduce((a, c) => a + c) / draws.length;
    expect(kl!.shape).toEqual([2, 2]);
    for (const v of kl!.data) expect(v).toBeCloseTo(estimate, 2);
    for (const v of none!.data) expect(v).toBeCloseTo(0, 12);
  });

  it('draws with the mean and deviation of its parameters, differentiably', () => {
    const kit = new Kit(20_000);
    const [mean, logVariance] = [kit.x([], list(q.mean)), kit.x([], list(q.log_variance))];
    const wide = { mean: kit.b.broadcastTo(mean, [B]), log_variance: kit.b.broadcastTo(logVariance, [B]) };
    const z = definition.sample(kit.b, wide, noiseOf(kit), [B]);
    const second = kit.b.batchMean(kit.b.square(z));
    const [m, s] = kit.evaluate(kit.b.batchMean(z), second).map((v) => v.data[0]!);
    expect(Math.abs(m! - q.mean)).toBeLessThan(0.02);
    expect(Math.abs(s! - m! ** 2 - Math.exp(q.log_variance))).toBeLessThan(0.03);
    expect(gradientError(kit, second, gradients(kit.b, second, kit.wrt))).toBeLessThan(1e-6);
  });
});

/** Weights by name, for entries that stand alone. */
const contextOf = (kit: Kit, weights: Readonly<Record<string, Node>> = {}): LatentContext => ({
  b: kit.b,
  noise: noiseOf(kit),
  training: false,
  weight: (name) => weights[name] ?? raise(name),
  update: raise,
  args: {},
  scalar: (of) => kit.b.scalar(of as number),
});

const raise = (name: string): never => {
  throw new Error(`nothing is known of ${name}`);
};

const softmax = (l: readonly number[]): readonly number[] => {
  const e = l.map(Math.exp);
  return e.map((x) => x / e.reduce((a, c) => a + c));
};
const sigmoid = (l: number): number => 1 / (1 + Math.exp(-l));

describe('discrete distributions', () => {
  const logits = [0.4, -1.1, 2];
  const other = [-0.3, 0.2, 0.5];
  const category = defaultCall('distribution', 'category').definition;
  const bernoulli = defaultCall('distribution', 'bernoulli').definition;

  it('have the divergences of their sums, and probabilities of 1 over all values', () => {
    const kit = new Kit(1);
    const [q, p] = [{ logits: kit.x([B, 3], list(...logits)) }, { logits: kit.x([B, 3], list(...other)) }];
    const sum = (values: ArrayLike<number>): number => Array.from(values).reduce((a, c) => a + c, 0);
    const [kl, binary] = kit.evaluate(category.kl!(kit.b, q, p), bernoulli.kl!(kit.b, q, p)).map(({ data }) => data);
    const [a, c] = [softmax(logits), softmax(other)];
    expect(sum(kl!)).toBeCloseTo(sum(a.map((x, i) => x * Math.log(x / c[i]!))), 6);
    const apart = logits.map((l, i) => {
      const [x, y] = [sigmoid(l), sigmoid(other[i]!)];
      return x * Math.log(x / y) + (1 - x) * Math.log((1 - x) / (1 - y));
    });
    apart.forEach((x, i) => expect(binary![i]).toBeCloseTo(x, 6));
    for (const [definition, units, count] of [
      [category, 3, 3],
      [bernoulli, 3, 8],
    ] as const) {
      const values = definition.everyValue!(units);
      expect(values).toHaveLength(count);
      const total = values.map((value) => {
        const [density] = kit.evaluate(definition.logDensity!(kit.b, q, kit.b.constant([...value], [1, 3])));
        return Math.exp(sum(density!.data));
      });
      expect(sum(total)).toBeCloseTo(1, 6);
    }
  });

  it.each([
    ['category', 'straight_through'],
    ['category', 'relaxed'],
    ['bernoulli', 'straight_through'],
    ['bernoulli', 'relaxed'],
  ] as const)('%s by %s draws what its probabilities say', (name, by) => {
    const kit = new Kit(20_000);
    const { definition } = defaultCall('distribution', name);
    const wide = { logits: kit.b.broadcastTo(kit.x([3], list(...logits)), [B, 3]) };
    const z = definition.values[by]!(contextOf(kit), wide, { temperature: 0.05 });
    const [values] = kit.evaluate(z);
    // A value of its own for each: the largest of a category, and of units those above ½.
    const rows = Array.from({ length: 20_000 }, (_, n) => [...values!.data.slice(3 * n, 3 * n + 3)]);
    const isOn = (row: readonly number[], i: number): boolean =>
      name === 'category' ? row[i] === Math.max(...row) : row[i]! > 0.5;
    const expected = name === 'category' ? softmax(logits) : logits.map(sigmoid);
    expected.forEach((p, i) =>
      expect(deviations(rows.filter((row) => isOn(row, i)).length / rows.length, p, rows.length)).toBeLessThan(4),
    );
    const near = values!.data.filter((v) => v < 0.02 || v > 0.98).length / values!.data.length;
    expect(near).toBeGreaterThan(by === 'relaxed' ? 0.8 : 0.999);
  });

  it('go straight through with the derivative of the probabilities', () => {
    const kit = new Kit(1);
    const l = kit.x([B, 3], list(...logits));
    for (const [definition, slope] of [
      [bernoulli, logits.map((x) => sigmoid(x) * (1 - sigmoid(x)))],
      [category, softmax(logits).map((x, i, all) => x * ((i === 0 ? 1 : 0) - all[0]!))],
    ] as const) {
      const z = definition.values['straight_through']!(contextOf(kit), { logits: l }, {});
      const first = kit.b.sum(kit.b.mul(z, kit.b.constant(definition === category ? [1, 0, 0] : [1, 1, 1], [1, 3])));
      const [gradient] = kit.evaluate(...gradients(kit.b, first, [l]));
      slope.forEach((x, i) => expect(gradient!.data[i]).toBeCloseTo(x, 6));
    }
  });
});

describe('a codebook', () => {
  const { definition } = defaultCall('distribution', 'codebook');
  const entries = [0, 0, 1, 1, -2, 1];

  it('replaces each vector by the nearest entry, and lets the gradient past', () => {
    const kit = new Kit(1);
    const weights = { entries: kit.k([3, 2], list(...entries)) };
    const h = kit.x([B, 2, 2], list(0.9, 0.6, -1.5, 0.2));
    const z = definition.values['straight_through']!(contextOf(kit, weights), { of: h }, {});
    const loss = kit.b.sum(kit.b.mul(z, kit.b.constant([1, 2, 3, 4], [1, 2, 2])));
    const [values, gradient] = kit.evaluate(z, ...gradients(kit.b, loss, [h]));
    expect([...values!.data].map((x) => Number(x.toFixed(6)))).toEqual([1, 1, -2, 1]);
    expect([...gradient!.data]).toEqual([1, 2, 3, 4]);
  });

  it('commits the encoder to its entries, which stay where they are', () => {
    const kit = new Kit(1);
    const [h, entries_] = [kit.x([B, 2], list(0.9, 0.6)), kit.x([3, 2], list(...entries))];
    const code = definition.mean(contextOf(kit, { entries: entries_ }), { of: h });
    const commitment = loweringOf(find('penalty', 'commitment')!);
    const state = { posterior: { of: h }, code: () => code };
    const measured = commitment.lower(
      { b: kit.b, latent: () => state } as unknown as Parameters<typeof commitment.lower>[0],
      { of: { kind: 'latent', name: 'z' } },
    );
    const loss = 'each' in measured ? kit.b.sum(measured.each) : measured.whole;
    const [value, ofEncoder, ofEntries] = kit.evaluate(loss, ...gradients(kit.b, loss, [h, entries_]));
    expect(value!.data[0]).toBeCloseTo(0.1 ** 2 + 0.4 ** 2, 6);
    expect(ofEncoder!.data[1]).toBeCloseTo(-0.8, 6);
    expect(Math.max(...ofEntries!.data.map(Math.abs))).toBe(0);
  });

  it('follows what its entries stand for, and begins unused ones anew at a vector of the batch', () => {
    const kit = new Kit(1);
    const weights = {
      entries: kit.k([3, 2], list(...entries)),
      count: kit.k([3], list(1, 1, 0.001)),
      sum: kit.k([3, 2], list(0, 0, 1, 1, -0.002, 0.001)),
    };
    const h = kit.x([B, 2, 2], list(0.9, 0.6, 0.8, 1));
    const updates: Record<string, Node> = {};
    const context = {
      ...contextOf(kit, weights),
      training: true,
      update: (n: string, v: Node) => void (updates[n] = v),
    };
    definition.values['straight_through']!(context, { of: h }, {});
    const [moved, count] = kit.evaluate(updates['entries']!, updates['count']!).map(({ data }) => [...data]);
    // The second entry stands for both vectors: count 0.99 + 0.01·2, sum 0.99·(1, 1) + 0.01·(1.7, 1.6).
    expect(count![1]).toBeCloseTo(1.01, 6);
    expect(moved![2]).toBeCloseTo((0.99 + 0.017) / 1.01, 6);
    expect(moved![3]).toBeCloseTo((0.99 + 0.016) / 1.01, 6);
    expect([moved![0], moved![1]].map((x) => x! + 0)).toEqual([0, 0]);
    const anew = [moved![4]!, moved![5]!].map((x) => Number(x.toFixed(6)));
    expect([
      [0.9, 0.6],
      [0.8, 1],
    ]).toContainEqual(anew);
  });
});

describe('codes that are rounded', () => {
  const { definition } = defaultCall('distribution', 'mixture');
  const given = [0.4, 0.4, -1.2, 2.5, 7.9];

  it.each([true, false])('are whole, or have a noise of ±½ in the place of rounding (rounded: %s)', (rounded) => {
    const kit = new Kit(1);
    const of = kit.x([B, 5], list(...given));
    const z = definition.values['quantised']!(contextOf(kit), { of }, { rounded });
    const loss = kit.b.sum(kit.b.mul(z, kit.b.constant([1, 2, 3, 4, 5], [1, 5])));
    const [values, gradient] = kit.evaluate(z, ...gradients(kit.b, loss, [of]));
    values!.data.forEach((v, i) => expect(Math.abs(v - given[i]!)).toBeLessThanOrEqual(0.5));
    expect(values!.data.filter((v) => Number.isInteger(v)).length).toBe(rounded ? 5 : 0);
    if (!rounded) expect(values!.data[0]! - values!.data[1]!).not.toBe(0);
    expect([...gradient!.data]).toEqual([1, 2, 3, 4, 5]);
  });
});

describe('priors that are densities', () => {
  const over = (low: number, high: number, n: number): readonly number[] =>
    Array.from({ length: n }, (_, i) => low + ((high - low) * (i + 0.5)) / n);

  it('a mixture of normals has an integral of 1, and draws with its mean', () => {
    const kit = new Kit(4000);
    const weights = {
      'prior.weights': kit.k([2], list(0.3, -0.4)),
      'prior.mean': kit.k([2, 1], list(-1, 2)),
      'prior.log_variance': kit.k([2, 1], list(-0.5, 0.2)),
    };
    const { density } = loweringOf(find('prior', 'mixture')!);
    if (density === 'family') throw new Error('a mixture is no normal');
    const at = { ...contextOf(kit, weights), args: {}, posteriors: () => ({}), shape: [B, 1] as const };
    const z = kit.x([B, 1], () => over(-12, 14, 4000));
    const [ln, drawn] = kit.evaluate(density.logDensity(at, z), density.sample(at));
    expect(ln!.data.reduce((sum, l) => sum + Math.exp(l), 0) * (26 / 4000)).toBeCloseTo(1, 6);
    const [first, second] = softmax([0.3, -0.4]);
    expect(drawn!.data.reduce((a, c) => a + c, 0) / 4000).toBeCloseTo(-first! + 2 * second!, 1);
  });

  it('a mixture begins with means as far apart as a standard normal draws them, and all alike', () => {
    const { weights } = find('prior', 'mixture')!;
    const declared = weights!({ components: 3 }, [2], new Map());
    expect(
      declared.map(({ name, shape, initializer: { definition, args } }) => [
        name,
        shape,
        definition.name,
        args['sigma'],
      ]),
    ).toEqual([
      ['weights', [3], 'zeros', undefined],
      ['mean', [3, 2], 'normal', 1],
      ['log_variance', [3, 2], 'zeros', undefined],
    ]);
  });

  it('of a codebook each entry is as likely as another', () => {
    const kit = new Kit(4);
    const { density } = loweringOf(find('prior', 'uniform')!);
    if (density === 'family') throw new Error('of no family');
    const at = {
      ...contextOf(kit, { entries: kit.k([5, 3]) }),
      args: {},
      posteriors: () => ({}),
      shape: [B, 2, 3] as const,
    };
    const [ln] = kit.evaluate(density.logDensity(at, kit.x([B, 2, 3])));
    expect(ln!.shape).toEqual([4, 2]);
    for (const value of ln!.data) expect(value).toBeCloseTo(-Math.log(5), 10);
  });

  it('the mean of the posteriors of learned inputs has an integral of 1', () => {
    const kit = new Kit(4000);
    const { density } = loweringOf(find('prior', 'vamp')!);
    if (density === 'family') throw new Error('of no family');
    const ofInputs = { mean: kit.k([3, 1], list(-1, 2, 4)), log_variance: kit.k([3, 1], list(-0.5, 0.2, -1)) };
    const at = { ...contextOf(kit, {}), args: {}, posteriors: () => ofInputs, shape: [B, 1] as const };
    const [ln] = kit.evaluate(
      density.logDensity(
        at,
        kit.x([B, 1], () => over(-12, 14, 4000)),
      ),
    );
    expect(ln!.data.reduce((sum, l) => sum + Math.exp(l), 0) * (26 / 4000)).toBeCloseTo(1, 6);
  });

  it('whole numbers of a channel have probabilities of 1 together, and the variance of the mixture', () => {
    const kit = new Kit(101);
    const sigmas = [Math.exp(0.5), Math.exp(1.2)];
    const weights = { weights: kit.k([1, 2], list(0.3, -0.4)), log_sigma: kit.k([1, 2], list(0.5, 1.2)) };
    const { density } = loweringOf(find('prior', 'per_channel')!);
    if (density === 'family') throw new Error('of no family');
    const at = { ...contextOf(kit, weights), args: {}, posteriors: () => ({}), shape: [B, 1] as const };
    const z = kit.x([B, 1], () => Array.from({ length: 101 }, (_, i) => i - 50));
    const [ln] = kit.evaluate(density.logDensity(at, z));
    expect(ln!.data.reduce((sum, l) => sum + Math.exp(l), 0)).toBeCloseTo(1, 5);
    // Of a uniform variable of width 1 that is added, one twelfth.
    const variance = softmax([0.3, -0.4]).reduce((sum, weight, k) => sum + weight * sigmas[k]! ** 2, 1 / 12);
    expect(ln!.data.reduce((sum, l, i) => sum + Math.exp(l) * (i - 50) ** 2, 0)).toBeCloseTo(variance, 2);
  });

  it('a whole number has a probability of at least 10⁻⁹, and a component a deviation of at least 0.11', () => {
    const kit = new Kit(2);
    const { density } = loweringOf(find('prior', 'per_channel')!);
    if (density === 'family') throw new Error('of no family');
    const weights = { weights: kit.k([1, 1], list(0)), log_sigma: kit.k([1, 1], list(-9)) };
    const at = { ...contextOf(kit, weights), args: {}, posteriors: () => ({}), shape: [B, 1] as const };
    // Half a unit beyond the mean the noisy value has half of the mass, were the deviation 0; Φ(0.1/0.11) at 0.6.
    const [ln] = kit.evaluate(density.logDensity(at, kit.x([B, 1], list(0.4, 7))));
    expect(ln!.data[0]).toBeCloseTo(Math.log(0.8183489), 5);
    expect(ln!.data[1]).toBeCloseTo(Math.log(1e-9), 10);
  });
});

describe('flows', () => {
  it.each(['planar', 'radial'])('%s: the logarithm of the determinant that differences find', (name) => {
    const kit = new Kit(2);
    const definition = loweringOf(find('flow', name)!);
    const args = { steps: 2 };
    const weights = Object.fromEntries(
      definition.weights(args, [3]).map(({ name: own, shape }) => [own, kit.k(shape)]),
    );
    const z = kit.x([B, 3]);
    const { value, logDeterminant } = definition.flow(contextOf(kit, weights), z, args);
    const jacobian = [0, 1, 2].map((i) => {
      const one = kit.b.sum(
        kit.b.mul(
          value,
          kit.b.constant(
            [0, 1, 2].map((j) => Number(i === j)),
            [1, 3],
          ),
        ),
      );
      return gradients(kit.b, one, [z])[0]!;
    });
    const [ln, ...rows] = kit.evaluate(logDeterminant, ...jacobian);
    for (const example of [0, 1]) {
      const [a, b, c] = rows.map(({ data }) => [...data].slice(3 * example, 3 * example + 3)) as [
        number[],
        number[],
        number[],
      ];
      const det =
        a[0]! * (b[1]! * c[2]! - b[2]! * c[1]!) -
        a[1]! * (b[0]! * c[2]! - b[2]! * c[0]!) +
        a[2]! * (b[0]! * c[1]! - b[1]! * c[0]!);
      expect(ln!.data[example]).toBeCloseTo(Math.log(det), 8);
    }
  });
});

it('a radial flow has a slope at its centre, where its point is the point', () => {
  const kit = new Kit(1);
  const definition = loweringOf(find('flow', 'radial')!);
  const args = { steps: 1 };
  const [centre, logAlpha, beta] = [kit.k([1, 3]), kit.k([1, 1]), kit.k([1, 1])];
  const known = { centre, log_alpha: logAlpha, beta };
  const z = kit.x([B, 3], () => [...kit.evaluate(centre)[0]!.data]);
  const { value } = definition.flow(contextOf(kit, known), z, args);
  const [at, found, slope] = kit.evaluate(centre, value, gradients(kit.b, kit.b.sum(value), [z])[0]!);
  expect([...found!.data]).toEqual([...at!.data]);
  // ∂/∂z (z + β h (z − z₀)) = 1 + β h, h = 1 / α, β = softplus(β̂) − α.
  const [a, b] = kit.evaluate(logAlpha, beta).map(({ data }) => data[0]!) as [number, number];
  const alpha = Math.exp(a);
  for (const one of slope!.data) expect(one).toBeCloseTo(1 + (Math.log1p(Math.exp(b)) - alpha) / alpha, 4);
});

describe('what entries of latents say of each other', () => {
  it('ways of taking an expectation and priors exist', () => {
    for (const { posterior } of builtins.distribution) {
      if (posterior === undefined) continue;
      expect(posterior.by.length).toBeGreaterThan(0);
      for (const by of posterior.by) expect(find('expectation', by), by).toBeDefined();
      expect(find('prior', posterior.prior), posterior.prior).toBeDefined();
    }
  });

  it('the prior that holds where none is written is one of the latent', () => {
    for (const { name, posterior } of builtins.distribution) {
      if (posterior !== undefined) expect(find('prior', posterior.prior)!.of).toContain(name);
    }
    for (const { of } of builtins.prior) for (const name of of) expect(find('distribution', name), name).toBeDefined();
  });

  it('every way of taking an expectation is of some latent', () => {
    const used = builtins.distribution.flatMap(({ posterior }) => posterior?.by ?? []);
    for (const { name } of builtins.expectation) expect(used).toContain(name);
  });
});

it('what is decided is the likelier of two values, and the likeliest of many', () => {
  const kit = new Kit(1);
  const decided = (name: string, values: readonly number[]): readonly number[] => {
    const { definition } = defaultCall('distribution', name);
    const [value] = kit.evaluate(definition.decided!(kit.b, kit.k([1, values.length], list(...values))));
    return Array.from(value!.data);
  };
  expect(decided('bernoulli', [0, 0.49, 0.51, 1])).toEqual([0, 0, 1, 1]);
  expect(decided('category', [0.3, 0.4, 0.3])).toEqual([0, 1, 0]);
});
