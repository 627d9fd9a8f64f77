/** Initialisers: the first value of a weight, drawn in the graph from the program's seed. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { product } from '../ir/graph/shape.js';
import { num, type Args, type CallOf, type Param } from './arguments.js';
import type { InitializerDefinition, WeightLayout } from './define.js';
import { fans, fromMatrix } from './kernels.js';
import { polar } from './orthogonal.js';

type Text = Pick<InitializerDefinition, 'name' | 'aliases' | 'summary' | 'formula' | 'source' | 'constant'>;

const define = (
  text: Text,
  lower: InitializerDefinition['lower'],
  params: readonly Param[] = [],
): InitializerDefinition => ({
  category: 'initializer',
  ...text,
  params,
  lower,
  examples: [`dense(4, init: ${text.name})`],
});

const uniform = (b: Builder, shape: readonly number[], limit: number): Node =>
  b.scale(b.shift(b.scale(b.uniform(shape), 2), -1), limit);

/**
 * Draws beyond two deviations are pulled back to the limit rather than drawn again; the deviation is corrected for it.
 */
const truncated = (b: Builder, shape: readonly number[], deviation: number): Node => {
  const bounded = b.make('Maximum', [b.make('Minimum', [b.normal(shape), b.scalar(2)]), b.scalar(-2)]);
  return b.scale(bounded, deviation / 0.9594);
};

/** Uniform, of the variance that the numbers of weights into a unit and out of an input call for. */
const uniformBy =
  (variance: (fanIn: number, fanOut: number) => number): InitializerDefinition['lower'] =>
  (b, weight) => {
    const { fanIn, fanOut } = fans(weight);
    return uniform(b, weight.shape, Math.sqrt(3 * variance(fanIn, fanOut)));
  };

const normalBy =
  (variance: (fanIn: number, fanOut: number) => number): InitializerDefinition['lower'] =>
  (b, weight) => {
    const { fanIn, fanOut } = fans(weight);
    return truncated(b, weight.shape, Math.sqrt(variance(fanIn, fanOut)));
  };

/** A unit of a kernel gives the input of its own number, seen through the middle of the window. */
function identity(b: Builder, { shape, axes }: WeightLayout): Node {
  const middle = shape.map((n, i) => (axes[i] === 'window' ? Math.floor((n - 1) / 2) : -1));
  const [input, output] = [axes.indexOf('input'), axes.indexOf('output')];
  const values = Array.from({ length: product(shape) }, (_, flat) => {
    const at = indexOf(flat, shape);
    const central = at.every((k, i) => middle[i] === -1 || k === middle[i]);
    return central && (input === -1 || at[input] === at[output]) ? 1 : 0;
  });
  return b.constant(values, shape);
}

/** The index along each axis of an element, row-major. */
function indexOf(flat: number, shape: readonly number[]): readonly number[] {
  const index: number[] = [];
  let rest = flat;
  for (const n of [...shape].reverse()) {
    index.unshift(rest % n);
    rest = Math.floor(rest / n);
  }
  return index;
}

