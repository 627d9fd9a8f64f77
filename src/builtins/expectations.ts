/** Ways of taking the expectation over a latent: what stands behind `by`. */
import type { ExpectationDefinition } from './define.js';

export const expectations: readonly ExpectationDefinition[] = [
  {
    category: 'expectation', name: 'point', params: [], draws: false,
    summary: 'The mean of the posterior, without sampling.', formula: 'E[f(z)] ≈ f(E[z])', source: 'convention', examples: ['latent z ~ normal(20) by point'],
  },
  {
    category: 'expectation', name: 'reparameterized', params: [], draws: true,
    summary: 'One draw an example, differentiable in mean and deviation.', formula: 'z = μ + σ ⊙ ε, ε ~ N(0, I)', source: 'Kingma & Welling 2014, §2.4',
    examples: ['latent z ~ normal(20) by reparameterized'],
  },
  {
    category: 'expectation', name: 'enumerated', params: [], draws: true, lowered: false,
    summary: 'The sum over every value, exactly, of the terms that depend on it.', formula: 'E[f(y)] = Σ_y q(y∣x) f(y)', source: 'Kingma et al. 2014, §3.1.2',
    examples: ['latent y ~ category(10) by enumerated'],
  },
  {
    category: 'expectation', name: 'relaxed', draws: true, lowered: false,
    params: [{ name: 'temperature', type: { kind: 'float', above: 0 }, summary: 'towards 0 the values become one-hot', default: 1 }],
    summary: 'Gumbel-softmax: a continuous draw that sharpens as the temperature falls.', formula: 'z = softmax((l + g) / τ), g ~ Gumbel(0, 1)', source: 'Jang, Gu & Poole 2017',
    examples: ['latent y ~ category(10) by relaxed(temperature: 0.5)'],
  },
  {
    category: 'expectation', name: 'straight_through', params: [], draws: true, lowered: false,
    summary: 'A sample forward, the probabilities backward.', formula: 'z ~ q(z∣x); ∂z/∂l := ∂q/∂l', source: 'Bengio, Léonard & Courville 2013, §4',
    examples: ['latent z ~ bernoulli(10) by straight_through'],
  },
  {
    category: 'expectation', name: 'quantised', params: [], draws: false, lowered: false,
    summary: 'Rounding; in training uniform noise of the same width stands for it.', formula: 'z = round(x); in training x + u, u ~ U(−½, ½)', source: 'Ballé, Laparra & Simoncelli 2017, §3',
    examples: ['latent z ~ mixture(6) by quantised'],
  },
];
