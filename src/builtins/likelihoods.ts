/**
 * Likelihoods p(x | output): negative log-likelihoods in nats, element by element, summed over features and averaged
 * over the batch.
 */
import type { LikelihoodDefinition } from './define.js';
import { categorical, multinomial } from './likelihoods/classes.js';
import { negativeBinomial, poisson } from './likelihoods/counts.js';
import { gaussian, huber, laplace, squaredError } from './likelihoods/distances.js';
import { bernoulli, continuousBernoulli } from './likelihoods/unit-interval.js';

export const likelihoods: readonly LikelihoodDefinition[] = [
  bernoulli,
  continuousBernoulli,
  squaredError,
  gaussian,
  laplace,
  huber,
  categorical,
  multinomial,
  poisson,
  negativeBinomial,
];
