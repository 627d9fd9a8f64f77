/** Of posteriors, priors, and the weight of what stands between them. */
import { message } from '../finding.js';
import { listed, q, rounded } from '../phrases.js';

export const withoutKl = message<{ readonly latent: string; readonly statement: string }>(
  'without-kl',
  'AE4007',
  ({ latent, statement }) => ({
    title: `nothing keeps ${q(latent)} near its prior`,
    cause:
      'Without a KL term the posterior shrinks to a point, and samples from the prior decode to nothing that was trained.',
    expected: q(statement),
    found: 'no KL term',
    hint: `add ${q(statement)}, or write \`by point\``,
  }),
);

export const otherBeta = message<{
  readonly beta: number;
  readonly factor: number;
  readonly weight: number;
  readonly likelihood: string;
  readonly normalised: boolean;
}>('other-beta', 'AE4008', ({ beta, factor, weight, likelihood, normalised }) => {
  const against = `${weight === 1 ? '' : `${rounded(weight)} · `}${q(likelihood)}`;
  return {
    title: `the effective β is ${rounded(beta, 4)}`,
    cause: `The KL counts ${rounded(beta, 4)} times as much as in the evidence lower bound${normalised ? '' : ' of a likelihood with unit variance'}, given ${against}.`,
    expected: '1 for the evidence lower bound',
    found: `${rounded(factor)} · KL against ${against}`,
    hint: `write a weight of ${rounded(factor / beta, 4)} for β = 1, or keep it as it is and say so with the results`,
  };
});

export const wideLikelihood = message<{
  readonly likelihood: string;
  readonly sigma: number;
  readonly width: number;
  readonly variable: string;
}>('wide-likelihood', 'AE4037', ({ likelihood, sigma, width, variable }) => ({
  title: `a σ of ${sigma} is as wide as all values of ${q(variable)}`,
  cause: `${q(variable)} lies in a range of ${width}; with so much noise assumed, what the latent could tell is seldom worth its KL, and the posterior collapses onto the prior.`,
  expected: 'a σ of the size of the errors, or one that is learned',
  found: q(`${likelihood}(sigma: ${sigma})`),
  hint: `write \`${likelihood}(learned: true)\``,
}));

export const tooManyCombinations = message<{
  readonly latents: readonly string[];
  readonly count: number;
  readonly most: number;
}>('too-many-combinations', 'AE4047', ({ latents, count, most }) => ({
  title: `${listed(latents.map(q))} would be computed ${count} times for each example`,
  cause: 'Enumerated latents are summed over all their values, each with a pass of its own.',
  expected: `at most ${most} combinations`,
  found: String(count),
  hint: 'take the expectation `by relaxed` or `by straight_through`',
}));

export const batchBehindClasses = message<{ readonly layer: string; readonly latent: string }>(
  'batch-behind-classes',
  'AE4047',
  ({ layer, latent }) => ({
    title: `${q(layer)} mixes the classes of ${q(latent)}`,
    cause: 'Each example is computed once for each class, and statistics of the batch would be taken over all of them.',
    expected: 'layers that treat each row by itself',
    found: q(layer),
    hint: 'use `layernorm`',
  }),
);

export const notOfTheBound = message<{ readonly latent: string; readonly text: string; readonly factor: number }>(
  'not-of-the-bound',
  'AE4048',
  ({ latent, text, factor }) => ({
    title: `${q(factor === 1 || Number.isNaN(factor) ? text : `${rounded(factor)} * ${text}`)} is no part of the bound over ${q(latent)}`,
    cause:
      'Importance weighting bounds the likelihood where the terms that depend on the latent are likelihoods and `kl`, each with weight 1 (Burda et al. 2016, eq. 8).',
    ...(factor === 1
      ? {
          expected: 'a likelihood, or `kl`',
          found: 'another measure',
          hint: 'write it as `reconstruct … by …`, or take the expectation `by reparameterized`',
        }
      : {
          expected: 'weight 1',
          found: Number.isNaN(factor) ? 'a weight that changes' : rounded(factor),
          hint: 'leave out the weight, or take the expectation `by reparameterized`',
        }),
  }),
);
