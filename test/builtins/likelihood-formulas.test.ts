/** Laws of likelihoods: equal to their formulas, normalised, right derivatives, from logits and through activations. */
import { describe, expect, it } from 'vitest';
import type { Args } from '../../src/builtins/arguments.js';
import { builtins, compiledEntries, find } from '../../src/builtins/index.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import type { Node } from '../../src/ir/graph/graph.js';
import type { Shape } from '../../src/ir/graph/shape.js';
import { gradientError, Kit, list } from '../laws/kit.js';
import { likelihoodContext, tensorArg } from './contexts.js';
import { defaultCall } from './defaults.js';

const sum = (xs: Iterable<number>): number => [...xs].reduce((a, c) => a + c, 0);

type Link = 'Sigmoid' | 'Softmax' | undefined;

interface Compared {
  readonly kit: Kit;
  readonly nll: Node;
}

function compare(
  name: string,
  output: readonly number[],
  target: readonly number[],
  more: Args = {},
  link: Link = undefined,
  shape: Shape = [output.length],
): Compared {
  const { definition, args } = defaultCall('likelihood', name);
  const kit = new Kit();
  const raw = kit.x(shape, list(...output));
  const linked = link === undefined ? raw : kit.b.named(kit.b.unary(link, raw), 'decoder.out');
  const labels = name === 'categorical';
  const goal = kit.k(labels ? shape.slice(0, -1) : shape, list(...target), labels ? 'int32' : 'float32');
  const given = { ...args, ...more };
  const weights = (definition.weights?.(given) ?? []).map(
    (w) => [w.name, kit.x(w.shape, list(Math.log(0.5)))] as const,
  );
  const tensor = given['log_variance'] ?? given['log_dispersion'];
  const argument = tensor === undefined ? raw : kit.x(shape, list(0.4, -0.3));
  const context = likelihoodContext(kit, {
    linked: link !== undefined,
    weight: (own) => new Map(weights).get(own)!,
    value: () => argument,
  });
  return { kit, nll: definition.negativeLogLikelihood(context, linked, goal, given) };
}

const nllOf = (...call: Parameters<typeof compare>): readonly number[] => {
  const { kit, nll } = compare(...call);
  return [...kit.evaluate(nll)[0]!.data];
};

const logits = [-80, -3, -0.5, 0.25, 2, 80];

