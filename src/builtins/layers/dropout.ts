import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { num } from '../arguments.js';
import type { LayerDefinition } from '../define.js';
import { probabilityParam } from '../params.js';
import { withZero } from './shapes.js';

/** Inverted dropout: what survives is divided by 1 − p, so that the expectation stays. */
export function drop(b: Builder, x: Node, p: Node): { readonly value: Node; readonly kept: Node } {
  const kept = b.indicator('GreaterEqual', b.uniform(x.shape), p);
  return { value: b.mul(b.mul(x, kept), b.div(b.scalar(1), b.sub(b.scalar(1), p))), kept };
}

export const dropout: LayerDefinition = {
  category: 'layer',
  name: 'dropout',
  aliases: ['drop'],
  params: [
    {
      ...probabilityParam,
      type: { kind: 'float', min: 0, below: 1 },
      summary: 'probability of being dropped',
      default: 0.5,
    },
  ],
  stochastic: true,
  summary: 'In training, elements become zero with probability p and the others grow by 1/(1 − p).',
  formula: 'y = x·m / (1 − p), m ~ Bernoulli(1 − p)',
  source: 'Srivastava et al. 2014',
  examples: ['dropout(0.5)'],
  shape: ([input]) => input!,
  invert: (output) => output,
  range: ([input], args) => withZero([input![0] / (1 - num(args, 'p')), input![1] / (1 - num(args, 'p'))]),
  mirror: () => [],
  lower: ({ b, training }, x, args) => (training ? drop(b, x, b.scalar(num(args, 'p'))).value : x),
};
