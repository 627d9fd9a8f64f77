/** Distributions of latents and draws. */
import type { DistributionDefinition } from '../define.js';
import { bernoulli } from './bernoulli.js';
import { category } from './category.js';
import { codebook } from './codebook.js';
import { mixture } from './mixture.js';
import { normal } from './normal.js';
import { uniform } from './uniform.js';
import { vonMisesFisher } from './von-mises-fisher.js';

export const distributions: readonly DistributionDefinition[] = [
  normal,
  category,
  bernoulli,
  codebook,
  mixture,
  vonMisesFisher,
  uniform,
];
