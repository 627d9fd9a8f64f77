import { fixed } from '../../ir/graph/shape.js';
import { num, type BuiltinCall, type Param } from '../arguments.js';
import type { LayerDefinition } from '../define.js';
import { initializers } from '../initializers.js';

const epsilonParam: Param = { name: 'epsilon', type: { kind: 'float', above: 0 }, summary: 'added to the variance', default: 1e-5 };

const init = (name: 'zeros' | 'ones'): BuiltinCall => ({ kind: 'call', definition: initializers.find((i) => i.name === name)!, args: {} });

export const batchnorm: LayerDefinition = {
  category: 'layer', name: 'batchnorm',
  summary: 'Each channel brought to mean 0 and variance 1 over the batch (and over positions); moving averages stand in outside training.',
  formula: 'y = γ·(x − E_B[x]) / √(Var_B[x] + ε) + β, Var the mean of squares, in the moving average too',
  source: 'Ioffe & Szegedy 2015, algorithm 1',
  params: [
    { name: 'momentum', type: { kind: 'float', min: 0, below: 1 }, summary: 'share of the old moving average that is kept each step', default: 0.9 },
    epsilonParam,
  ],
  examples: ['batchnorm', 'batchnorm(momentum: 0.99)'],
  ofBatch: true,
  shape: ([input]) => input!,
  invert: (output) => output,
  weights: (input) => {
    const shape = [input.at(-1)!];
    return [
      { name: 'gamma', shape, axes: ['output'], initializer: init('ones'), trainable: true, role: 'scale' },
      { name: 'beta', shape, axes: ['output'], initializer: init('zeros'), trainable: true, role: 'bias' },
      { name: 'moving_mean', shape, axes: ['output'], initializer: init('zeros'), trainable: false, role: 'state' },
      { name: 'moving_variance', shape, axes: ['output'], initializer: init('ones'), trainable: false, role: 'state' },
    ];
  },
  mirror: ({ args }) => [{ layer: 'batchnorm', args }],
  lower: ({ b, weight, update, training }, x, args) => {
    const axes = x.shape.map((_, i) => i).slice(0, -1);
    const positions = x.shape.slice(1, -1).map(fixed).reduce((a, c) => a * c, 1);
    let [mean, variance] = [weight('moving_mean'), weight('moving_variance')];
    if (training) {
      const count = b.scale(b.batchSize(), positions);
      const momentum = num(args, 'momentum');
      const moved = (old: typeof x, now: typeof x): typeof x => b.add(b.scale(old, momentum), b.scale(now, 1 - momentum));
      const [oldMean, oldVariance] = [mean, variance];
      mean = b.div(b.sum(x, axes), count);
      variance = b.div(b.sum(b.square(b.sub(x, mean)), axes), count);
      update('moving_mean', moved(oldMean, mean));
      update('moving_variance', moved(oldVariance, variance));
    }
    const scale = b.mul(weight('gamma'), b.unary('Rsqrt', b.shift(variance, num(args, 'epsilon'))));
    return b.add(b.mul(b.sub(x, mean), scale), weight('beta'));
  },
};

export const layernorm: LayerDefinition = {
  category: 'layer', name: 'layernorm',
  summary: 'Each example brought to mean 0 and variance 1 over its last axis.',
  formula: 'y = γ·(x − mean(x)) / √(var(x) + ε) + β',
  source: 'Ba, Kiros & Hinton 2016, eq. 4',
  params: [epsilonParam],
  examples: ['layernorm'],
  shape: ([input]) => input!,
  invert: (output) => output,
  weights: (input) => [
    { name: 'gamma', shape: [input.at(-1)!], axes: ['output'], initializer: init('ones'), trainable: true, role: 'scale' },
    { name: 'beta', shape: [input.at(-1)!], axes: ['output'], initializer: init('zeros'), trainable: true, role: 'bias' },
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
