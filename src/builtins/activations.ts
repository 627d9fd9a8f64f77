/** Activations: elementwise, but for softmax. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { num } from './arguments.js';
import type { ActivationDefinition, Range, WithLowering } from './define.js';

type Activation = WithLowering<ActivationDefinition>;

const define = (
  entry: Pick<Activation, 'name' | 'summary' | 'formula' | 'range' | 'lower'> & Partial<Activation>,
): Activation => ({
  category: 'activation',
  source: 'Goodfellow, Bengio & Courville 2016, §6.3',
  params: [],
  examples: [`dense(4, ${entry.name})`],
  ...entry,
});

const all: Range = [-Infinity, Infinity];
const probabilities: Range = [0, 1];

const positive = (b: Builder, x: Node): Node => b.make('Greater', [x, b.fill(0, x.shape)]);

/** Exponential below zero; expm1 sees min(x, 0), so that large x cannot overflow into NaN in the derivative. */
const elu = (b: Builder, x: Node, alpha: number): Node =>
  b.select(positive(b, x), x, b.scale(b.unary('Expm1', b.make('Minimum', [x, b.scalar(0)])), alpha));

export const activations: readonly ActivationDefinition[] = [
  define({
    name: 'linear',
    aliases: ['identity', 'none', 'no_activation'],
    summary: 'The identity.',
    formula: 'φ(x) = x',
    range: all,
    identity: true,
    lower: (_b, x) => x,
  }),
  define({
    name: 'relu',
    dies: true,
    zero: true,
    aliases: ['rectifier', 'rect', 'ramp'],
    summary: 'Zero below zero.',
    formula: 'φ(x) = max(0, x)',
    range: [0, Infinity],
    source: 'Nair & Hinton 2010',
    lower: (b, x) => b.unary('Relu', x),
  }),
  define({
    name: 'sigmoid',
    aliases: ['logistic', 'sigm', 'expit', 'logsig'],
    summary: 'The logistic function.',
    formula: 'φ(x) = 1 / (1 + e⁻ˣ)',
    range: probabilities,
    lower: (b, x) => b.unary('Sigmoid', x),
  }),
  define({
    name: 'tanh',
    aliases: ['tansig', 'hyperbolic_tangent'],
    summary: 'The hyperbolic tangent.',
    formula: 'φ(x) = tanh x',
    range: [-1, 1],
    lower: (b, x) => b.unary('Tanh', x),
  }),
  define({
    name: 'softplus',
    aliases: ['smooth_relu'],
    summary: 'A smooth relu.',
    formula: 'φ(x) = ln(1 + eˣ)',
    range: [0, Infinity],
    source: 'Dugas et al. 2001',
    lower: (b, x) => b.unary('Softplus', x),
  }),
  define({
    name: 'softmax',
    ofVectors: true,
    aliases: ['softargmax'],
    summary: 'Positive values that sum to 1 along the last axis.',
    formula: 'φ(x)ᵢ = e^xᵢ / Σⱼ e^xⱼ',
    range: probabilities,
    lower: (b, x) => b.unary('Softmax', x),
  }),
  define({
    name: 'elu',
    summary: 'Linear above zero, saturating below.',
    formula: 'φ(x) = x if x > 0, else α(eˣ − 1)',
    range: [-1, Infinity],
    source: 'Clevert, Unterthiner & Hochreiter 2016',
    params: [{ name: 'alpha', type: { kind: 'float', above: 0 }, summary: 'the value that −φ approaches', default: 1 }],
    lower: (b, x, args) => elu(b, x, num(args, 'alpha')),
  }),
  define({
    name: 'selu',
    summary: 'Self-normalising elu.',
    formula: 'φ(x) = λ·x if x > 0, else λα(eˣ − 1)',
    range: [-1.7580993408473766, Infinity],
    source: 'Klambauer et al. 2017',
    lower: (b, x) => b.scale(elu(b, x, 1.6732632423543772), 1.0507009873554805),
  }),
  define({
    name: 'leaky_relu',
    aliases: ['lrelu', 'leaky'],
    summary: 'A small slope below zero.',
    formula: 'φ(x) = max(x, αx)',
    range: all,
    source: 'Maas, Hannun & Ng 2013',
    params: [
      {
        name: 'alpha',
        aliases: ['negative_slope', 'slope', 'leak'],
        type: { kind: 'float', min: 0, below: 1 },
        summary: 'slope below zero',
        default: 0.01,
      },
    ],
    lower: (b, x, args) => b.make('Maximum', [x, b.scale(x, num(args, 'alpha'))]),
  }),
  define({
    name: 'gelu',
    summary: 'x times the normal distribution function.',
    formula: 'φ(x) = x·½(1 + erf(x/√2))',
    range: [-0.17, Infinity],
    source: 'Hendrycks & Gimpel 2016',
    lower: (b, x) => b.mul(b.scale(x, 0.5), b.shift(b.unary('Erf', b.scale(x, Math.SQRT1_2)), 1)),
  }),
  define({
    name: 'swish',
    aliases: ['SiLU', 'sigmoid_linear_unit'],
    summary: 'x times its logistic function; also called SiLU.',
    formula: 'φ(x) = x / (1 + e⁻ˣ)',
    range: [-0.279, Infinity],
    source: 'Ramachandran, Zoph & Le 2017',
    lower: (b, x) => b.mul(x, b.unary('Sigmoid', x)),
  }),
  define({
    name: 'softsign',
    summary: 'x over 1 + |x|.',
    formula: 'φ(x) = x / (1 + |x|)',
    range: [-1, 1],
    source: 'Bergstra et al. 2009',
    lower: (b, x) => b.div(x, b.shift(b.unary('Abs', x), 1)),
  }),
  define({
    name: 'hard_sigmoid',
    summary: 'A sigmoid of three straight lines.',
    formula: 'φ(x) = min(1, max(0, 0.2x + 0.5))',
    range: probabilities,
    source: 'Courbariaux et al. 2015',
    lower: (b, x) => b.make('Minimum', [b.unary('Relu', b.shift(b.scale(x, 0.2), 0.5)), b.scalar(1)]),
  }),
  define({
    name: 'exponential',
    aliases: ['exp'],
    summary: 'The exponential.',
    formula: 'φ(x) = eˣ',
    range: [0, Infinity],
    lower: (b, x) => b.unary('Exp', x),
  }),
  define({
    name: 'threshold',
    zero: true,
    aliases: ['step', 'heaviside', 'binary_step', 'hard_threshold', 'hardlim'],
    summary: 'A binary unit. Its derivative is 0, so nothing in front of it learns through it.',
    formula: 'φ(x) = 1 if x > 0, else 0',
    range: probabilities,
    source: 'lecture 2 (Huang), the trivial solution of binary units',
    examples: ['dense(3, threshold)'],
    lower: (b, x) => b.indicator('Greater', x, b.scalar(0)),
  }),
  define({
    name: 'sine',
    aliases: ['sin', 'siren'],
    summary: 'The sine.',
    formula: 'φ(x) = sin x',
    range: [-1, 1],
    source: 'Sitzmann et al. 2020',
    lower: (b, x) => b.unary('Sin', x),
  }),
];
