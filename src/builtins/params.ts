/** Parameters that many entries share. */
import type { Param } from './arguments.js';

/** A probability has one name everywhere. Entries give it their own bounds, meaning and default. */
export const probabilityParam = {
  name: 'p',
  aliases: ['rate', 'fraction', 'prob', 'probability', 'ratio', 'drop_prob', 'level', 'corruption_level', 'nu'],
} as const;

export const activationParam: Param = {
  name: 'activation',
  type: { kind: 'builtin', category: 'activation' },
  summary: 'applied to the result',
  default: 'linear',
};

export const biasParam: Param = {
  name: 'bias',
  type: { kind: 'bool' },
  summary: 'add a learned offset for each unit',
  default: true,
};

export const initParam: Param = {
  name: 'init',
  type: { kind: 'builtin', category: 'initializer' },
  summary: 'how the kernel is drawn',
  default: 'glorot_uniform',
};

export const biasInitParam: Param = {
  name: 'bias_init',
  type: { kind: 'builtin', category: 'initializer' },
  summary: 'how the bias is drawn',
  default: 'zeros',
};

export const tiedParam: Param = {
  name: 'tied',
  type: { kind: 'layer' },
  summary: 'the layer whose kernel this one uses, transposed; biases are never tied',
  optional: true,
};

export const kernelParam: Param = {
  name: 'kernel',
  type: { kind: 'pair', min: 1 },
  summary: 'size of the window',
  default: 3,
};
export const strideParam: Param = {
  name: 'stride',
  type: { kind: 'pair', min: 1 },
  summary: 'step between windows',
  default: 1,
};
