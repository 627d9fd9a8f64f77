/** Activations: elementwise, but for softmax. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { num, type Args, type Param } from './arguments.js';
import type { ActivationDefinition, WithLowering } from './define.js';

const define = (
  name: string,
  summary: string,
  formula: string,
  range: readonly [number, number],
  lower: (b: Builder, x: Node, args: Args) => Node,
  source = 'Goodfellow, Bengio & Courville 2016, §6.3',
  params: readonly Param[] = [],
): WithLowering<ActivationDefinition> => ({
  category: 'activation', name, summary, formula, source, params, range, lower,
  examples: [`dense(4, ${name})`],
});

const positive = (b: Builder, x: Node): Node => b.make('Greater', [x, b.fill(0, x.shape)]);

/** Exponential below zero; expm1 sees min(x, 0), so that large x cannot overflow into NaN in the derivative. */
const elu = (b: Builder, x: Node, alpha: number): Node =>
  b.select(positive(b, x), x, b.scale(b.unary('Expm1', b.make('Minimum', [x, b.scalar(0)])), alpha));

export const activations: readonly ActivationDefinition[] = [
  { ...define('linear', 'The identity.', 'φ(x) = x', [-Infinity, Infinity], (_b, x) => x), identity: true },
  define('relu', 'Zero below zero.', 'φ(x) = max(0, x)', [0, Infinity], (b, x) => b.unary('Relu', x), 'Nair & Hinton 2010'),
  define('sigmoid', 'The logistic function.', 'φ(x) = 1 / (1 + e⁻ˣ)', [0, 1], (b, x) => b.unary('Sigmoid', x)),
  define('tanh', 'The hyperbolic tangent.', 'φ(x) = tanh x', [-1, 1], (b, x) => b.unary('Tanh', x)),
  define('softplus', 'A smooth relu.', 'φ(x) = ln(1 + eˣ)', [0, Infinity], (b, x) => b.unary('Softplus', x), 'Dugas et al. 2001'),
  define('softmax', 'Positive values that sum to 1 along the last axis.', 'φ(x)ᵢ = e^xᵢ / Σⱼ e^xⱼ', [0, 1], (b, x) => b.unary('Softmax', x)),
  define('elu', 'Linear above zero, saturating below.', 'φ(x) = x if x > 0, else α(eˣ − 1)', [-1, Infinity],
    (b, x, args) => elu(b, x, num(args, 'alpha')), 'Clevert, Unterthiner & Hochreiter 2016',
    [{ name: 'alpha', type: { kind: 'float', above: 0 }, summary: 'the value that −φ approaches', default: 1 }]),
  define('selu', 'Self-normalising elu.', 'φ(x) = λ·x if x > 0, else λα(eˣ − 1)', [-1.7580993408473766, Infinity],
    (b, x) => b.scale(elu(b, x, 1.6732632423543772), 1.0507009873554805), 'Klambauer et al. 2017'),
  define('leaky_relu', 'A small slope below zero.', 'φ(x) = max(x, αx)', [-Infinity, Infinity],
    (b, x, args) => b.make('Maximum', [x, b.scale(x, num(args, 'alpha'))]), 'Maas, Hannun & Ng 2013',
    [{ name: 'alpha', type: { kind: 'float', min: 0, below: 1 }, summary: 'slope below zero', default: 0.01 }]),
  define('gelu', 'x times the normal distribution function.', 'φ(x) = x·½(1 + erf(x/√2))', [-0.17, Infinity],
    (b, x) => b.mul(b.scale(x, 0.5), b.shift(b.unary('Erf', b.scale(x, Math.SQRT1_2)), 1)), 'Hendrycks & Gimpel 2016'),
  define('swish', 'x times its logistic function; also called SiLU.', 'φ(x) = x / (1 + e⁻ˣ)', [-0.279, Infinity],
    (b, x) => b.mul(x, b.unary('Sigmoid', x)), 'Ramachandran, Zoph & Le 2017'),
  define('softsign', 'x over 1 + |x|.', 'φ(x) = x / (1 + |x|)', [-1, 1],
    (b, x) => b.div(x, b.shift(b.unary('Abs', x), 1)), 'Bergstra et al. 2009'),
  define('hard_sigmoid', 'A sigmoid of three straight lines.', 'φ(x) = min(1, max(0, 0.2x + 0.5))', [0, 1],
    (b, x) => b.make('Minimum', [b.unary('Relu', b.shift(b.scale(x, 0.2), 0.5)), b.scalar(1)]), 'Courbariaux et al. 2015'),
  define('exponential', 'The exponential.', 'φ(x) = eˣ', [0, Infinity], (b, x) => b.unary('Exp', x)),
  {
    category: 'activation', name: 'threshold', params: [], range: [0, 1], lowered: false,
    summary: 'A binary unit. Its derivative is 0, so nothing in front of it learns through it.', formula: 'φ(x) = 1 if x > 0, else 0',
    source: 'lecture 2 (Huang), the trivial solution of binary units', examples: ['dense(3, threshold)'],
  },
  define('sine', 'The sine.', 'φ(x) = sin x', [-1, 1], (b, x) => b.unary('Sin', x), 'Sitzmann et al. 2020'),
];