it('bernoulli equals its formula, stably, from logits and through the sigmoid', () => {
  for (const link of [undefined, 'Sigmoid'] as const) {
    const [on, off] = [1, 0].map((x) => nllOf('bernoulli', logits, [x], {}, link));
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
  const [output, target] = [kit.x([4], list(0, 1, 0.25, 0.75)), kit.k([4], list(1, 1, 0, 1))];
  const node = definition.negativeLogLikelihood(likelihoodContext(kit, { linked: true }), output, target, args);
  const values = [...kit.evaluate(node)[0]!.data];
  expect(values.every(Number.isFinite)).toBe(true);
  expect(values[2]).toBeCloseTo(-Math.log(0.75), 9);
  expect(values[3]).toBeCloseTo(-Math.log(0.75), 9);
  expect(values[0]).toBeGreaterThan(10);
});

describe('densities are normalised', () => {
  const wide = { from: -20, to: 20 };
  const unit = { from: 0, to: 1 };

  /** ∫ p(x) dx by the trapezoidal rule. */
  const mass = (name: string, output: number, args: Args, { from, to }: typeof wide): number => {
    const xs = Array.from({ length: 8001 }, (_, i) => from + ((to - from) * i) / 8000);
    const values = nllOf(
      name,
      xs.map(() => output),
      xs,
      args,
    ).map((v) => Math.exp(-v));
    return ((to - from) / 8000) * (sum(values) - (values[0]! + values.at(-1)!) / 2);
  };

  it.each([
    ['gaussian', 0.5, { sigma: 0.7 }, wide],
    ['gaussian', 0.5, {}, wide],
    ['gaussian', 0.5, { learned: true }, wide],
    ['laplace', 0.5, { scale: 0.8 }, wide],
    ['continuous_bernoulli', 1.5, {}, unit],
    ['continuous_bernoulli', 0.01, {}, unit],
    ['continuous_bernoulli', -6, {}, unit],
  ] as const)('%s around %d, %j', (name, output, args, range) => {
    expect(mass(name, output, args, range)).toBeCloseTo(1, 3);
  });

  it.each([
    ['poisson', {}],
    ['negative_binomial', { log_dispersion: tensorArg('r') }],
  ] as const)('%s over counts', (name, args) => {
    // Each count twice: the argument that is a tensor has two values, in turn.
    const counts = Array.from({ length: 800 }, (_, i) => Math.floor(i / 2));
    const ones = counts.map(() => 1);
    expect(sum(nllOf(name, ones, counts, args).map((v) => Math.exp(-v))) / 2).toBeCloseTo(1, 3);
  });

  it('multinomial over the ways to draw three of three', () => {
    const ways = [0, 1, 2, 3].flatMap((a) => [0, 1, 2, 3].map((b) => [a, b, 3 - a - b])).filter((way) => way[2]! >= 0);
    const masses = ways.map((way) => Math.exp(-nllOf('multinomial', [0.5, -1, 0.2], way)[0]!));
    expect(sum(masses)).toBeCloseTo(1, 8);
  });
});

it('gaussian, laplace and squared_error equal their formulas', () => {
  const [x, y] = [
    [0.5, -1, 3],
    [1, 1, 2.5],
  ] as const;
  const expected: Readonly<Record<string, (d: number) => number>> = {
    gaussian: (d) => d ** 2 / (2 * 0.49) + Math.log(0.7) + 0.5 * Math.log(2 * Math.PI),
    laplace: (d) => Math.abs(d) / 0.8 + Math.log(1.6),
    squared_error: (d) => d ** 2,
  };
  for (const [name, args] of [
    ['gaussian', { sigma: 0.7 }],
    ['laplace', { scale: 0.8 }],
    ['squared_error', {}],
  ] as const) {
    nllOf(name, x, y, args).forEach((v, i) => expect(v, name).toBeCloseTo(expected[name]!(x[i]! - y[i]!), 12));
  }
});

it('categorical equals −log softmax, stably, from logits and through the softmax', () => {
  const l = [0.5, -1, 2, 80, -80, 0];
  const lse = (row: readonly number[]): number => {
    const top = Math.max(...row);
    return top + Math.log(sum(row.map((v) => Math.exp(v - top))));
  };
  for (const link of [undefined, 'Softmax'] as const) {
    const classes = [0, 1, 2].map((k) => nllOf('categorical', l, [k], {}, link, [2, 3]));
    for (const row of [0, 1]) {
      const own = l.slice(3 * row, 3 * row + 3);
      classes.forEach((v, k) => expect(v[row]).toBeCloseTo(lse(own) - own[k]!, 11));
      expect(sum(classes.map((v) => Math.exp(-v[row]!)))).toBeCloseTo(1, 12);
    }
  }
  expect(nllOf('categorical', [...l, ...l], [2, 0, 1, 1], {}, undefined, [2, 2, 3]).length).toBe(4);
});

it.each([
  ['continuous_bernoulli', 'Sigmoid'],
  ['multinomial', 'Softmax'],
] as const)('%s sees the logits behind a %s', (name, link) => {
  const [l, x] = [
    [0.3, -1.2, 2.1, 0.7],
    [1, 0, 0.5, 0],
  ] as const;
  const [own, through] = [nllOf(name, l, x, {}, undefined, [2, 2]), nllOf(name, l, x, {}, link, [2, 2])];
  own.forEach((v, i) => expect(through[i]).toBeCloseTo(v, 12));
});

const links: Readonly<Record<string, readonly Link[]>> = {
  bernoulli: [undefined, 'Sigmoid'],
  continuous_bernoulli: [undefined, 'Sigmoid'],
  categorical: [undefined, 'Softmax'],
  multinomial: [undefined, 'Softmax'],
};

const variants: Readonly<Record<string, readonly Args[]>> = {
  gaussian: [{}, { learned: true }, { log_variance: tensorArg('s') }],
  negative_binomial: [{ log_dispersion: tensorArg('r') }],
  huber: [{}, { limit: 0.25 }],
};

it.each(compiledEntries('likelihood').map((l) => l.name))('%s has the right derivative', (name) => {
  for (const link of links[name] ?? [undefined]) {
    for (const args of variants[name] ?? [{}]) {
      const { kit, nll } = compare(name, [0.3, -1.2, 2.1, 0.7], [1, 0], args, link, [2, 2]);
      const loss = kit.b.sum(nll);
      expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
    }
  }
});

describe('means', () => {
  const mean = (name: string, linked: boolean, output: readonly number[]): readonly number[] => {
    const kit = new Kit();
    const { definition } = defaultCall('likelihood', name);
    const node = definition.mean(kit.b, kit.x([1, output.length], list(...output)), linked);
    return [...kit.evaluate(node)[0]!.data];
  };

  it('are what the links give', () => {
    const output = [0, Math.fround(Math.log(3))];
    mean('bernoulli', false, output).forEach((v, i) => expect(v).toBeCloseTo([0.5, 0.75][i]!, 6));
    mean('categorical', false, output).forEach((v, i) => expect(v).toBeCloseTo([0.25, 0.75][i]!, 6));
    mean('multinomial', false, output).forEach((v, i) => expect(v).toBeCloseTo([0.25, 0.75][i]!, 6));
    for (const name of ['poisson', 'negative_binomial']) {
      mean(name, false, output).forEach((v, i) => expect(v).toBeCloseTo([1, 3][i]!, 6));
    }
  });

  it('are the output itself where its activation is the link', () => {
    for (const { name, accepts } of builtins.likelihood) {
      if (name === 'continuous_bernoulli' || accepts.length === 0) continue;
      expect(mean(name, true, [0, 0.25])).toEqual([0, 0.25]);
    }
  });

  it('of a continuous Bernoulli variable from its probability', () => {
    // λ/(2λ − 1) + 1/(2 artanh(1 − 2λ)) at λ = 0.8.
    mean('continuous_bernoulli', true, [0.8, 0.5]).forEach((v, i) => {
      expect(v).toBeCloseTo([0.8 / 0.6 + 1 / (2 * Math.atanh(-0.6)), 0.5][i]!, 6);
    });
  });
});

it('gaussian has one width', () => {
  const { conflict } = find('likelihood', 'gaussian')!;
  const { args } = defaultCall('likelihood', 'gaussian');
  expect(conflict!(args)).toBeUndefined();
  expect(conflict!({ ...args, log_variance: tensorArg('s') })).toBeUndefined();
  expect(conflict!({ ...args, log_variance: tensorArg('s'), sigma: 0.5 })).toBeDefined();
  expect(conflict!({ ...args, log_variance: tensorArg('s'), learned: true })).toBeDefined();
});
