import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { num, type Param } from '../arguments.js';
import type { LayerDefinition } from '../define.js';
import { withZero } from './shapes.js';

export const rateParam: Param = { name: 'rate', type: { kind: 'float', min: 0, below: 1 }, summary: 'probability of being dropped', default: 0.5 };

/** Inverted dropout: what survives is scaled by 1/(1 − p), so that the expectation stays. */
export function drop(b: Builder, x: Node, rate: number): Node {
  const kept = b.indicator('GreaterEqual', b.uniform(x.shape), b.scalar(rate));
  return b.scale(b.mul(x, kept), 1 / (1 - rate));
}

export const dropout: LayerDefinition = {
  category: 'layer', name: 'dropout', params: [rateParam], stochastic: true,
  summary: 'In training, elements become zero with probability p and the others grow by 1/(1 − p).',
  formula: 'y = x·m / (1 − p), m ~ Bernoulli(1 − p)',
  source: 'Srivastava et al. 2014',
  examples: ['dropout(0.5)'],
  shape: ([input]) => input!,
  invert: (output) => output,
  range: ([input], args) => withZero([input![0] / (1 - num(args, 'rate')), input![1] / (1 - num(args, 'rate'))]),
  mirror: () => [],
  lower: ({ b, training }, x, args) => (training ? drop(b, x, num(args, 'rate')) : x),
};
