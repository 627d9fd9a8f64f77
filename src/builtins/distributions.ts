/** Distributions of latents. */
import { num } from './arguments.js';
import type { DistributionDefinition } from './define.js';
import { initial } from './initializers.js';

const size = (name: string, aliases: readonly string[], summary: string, min = 1): DistributionDefinition['size'] => ({
  name,
  aliases,
  type: { kind: 'int', min },
  summary,
});
/** A vector; on a feature map or a sequence, one at each place. */
const onMap = (length: number, from: readonly number[]): readonly number[] => [...from.slice(0, -1), length];
export const distributions: readonly DistributionDefinition[] = [
  {
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
    size: size(
      'dims',
      ['units', 'latent_dim', 'latent_dims', 'size', 'n', 'z_dim', 'event_shape'],
      'number of dimensions',
    ),
    shape: onMap,
    drawn: true,
    posterior: {
      by: ['reparameterized', 'importance', 'point'],
      heads: ['mean', 'log_variance'],
      prior: 'normal',
      multiplies: true,
    },
    sample: (b, { mean, log_variance }, noise) =>
      b.add(mean!, b.mul(b.unary('Exp', b.scale(log_variance!, 0.5)), noise(mean!.shape))),
    mean: (_b, { mean }) => mean!,
    fixed: (b, args) => ({
      mean: b.scalar(num(args, 'mean')),
      log_variance: b.scalar(2 * Math.log(num(args, 'sigma'))),
    }),
    kl: (b, q, p) => {
      const ratio = b.sub(q['log_variance']!, p['log_variance']!);
      const distance = b.mul(b.square(b.sub(q['mean']!, p['mean']!)), b.unary('Exp', b.neg(p['log_variance']!)));
      return b.scale(b.sub(b.add(distance, b.unary('Exp', ratio)), b.shift(ratio, 1)), 0.5);
    },
  },
  {
    category: 'distribution',
    name: 'category',
    aliases: ['categorical', 'discrete', 'one_hot'],
    lowered: false,
    params: [],
    summary: "One of several classes, as a one-hot vector; the encoder's head gives the logits.",
    formula: 'q(y∣x) = softmax(l)_y; KL = Σ_y q(y) (ln q(y) − ln p(y))',
    source: 'Kingma et al. 2014, §3',
    examples: ['latent y ~ category(10)'],
    size: size('classes', ['num_classes', 'k', 'n', 'categories'], 'number of classes', 2),
    shape: onMap,
    drawn: true,
    posterior: {
      by: ['enumerated', 'relaxed', 'straight_through', 'point'],
      heads: ['logits'],
      prior: 'category',
      discrete: true,
    },
  },
  {
    category: 'distribution',
    name: 'bernoulli',
    aliases: ['binary', 'binomial'],
    lowered: false,
    params: [
      {
        name: 'p',
        aliases: ['prob', 'probs', 'probability'],
        type: { kind: 'float', above: 0, below: 1 },
        summary: 'probability of a 1 in a draw',
        default: 0.5,
      },
    ],
    summary: "Independent binary units; the encoder's head gives the logits.",
    formula: 'q(zᵢ = 1∣x) = sigmoid(lᵢ)',
    source: 'Bengio, Léonard & Courville 2013',
    examples: ['latent z ~ bernoulli(10)'],
    size: size('units', ['dims', 'size', 'n'], 'number of binary units'),
    shape: onMap,
    drawn: true,
    posterior: {
      by: ['straight_through', 'relaxed', 'enumerated', 'point'],
      heads: ['logits'],
      values: (units) => 2 ** units,
      prior: 'bernoulli',
      discrete: true,
    },
  },
  {
    category: 'distribution',
    name: 'codebook',
    aliases: ['vq', 'vector_quantised', 'vector_quantized', 'embedding_space'],
    lowered: false,
    params: [],
    summary: "Each vector of the encoder's tensor is replaced by the nearest of a number of learned ones.",
    formula:
      'z = e_k, k = argminⱼ ‖h − eⱼ‖; entries follow moving averages of what they stand for, and unused ones ' +
      'begin anew at a vector of the batch',
    source: 'van den Oord, Vinyals & Kavukcuoglu 2017, eq. 1 and appendix A.1',
    examples: ['latent z ~ codebook(512)'],
    size: size('entries', ['num_embeddings', 'codes', 'k', 'codebook_size', 'size'], 'number of learned vectors', 2),
    shape: (_entries, from) => from,
    drawn: false,
    posterior: {
      by: ['straight_through'],
      heads: [],
      prior: 'uniform',
      discrete: true,
      weights: (entries, shape) => [
        {
          name: 'entries',
          shape: [entries, shape.at(-1) ?? 1],
          axes: ['output', 'input'],
          initializer: initial('lecun_uniform'),
          trainable: false,
          role: 'kernel',
        },
      ],
    },
  },
  {
    category: 'distribution',
    name: 'mixture',
    aliases: ['quantized', 'quantised', 'rounded'],
    lowered: false,
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
          initializer: initial('zeros'),
          trainable: true,
          role: 'scale',
        })),
    },
  },
  {
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
    size: size(
      'dims',
      ['units', 'latent_dim', 'latent_dims', 'size', 'n', 'z_dim', 'event_shape'],
      'number of dimensions',
      2,
    ),
    shape: (length) => [length],
    drawn: false,
    posterior: { by: ['reparameterized'], heads: ['direction'], prior: 'uniform' },
  },
  {
    category: 'distribution',
    name: 'uniform',
    aliases: ['rand', 'flat'],
    lowered: false,
    conflict: (args) =>
      num(args, 'low') < num(args, 'high')
        ? undefined
        : {
            expected: 'a lower bound below the upper one',
            found: `${num(args, 'low')} and ${num(args, 'high')}`,
            hint: 'exchange them',
          },
    params: [
      { name: 'low', aliases: ['minval', 'a'], type: { kind: 'float' }, summary: 'lower bound', default: 0 },
      { name: 'high', aliases: ['maxval', 'b'], type: { kind: 'float' }, summary: 'upper bound', default: 1 },
    ],
    summary: 'Independent uniform dimensions, for draws.',
    formula: 'z ~ U(low, high)',
    source: 'convention',
    examples: ['draw s ~ uniform(1, low: 0.1, high: 1)'],
    size: size(
      'dims',
      ['units', 'latent_dim', 'latent_dims', 'size', 'n', 'z_dim', 'event_shape'],
      'number of dimensions',
    ),
    shape: (length) => [length],
    drawn: true,
  },
];
