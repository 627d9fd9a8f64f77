/** Likelihoods of counts; the output is the logarithm of the mean. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { expression } from '../arguments.js';
import type { LikelihoodDefinition } from '../define.js';
import { lnFactorial, lnRisingRatio } from '../special.js';
import { broadcastTo } from './broadcast.js';

const common = {
  category: 'likelihood',
  domains: ['counts'],
  link: 'linear',
  accepts: [],
  logarithmic: true,
  precision: 1,
  outputShape: (variable: readonly number[]) => variable,
  mean: (b: Builder, output: Node) => b.unary('Exp', output),
} as const satisfies Partial<LikelihoodDefinition>;

export const poisson: LikelihoodDefinition = {
  ...common,
  name: 'poisson',
  aliases: ['poisson_nll', 'PoissonNLLLoss', 'poisson_loss'],
  params: [],
  summary: 'Counts; the output is the logarithm of their rate.',
  formula: '−log p = Σᵢ e^lᵢ − xᵢ·lᵢ + ln xᵢ!',
  source: 'convention',
  examples: ['reconstruct counts by poisson'],
  negativeLogLikelihood: ({ b }, output, target) =>
    b.add(b.sub(b.unary('Exp', output), b.mul(target, output)), lnFactorial(b, target)),
};

/** Dispersions beyond e^±60 make no difference that single precision holds. */
const mostLogDispersion = 60;

export const negativeBinomial: LikelihoodDefinition = {
  ...common,
  name: 'negative_binomial',
  aliases: ['nb', 'negbin', 'nbinom'],
  params: [
    {
      name: 'log_dispersion',
      aliases: ['log_theta', 'px_r', 'log_r', 'dispersion', 'theta', 'total_count'],
      type: { kind: 'expression' },
      summary: 'ln r of each feature: a tensor, or a number. The variance is m + m²/r',
    },
  ],
  summary: 'Counts that vary more than Poisson ones; the output is the logarithm of their mean.',
  formula:
    '−log p = Σᵢ −ln Γ(xᵢ + r) + ln Γ(r) + ln xᵢ! − r ln(r/(r + m)) − xᵢ ln(m/(r + m)), m = e^l, r = e^log_dispersion',
  source: 'Lopez et al. 2018 (scVI), supplementary note 3',
  examples: ['reconstruct x from l by negative_binomial(log_dispersion: r)'],
  // With m/r = e^(l − ln r): x (ln m − ln r) is in the ratio of Γ, and neither a large r nor a small one cancels
  // digits.
  negativeLogLikelihood: ({ b, value }, output, target, args) => {
    const given = broadcastTo(b, value(expression(args, 'log_dispersion')), output);
    const lnR = b.make('Minimum', [
      b.make('Maximum', [given, b.scalar(-mostLogDispersion)]),
      b.scalar(mostLogDispersion),
    ]);
    const r = b.unary('Exp', lnR);
    const more = b.mul(b.add(target, r), b.unary('Softplus', b.sub(output, lnR)));
    const orders = b.sub(lnFactorial(b, target), lnRisingRatio(b, r, target));
    return b.sub(b.add(more, orders), b.mul(target, output));
  },
};
