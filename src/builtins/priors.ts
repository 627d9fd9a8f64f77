/** Priors of latents: what stands behind `prior z ~`. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { elements, fixed, type Dim, type Shape } from '../ir/graph/shape.js';
import { num } from './arguments.js';
import type { Noise, Parameters, PriorDefinition } from './define.js';
import { gumbel, largest, logSoftmax } from './distributions/kit.js';
import { initial } from './initializers.js';
import { logSumExp } from './special.js';

const components = {
  name: 'components',
  aliases: ['k', 'n_components'],
  type: { kind: 'int', min: 1 },
  summary: 'number of components',
} as const;

/** The least deviation of a component; a narrower one would code a whole number at no cost. */
const leastDeviation = 0.11;

/** One row an example. */
function flatRows(b: Builder, z: Node): Node {
  const { count } = elements(z.shape.slice(1));
  return b.reshape(z, [z.shape[0]!, count]);
}

/** Rows of channels. */
const countOf = (z: Node, channels: number): Dim => ({ batch: elements(z.shape).count / channels });

function mixtureOf(b: Builder, weight: (name: string) => Node) {
  const mean = weight('prior.mean');
  const k = fixed(mean.shape[0]);
  const d = elements(mean.shape.slice(1)).count;
  const logits = weight('prior.weights');
  return {
    mean: b.reshape(mean, [k, d]),
    logVariance: b.reshape(weight('prior.log_variance'), [k, d]),
    logWeight: logSoftmax(b, logits),
    k,
    d,
  };
}

/** One-hot rows, [rows, k], drawn with these log-weights. */
function drawnRows(b: Builder, noise: Noise, rows: Dim, k: number, logWeight: Node): Node {
  return largest(b, b.add(gumbel(b, noise, [rows, k]), b.reshape(logWeight, [1, k])));
}

/** Normals [k, d] and the logarithms of their shares. */
type Mixture = ReturnType<typeof mixtureOf>;

/** Posteriors of k inputs, each as likely. */
function ofPosteriors(b: Builder, { mean, log_variance }: Parameters): Mixture {
  const k = fixed(mean!.shape[0]);
  const d = elements(mean!.shape.slice(1)).count;
  const rows = (x: Node): Node => b.reshape(x, [k, d]);
  return { mean: rows(mean!), logVariance: rows(log_variance!), logWeight: b.fill(-Math.log(k), [k]), k, d };
}

function mixedDensity(b: Builder, { mean, logVariance, logWeight, k, d }: Mixture, z: Node): Node {
  const rows = flatRows(b, z);
  const apart = b.sub(b.reshape(rows, [rows.shape[0]!, 1, d]), b.reshape(mean, [1, k, d]));
  const scaled = b.mul(b.square(apart), b.reshape(b.unary('Exp', b.neg(logVariance)), [1, k, d]));
  const each = b.sum(b.shift(b.add(scaled, b.reshape(logVariance, [1, k, d])), Math.log(2 * Math.PI)), [2]);
  return logSumExp(b, b.add(b.scale(each, -0.5), b.reshape(logWeight, [1, k])));
}

function mixedDraw(b: Builder, { mean, logVariance, logWeight, k, d }: Mixture, noise: Noise, shape: Shape): Node {
  const chosen = drawnRows(b, noise, shape[0]!, k, logWeight);
  const sigma = b.unary('Exp', b.scale(b.matMul(chosen, logVariance), 0.5));
  const drawn = b.add(b.matMul(chosen, mean), b.mul(sigma, noise.normal([shape[0]!, d])));
  return b.reshape(drawn, shape);
}

