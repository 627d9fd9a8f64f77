/** Laws of every registry entry, and the words that the language page says there are. */
import { describe, expect, it } from 'vitest';
import type { Args, Param } from '../../src/builtins/arguments.js';
import { loweringOf, type Category } from '../../src/builtins/define.js';
import { builtins, definitions, find } from '../../src/builtins/index.js';
import { B } from '../../src/ir/graph/shape.js';
import { Kit, list } from '../laws/kit.js';

const by = (entry: { readonly category: string; readonly name: string }): string => `${entry.category} ${entry.name}`;

describe.each(definitions.map((d) => [by(d), d] as const))('%s', (_name, entry) => {
  it('is documented', () => {
    for (const text of [entry.name, entry.summary, entry.formula, entry.source]) expect(text.trim()).not.toBe('');
    expect(entry.examples.length).toBeGreaterThan(0);
    for (const example of entry.examples) expect(example).toContain(entry.name);
    for (const param of entry.params) expect(param.summary.trim(), param.name).not.toBe('');
  });

  it('has a name of its own and parameters of their own names', () => {
    expect(definitions.filter((d) => by(d) === by(entry)).length).toBe(1);
    expect(new Set(entry.params.map((p) => p.name)).size).toBe(entry.params.length);
  });

  it('has defaults of their type, within their range', () => {
    for (const param of entry.params) if (param.default !== undefined) expect(admits(param), param.name).toBe(true);
  });
});

function admits({ type, default: value }: Param): boolean {
  const whole = (n: unknown, min: number): boolean => typeof n === 'number' && Number.isInteger(n) && n >= min;
  switch (type.kind) {
    case 'int':
      return whole(value, type.min ?? -Infinity);
    case 'float':
      return (
        typeof value === 'number' &&
        value >= (type.min ?? -Infinity) &&
        value <= (type.max ?? Infinity) &&
        value > (type.above ?? -Infinity) &&
        value < (type.below ?? Infinity)
      );
    case 'bool':
      return typeof value === 'boolean';
    case 'word':
      return type.words.includes(String(value));
    case 'pair':
      return [value].flat().every((n) => whole(n, type.min));
    case 'padding':
      return value === 'same' || value === 'valid' || whole(value, 0);
    case 'builtin':
      return find(type.category, String(value)) !== undefined;
    default:
      return false;
  }
}

// ──────────────────────────────────────────────────────────────────────────── the page

/** The words of each category, in any order. */
const page: Readonly<Partial<Record<Category, string>>> = {
  corruption: 'gaussian uniform mask salt_and_pepper dropout token_mask grayscale downsample hole',
  preprocessing: 'center standardize scale whiten binarise',
  likelihood:
    'squared_error gaussian laplace huber bernoulli continuous_bernoulli categorical poisson multinomial ' +
    'negative_binomial',
  penalty:
    'l1 l2 l0 weight_decay kl_sparsity squared_sparsity contractive gradient_penalty orthogonal uncorrelated kl ' +
    'total_correlation mmd commitment cluster cross_entropy rate',
  function: 'stop clean permuted mean max min abs exp log',
  constraint: 'unit_norm max_norm non_negative clip orthogonal',
  distribution: 'normal category bernoulli codebook mixture von_mises_fisher uniform',
  flow: 'planar radial',
  expectation: 'point reparameterized importance enumerated relaxed straight_through quantised',
  type: 'category distribution token sequence tree',
  domain: 'real binary counts',
  setting: 'optimizer schedule clip stop batch epochs validation seed data rate',
  optimizer: 'sgd rmsprop adam adamw conjugate_gradient lbfgs',
  schedule: 'warmup cosine exponential',
  clipping: 'norm value',
  stopping: 'early',
  update: 'simultaneous alternate',
  transform: 'transpose negate',
  bracketing: 'greedy left right balanced',
  figure:
    'reconstructions losses architecture errors filters codes pca scatter vector_field tangent_planes sparsity divergence manifold ' +
    'traversal interpolation arithmetic grid samples top_stimuli optimal_stimulus neighbours trees anomalies inpainting ' +
    'probe confusion rate_distortion baseline',
};

it.each(Object.entries(page))('%s: there is what the page names, and nothing else', (category, words) => {
  const names = builtins[category as Category].map(({ name }) => name);
  expect([...names].sort()).toEqual(words.split(' ').sort());
});

/** Arguments that do not go together, and the same without what is odd. */
const conflicts: readonly (readonly [Category, string, Args, Args])[] = [
  ['layer', 'conv', { stride: 2, dilation: 2 }, { stride: 2, dilation: 1 }],
  ['layer', 'conv', { stride: [2, 1], dilation: [1, 2] }, { stride: [2, 1], dilation: 1 }],
  ['distribution', 'uniform', { low: 1, high: 1 }, { low: 0, high: 1 }],
  ['schedule', 'warmup', { steps: 10, epochs: 2 }, { steps: 10 }],
  ['schedule', 'cosine', { steps: 10, epochs: 2 }, { epochs: 2 }],
  ['schedule', 'exponential', { steps: 10, epochs: 2 }, {}],
];

it.each(conflicts)('%s %s refuses %j, and not %j', (category, name, odd, fine) => {
  const { conflict } = find(category, name)!;
  expect(conflict!(odd)).toBeDefined();
  expect(conflict!(fine)).toBeUndefined();
});

describe('functions', () => {
  const each = { rate: 'each', shape: [], site: 'example' } as const;
  const tensor = { rate: 'each', shape: [3], site: 'positions' } as const;
  const number = { rate: 'constant', shape: [], site: 'example' } as const;

  it('of several operands are of the one that says most', () => {
    const { type } = find('function', 'max')!;
    expect(type([each, number])).toEqual(each);
    expect(type([number, tensor])).toEqual(tensor);
    expect(type([{ ...each, rate: 'whole' }, number])).toEqual({ ...each, rate: 'whole' });
    expect(type([tensor, { ...tensor, shape: [4] }])).toHaveProperty('expected');
  });

  it('mean makes one number of one for each example, and of nothing else', () => {
    const { type } = find('function', 'mean')!;
    expect(type([each])).toEqual({ ...each, rate: 'whole' });
    expect(type([tensor])).toHaveProperty('expected');
  });

  it('compute what they say', () => {
    const values: Readonly<Record<string, readonly number[]>> = {
      max: [1.5, 0.5],
      min: [-2, 0.25],
      abs: [2, 0.5],
      exp: [Math.exp(-2), Math.exp(0.5)],
      stop: [-2, 0.5],
      mean: [-0.75],
    };
    for (const [name, expected] of Object.entries(values)) {
      const definition = loweringOf(find('function', name)!);
      const kit = new Kit(2);
      const operands = [kit.x([B], list(-2, 0.5)), kit.x([B], list(1.5, 0.25))].slice(0, definition.arity[0]);
      const [found] = kit.evaluate(definition.lower(kit.b, operands));
      expected.forEach((v, i) => expect(found!.data[i], name).toBeCloseTo(v, 12));
    }
    const kit = new Kit(2);
    const { lower } = loweringOf(find('function', 'log')!);
    expect(kit.evaluate(lower(kit.b, [kit.x([B], list(0.25, 1))]))[0]!.data[0]).toBeCloseTo(Math.log(0.25), 12);
  });
});
