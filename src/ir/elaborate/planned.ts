/**
 * Names that docs/language.md defines and the registry does not have yet. Using one is no
 * misspelling, so it is answered with AE5001. A test keeps this list apart from the registry.
 */
import type { Category } from '../../builtins/define.js';

export const planned: Readonly<Partial<Record<Category | 'setting' | 'type' | 'reconstruction', readonly string[]>>> = {
  layer: ['local', 'lcn', 'gru', 'lstm', 'repeat_vector', 'threshold'],
  activation: ['threshold'],
  initializer: [],
  corruption: ['token_mask'],
  penalty: ['cross_entropy', 'rate'],
  distribution: ['category', 'bernoulli', 'mixture'],
  optimizer: ['lbfgs', 'conjugate_gradient'],
  setting: ['data'],
  reconstruction: ['children', 'leaves'],
  type: ['distribution', 'token', 'sequence', 'tree'],
};

export const isPlanned = (category: keyof typeof planned, name: string): boolean => planned[category]?.includes(name) === true;
