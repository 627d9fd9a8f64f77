/** One of several classes. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { Shape } from '../../ir/graph/shape.js';
import type { DistributionDefinition, Noise } from '../define.js';
import { gumbel, largest, logSoftmax, onMap, size, straightThrough } from './kit.js';

const softmax = (b: Builder, logits: Node): Node => b.make('Softmax', [logits]);

const draw = (b: Builder, logits: Node, noise: Noise, shape: Shape): Node =>
  largest(b, b.add(logits, gumbel(b, noise, shape)));

export const category: DistributionDefinition = {
  category: 'distribution',
  name: 'category',
  aliases: ['categorical', 'discrete', 'one_hot'],
  params: [],
  summary: "One of several classes, as a one-hot vector; the encoder's head gives the logits.",
  formula: 'q(y∣x) = softmax(l)_y; KL = Σ_y q(y) (ln q(y) − ln p(y))',
  source: 'Kingma et al. 2014, §3',
  examples: ['latent y ~ category(10)'],
  size: size('classes', ['num_classes', 'k', 'n', 'categories'], 'number of classes', 2),
  shape: onMap,
  drawn: true,
  posterior: {
    by: ['enumerated', 'relaxed', 'straight_through', 'point'],
    heads: ['logits'],
    prior: 'category',
    discrete: true,
  },
  values: {
    relaxed: ({ b, noise, scalar }, { logits }, args) =>
      softmax(b, b.div(b.add(logits!, gumbel(b, noise, logits!.shape)), scalar(args['temperature']))),
    straight_through: ({ b, noise }, { logits }) => {
      return straightThrough(b, draw(b, logits!, noise, logits!.shape), softmax(b, logits!));
    },
    point: ({ b }, { logits }) => softmax(b, logits!),
  },
  sample: (b, { logits }, noise, shape) => draw(b, logits!, noise, shape),
  mean: ({ b }, { logits }) => softmax(b, logits!),
  decided: largest,
  fixed: (b, _args, shape) => ({ logits: b.fill(0, shape) }),
  kl: (b, q, p) => {
    const ln = logSoftmax(b, q['logits']!);
    return b.mul(b.unary('Exp', ln), b.sub(ln, logSoftmax(b, p['logits']!)));
  },
  logDensity: (b, { logits }, y) => b.mul(y, logSoftmax(b, logits!)),
  everyValue: (classes) =>
    Array.from({ length: classes }, (_, i) => Array.from({ length: classes }, (_, j) => (i === j ? 1 : 0))),
};
