/** Distributions of latents. */
import { num } from './arguments.js';
import type { DistributionDefinition } from './define.js';
import { initializers } from './initializers.js';

const size = (name: string, summary: string, min = 1): DistributionDefinition['size'] => ({ name, type: { kind: 'int', min }, summary });
const vector = (length: number): readonly number[] => [length];
const zeros = { kind: 'call', definition: initializers.find((i) => i.name === 'zeros')!, args: {} } as const;
const spread = { kind: 'call', definition: initializers.find((i) => i.name === 'normal')!, args: { sigma: 1 } } as const;

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
    size: size('dimensions', 'number of dimensions'), shape: vector,
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
  {
    category: 'distribution', name: 'category', lowered: false,
    params: [{ name: 'classes', type: { kind: 'int', min: 2 }, summary: 'number of classes of a prior, which is uniform', optional: true }],
    summary: 'One of several classes, as a one-hot vector; the encoder\'s head gives the logits.',
    formula: 'q(y∣x) = softmax(l)_y; KL = Σ_y q(y) (ln q(y) − ln p(y)), p(y) = 1/classes',
    source: 'Kingma et al. 2014, §3', examples: ['latent y ~ category(10)', 'prior y ~ category(10)'],
    size: size('classes', 'number of classes', 2), shape: vector,
    by: ['enumerated', 'relaxed', 'straight_through', 'point'], heads: ['logits'],
  },
  {
    category: 'distribution', name: 'bernoulli', lowered: false,
    params: [{ name: 'p', type: { kind: 'float', above: 0, below: 1 }, summary: 'probability of a 1 in a fixed distribution', default: 0.5 }],
    summary: 'Independent binary units; the encoder\'s head gives the logits.',
    formula: 'q(zᵢ = 1∣x) = sigmoid(lᵢ)', source: 'Bengio, Léonard & Courville 2013', examples: ['latent z ~ bernoulli(10)', 'prior z ~ bernoulli(0.5)'],
    size: size('units', 'number of binary units'), shape: vector,
    by: ['straight_through', 'relaxed', 'enumerated', 'point'], heads: ['logits'],
  },
  {
    category: 'distribution', name: 'mixture', lowered: false,
    params: [{ name: 'components', type: { kind: 'int', min: 1 }, summary: 'number of normals for each channel', optional: true }],
    summary: 'The encoder\'s last tensor, rounded; its prior is, for each channel, a learned mixture of normals with mean 0.',
    formula: 'z = round(x); p(z) = Σₖ πₖ (Φ((z + ½)/σₖ) − Φ((z − ½)/σₖ)), π and σ learned for each channel', source: 'Theis et al. 2017, §3.2', examples: ['latent z ~ mixture(6)'],
    size: size('components', 'number of normals for each channel of the prior'), shape: (_components, from) => from,
    by: ['quantised'], heads: [],
    weights: (components, shape) => ([['weights', zeros], ['log_sigma', spread]] as const).map(([name, initializer]) =>
      ({ name, shape: [shape.at(-1) ?? 1, components], axes: ['output', 'output'], initializer, trainable: true, role: 'scale' })),
  },
];
