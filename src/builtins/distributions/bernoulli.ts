/** Independent binary units. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { num } from '../arguments.js';
import type { DistributionDefinition } from '../define.js';
import { lnUniform, onMap, size, straightThrough } from './kit.js';

const probability = (b: Builder, logits: Node): Node => b.unary('Sigmoid', logits);
const softplus = (b: Builder, x: Node): Node => b.unary('Softplus', x);

export const bernoulli: DistributionDefinition = {
  category: 'distribution',
  name: 'bernoulli',
  aliases: ['binary', 'binomial'],
  params: [
    {
      name: 'p',
      aliases: ['prob', 'probs', 'probability'],
      type: { kind: 'float', above: 0, below: 1 },
      summary: 'probability of a 1 in a draw',
      default: 0.5,
    },
  ],
  summary: "Independent binary units; the encoder's head gives the logits.",
  formula: 'q(zᵢ = 1∣x) = sigmoid(lᵢ)',
  source: 'Bengio, Léonard & Courville 2013',
  examples: ['latent z ~ bernoulli(10)'],
  size: size('units', ['dims', 'size', 'n'], 'number of binary units'),
  shape: onMap,
  drawn: true,
  posterior: {
    by: ['straight_through', 'relaxed', 'enumerated', 'point'],
    heads: ['logits'],
    values: (units) => 2 ** units,
    prior: 'bernoulli',
    discrete: true,
  },
  values: {
    straight_through: ({ b, noise }, { logits }) => {
      const p = probability(b, logits!);
      return straightThrough(b, b.indicator('Less', noise.uniform(p.shape), p), p);
    },
    relaxed: ({ b, noise, scalar }, { logits }, args) => {
      const u = noise.uniform(logits!.shape);
      const logistic = b.sub(lnUniform(b, u), lnUniform(b, b.sub(b.scalar(1), u)));
      return probability(b, b.div(b.add(logits!, logistic), scalar(args['temperature'])));
    },
    point: ({ b }, { logits }) => probability(b, logits!),
  },
  sample: (b, { logits }, noise, shape) => b.indicator('Less', noise.uniform(shape), probability(b, logits!)),
  mean: ({ b }, { logits }) => probability(b, logits!),
  decided: (b, p) => b.indicator('Greater', p, b.scalar(0.5)),
  fixed: (b, args) => ({ logits: b.scalar(Math.log(num(args, 'p') / (1 - num(args, 'p')))) }),
  kl: (b, q, p) => {
    const [l, m] = [q['logits']!, p['logits']!];
    return b.add(b.mul(probability(b, l), b.sub(l, m)), b.sub(softplus(b, m), softplus(b, l)));
  },
  logDensity: (b, { logits }, z) => b.sub(b.mul(z, logits!), softplus(b, logits!)),
  everyValue: (units) =>
    Array.from({ length: 2 ** units }, (_, i) => Array.from({ length: units }, (_, j) => (i >> j) & 1)),
};
