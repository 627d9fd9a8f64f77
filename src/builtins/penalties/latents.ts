/** Penalties on latents, and on how a code is distributed. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed } from '../../ir/graph/shape.js';
import { call, expression, num, ref } from '../arguments.js';
import type { PenaltyDefinition } from '../define.js';
import { logSumExp } from '../special.js';
import { latent, observations, ofLatent, penalty, tensor } from './kit.js';

/** C / (C + ‖a − b‖²) for each pair of rows. */
function kernel(b: Builder, x: Node, y: Node, c: number): Node {
  const [left, right] = [b.sum(b.square(x), [1], true), b.sum(b.square(y), [1])];
  const lengths = b.add(left, b.reshape(right, [1, y.shape[0]!]));
  const distance = b.make('Maximum', [b.sub(lengths, b.scale(b.matMul(x, y, false, true), 2)), b.scalar(0)]);
  return b.div(b.scalar(c), b.shift(distance, c));
}

/** The unbiased estimate: of a sample with itself, pairs of different rows alone. */
function discrepancy(b: Builder, h: Node, sigma: number, mean: number): Node {
  const { rows, count } = observations(b, h);
  const draws = b.shift(b.scale(b.normal(rows.shape), sigma), mean);
  const c = 2 * fixed(rows.shape[1]) * sigma ** 2;
  const pairs = b.mul(count, b.make('Maximum', [b.shift(count, -1), b.scalar(1)]));
  // Row by row first: a running sum of as many numbers as there are pairs would lose digits.
  const sum = (of: Node): Node => b.sum(b.sum(of, [1]));
  const within = (x: Node): Node => b.div(b.sub(sum(kernel(b, x, x, c)), count), pairs);
  const between = b.div(sum(kernel(b, rows, draws, c)), b.mul(count, count));
  return b.sub(b.add(within(rows), within(draws)), b.scale(between, 2));
}

export const latentPenalties: readonly PenaltyDefinition[] = [
  penalty({
    name: 'kl',
    aliases: ['kld', 'kl_divergence', 'kl_loss', 'KLDivLoss'],
    summary:
      "The divergence of a latent's posterior from its prior: in closed form, or where there is none log " +
      'q(z∣x) − log p(z) at the value drawn.',
    formula: 'Ω = Σᵢ KL(q(zᵢ|x) ‖ p(zᵢ))',
    source: 'Kingma & Welling 2014, appendix B',
    examples: ['kl(z)'],
    params: [latent],
    divergence: true,
    lower: (ctx, args) => ({ each: ctx.latent(ref(args, 'of')).divergence() }),
  }),
  penalty({
    name: 'total_correlation',
    aliases: ['tc', 'tcvae', 'beta_tc'],
    summary: 'How far the units of a latent are from independent over the whole data, estimated over the batch.',
    formula: 'Ω = KL(q(z) ‖ Πⱼ q(zⱼ))',
    source: 'Chen et al. 2018, eq. S1, with the batch in the place of the data set, which changes it by a constant',
    examples: ['total_correlation(z)'],
    params: [latent],
    rate: 'whole',
    // Units of other latents have no densities of their own, and flows mix those that have.
    fits: ofLatent(['normal', 'bernoulli'], 'without flows'),
    lower: ({ b, latent: stateOf }, args) => {
      const { logDensities, value } = stateOf(ref(args, 'of'));
      const z = value();
      // [of, under, unit] → [of, unit, under]
      const ln = b.transpose(logDensities(z), [0, 2, 1]);
      const [rows, d] = [z.shape[0]!, fixed(ln.shape[1])];
      const joint = b.reshape(logSumExp(b, b.sum(ln, [1])), [rows]);
      const marginals = b.sum(b.reshape(logSumExp(b, ln), [rows, d]), [1]);
      // Both are sums over the batch, of which the means are wanted.
      const constant = b.scale(b.unary('Log', b.batchSize()), d - 1);
      return { whole: b.add(b.batchMean(b.sub(joint, marginals)), constant) };
    },
  }),
  penalty({
    name: 'mmd',
    holdsPosterior: true,
    aliases: ['maximum_mean_discrepancy', 'wae_mmd', 'infovae'],
    summary:
      'The squared maximum mean discrepancy between a tensor and draws from a normal distribution, over the batch.',
    formula: 'Ω = E k(h, h′) + E k(z, z′) − 2 E k(h, z), k(a, b) = C / (C + ‖a − b‖²), C = 2 n σ² for n units',
    source: 'Tolstikhin et al. 2018, §4',
    examples: ['mmd(code, normal(0, 1))'],
    params: [
      tensor,
      {
        name: 'prior',
        aliases: ['distribution', 'target'],
        type: { kind: 'builtin', category: 'prior' },
        summary: 'what it should be distributed as',
        default: 'normal',
      },
    ],
    rate: 'whole',
    conflict: (args) => {
      const { definition } = call(args, 'prior', 'prior');
      return definition.name === 'normal'
        ? undefined
        : { expected: 'a normal distribution', found: `\`${definition.name}\``, hint: 'write `normal(0, 1)`' };
    },
    lower: (ctx, args) => {
      const { args: own } = call(args, 'prior', 'prior');
      return { whole: discrepancy(ctx.b, ctx.value(expression(args, 'of')), num(own, 'sigma'), num(own, 'mean')) };
    },
  }),
  penalty({
    name: 'commitment',
    aliases: ['vq_loss', 'commitment_loss', 'commit'],
    summary: 'Keeps what stands in front of a codebook near the entries that it is replaced by.',
    formula: 'Ω = Σ (h − stop(e))²',
    source: 'van den Oord, Vinyals & Kavukcuoglu 2017, eq. 3',
    holdsTarget: true,
    examples: ['commitment(z)'],
    params: [latent],
    fits: ofLatent(['codebook']),
    lower: ({ b, latent: stateOf }, args) => {
      const { posterior, code } = stateOf(ref(args, 'of'));
      const h = Object.values(posterior)[0]!;
      return { each: b.square(b.sub(h, b.make('StopGradient', [code()]))) };
    },
  }),
  penalty({
    name: 'rate',
    aliases: ['bits', 'bitrate', 'bpp', 'entropy'],
    summary: 'What a quantised latent costs under its prior, in nats; reports print bits.',
    formula: 'Ω = −ln p(z)',
    source: 'Theis et al. 2017, eq. 3; Ballé, Laparra & Simoncelli 2017, eq. 9',
    examples: ['rate(z)'],
    params: [latent],
    fits: ofLatent(['codebook', 'mixture']),
    lower: (ctx, args) => ({ each: ctx.latent(ref(args, 'of')).surprise() }),
  }),
];
