/** Functions of tensors in terms. */
import type { ExpressionType } from './arguments.js';
import type { FunctionDefinition, Misfit } from './define.js';

const joined = (operands: readonly ExpressionType[]): ExpressionType | Misfit => {
  const shapes = operands.map(({ shape }) => shape).filter((shape) => shape.length > 0);
  const [shape = []] = shapes;
  const odd = shapes.find((other) => other.join() !== shape.join());
  if (odd !== undefined) return { expected: shape.join('×'), found: odd.join('×'), hint: 'use tensors of one shape, or numbers' };
  const rate = operands.some((one) => one.rate === 'each') ? 'each' : operands.some((one) => one.rate === 'whole') ? 'whole' : 'constant';
  return { rate, shape, site: operands.find((one) => one.site !== 'example')?.site ?? 'example' };
};

const elementwise = (name: string, summary: string, formula: string, arity: FunctionDefinition['arity'], example: string, aliases: readonly string[] = []): FunctionDefinition =>
  ({ category: 'function', name, aliases, summary, formula, source: 'convention', params: [], examples: [example], arity, type: joined, lowered: false });

const same = ([of]: readonly ExpressionType[]): ExpressionType => of!;

export const functions: readonly FunctionDefinition[] = [
  {
    category: 'function', name: 'stop', aliases: ['stop_gradient', 'detach', 'no_grad'], params: [], arity: [1, 1], type: same, stops: true, lowered: false,
    summary: 'The same value as a constant: no gradient flows into it.', formula: '∂ stop(t) = 0', source: 'convention', examples: ['penalty squared_error(h3, stop(h1))'],
  },
  {
    category: 'function', name: 'clean', params: [], arity: [1, 1], type: same, lowered: false,
    summary: 'A tensor in a pass without any noise.', formula: 't at x in place of x̃', source: 'Rasmus et al. 2015, §3', examples: ['penalty squared_error(d1, stop(clean(l1)))'],
  },
  {
    category: 'function', name: 'permuted', aliases: ['permute', 'shuffle'], params: [], arity: [1, 1], type: same, lowered: false,
    summary: 'Each unit shuffled over the batch by itself: a draw from the product of the marginals.', formula: 'zⱼ from another example for each j', source: 'Kim & Mnih 2018, algorithm 1', examples: ['critic(permuted(z))'],
  },
  {
    category: 'function', name: 'mean', aliases: ['average', 'reduce_mean'], params: [], arity: [1, 1], lowered: false,
    summary: 'The mean over the batch of a number for each example, before arithmetic goes on.', formula: '1/B Σ_b t_b', source: 'convention', examples: ['penalty abs(mean(kl(z)) - 25)'],
    type: ([of]) => (of!.shape.length === 0 ? { rate: 'whole', shape: [], site: 'example' } : { expected: 'one number for each example', found: of!.shape.join('×'), hint: 'make a penalty of it first, such as `l2(…)`' }),
  },
  elementwise('max', 'The larger of the operands.', 'max(a, b)', [2, 16], 'penalty max(kl(z), 3)', ['maximum']),
  elementwise('min', 'The smaller of the operands.', 'min(a, b)', [2, 16], 'penalty min(l1(code), 10)', ['minimum']),
  elementwise('abs', 'The absolute value.', '|a|', [1, 1], 'penalty abs(kl(z) - 25)', ['absolute']),
  elementwise('exp', 'The exponential.', 'eᵃ', [1, 1], 'penalty exp(l2(code))'),
  elementwise('log', 'The natural logarithm.', 'ln a', [1, 1], 'penalty log(1 + l2(code))', ['ln']),
];