export const initializers: readonly InitializerDefinition[] = [
  define(
    {
      name: 'glorot_uniform',
      aliases: ['xavier', 'xavier_uniform', 'glorot'],
      summary: 'Keeps the variance of activations and gradients level.',
      formula: 'U(−a, a), a = √(6 / (fan_in + fan_out))',
      source: 'Glorot & Bengio 2010, eq. 16',
    },
    uniformBy((fanIn, fanOut) => 2 / (fanIn + fanOut)),
  ),
  define(
    {
      name: 'glorot_normal',
      aliases: ['xavier_normal'],
      summary: 'The normal counterpart of glorot_uniform.',
      formula: 'N(0, 2 / (fan_in + fan_out)), within two deviations',
      source: 'Glorot & Bengio 2010',
    },
    normalBy((fanIn, fanOut) => 2 / (fanIn + fanOut)),
  ),
  define(
    {
      name: 'he_uniform',
      aliases: ['kaiming_uniform'],
      summary: 'For relu layers.',
      formula: 'U(−a, a), a = √(6 / fan_in)',
      source: 'He et al. 2015',
    },
    uniformBy((fanIn) => 2 / fanIn),
  ),
  define(
    {
      name: 'he_normal',
      aliases: ['kaiming_normal', 'kaiming', 'he', 'msra'],
      summary: 'For relu layers.',
      formula: 'N(0, 2 / fan_in), within two deviations',
      source: 'He et al. 2015',
    },
    normalBy((fanIn) => 2 / fanIn),
  ),
  define(
    {
      name: 'lecun_normal',
      aliases: ['lecun'],
      summary: 'For selu layers.',
      formula: 'N(0, 1 / fan_in), within two deviations',
      source: 'LeCun et al. 1998',
    },
    normalBy((fanIn) => 1 / fanIn),
  ),
  define(
    {
      name: 'lecun_uniform',
      summary: 'The uniform counterpart of lecun_normal.',
      formula: 'U(−a, a), a = √(3 / fan_in)',
      source: 'LeCun et al. 1998',
    },
    uniformBy((fanIn) => 1 / fanIn),
  ),
  define(
    {
      name: 'normal',
      aliases: ['random_normal', 'gaussian', 'randn'],
      summary: 'Normal draws of a given deviation.',
      formula: 'N(0, σ²)',
      source: 'convention',
    },
    (b, { shape }, args) => b.scale(b.normal(shape), num(args, 'sigma')),
    [
      {
        name: 'sigma',
        aliases: ['std', 'stddev', 'scale'],
        type: { kind: 'float', above: 0 },
        summary: 'standard deviation',
        default: 0.05,
      },
    ],
  ),
  define(
    {
      name: 'uniform',
      aliases: ['random_uniform', 'rand'],
      summary: 'Uniform draws in a symmetric range.',
      formula: 'U(−a, a)',
      source: 'convention',
    },
    (b, { shape }, args) => uniform(b, shape, num(args, 'limit')),
    [
      {
        name: 'limit',
        aliases: ['maxval', 'bound', 'a', 'scale'],
        type: { kind: 'float', above: 0 },
        summary: 'half the width of the range',
        default: 0.05,
      },
    ],
  ),
  define(
    { name: 'zeros', constant: true, aliases: ['zero'], summary: 'All zero.', formula: 'W = 0', source: 'convention' },
    (b, { shape }) => b.fill(0, shape),
  ),
  define(
    { name: 'ones', constant: true, aliases: ['one'], summary: 'All one.', formula: 'W = 1', source: 'convention' },
    (b, { shape }) => b.fill(1, shape),
  ),
  define(
    {
      name: 'constant',
      constant: true,
      aliases: ['fill'],
      summary: 'All of one value.',
      formula: 'W = c',
      source: 'convention',
    },
    (b, { shape }, args) => b.fill(num(args, 'value'), shape),
    [{ name: 'value', aliases: ['val', 'fill_value'], type: { kind: 'float' }, summary: 'the value', default: 0 }],
  ),
  define(
    {
      name: 'identity',
      aliases: ['eye', 'dirac'],
      summary: 'A unit gives the input of its own number, seen through the middle of the window; zero elsewhere.',
      formula: 'Wᵢⱼ = δᵢⱼ',
      source: 'convention',
    },
    identity,
  ),
  define(
    {
      name: 'orthogonal',
      aliases: ['orthonormal'],
      summary:
        'Orthonormal columns (or rows, whichever are fewer), uniformly drawn; a column holds the incoming ' +
        'weights of a unit.',
      formula: 'WᵀW = I',
      source: 'Saxe, McClelland & Ganguli 2014',
    },
    (b, weight) => {
      const { fanIn } = fans(weight);
      return fromMatrix(b, polar(b, b.normal([fanIn, product(weight.shape) / fanIn])), weight);
    },
  ),
];

/** A call of an initialiser as an entry writes it: with its defaults, but for the arguments that are given. */
export function initial(name: string, args: Args = {}): CallOf<'initializer'> {
  const definition = initializers.find((one) => one.name === name);
  if (definition === undefined) throw new Error(`no initialiser ${name}`);
  const defaults = Object.fromEntries(definition.params.map((param) => [param.name, param.default]));
  return { kind: 'call', definition, args: { ...defaults, ...args } };
}
