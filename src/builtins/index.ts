/** The registry: every name of the language, by category. */
import { activations } from './activations.js';
import { constraints } from './constraints.js';
import { corruptions } from './corruptions.js';
import type { Category, Definition, DefinitionOf } from './define.js';
import { distributions } from './distributions.js';
import { initializers } from './initializers.js';
import { layers } from './layers/index.js';
import { likelihoods } from './likelihoods.js';
import { optimizers } from './optimizers.js';
import { penalties } from './penalties.js';
import { preprocessing } from './preprocessing.js';
import { clippings, schedules, stoppings } from './schedules.js';

export const builtins: { readonly [C in Category]: readonly DefinitionOf<C>[] } = {
  layer: layers,
  activation: activations,
  initializer: initializers,
  corruption: corruptions,
  preprocessing,
  penalty: penalties,
  constraint: constraints,
  likelihood: likelihoods,
  distribution: distributions,
  optimizer: optimizers,
  schedule: schedules,
  clipping: clippings,
  stopping: stoppings,
};

export const definitions: readonly Definition[] = Object.values(builtins).flat();

export function find<C extends Category>(category: C, name: string): DefinitionOf<C> | undefined {
  const entries: readonly Definition[] = builtins[category];
  return entries.find((entry) => entry.name === name) as DefinitionOf<C> | undefined;
}
