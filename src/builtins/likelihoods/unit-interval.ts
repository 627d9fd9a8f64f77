/** Likelihoods of numbers from 0 to 1, computed from logits. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { LikelihoodDefinition } from '../define.js';
import { byDistance, polynomial } from '../special.js';
import { logitsOf } from './logits.js';

const common = {
  category: 'likelihood',
  params: [],
  link: 'sigmoid',
  precision: 1,
  outputShape: (variable: readonly number[]) => variable,
} as const satisfies Partial<LikelihoodDefinition>;

/** −x ln λ − (1 − x) ln(1 − λ) for λ = sigmoid(l). */
const crossEntropy = (b: Builder, l: Node, x: Node): Node => b.sub(b.unary('Softplus', l), b.mul(x, l));

export const bernoulli: LikelihoodDefinition = {
  ...common,
  name: 'bernoulli',
  aliases: [
    'bce',
    'BCELoss',
    'BCEWithLogitsLoss',
    'bce_with_logits',
    'binary_crossentropy',
    'binary_cross_entropy_with_logits',
    'binomial',
    'sigmoid',
    'sigmoid_cross_entropy',
  ],
  summary: 'Binary values, or intensities in [0, 1] taken as probabilities; computed from logits.',
  formula: '−log p = Σᵢ softplus(lᵢ) − xᵢ·lᵢ, x̂ = sigmoid(l)',
  source: 'lecture 2 (Huang), binomial reconstruction error',
  examples: ['reconstruct x by bernoulli'],
  domains: ['binary', 'interval'],
  ofProbabilities: true,
  accepts: ['sigmoid'],
  negativeLogLikelihood: ({ b, linked }, output, target) => crossEntropy(b, logitsOf(b, output, linked), target),
  mean: (b, output, linked) => (linked ? output : b.unary('Sigmoid', output)),
};

/** Logits nearer to 0 than this have their functions by series, of which the closed forms would keep too few digits. */
const near = 0.5;

/**
 * ln C(λ) = ln(2 artanh(1 − 2λ) / (1 − 2λ)) = ln(l / tanh(l/2)) for λ = sigmoid(l). Near ½ the series of
 * ln 2 + ln(h coth h), h = l/2 (Loaiza-Ganem & Cunningham 2019, §4, take theirs in λ).
 */
const lnNormaliser = (b: Builder, l: Node): Node =>
  byDistance(
    b,
    l,
    near,
    (x) => polynomial(b, b.square(x), [-127 / 18900 / 256, 62 / 2835 / 64, -7 / 90 / 16, 1 / 3 / 4, Math.LN2]),
    (x) => {
      const size = b.unary('Abs', x);
      const tanh = b.sub(
        b.unary('Log', b.neg(b.unary('Expm1', b.neg(size)))),
        b.unary('Log1p', b.unary('Exp', b.neg(size))),
      );
      return b.sub(b.unary('Log', size), tanh);
    },
  );

export const continuousBernoulli: LikelihoodDefinition = {
  ...common,
  name: 'continuous_bernoulli',
  aliases: ['cb', 'continuous_bce'],
  summary:
    'Values in [0, 1], by the density that is proportional to that of `bernoulli`; reconstructions are its mean.',
  formula: '−log p = Σᵢ softplus(lᵢ) − xᵢ·lᵢ − ln C(λᵢ), C(λ) = 2 artanh(1 − 2λ)/(1 − 2λ), λ = sigmoid(l)',
  source: 'Loaiza-Ganem & Cunningham 2019, eq. 7',
  examples: ['reconstruct x by continuous_bernoulli'],
  domains: ['interval'],
  accepts: ['sigmoid'],
  negativeLogLikelihood: ({ b, linked }, output, target) => {
    const l = logitsOf(b, output, linked);
    return b.sub(crossEntropy(b, l, target), lnNormaliser(b, l));
  },
  // λ/(2λ − 1) + 1/(2 artanh(1 − 2λ)) = 1/(1 − e^−l) − 1/l.
  mean: (b, output, linked) => {
    const l = logitsOf(b, output, linked);
    return byDistance(
      b,
      l,
      near,
      (x) => b.shift(b.mul(x, polynomial(b, b.square(x), [1 / 30240, -1 / 720, 1 / 12])), 0.5),
      (x) => b.sub(b.unary('Reciprocal', b.neg(b.unary('Expm1', b.neg(x)))), b.unary('Reciprocal', x)),
    );
  },
};
