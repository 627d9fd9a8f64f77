/** Initialisers: the first value of a weight, drawn in the graph from the program's seed. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { product } from '../ir/graph/shape.js';
import { num, type Args, type Param } from './arguments.js';
import type { InitializerDefinition, WeightLayout } from './define.js';
import { fans, fromMatrix } from './kernels.js';
import { polar } from './orthogonal.js';

const define = (
  name: string,
  summary: string,
  formula: string,
  source: string,
  lower: (b: Builder, weight: WeightLayout, args: Args) => Node,
  params: readonly Param[] = [],
): InitializerDefinition => ({
  category: 'initializer', name, summary, formula, source, params, lower,
  examples: [`dense(4, init: ${name})`],
});

const uniform = (b: Builder, shape: readonly number[], limit: number): Node =>
  b.scale(b.shift(b.scale(b.uniform(shape), 2), -1), limit);

/** Draws beyond two deviations are pulled back to the limit rather than drawn again; the deviation is corrected for it. */
const truncated = (b: Builder, shape: readonly number[], deviation: number): Node => {
  const bounded = b.make('Maximum', [b.make('Minimum', [b.normal(shape), b.scalar(2)]), b.scalar(-2)]);
  return b.scale(bounded, deviation / 0.9594);
};

export const initializers: readonly InitializerDefinition[] = [
  define('glorot_uniform', 'Keeps the variance of activations and gradients level.', 'U(−a, a), a = √(6 / (fan_in + fan_out))', 'Glorot & Bengio 2010, eq. 16',
    (b, weight) => uniform(b, weight.shape, Math.sqrt(6 / (fans(weight).fanIn + fans(weight).fanOut)))),
  define('glorot_normal', 'The normal counterpart of glorot_uniform.', 'N(0, 2 / (fan_in + fan_out)), within two deviations', 'Glorot & Bengio 2010',
    (b, weight) => truncated(b, weight.shape, Math.sqrt(2 / (fans(weight).fanIn + fans(weight).fanOut)))),
  define('he_uniform', 'For relu layers.', 'U(−a, a), a = √(6 / fan_in)', 'He et al. 2015', (b, weight) => uniform(b, weight.shape, Math.sqrt(6 / fans(weight).fanIn))),
  define('he_normal', 'For relu layers.', 'N(0, 2 / fan_in), within two deviations', 'He et al. 2015', (b, weight) => truncated(b, weight.shape, Math.sqrt(2 / fans(weight).fanIn))),
  define('lecun_normal', 'For selu layers.', 'N(0, 1 / fan_in), within two deviations', 'LeCun et al. 1998', (b, weight) => truncated(b, weight.shape, Math.sqrt(1 / fans(weight).fanIn))),
  define('lecun_uniform', 'The uniform counterpart of lecun_normal.', 'U(−a, a), a = √(3 / fan_in)', 'LeCun et al. 1998', (b, weight) => uniform(b, weight.shape, Math.sqrt(3 / fans(weight).fanIn))),
  define('normal', 'Normal draws of a given deviation.', 'N(0, σ²)', 'convention', (b, { shape }, args) => b.scale(b.normal(shape), num(args, 'sigma')),
    [{ name: 'sigma', type: { kind: 'float', above: 0 }, summary: 'standard deviation', default: 0.05 }]),
  define('uniform', 'Uniform draws in a symmetric range.', 'U(−a, a)', 'convention', (b, { shape }, args) => uniform(b, shape, num(args, 'limit')),
    [{ name: 'limit', type: { kind: 'float', above: 0 }, summary: 'half the width of the range', default: 0.05 }]),
  define('zeros', 'All zero.', 'W = 0', 'convention', (b, { shape }) => b.fill(0, shape)),
  define('ones', 'All one.', 'W = 1', 'convention', (b, { shape }) => b.fill(1, shape)),
  define('constant', 'All of one value.', 'W = c', 'convention', (b, { shape }, args) => b.fill(num(args, 'value'), shape),
    [{ name: 'value', type: { kind: 'float' }, summary: 'the value', default: 0 }]),
  define('identity', 'A unit gives the input of its own number, seen through the middle of the window; zero elsewhere.', 'Wᵢⱼ = δᵢⱼ', 'convention', (b, { shape, axes }) => {
    const middle = shape.map((n, i) => (axes[i] === 'window' ? Math.floor((n - 1) / 2) : -1));
    const [input, output] = [axes.indexOf('input'), axes.indexOf('output')];
    const values = Array.from({ length: product(shape) }, (_, flat) => {
      const at = indexOf(flat, shape);
      return at.every((k, i) => middle[i] === -1 || k === middle[i]) && (input === -1 || at[input] === at[output]) ? 1 : 0;
    });
    return b.constant(values, shape);
  }),
  define('orthogonal', 'Orthonormal columns (or rows, whichever are fewer), uniformly drawn; a column holds the incoming weights of a unit.', 'WᵀW = I', 'Saxe, McClelland & Ganguli 2014',
    (b, weight) => {
      const { fanIn } = fans(weight);
      return fromMatrix(b, polar(b, b.normal([fanIn, product(weight.shape) / fanIn])), weight);
    }),
];

/** The index along each axis of an element, row-major. */
const indexOf = (flat: number, shape: readonly number[]): readonly number[] => {
  const index: number[] = [];
  for (const n of [...shape].reverse()) {
    index.unshift(flat % n);
    flat = Math.floor(flat / n);
  }
  return index;
};
