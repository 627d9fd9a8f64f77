/**
 * Penalties: a number for each example, or one for the batch or for weights. Sums run over units, means over the
 * batch; what is a statistic of the batch or of weights alone says so in its formula.
 */
import type { PenaltyDefinition } from './define.js';
import { derivativePenalties } from './penalties/derivatives.js';
import { labelPenalties } from './penalties/labels.js';
import { latentPenalties } from './penalties/latents.js';
import { unitPenalties } from './penalties/units.js';
import { weightPenalties } from './penalties/weights.js';

export const penalties: readonly PenaltyDefinition[] = [
  ...unitPenalties,
  ...weightPenalties,
  ...derivativePenalties,
  ...latentPenalties,
  ...labelPenalties,
];
