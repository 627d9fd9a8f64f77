/** What can be measured of some examples without the others. */
import type { Expression } from '../../builtins/arguments.js';
import { everyExpression, tensorsOf } from './expressions.js';
import { layersOf, type Model } from './model.js';

/**
 * Whether terms are means over examples, each measured by itself, so that those of a batch are the means of those of its
 * parts. Statistics of a batch and trees, whose nodes stand in arrays of a batch, are of all.
 */
export const isMeanOfExamples = (model: Model, terms: readonly Expression[]): boolean =>
  model.variables.every(({ structure: { kind } }) => kind !== 'tree' && kind !== 'label') &&
  model.networks.every(({ form }) => form.kind === 'chain') &&
  model.latents.every(({ definition }) => definition.posterior?.weights === undefined) &&
  layersOf(model).every(({ definition }) => definition.ofBatch !== true) &&
  terms.flatMap(everyExpression).every((one) => {
    if (one.kind === 'penalty') return one.call.definition.rate !== 'whole' || tensorsOf(one).length === 0;
    return one.kind !== 'function' || (one.definition.mixesRows !== true && one.type.rate !== 'whole');
  });
