/** Layers that bring values to a common mean, variance or length. */
import { fixed, product } from '../../ir/graph/shape.js';
import { num, type BuiltinCall, type ExampleShape } from '../arguments.js';
import type { LayerDefinition, WeightDeclaration } from '../define.js';
import { initial } from '../initializers.js';
import { epsilonParam } from '../params.js';

/** A factor or an offset of each unit, or what is remembered of it. */
const ofUnits = (
  input: ExampleShape,
  name: string,
  initializer: BuiltinCall,
  role: 'scale' | 'bias' | 'state',
): WeightDeclaration => ({
  name,
  shape: [input.at(-1)!],
  axes: ['output'],
  initializer,
  trainable: role !== 'state',
  role,
});

export const batchnorm: LayerDefinition = {
  category: 'layer',
  name: 'batchnorm',
  aliases: ['batch_normalization', 'batch_normalisation', 'BatchNorm1d', 'BatchNorm2d', 'SyncBatchNorm', 'bn'],
  summary:
    'Each channel brought to mean 0 and variance 1 over the batch (and over positions that are there); moving ' +
    'averages stand in outside training.',
  formula: 'y = γ·(x − E_B[x]) / √(Var_B[x] + ε) + β, Var the mean of squares, in the moving average too',
  source: 'Ioffe & Szegedy 2015, algorithm 1',
  params: [
    {
      name: 'momentum',
      aliases: ['decay'],
      type: { kind: 'float', min: 0, below: 1 },
      summary: 'share of the old moving average that is kept each step',
      default: 0.9,
    },
    epsilonParam,
  ],
  examples: ['batchnorm', 'batchnorm(momentum: 0.99)'],
  ofBatch: true,
  leavesOut: true,
  shape: ([input]) => input!,
  invert: (output) => output,
  weights: (input) => [
    ofUnits(input, 'gamma', initial('ones'), 'scale'),
    ofUnits(input, 'beta', initial('zeros'), 'bias'),
    ofUnits(input, 'moving_mean', initial('zeros'), 'state'),
    ofUnits(input, 'moving_variance', initial('ones'), 'state'),
  ],
  mirror: ({ args }) => [{ layer: 'batchnorm', args }],
  lower: ({ b, weight, update, training, there }, x, args) => {
    const axes = x.shape.map((_, i) => i).slice(0, -1);
    const positions = product(x.shape.slice(1, -1).map(fixed));
    let [mean, variance] = [weight('moving_mean'), weight('moving_variance')];
    if (training) {
      const rows = there === undefined ? b.rowsIn(x) : b.make('Maximum', [b.sum(there), b.scalar(1)]);
      const count = b.scale(rows, positions);
      const counted = (of: typeof x): typeof x =>
        there === undefined ? of : b.mul(of, b.reshape(there, [there.shape[0]!, ...axes.map(() => 1)]));
      const momentum = num(args, 'momentum');
      const moved = (old: typeof x, now: typeof x): typeof x =>
        b.add(b.scale(old, momentum), b.scale(now, 1 - momentum));
      const [oldMean, oldVariance] = [mean, variance];
      mean = b.div(b.sum(counted(x), axes), count);
      variance = b.div(b.sum(counted(b.square(b.sub(x, mean))), axes), count);
      update('moving_mean', moved(oldMean, mean));
      update('moving_variance', moved(oldVariance, variance));
    }
    const scale = b.mul(weight('gamma'), b.unary('Rsqrt', b.shift(variance, num(args, 'epsilon'))));
    return b.add(b.mul(b.sub(x, mean), scale), weight('beta'));
  },
};

export const layernorm: LayerDefinition = {
  category: 'layer',
  name: 'layernorm',
  aliases: ['layer_normalization', 'layer_normalisation', 'ln'],
  summary: 'Each example brought to mean 0 and variance 1 over its last axis.',
  formula: 'y = γ·(x − mean(x)) / √(var(x) + ε) + β',
  source: 'Ba, Kiros & Hinton 2016, eq. 4',
  params: [epsilonParam],
  examples: ['layernorm'],
  shape: ([input]) => input!,
  invert: (output) => output,
  weights: (input) => [
    ofUnits(input, 'gamma', initial('ones'), 'scale'),
    ofUnits(input, 'beta', initial('zeros'), 'bias'),
  ],
  mirror: ({ args }) => [{ layer: 'layernorm', args }],
  lower: ({ b, weight }, x, args) => {
    const last = [x.shape.length - 1];
    const n = fixed(x.shape.at(-1));
    const centred = b.sub(x, b.scale(b.sum(x, last, true), 1 / n));
    const variance = b.scale(b.sum(b.square(centred), last, true), 1 / n);
    const normal = b.mul(centred, b.unary('Rsqrt', b.shift(variance, num(args, 'epsilon'))));
    return b.add(b.mul(normal, weight('gamma')), weight('beta'));
  },
};

/** Keeps a vector of zeros, which has no direction, from becoming NaN. */
const leastSquare = 1e-12;

export const normalise: LayerDefinition = {
  category: 'layer',
  name: 'normalise',
  aliases: ['normalize', 'l2_normalize', 'l2norm', 'UnitNormalization', 'unit_length', 'unit_norm'],
  params: [],
  summary: 'Each vector along the last axis brought to length 1.',
  formula: 'y = h / √(‖h‖² + 1e-12)',
  source: 'Socher et al. 2011, §3.1 (length normalisation)',
  examples: ['normalise'],
  shape: ([input]) => input!,
  invert: (output) => output,
  range: () => [-1, 1],
  mirror: () => [],
  lower: ({ b }, x) => {
    const length = b.sum(b.square(x), [x.shape.length - 1], true);
    return b.mul(x, b.unary('Rsqrt', b.shift(length, leastSquare)));
  },
};