export const priors: readonly PriorDefinition[] = [
  {
    category: 'prior',
    name: 'normal',
    aliases: ['gaussian', 'gauss', 'standard_normal'],
    of: ['normal'],
    known: (args) => ({ kind: 'normal', mean: num(args, 'mean'), sigma: num(args, 'sigma') }),
    computed: true,
    closed: true,
    params: [
      { name: 'mean', aliases: ['mu', 'loc'], type: { kind: 'float' }, summary: 'mean', default: 0 },
      {
        name: 'sigma',
        aliases: ['std', 'stddev', 'scale'],
        type: { kind: 'float', above: 0 },
        summary: 'standard deviation',
        default: 1,
      },
    ],
    summary: 'Independent normal dimensions, fixed, or with μ and log σ² from a network.',
    formula: 'p(z) = N(mean, sigma²); p(z∣c) = N(μ(c), σ²(c))',
    source: 'Kingma & Welling 2014; Sohn, Lee & Yan 2015, eq. 4',
    examples: ['prior z ~ normal(0, 1)'],
    density: 'family',
  },
  {
    category: 'prior',
    name: 'mixture',
    aliases: ['mog', 'gmm', 'gaussian_mixture'],
    of: ['normal'],
    closed: false,
    params: [components],
    summary: 'A learned mixture of normals with diagonal covariances.',
    formula: 'p(z) = Σₖ πₖ N(z; μₖ, σₖ²)',
    source: 'Dilokthanakul et al. 2016',
    examples: ['prior z ~ mixture(10)'],
    weights: (args, shape) => [
      {
        name: 'weights',
        shape: [num(args, 'components')],
        axes: ['output'],
        initializer: initial('zeros'),
        trainable: true,
        role: 'scale',
      },
      {
        name: 'mean',
        shape: [num(args, 'components'), ...shape],
        axes: ['output', ...shape.map(() => 'input' as const)],
        initializer: initial('normal', { sigma: 1 }),
        trainable: true,
        role: 'scale',
      },
      {
        name: 'log_variance',
        shape: [num(args, 'components'), ...shape],
        axes: ['output', ...shape.map(() => 'input' as const)],
        initializer: initial('zeros'),
        trainable: true,
        role: 'scale',
      },
    ],
    density: {
      logDensity: ({ b, weight }, z) => mixedDensity(b, mixtureOf(b, weight), z),
      sample: ({ b, weight, noise, shape }) => mixedDraw(b, mixtureOf(b, weight), noise, shape),
    },
  },
  {
    category: 'prior',
    name: 'vamp',
    aliases: ['vampprior'],
    of: ['normal'],
    closed: false,
    ofInputs: true,
    params: [components],
    summary: 'The mean of the posteriors of learned pseudo-inputs.',
    formula: 'p(z) = 1/K Σₖ q(z∣uₖ)',
    source: 'Tomczak & Welling 2018, eq. 9',
    examples: ['prior z ~ vamp(500)'],
    weights: (args, _shape, inputs) =>
      [...inputs].map(([name, shape]) => ({
        name: `inputs.${name}`,
        shape: [num(args, 'components'), ...shape],
        axes: ['output', ...shape.map(() => 'input' as const)],
        initializer: initial('normal', { sigma: 0.5 }),
        trainable: true,
        role: 'scale' as const,
      })),
    density: {
      logDensity: ({ b, posteriors }, z) => mixedDensity(b, ofPosteriors(b, posteriors()), z),
      sample: ({ b, posteriors, noise, shape }) => mixedDraw(b, ofPosteriors(b, posteriors()), noise, shape),
    },
  },
  {
    category: 'prior',
    name: 'category',
    aliases: ['categorical'],
    of: ['category'],
    computed: true,
    closed: true,
    params: [],
    summary: 'All classes alike, or with logits from a network.',
    formula: 'p(y) = 1/classes',
    source: 'Kingma et al. 2014, eq. 2',
    examples: ['prior y ~ category'],
    density: 'family',
  },
  {
    category: 'prior',
    name: 'bernoulli',
    aliases: ['binary'],
    of: ['bernoulli'],
    computed: true,
    closed: true,
    params: [
      {
        name: 'p',
        aliases: ['prob', 'probs', 'probability'],
        type: { kind: 'float', above: 0, below: 1 },
        summary: 'probability of a 1',
        default: 0.5,
      },
    ],
    summary: 'Independent binary units.',
    formula: 'p(zᵢ = 1) = p',
    source: 'convention',
    examples: ['prior z ~ bernoulli(0.5)'],
    density: 'family',
  },
  {
    category: 'prior',
    name: 'uniform',
    aliases: ['flat'],
    of: ['codebook', 'von_mises_fisher'],
    closed: true,
    flat: true,
    params: [],
    summary: 'All values alike: every entry of a codebook, every direction.',
    formula: 'p(z) = const',
    source: 'van den Oord, Vinyals & Kavukcuoglu 2017, §3.1; Davidson et al. 2018, §3',
    examples: ['prior z ~ uniform'],
    density: {
      logDensity: ({ b, weight }, z) => {
        const entries = fixed(weight('entries').shape[0]);
        return b.fill(-Math.log(entries), [z.shape[0]!, ...z.shape.slice(1, -1)]);
      },
      sample: ({ b, weight, noise, shape }) => {
        const entries = weight('entries');
        const u = noise.uniform(shape.slice(0, -1));
        const index = b.unary('Floor', b.scale(u, fixed(entries.shape[0])));
        return b.make('Gather', [entries, b.cast(index, 'int32')]);
      },
    },
  },
  {
    category: 'prior',
    name: 'per_channel',
    of: ['mixture'],
    closed: false,
    params: [],
    summary: "For each channel the mixture of normals that a `mixture` latent learns; its weights are the latent's.",
    formula: 'p(z) = Πᵢ Σₖ πₖ (Φ((zᵢ + ½)/σₖ) − Φ((zᵢ − ½)/σₖ))',
    source: 'Theis et al. 2017, §3.2',
    examples: ['prior z ~ per_channel'],
    density: {
      logDensity: ({ b, weight }, z) => {
        const [channels, k] = weight('weights').shape.map((dim) => fixed(dim)) as [number, number];
        const rows = b.reshape(z, [countOf(z, channels), channels, 1]);
        const sigma = b.make('Maximum', [b.unary('Exp', weight('log_sigma')), b.scalar(leastDeviation)]);
        const below = (x: Node): Node =>
          b.shift(
            b.scale(b.unary('Erf', b.scale(b.div(x, b.reshape(sigma, [1, channels, k])), Math.SQRT1_2)), 0.5),
            0.5,
          );
        const mass = b.sub(below(b.shift(rows, 0.5)), below(b.shift(rows, -0.5)));
        const p = b.sum(b.mul(mass, b.reshape(b.make('Softmax', [weight('weights')]), [1, channels, k])), [2]);
        return b.reshape(b.unary('Log', b.make('Maximum', [p, b.scalar(1e-9)])), z.shape);
      },
      sample: ({ b, weight, noise, shape }) => {
        const weights = weight('weights');
        const k = fixed(weights.shape[1]);
        const hot = largest(b, b.add(weights, gumbel(b, noise, [...shape, k])));
        const sigma = b.make('Maximum', [b.unary('Exp', weight('log_sigma')), b.scalar(leastDeviation)]);
        const chosen = b.sum(b.mul(hot, sigma), [shape.length]);
        return b.unary('Round', b.mul(chosen, noise.normal(shape)));
      },
    },
  },
];
