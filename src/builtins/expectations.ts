/** Ways of taking the expectation over a latent: what stands behind `by`. */
import type { Param } from './arguments.js';
import type { ExpectationDefinition } from './define.js';

const samples: Param = {
  name: 'samples',
  aliases: ['k', 'n_samples', 'num_samples', 'mc_samples', 'particles'],
  type: { kind: 'int', min: 1, max: 10000 },
  summary: 'number of draws for an example',
};

export const expectations: readonly ExpectationDefinition[] = [
  {
    category: 'expectation',
    name: 'point',
    aliases: ['mean', 'deterministic', 'mode', 'map'],
    params: [],
    draws: false,
    softens: true,
    summary: 'The mean of the posterior, without sampling.',
    formula: 'E[f(z)] ≈ f(E[z])',
    source: 'convention',
    examples: ['latent z ~ normal(20) by point'],
  },
  {
    category: 'expectation',
    name: 'reparameterized',
    aliases: ['reparameterised', 'reparam', 'reparameterization', 'rsample', 'sampled', 'sampling', 'pathwise'],
    params: [{ ...samples, default: 1 }],
    draws: true,
    several: true,
    summary: 'Draws that are differentiable in mean and deviation; the mean over them.',
    formula: 'E[f(z)] ≈ 1/K Σₖ f(μ + σ ⊙ εₖ), εₖ ~ N(0, I)',
    source: 'Kingma & Welling 2014, §2.4',
    examples: ['latent z ~ normal(20) by reparameterized', 'latent z ~ normal(20) by reparameterized(samples: 5)'],
  },
  {
    category: 'expectation',
    name: 'importance',
    aliases: ['iwae', 'importance_weighted', 'importance_sampling', 'iw'],
    params: [samples],
    draws: true,
    several: true,
    bounds: true,
    summary:
      'The bound of an importance-weighted autoencoder, over the likelihoods with weight 1 and `kl(z)` that ' +
      'depend on the latent.',
    formula: '−ln 1/K Σₖ exp(−L(zₖ)), zₖ ~ q(z∣x)',
    source: 'Burda, Grosse & Salakhutdinov 2016, eq. 8',
    examples: ['latent z ~ normal(50) by importance(samples: 50)'],
  },
  {
    category: 'expectation',
    name: 'enumerated',
    aliases: ['exact', 'marginal', 'marginalised', 'marginalized', 'summed', 'enumerate'],
    params: [],
    draws: true,
    several: true,
    enumerates: true,
    summary: 'The sum over every value, exactly, of the terms that depend on it.',
    formula: 'E[f(y)] = Σ_y q(y∣x) f(y)',
    source: 'Kingma et al. 2014, §3.1.2',
    examples: ['latent y ~ category(10) by enumerated'],
  },
  {
    category: 'expectation',
    name: 'relaxed',
    aliases: ['gumbel', 'gumbel_softmax', 'concrete', 'RelaxedOneHotCategorical', 'RelaxedBernoulli'],
    params: [
      {
        name: 'temperature',
        aliases: ['tau', 'temp', 't'],
        type: { kind: 'float', above: 0, orSchedule: true },
        summary: 'towards 0 the values become one-hot; a number, or a schedule',
        default: 1,
      },
    ],
    draws: true,
    softens: true,
    summary: 'Gumbel-softmax: a continuous draw that sharpens as the temperature falls.',
    formula: 'z = softmax((l + g) / τ), g ~ Gumbel(0, 1); for `bernoulli` sigmoid((l + logistic) / τ)',
    source: 'Jang, Gu & Poole 2017; Maddison, Mnih & Teh 2017',
    examples: [
      'latent y ~ category(10) by relaxed(temperature: 0.5)',
      'latent y ~ category(10) by relaxed(temperature: warmup(from: 1, to: 0.5))',
    ],
  },
  {
    category: 'expectation',
    name: 'straight_through',
    aliases: ['ste', 'straight_through_estimator', 'hard'],
    params: [],
    draws: true,
    summary:
      'A sample forward, the probabilities backward; of a codebook the nearest entry forward, the identity backward.',
    formula: 'z ~ q(z∣x); ∂z/∂l := ∂q/∂l',
    source: 'Bengio, Léonard & Courville 2013, §4; van den Oord, Vinyals & Kavukcuoglu 2017, §3.2',
    surrogate: true,
    examples: ['latent z ~ bernoulli(10) by straight_through'],
  },
  {
    category: 'expectation',
    name: 'quantised',
    aliases: ['quantized', 'rounding', 'rounded', 'additive_noise'],
    params: [
      {
        name: 'rounded',
        aliases: ['round', 'hard', 'ste'],
        type: { kind: 'bool' },
        summary: "round in training too, with the identity's derivative, in the place of noise",
        default: false,
      },
    ],
    draws: false,
    summary:
      'Rounding; in training uniform noise of the same width stands for it, or rounding with the derivative ' +
      'of the identity.',
    formula: 'z = round(x); in training x + u, u ~ U(−½, ½); rounded: ∂z/∂x := 1',
    source: 'Ballé, Laparra & Simoncelli 2017, §3; rounded: Theis et al. 2017, eq. 4',
    examples: ['latent z ~ mixture(6) by quantised', 'latent z ~ mixture(6) by quantised(rounded: true)'],
  },
];
