/** Every layer, activations among them. */
import { activations } from '../activations.js';
import type { ExampleShape } from '../arguments.js';
import type { ActivationDefinition, LayerDefinition } from '../define.js';
import { conv, convTranspose } from './conv.js';
import { dense } from './dense.js';
import { dropout } from './dropout.js';
import { embedding } from './embedding.js';
import { lcn, local } from './local.js';
import { batchnorm, layernorm, normalise } from './normalise.js';
import { patches, unpatches } from './patches.js';
import { avgpool, l2pool, maxpool, unpool } from './pool.js';
import { gru, lstm } from './recurrent.js';
import { attention, positions, repeatVector } from './sequence.js';
import { batchTopk, jumpRelu, shift, topk } from './sparse.js';
import { add, concat, flatten, multiply, reshape, split } from './structure.js';
import { upsample, upsampleZero } from './upsample.js';

/** What a layer says of itself where it is an activation standing on a line of its own. */
const declared = (activation: ActivationDefinition) =>
  ({
    category: 'layer',
    name: activation.name,
    ...(activation.aliases === undefined ? {} : { aliases: activation.aliases }),
    summary: activation.summary,
    formula: activation.formula,
    source: activation.source,
    params: activation.params,
    examples: [activation.name],
    shape: ([input]: readonly ExampleShape[]) => input!,
    invert: (output: ExampleShape) => output,
    activation,
    mirror: () => [],
  }) as const;

const asLayer = (activation: ActivationDefinition): LayerDefinition =>
  activation.lowered === false
    ? { ...declared(activation), lowered: false }
    : { ...declared(activation), lower: ({ b }, x, args) => activation.lower(b, x, args) };

export const layers: readonly LayerDefinition[] = [
  dense,
  conv,
  convTranspose,
  maxpool,
  avgpool,
  l2pool,
  upsample,
  unpool,
  upsampleZero,
  flatten,
  reshape,
  concat,
  add,
  multiply,
  split,
  batchnorm,
  layernorm,
  normalise,
  dropout,
  shift,
  topk,
  batchTopk,
  jumpRelu,
  embedding,
  local,
  lcn,
  gru,
  lstm,
  attention,
  positions,
  repeatVector,
  patches,
  unpatches,
  ...activations.map(asLayer),
];
