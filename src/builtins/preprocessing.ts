/** Preprocessing: fixed transforms whose statistics are measured on the training set, and stored with the weights. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { fixed, product } from '../ir/graph/shape.js';
import { bool, num } from './arguments.js';
import type { PreprocessingDefinition } from './define.js';

/**
 * A width that values are divided by; 1 for a feature that never changes in training, whose other values would
 * otherwise be multiplied without bound.
 */
const divisor = (b: Builder, width: Node): Node => b.add(width, b.indicator('Equal', width, b.fill(0, width.shape)));

/** Examples as rows. */
const rows = (b: Builder, x: Node): Node => b.reshape(x, [x.shape[0]!, product(x.shape.slice(1).map(fixed))]);

export const preprocessing: readonly PreprocessingDefinition[] = [
  {
    category: 'preprocessing',
    name: 'center',
    increasing: true,
    aliases: ['centre', 'subtract_mean', 'mean_subtraction', 'demean', 'zero_mean'],
    params: [],
    statistics: ['mean'],
    summary: "Subtracts each feature's mean.",
    formula: 'x ← x − mean',
    source: 'lecture 1 (Wells), principal components',
    examples: ['center'],
    forward: ({ b, statistic }, x) => b.sub(x, statistic('mean')),
    backward: ({ b, statistic }, x) => b.add(x, statistic('mean')),
  },
  {
    category: 'preprocessing',
    name: 'standardize',
    increasing: true,
    aliases: ['standardise', 'StandardScaler', 'Normalization', 'normalise', 'normalize', 'zscore', 'standard_scale'],
    params: [],
    statistics: ['mean', 'std'],
    summary:
      "Subtracts each feature's mean and divides by its deviation; a feature that never changes in training " +
      'is only centred.',
    formula: 'x ← (x − mean) / std, and x − mean where std = 0',
    source: 'lecture 1 (Wells), principal components',
    examples: ['standardize'],
    forward: ({ b, statistic }, x) => b.div(b.sub(x, statistic('mean')), divisor(b, statistic('std'))),
    backward: ({ b, statistic }, x) => b.add(b.mul(x, divisor(b, statistic('std'))), statistic('mean')),
  },
  {
    category: 'preprocessing',
    name: 'scale',
    increasing: true,
    aliases: ['MinMaxScaler', 'minmax', 'min_max_scale', 'rescale', 'Rescaling', 'unit_range'],
    params: [],
    statistics: ['min', 'max'],
    domain: { kind: 'interval', low: 0, high: 1 },
    summary: 'Moves each feature to [0, 1], as it is in training; one that never changes there is only moved to 0.',
    formula: 'x ← (x − min) / (max − min), and x − min where max = min',
    source: 'convention',
    examples: ['scale'],
    forward: ({ b, statistic }, x) =>
      b.div(b.sub(x, statistic('min')), divisor(b, b.sub(statistic('max'), statistic('min')))),
    backward: ({ b, statistic }, x) =>
      b.add(b.mul(x, divisor(b, b.sub(statistic('max'), statistic('min')))), statistic('min')),
  },
  {
    category: 'preprocessing',
    name: 'whiten',
    aliases: ['whitening', 'pca_whiten', 'pca_whitening', 'sphere', 'decorrelate'],
    params: [],
    statistics: ['mean', 'whitening'],
    ofWhole: true,
    summary:
      'All features together become uncorrelated, with variance 1; directions in which the training data do ' +
      'not vary are only centred.',
    formula: 'x ← (x − mean) V Λ^(−½), V Λ Vᵀ the covariance',
    source: 'Hyvärinen, Karhunen & Oja 2001, §6.4',
    examples: ['whiten'],
    forward: ({ b, statistic }, x) =>
      b.reshape(b.matMul(rows(b, b.sub(x, statistic('mean'))), statistic('whitening')), x.shape),
    // W = V Λ^(−½) has columns of squared length 1/λ, so that W⁻¹ = Λ Wᵀ needs no statistic of its own.
    backward: ({ b, statistic }, x) => {
      const w = statistic('whitening');
      const lengths = b.sum(b.square(w), [0], true);
      return b.add(b.reshape(b.matMul(b.div(rows(b, x), lengths), w, false, true), x.shape), statistic('mean'));
    },
  },
  {
    category: 'preprocessing',
    name: 'binarise',
    aliases: ['binarize', 'Binarizer', 'binary', 'threshold'],
    params: [
      {
        name: 'threshold',
        aliases: ['at', 'cutoff'],
        type: { kind: 'float' },
        summary: 'above it is 1',
        default: 0.5,
      },
      {
        name: 'drawn',
        aliases: ['stochastic', 'sampled', 'dynamic', 'random'],
        type: { kind: 'bool' },
        summary:
          '1 with probability x, anew in each batch, in the place of a threshold; outside of training x itself, the mean',
        default: false,
      },
    ],
    statistics: [],
    domain: { kind: 'binary' },
    draws: (args) => bool(args, 'drawn'),
    summary: 'Grey values become 0 or 1: by a threshold, or drawn with the value as the probability of a 1.',
    formula: 'x ← 1 if x > threshold, else 0; drawn: x ← 1 if u < x, else 0, u ~ U(0, 1)',
    source: 'drawn: Salakhutdinov & Murray 2008, §5',
    examples: ['binarise', 'binarise(threshold: 0.3)', 'binarise(drawn: true)'],
    forward: ({ b, drawing }, x, args) => {
      if (!bool(args, 'drawn')) return b.indicator('Greater', x, b.scalar(num(args, 'threshold')));
      return drawing ? b.indicator('Less', b.uniform(x.shape), x) : x;
    },
  },
];
