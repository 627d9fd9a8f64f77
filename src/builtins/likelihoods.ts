/** Likelihoods p(x | decoder): negative log-likelihoods in nats, element by element, summed over features and averaged over the batch. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { ops } from '../ir/graph/ops/index.js';
import type { OpName } from '../ir/graph/ops/names.js';
import { initializers } from './initializers.js';
import { bool, num } from './arguments.js';
import type { LikelihoodDefinition } from './define.js';

const sameAsVariable: LikelihoodDefinition['outputShape'] = (variable) => variable;

/** The tensor behind reader's names. */
const unwrap = (x: Node): Node => (x.op === 'Identity' ? unwrap(x.inputs[0]!) : x);

/** What an activation was applied to, where behind it values were only moved: the same moves, without it. */
function before(b: Builder, output: Node, activation: OpName): Node | undefined {
  const node = unwrap(output);
  if (node.op === activation) return node.inputs[0]!;
  if (ops[node.op].moves !== true) return undefined;
  const inputs = node.inputs.map((input) => before(b, input, activation));
  return inputs.every((input) => input !== undefined) ? b.make(node.op, inputs, node.attrs) : undefined;
}

/** log(x/(1−x)) of a probability, without forming it where the sigmoid is at hand. */
function logits(b: Builder, output: Node, linked: boolean): Node {
  if (!linked) return output;
  const source = before(b, output, 'Sigmoid');
  if (source !== undefined) return source;
  const p = b.make('Minimum', [b.make('Maximum', [output, b.scalar(1e-6)]), b.scalar(1 - 1e-6)]);
  return b.sub(b.unary('Log', p), b.unary('Log', b.sub(b.scalar(1), p)));
}

/** log Σ exp along the last axis, kept; shifted by the maximum. */
function logSumExp(b: Builder, x: Node): Node {
  const last = [x.shape.length - 1];
  const top = b.make('StopGradient', [b.max(x, last, true)]);
  return b.add(b.unary('Log', b.sum(b.unary('Exp', b.sub(x, top)), last, true)), top);
}

export const likelihoods: readonly LikelihoodDefinition[] = [
  {
    category: 'likelihood', name: 'bernoulli', params: [],
    summary: 'Binary values, or intensities in [0, 1] taken as probabilities; computed from logits.',
    formula: '−log p = Σᵢ softplus(lᵢ) − xᵢ·lᵢ, x̂ = sigmoid(l)', source: 'lecture 2 (Huang), binomial reconstruction error', examples: ['reconstruct x by bernoulli'],
    domains: ['binary', 'interval'], link: 'sigmoid', accepts: ['sigmoid', 'hard_sigmoid'], outputShape: sameAsVariable,
    precision: 1,
    negativeLogLikelihood: ({ b, linked }, output, target) => {
      const l = logits(b, output, linked);
      return b.sub(b.unary('Softplus', l), b.mul(target, l));
    },
    mean: (b, output, linked) => (linked ? output : b.unary('Sigmoid', output)),
  },
  {
    category: 'likelihood', name: 'squared_error', params: [],
    summary: 'The squared distance: a normal distribution with σ² = ½, without its constant.',
    formula: 'Σᵢ (xᵢ − x̂ᵢ)²', source: 'lecture 0 (Bischl), ‖x − dec(enc x)‖²', examples: ['reconstruct x by squared_error'],
    domains: ['real', 'interval', 'binary'], link: 'linear', accepts: [], outputShape: sameAsVariable,
    precision: 2,
    negativeLogLikelihood: ({ b }, output, target) => b.square(b.sub(output, target)),
    mean: (_b, output) => output,
  },
  {
    category: 'likelihood', name: 'gaussian',
    params: [
      { name: 'sigma', type: { kind: 'float', above: 0 }, summary: 'standard deviation, or its first value where it is learned', default: 1 },
      { name: 'learned', type: { kind: 'bool' }, summary: 'learn one σ for all features; the weight is ln σ, `x.log_sigma`', default: false },
    ],
    summary: 'Normal values around the output.',
    formula: '−log p = Σᵢ (xᵢ − x̂ᵢ)²/(2σ²) + ln σ + ½ ln 2π', source: 'lecture 2 (Huang), Gaussian reconstruction error', examples: ['reconstruct x by gaussian(sigma: 0.5)', 'reconstruct x by gaussian(learned: true)'],
    domains: ['real', 'interval', 'binary'], link: 'linear', accepts: [], outputShape: sameAsVariable,
    precision: 1,
    weights: (args) => (bool(args, 'learned')
      ? [{ name: 'log_sigma', shape: [], axes: [], trainable: true, role: 'state',
          initializer: { kind: 'call', definition: initializers.find((i) => i.name === 'constant')!, args: { value: Math.log(num(args, 'sigma')) } } }]
      : []),
    negativeLogLikelihood: ({ b, weight }, output, target, args) => {
      const logSigma = bool(args, 'learned') ? weight('log_sigma') : b.scalar(Math.log(num(args, 'sigma')));
      const precision = b.unary('Exp', b.scale(logSigma, -2));
      const distance = b.mul(b.scale(b.square(b.sub(output, target)), 0.5), precision);
      return b.add(distance, b.shift(logSigma, 0.5 * Math.log(2 * Math.PI)));
    },
    mean: (_b, output) => output,
  },
  {
    category: 'likelihood', name: 'laplace',
    params: [{ name: 'scale', type: { kind: 'float', above: 0 }, summary: 'scale b', default: 1 }],
    summary: 'Laplace-distributed values around the output: the absolute error.',
    formula: '−log p = Σᵢ |xᵢ − x̂ᵢ|/b + ln 2b', source: 'convention', examples: ['reconstruct x by laplace(scale: 0.5)'],
    domains: ['real', 'interval', 'binary'], link: 'linear', accepts: [], outputShape: sameAsVariable,
    precision: 1,
    negativeLogLikelihood: ({ b }, output, target, args) =>
      b.shift(b.scale(b.unary('Abs', b.sub(output, target)), 1 / num(args, 'scale')), Math.log(2 * num(args, 'scale'))),
    mean: (_b, output) => output,
  },
  {
    category: 'likelihood', name: 'categorical', params: [],
    summary: 'One of several classes: cross-entropy of the softmax with the label.',
    formula: '−log p = −l_y + log Σₖ e^lₖ', source: 'Goodfellow, Bengio & Courville 2016, §6.2.2.3', examples: ['reconstruct y from label by categorical'],
    domains: ['category'], link: 'softmax', accepts: ['softmax'], ofVectors: true,
    precision: 1,
    outputShape: (variable, classes) => [...variable, classes ?? 0],
    negativeLogLikelihood: ({ b, linked }, output, target) => {
      const source = linked ? before(b, output, 'Softmax') : output;
      const hot = b.make('OneHot', [target], { depth: output.shape.at(-1) as number });
      const last = [output.shape.length - 1];
      if (source === undefined) return b.neg(b.sum(b.mul(hot, b.unary('Log', b.shift(output, 1e-12))), last));
      return b.sum(b.sub(b.mul(hot, logSumExp(b, source)), b.mul(hot, source)), last);
    },
    mean: (b, output, linked) => (linked ? output : b.unary('Softmax', output)),
  },
];
