import { fixed, product, scaleDim } from '../../ir/graph/shape.js';
import { activate, bool, call, num, type Args } from '../arguments.js';
import type { LayerDefinition } from '../define.js';
import { activationParam, biasInitParam, biasParam, initParam, tiedParam, unitsParam } from '../params.js';
import { vector } from './shapes.js';

const units = (args: Args): number => num(args, 'units');

export const dense: LayerDefinition = {
  category: 'layer',
  name: 'dense',
  aliases: ['Linear', 'fc', 'fully_connected', 'InnerProduct', 'affine', 'mlp'],
  summary: 'Every unit sees every input.',
  formula: 'y = φ(xW + b), W: n×units',
  source: 'Goodfellow, Bengio & Courville 2016, §6.1',
  params: [{ ...unitsParam, inferred: true }, activationParam, biasParam, initParam, biasInitParam, tiedParam],
  examples: ['dense(64, relu)', 'dense(784, sigmoid, bias: false)', 'dense(10, init: he_normal)'],
  shape: ([input], args) => {
    const n = vector(input!);
    return typeof n === 'number' ? [units(args)] : n;
  },
  solve: (_input, output, args) => (output.length === 1 ? { ...args, units: output[0]! } : undefined),
  weights: (input, args) => {
    const n = vector(input);
    if (typeof n !== 'number') return [];
    const kernel = {
      name: 'kernel',
      shape: [n, units(args)],
      axes: ['input', 'output'],
      initializer: call(args, 'init', 'initializer'),
      trainable: true,
      role: 'kernel',
    } as const;
    const bias = {
      name: 'bias',
      shape: [units(args)],
      axes: ['output'],
      initializer: call(args, 'bias_init', 'initializer'),
      trainable: true,
      role: 'bias',
    } as const;
    return bool(args, 'bias') ? [kernel, bias] : [kernel];
  },
  affine: true,
  tie: 'transpose',
  mirror: ({ args, input, activation }) => {
    const n = vector(input);
    if (typeof n !== 'number') return 'its input is no vector';
    return [{ layer: 'dense', args: { ...args, units: n, activation, tied: undefined } }];
  },
  lower: ({ b, weight }, x, args) => {
    const kernel = weight('kernel');
    // A product of matrices: positions are rows as examples are.
    const places = x.shape.slice(1, -1).map(fixed);
    const rows = b.reshape(x, [scaleDim(x.shape[0]!, product(places)), x.shape.at(-1)!]);
    const y = b.reshape(b.matMul(rows, kernel), [x.shape[0]!, ...places, kernel.shape[1]!]);
    return activate(b, bool(args, 'bias') ? b.add(y, weight('bias')) : y, args);
  },
};
