/** Every layer, activations among them. */
import { activations } from '../activations.js';
import type { ExampleShape } from '../arguments.js';
import type { ActivationDefinition, LayerDefinition } from '../define.js';
import { conv, convTranspose } from './conv.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import { embedding } from './embedding.js';
import { lcn, local } from './local.js';
import { batchnorm, layernorm } from './normalise.js';
import { avgpool, l2pool, maxpool, unpool } from './pool.js';
import { gru, lstm, repeatVector } from './recurrent.js';
import { add, concat, flatten, reshape, split } from './structure.js';
import { upsample, upsampleZero } from './upsample.js';

/** An activation standing on a line of its own. */
const asLayer = (activation: ActivationDefinition): LayerDefinition => ({
  ...layerOf(activation),
  ...(activation.lowered === false ? { lowered: false } : { lower: ({ b }, x, args) => activation.lower(b, x, args) }),
});

const layerOf = (activation: ActivationDefinition) => ({
  category: 'layer',
  name: activation.name,
  summary: activation.summary,
  formula: activation.formula,
  source: activation.source,
  params: activation.params,
  examples: [activation.name],
  shape: ([input]: readonly ExampleShape[]) => input!,
  invert: (output: ExampleShape) => output,
  activation,
  mirror: () => [],
} as const);

export const layers: readonly LayerDefinition[] = [
  dense, conv, convTranspose, maxpool, avgpool, l2pool, upsample, unpool, upsampleZero,
  flatten, reshape, concat, add, split, batchnorm, layernorm, dropout, embedding,
  local, lcn, gru, lstm, repeatVector,
  ...activations.map(asLayer),
];
