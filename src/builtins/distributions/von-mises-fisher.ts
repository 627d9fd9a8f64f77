/** Directions around a mean direction. */
import type { DistributionDefinition } from '../define.js';
import { dims } from './kit.js';

export const vonMisesFisher: DistributionDefinition = {
  category: 'distribution',
  name: 'von_mises_fisher',
  aliases: ['vmf', 'hypersphere'],
  lowered: false,
  params: [
    {
      name: 'kappa',
      aliases: ['concentration', 'k'],
      type: { kind: 'float', above: 0 },
      summary: 'concentration, which is fixed',
      default: 100,
    },
  ],
  summary: "Directions: unit vectors around the mean direction that the encoder's head gives.",
  formula: 'q(z∣x) ∝ exp(κ μᵀz), ‖z‖ = ‖μ‖ = 1',
  source: 'Davidson et al. 2018; κ fixed as in Xu & Durrett 2018, §3',
  examples: ['latent z ~ von_mises_fisher(10)', 'latent z ~ von_mises_fisher(10, kappa: 50)'],
  size: dims(2),
  shape: (length) => [length],
  drawn: false,
  posterior: { by: ['reparameterized'], heads: ['direction'], prior: 'uniform' },
};
