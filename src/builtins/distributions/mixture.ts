/** Rounded values, which a learned mixture codes. */
import type { DistributionDefinition } from '../define.js';
import { initial } from '../initializers.js';
import { size, straightThrough } from './kit.js';

export const mixture: DistributionDefinition = {
  category: 'distribution',
  name: 'mixture',
  aliases: ['quantized', 'quantised', 'rounded'],
  params: [],
  summary:
    "The encoder's last tensor, rounded; its prior is, for each channel, a learned mixture of normals with mean 0.",
  formula:
    'z = round(x); p(z) = Σₖ πₖ (Φ((z + ½)/σₖ) − Φ((z − ½)/σₖ)), at least 10⁻⁹; π and σ ≥ 0.11 learned for ' +
    'each channel',
  source: 'Theis et al. 2017, §3.2',
  examples: ['latent z ~ mixture(6)'],
  size: size('components', ['k', 'n_components'], 'number of normals for each channel of the prior'),
  shape: (_components, from) => from,
  drawn: false,
  posterior: {
    by: ['quantised'],
    heads: [],
    prior: 'per_channel',
    discrete: true,
    weights: (components, shape) =>
      ['weights', 'log_sigma'].map((name) => ({
        name,
        shape: [shape.at(-1) ?? 1, components],
        axes: ['output', 'output'],
        initializer: initial('normal', { sigma: 1 }),
        trainable: true,
        role: 'scale',
      })),
  },
  values: {
    quantised: ({ b, noise }, { of }, args) =>
      args['rounded'] === true
        ? straightThrough(b, b.unary('Round', of!), of!)
        : b.add(of!, b.shift(noise.uniform(of!.shape), -0.5)),
  },
  sample: () => {
    throw new Error('its prior draws values');
  },
  mean: ({ b }, { of }) => b.unary('Round', of!),
  fixed: () => ({}),
};
