/** Distributions of latents. */
import { num, type DistributionDefinition } from './define.js';

export const distributions: readonly DistributionDefinition[] = [
  {
    category: 'distribution', name: 'normal',
    params: [
      { name: 'mean', type: { kind: 'float' }, summary: 'mean of a fixed normal', default: 0 },
      { name: 'sigma', type: { kind: 'float', above: 0 }, summary: 'standard deviation of a fixed normal', default: 1 },
    ],
    summary: 'Independent normal dimensions; the encoder\'s heads give μ and log σ².',
    formula: 'z = μ + σ·ε, ε ~ N(0, I); KL = ½ Σᵢ (μᵢ² + σᵢ² − 2 ln σᵢ − 1) against N(0, 1)',
    source: 'Kingma & Welling 2014, §2.4 and appendix B', examples: ['latent z ~ normal(20)', 'prior z ~ normal(0, 1)'],
    by: ['reparameterized', 'point'], heads: ['mean', 'log_variance'],
    sample: (b, { mean, log_variance }, noise) => b.add(mean!, b.mul(b.unary('Exp', b.scale(log_variance!, 0.5)), noise(mean!.shape))),
    mean: (_b, { mean }) => mean!,
    fixed: (b, args) => ({ mean: b.scalar(num(args, 'mean')), log_variance: b.scalar(2 * Math.log(num(args, 'sigma'))) }),
    kl: (b, q, p) => {
      const ratio = b.sub(q['log_variance']!, p['log_variance']!);
      const distance = b.mul(b.square(b.sub(q['mean']!, p['mean']!)), b.unary('Exp', b.neg(p['log_variance']!)));
      return b.scale(b.sub(b.add(distance, b.unary('Exp', ratio)), b.shift(ratio, 1)), 0.5);
    },
  },
];
