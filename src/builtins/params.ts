/** Parameters that many entries share: the same word means the same everywhere. */
import type { Param } from './arguments.js';

/** A probability. Entries give it their own bounds, meaning and default. */
export const probabilityParam = {
  name: 'p',
  aliases: ['rate', 'fraction', 'prob', 'probability', 'ratio', 'drop_prob', 'level', 'corruption_level', 'nu'],
} as const;

export const unitsParam: Param = {
  name: 'units',
  aliases: ['out_features', 'features', 'hidden_size', 'hidden_units', 'num_units', 'output_dim', 'width', 'size'],
  type: { kind: 'int', min: 1 },
  summary: 'number of outputs',
};

export const activationParam: Param = {
  name: 'activation',
  aliases: ['act', 'act_fn', 'activation_fn', 'nonlinearity'],
  type: { kind: 'builtin', category: 'activation' },
  summary: 'applied to the result',
  default: 'linear',
};

export const biasParam: Param = {
  name: 'bias',
  aliases: ['use_bias', 'with_bias'],
  type: { kind: 'bool' },
  summary: 'add a learned offset for each unit',
  default: true,
};

export const initParam: Param = {
  name: 'init',
  aliases: ['kernel_initializer', 'kernel_init', 'initializer', 'weight_init', 'w_init'],
  type: { kind: 'builtin', category: 'initializer' },
  summary: 'how the kernel is drawn',
  default: 'glorot_uniform',
};

export const biasInitParam: Param = {
  name: 'bias_init',
  aliases: ['bias_initializer', 'b_init'],
  type: { kind: 'builtin', category: 'initializer' },
  summary: 'how the bias is drawn',
  default: 'zeros',
};

export const tiedParam: Param = {
  name: 'tied',
  aliases: ['tie', 'tied_to', 'shared', 'weights_from'],
  type: { kind: 'layer' },
  summary: 'the layer whose kernel this one uses, transposed; biases are never tied',
  optional: true,
};

// ───────────────────────────────────────────────────────────────────────────── windows

export const filtersParam: Param = {
  name: 'filters',
  aliases: ['out_channels', 'channels', 'num_filters', 'features'],
  type: { kind: 'int', min: 1 },
  summary: 'number of output channels',
  inferred: true,
};

export const kernelParam: Param = {
  name: 'kernel',
  aliases: ['kernel_size', 'filter_size', 'kernel_shape', 'window'],
  type: { kind: 'pair', min: 1 },
  summary: 'size of the window',
  default: 3,
};

export const strideParam: Param = {
  name: 'stride',
  aliases: ['strides', 'subsample'],
  type: { kind: 'pair', min: 1 },
  summary: 'step between windows',
  default: 1,
};

/** Layers say what it means for them, and give it their own default. */
export const paddingParam = {
  name: 'padding',
  aliases: ['pad', 'border_mode'],
  type: { kind: 'padding' },
} as const;

export const epsilonParam: Param = {
  name: 'epsilon',
  aliases: ['eps'],
  type: { kind: 'float', above: 0 },
  summary: 'added to the variance',
  default: 1e-5,
};
