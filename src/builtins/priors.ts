/** Priors of latents: what stands behind `prior z ~`. */
import { num } from './arguments.js';
import type { PriorDefinition } from './define.js';
import { initializers } from './initializers.js';

const init = (name: string) => ({ kind: 'call', definition: initializers.find((i) => i.name === name)!, args: name === 'normal' ? { sigma: 1 } : {} }) as const;
const components = { name: 'components', aliases: ['k', 'n_components'], type: { kind: 'int', min: 1 }, summary: 'number of components' } as const;

export const priors: readonly PriorDefinition[] = [
  {
    category: 'prior', name: 'normal', aliases: ['gaussian', 'gauss', 'standard_normal'], of: ['normal'], computed: true, closed: true,
    params: [
      { name: 'mean', aliases: ['mu', 'loc'], type: { kind: 'float' }, summary: 'mean', default: 0 },
      { name: 'sigma', aliases: ['std', 'stddev', 'scale'], type: { kind: 'float', above: 0 }, summary: 'standard deviation', default: 1 },
    ],
    summary: 'Independent normal dimensions, fixed, or with μ and log σ² from a network.', formula: 'p(z) = N(mean, sigma²); p(z∣c) = N(μ(c), σ²(c))', source: 'Kingma & Welling 2014; Sohn, Lee & Yan 2015, eq. 4', examples: ['prior z ~ normal(0, 1)'],
  },
  {
    category: 'prior', name: 'mixture', aliases: ['mog', 'gmm', 'gaussian_mixture'], of: ['normal'], closed: false, lowered: false, params: [components],
    summary: 'A learned mixture of normals with diagonal covariances.', formula: 'p(z) = Σₖ πₖ N(z; μₖ, σₖ²)', source: 'Dilokthanakul et al. 2016', examples: ['prior z ~ mixture(10)'],
    weights: (args, shape) => [
      { name: 'weights', shape: [num(args, 'components')], axes: ['output'], initializer: init('zeros'), trainable: true, role: 'scale' },
      { name: 'mean', shape: [num(args, 'components'), ...shape], axes: ['output', ...shape.map(() => 'input' as const)], initializer: init('normal'), trainable: true, role: 'scale' },
      { name: 'log_variance', shape: [num(args, 'components'), ...shape], axes: ['output', ...shape.map(() => 'input' as const)], initializer: init('zeros'), trainable: true, role: 'scale' },
    ],
  },
  {
    category: 'prior', name: 'vamp', aliases: ['vampprior'], of: ['normal'], closed: false, lowered: false, params: [components],
    summary: 'The mean of the posteriors of learned pseudo-inputs.', formula: 'p(z) = 1/K Σₖ q(z∣uₖ)', source: 'Tomczak & Welling 2018, eq. 9', examples: ['prior z ~ vamp(500)'],
  },
  {
    category: 'prior', name: 'category', aliases: ['categorical'], of: ['category'], computed: true, closed: true, lowered: false, params: [],
    summary: 'All classes alike, or with logits from a network.', formula: 'p(y) = 1/classes', source: 'Kingma et al. 2014, eq. 2', examples: ['prior y ~ category'],
  },
  {
    category: 'prior', name: 'bernoulli', aliases: ['binary'], of: ['bernoulli'], computed: true, closed: true, lowered: false,
    params: [{ name: 'p', type: { kind: 'float', above: 0, below: 1 }, summary: 'probability of a 1', default: 0.5 }],
    summary: 'Independent binary units.', formula: 'p(zᵢ = 1) = p', source: 'convention', examples: ['prior z ~ bernoulli(0.5)'],
  },
];
