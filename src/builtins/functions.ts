/** Functions of tensors in terms. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { fixed, product } from '../ir/graph/shape.js';
import type { ExpressionType } from './arguments.js';
import type { FunctionDefinition, Misfit, Range } from './define.js';
import { showExample } from './layers/shapes.js';

/** Operands of one shape, or with one number an example. */
const joined = (operands: readonly ExpressionType[]): ExpressionType | Misfit => {
  const shapes = operands.map(({ shape }) => shape).filter((shape) => shape.length > 0);
  const [shape = []] = shapes;
  const odd = shapes.find((other) => other.join() !== shape.join());
  if (odd !== undefined) {
    return { expected: shape.join('×'), found: odd.join('×'), hint: 'use tensors of one shape, or numbers' };
  }
  const rates = operands.map(({ rate }) => rate);
  const rate = rates.includes('each') ? 'each' : rates.includes('whole') ? 'whole' : 'constant';
  return { rate, shape, site: operands.find((one) => one.site !== 'example')?.site ?? 'example' };
};

const same = ([of]: readonly ExpressionType[]): ExpressionType => of!;

const unchanged = ([of]: readonly Range[]): Range => of!;

type Text = Pick<FunctionDefinition, 'name' | 'aliases' | 'summary' | 'formula' | 'source' | 'examples'>;

const common = { category: 'function', params: [] } as const;

/** Of one operand, element by element. */
const unary = (text: Text, range: (of: Range) => Range, lower: (b: Builder, x: Node) => Node): FunctionDefinition => ({
  ...common,
  ...text,
  arity: [1, 1],
  type: joined,
  range: ([of]) => range(of!),
  lower: (b, [x]) => lower(b, x!),
});

/** Of two operands or more, element by element. */
const extreme = (
  text: Text,
  op: 'Maximum' | 'Minimum',
  choose: (...values: readonly number[]) => number,
): FunctionDefinition => ({
  ...common,
  ...text,
  arity: [2, 16],
  type: joined,
  range: (operands) => [choose(...operands.map(([low]) => low)), choose(...operands.map(([, high]) => high))],
  lower: (b, operands) => operands.reduce((a, c) => b.make(op, [a, c])),
});

/**
 * Each unit of [rows, …units] shuffled over the rows by itself. Where a draw for a row stands among those of all rows is
 * where the row goes; of equal draws, the first comes first.
 */
function permuted(b: Builder, x: Node): Node {
  const [rows, ...rest] = x.shape;
  const units = product(rest.map(fixed));
  const draws = b.uniform([units, rows!]);
  const [across, along] = [b.reshape(draws, [units, 1, rows!]), b.reshape(draws, [units, rows!, 1])];
  const place = b.make('CumSum', [b.fill(1, [1, rows!])]);
  const earlier = b.indicator('Less', b.reshape(place, [1, 1, rows!]), b.reshape(place, [1, rows!, 1]));
  const ahead = b.add(b.indicator('Less', across, along), b.mul(b.indicator('Equal', across, along), earlier));
  // [units, to, from]: 1 where a row goes.
  const rank = b.reshape(b.sum(ahead, [2]), [units, 1, rows!]);
  const goes = b.indicator('Equal', rank, b.shift(b.reshape(place, [1, rows!, 1]), -1));
  const columns = b.reshape(b.transpose(b.reshape(x, [rows!, units]), [1, 0]), [units, rows!, 1]);
  const moved = b.reshape(b.matMul(goes, columns), [units, rows!]);
  return b.reshape(b.transpose(moved, [1, 0]), x.shape);
}

export const functions: readonly FunctionDefinition[] = [
  {
    ...common,
    name: 'stop',
    aliases: ['stop_gradient', 'detach', 'no_grad', 'sg'],
    arity: [1, 1],
    type: same,
    range: unchanged,
    stops: true,
    summary: 'The same value as a constant: no gradient flows into it.',
    formula: '∂ stop(t) = 0',
    source: 'convention',
    examples: ['penalty squared_error(h3, stop(h1))'],
    lower: (b, [x]) => b.make('StopGradient', [x!]),
  },
  {
    ...common,
    name: 'clean',
    aliases: ['noiseless', 'uncorrupted'],
    arity: [1, 1],
    type: same,
    range: unchanged,
    noiseless: true,
    summary: 'A tensor in a pass without any noise.',
    formula: 't at x in place of x̃',
    source: 'Rasmus et al. 2015, §3',
    examples: ['penalty squared_error(d1, stop(clean(l1)))'],
    lower: (_b, [x]) => x!,
  },
  {
    ...common,
    name: 'permuted',
    aliases: ['permute', 'shuffle', 'permute_dims', 'randperm', 'shuffled'],
    arity: [1, 1],
    type: same,
    range: unchanged,
    mixesRows: true,
    summary: 'Each unit shuffled over the batch by itself: a draw from the product of the marginals.',
    formula: 'zⱼ from another example for each j',
    source: 'Kim & Mnih 2018, algorithm 1',
    examples: ['critic(permuted(z))'],
    lower: (b, [x]) => permuted(b, x!),
  },
  {
    ...common,
    name: 'mean',
    aliases: ['average', 'reduce_mean', 'avg', 'batch_mean'],
    arity: [1, 1],
    summary: 'The mean over the batch of a number for each example, before arithmetic goes on.',
    formula: '1/B Σ_b t_b',
    source: 'convention',
    examples: ['penalty abs(mean(kl(z)) - 25)'],
    range: unchanged,
    type: ([of]) =>
      of!.shape.every((size) => size === 1)
        ? { rate: 'whole', shape: [], site: 'example' }
        : {
            expected: 'one number for each example',
            found: showExample(of!.shape),
            hint: 'make a penalty of it first, such as `l2(…)`',
          },
    lower: (b, [x]) => b.batchMean(x!),
  },
  extreme(
    {
      name: 'max',
      aliases: ['maximum', 'fmax'],
      summary: 'The larger of the operands.',
      formula: 'max(a, b)',
      source: 'convention',
      examples: ['penalty max(kl(z), 3)'],
    },
    'Maximum',
    Math.max,
  ),
  extreme(
    {
      name: 'min',
      aliases: ['minimum', 'fmin'],
      summary: 'The smaller of the operands.',
      formula: 'min(a, b)',
      source: 'convention',
      examples: ['penalty min(l1(code), 10)'],
    },
    'Minimum',
    Math.min,
  ),
  unary(
    {
      name: 'abs',
      aliases: ['absolute', 'fabs'],
      summary: 'The absolute value.',
      formula: '|a|',
      source: 'convention',
      examples: ['penalty abs(kl(z) - 25)'],
    },
    ([low, high]) => (low >= 0 ? [low, high] : high <= 0 ? [-high, -low] : [0, Math.max(-low, high)]),
    (b, x) => b.unary('Abs', x),
  ),
  unary(
    {
      name: 'exp',
      summary: 'The exponential.',
      formula: 'eᵃ',
      source: 'convention',
      examples: ['penalty exp(l2(code))'],
    },
    ([low, high]) => [Math.exp(low), Math.exp(high)],
    (b, x) => b.unary('Exp', x),
  ),
  unary(
    {
      name: 'log',
      aliases: ['ln', 'logarithm'],
      summary: 'The natural logarithm.',
      formula: 'ln a',
      source: 'convention',
      examples: ['penalty log(1 + l2(code))'],
    },
    ([low, high]) => [Math.log(Math.max(0, low)), Math.log(Math.max(0, high))],
    (b, x) => b.unary('Log', x),
  ),
];
