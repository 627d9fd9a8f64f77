/** Likelihoods of numbers around the output: distances, some of them with a width. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { bool, expression, num } from '../arguments.js';
import type { LikelihoodContext, LikelihoodDefinition } from '../define.js';
import { initial } from '../initializers.js';
import { broadcastTo } from './broadcast.js';

const common = {
  category: 'likelihood',
  domains: ['real', 'interval', 'binary', 'counts'],
  link: 'linear',
  accepts: [],
  precision: 1,
  outputShape: (variable: readonly number[]) => variable,
  mean: (_b: Builder, output: Node) => output,
} as const satisfies Partial<LikelihoodDefinition>;

export const squaredError: LikelihoodDefinition = {
  ...common,
  name: 'squared_error',
  aliases: ['mse', 'mse_loss', 'mean_squared_error', 'l2', 'l2_loss', 'sse', 'euclidean', 'squared'],
  params: [],
  summary: 'The squared distance: a normal distribution with σ² = ½, without its constant.',
  formula: 'Σᵢ (xᵢ − x̂ᵢ)²',
  source: 'lecture 0 (Bischl), ‖x − dec(enc x)‖²',
  examples: ['reconstruct x by squared_error'],
  domains: [...common.domains, 'distribution'],
  precision: 2,
  negativeLogLikelihood: ({ b }, output, target) => b.square(b.sub(output, target)),
};

/** ln σ² of a normal likelihood: a number, one that is learned, or a tensor. */
function logVariance({ b, weight, value }: LikelihoodContext, output: Node, args: Parameters<typeof num>[0]): Node {
  if (args['log_variance'] !== undefined) return broadcastTo(b, value(expression(args, 'log_variance')), output);
  return bool(args, 'learned') ? b.scale(weight('log_sigma'), 2) : b.scalar(2 * Math.log(num(args, 'sigma')));
}

export const gaussian: LikelihoodDefinition = {
  ...common,
  name: 'gaussian',
  aliases: ['normal', 'gaussian_nll', 'GaussianNLLLoss', 'gauss', 'normal_nll'],
  params: [
    {
      name: 'sigma',
      aliases: ['std', 'stddev', 'scale', 'noise'],
      type: { kind: 'float', above: 0 },
      summary: 'standard deviation, or its first value where it is learned',
      default: 1,
    },
    {
      name: 'learned',
      aliases: ['trainable', 'learnable', 'learn_sigma'],
      type: { kind: 'bool' },
      summary: 'learn one σ for all features; the weight is ln σ, `x.log_sigma`',
      default: false,
    },
    {
      name: 'log_variance',
      aliases: ['logvar', 'log_sigma2'],
      type: { kind: 'expression' },
      summary: 'a tensor with ln σ² of each feature, in the place of one σ',
      optional: true,
    },
  ],
  summary: 'Normal values around the output.',
  formula: '−log p = Σᵢ (xᵢ − x̂ᵢ)²/(2σ²) + ln σ + ½ ln 2π',
  source: 'lecture 2 (Huang), Gaussian reconstruction error',
  examples: [
    'reconstruct x by gaussian(sigma: 0.5)',
    'reconstruct x by gaussian(learned: true)',
    'reconstruct x from m by gaussian(log_variance: s)',
  ],
  conflict: (args) =>
    args['log_variance'] !== undefined && (bool(args, 'learned') || num(args, 'sigma') !== 1)
      ? {
          expected: 'one width',
          found: `\`log_variance\` and \`${bool(args, 'learned') ? 'learned' : 'sigma'}\``,
          hint: 'leave one of them out',
        }
      : undefined,
  weights: (args) =>
    bool(args, 'learned')
      ? [
          {
            name: 'log_sigma',
            shape: [],
            axes: [],
            trainable: true,
            role: 'state',
            initializer: initial('constant', { value: Math.log(num(args, 'sigma')) }),
          },
        ]
      : [],
  negativeLogLikelihood: (ctx, output, target, args) => {
    const { b } = ctx;
    const s = logVariance(ctx, output, args);
    const distance = b.mul(b.scale(b.square(b.sub(output, target)), 0.5), b.unary('Exp', b.neg(s)));
    return b.add(distance, b.shift(b.scale(s, 0.5), 0.5 * Math.log(2 * Math.PI)));
  },
};

export const laplace: LikelihoodDefinition = {
  ...common,
  name: 'laplace',
  aliases: ['mae', 'mae_loss', 'mean_absolute_error', 'absolute_error', 'l1', 'l1_loss', 'laplacian'],
  params: [
    { name: 'scale', aliases: ['b', 'width'], type: { kind: 'float', above: 0 }, summary: 'scale b', default: 1 },
  ],
  summary: 'Laplace-distributed values around the output: the absolute error.',
  formula: '−log p = Σᵢ |xᵢ − x̂ᵢ|/b + ln 2b',
  source: 'convention',
  examples: ['reconstruct x by laplace(scale: 0.5)'],
  negativeLogLikelihood: ({ b }, output, target, args) =>
    b.shift(b.scale(b.unary('Abs', b.sub(output, target)), 1 / num(args, 'scale')), Math.log(2 * num(args, 'scale'))),
};

export const huber: LikelihoodDefinition = {
  ...common,
  name: 'huber',
  aliases: ['huber_loss', 'smooth_l1', 'SmoothL1Loss'],
  params: [
    {
      name: 'limit',
      aliases: ['delta', 'beta', 'threshold'],
      type: { kind: 'float', above: 0 },
      summary: 'the distance from which on it grows along a line',
      default: 1,
    },
  ],
  summary: 'The squared error near the output and the absolute error far from it: outliers count less.',
  formula: 'Σᵢ ½ dᵢ² where ∣dᵢ∣ ≤ δ, else δ (∣dᵢ∣ − ½ δ), d = x − x̂',
  source: 'Huber 1964, §4',
  examples: ['reconstruct x by huber', 'reconstruct x by huber(limit: 0.5)'],
  // c (∣d∣ − ½ c) for c = min(∣d∣, δ) is both.
  negativeLogLikelihood: ({ b }, output, target, args) => {
    const distance = b.unary('Abs', b.sub(output, target));
    const near = b.make('Minimum', [distance, b.scalar(num(args, 'limit'))]);
    return b.mul(near, b.sub(distance, b.scale(near, 0.5)));
  },
};
