/** Independent normal dimensions. */
import { num } from '../arguments.js';
import type { Node } from '../../ir/graph/graph.js';
import type { DistributionDefinition, LatentContext, Parameters, WithLowering } from '../define.js';
import { dims, onMap } from './kit.js';

type Sample = WithLowering<DistributionDefinition>['sample'];

const sample: Sample = (b, { mean, log_variance }, noise, shape) =>
  b.add(mean!, b.mul(b.unary('Exp', b.scale(log_variance!, 0.5)), noise.normal(shape)));

/** Differentiable in mean and deviation. */
const drawn = ({ b, noise }: Pick<LatentContext, 'b' | 'noise'>, posterior: Parameters): Node =>
  sample(b, posterior, noise, posterior['mean']!.shape);

export const normal: DistributionDefinition = {
  category: 'distribution',
  name: 'normal',
  aliases: ['gaussian', 'gauss', 'gaussian_latent'],
  params: [
    { name: 'mean', aliases: ['mu', 'loc'], type: { kind: 'float' }, summary: 'mean of a draw', default: 0 },
    {
      name: 'sigma',
      aliases: ['std', 'stddev', 'scale'],
      type: { kind: 'float', above: 0 },
      summary: 'standard deviation of a draw',
      default: 1,
    },
  ],
  summary: "Independent normal dimensions; the encoder's heads give μ and log σ².",
  formula: 'z = μ + σ·ε, ε ~ N(0, I); KL = ½ Σᵢ (μᵢ² + σᵢ² − 2 ln σᵢ − 1) against N(0, 1)',
  source: 'Kingma & Welling 2014, §2.4 and appendix B',
  examples: ['latent z ~ normal(20)', 'draw z ~ normal(100)'],
  size: dims(),
  shape: onMap,
  drawn: true,
  known: (args) => ({ kind: 'normal', mean: num(args, 'mean'), sigma: num(args, 'sigma') }),
  posterior: {
    by: ['reparameterized', 'importance', 'point'],
    heads: ['mean', 'log_variance'],
    prior: 'normal',
    multiplies: true,
  },
  values: {
    reparameterized: drawn,
    importance: drawn,
    point: (_ctx, { mean }) => mean!,
  },
  sample,
  mean: (_ctx, { mean }) => mean!,
  fixed: (b, args) => ({
    mean: b.scalar(num(args, 'mean')),
    log_variance: b.scalar(2 * Math.log(num(args, 'sigma'))),
  }),
  // Precisions add up, and means weigh by them.
  product: (b, factors) => {
    const each = factors.map(({ params: { mean, log_variance }, there }) => {
      const precision = b.unary('Exp', b.neg(log_variance!));
      return { mean: mean!, precision: there === undefined ? precision : b.mul(there, precision) };
    });
    const sum = (parts: readonly Node[]): Node => parts.reduce((a, c) => b.add(a, c));
    const precision = sum(each.map((one) => one.precision));
    const weighted = sum(each.map((one) => b.mul(one.precision, one.mean)));
    return { mean: b.div(weighted, precision), log_variance: b.neg(b.unary('Log', precision)) };
  },
  kl: (b, q, p) => {
    const ratio = b.sub(q['log_variance']!, p['log_variance']!);
    const distance = b.mul(b.square(b.sub(q['mean']!, p['mean']!)), b.unary('Exp', b.neg(p['log_variance']!)));
    return b.scale(b.sub(b.add(distance, b.unary('Exp', ratio)), b.shift(ratio, 1)), 0.5);
  },
  logDensity: (b, { mean, log_variance }, z) => {
    const distance = b.mul(b.square(b.sub(z, mean!)), b.unary('Exp', b.neg(log_variance!)));
    return b.scale(b.shift(b.add(distance, log_variance!), Math.log(2 * Math.PI)), -0.5);
  },
};
