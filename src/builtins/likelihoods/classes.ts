/** Likelihoods of vectors of probabilities, computed from logits along the last axis. */
import type { LikelihoodDefinition } from '../define.js';
import { lnFactorial, logSumExp } from '../special.js';
import { classLogitsOf } from './logits.js';

const common = {
  category: 'likelihood',
  params: [],
  link: 'softmax',
  accepts: ['softmax'],
  ofVectors: true,
  precision: 1,
} as const satisfies Partial<LikelihoodDefinition>;

export const categorical: LikelihoodDefinition = {
  ...common,
  name: 'categorical',
  aliases: [
    'categorical_crossentropy',
    'sparse_categorical_crossentropy',
    'CrossEntropyLoss',
    'cross_entropy',
    'nll_loss',
    'softmax_cross_entropy',
    'softmax',
    'category',
  ],
  summary: 'One of several classes: cross-entropy of the softmax with the label.',
  formula: '−log p = −l_y + log Σₖ e^lₖ',
  source: 'Goodfellow, Bengio & Courville 2016, §6.2.2.3',
  examples: ['reconstruct y from label by categorical'],
  domains: ['category'],
  outputShape: (variable, classes) => [...variable, classes ?? 0],
  negativeLogLikelihood: ({ b, linked }, output, target) => {
    const l = classLogitsOf(b, output, linked);
    const hot = b.make('OneHot', [target], { depth: output.shape.at(-1) as number });
    return b.sum(b.sub(b.mul(hot, logSumExp(b, l)), b.mul(hot, l)), [output.shape.length - 1]);
  },
  mean: (b, output, linked) => (linked ? output : b.unary('Softmax', output)),
};

export const multinomial: LikelihoodDefinition = {
  ...common,
  name: 'multinomial',
  aliases: ['multinomial_nll', 'bag_of_words'],
  summary:
    'Counts of what was drawn a given number of times: the words of a document. Reconstructions are shares of the sum.',
  formula: '−log p = −Σᵢ xᵢ ln softmax(l)ᵢ − ln (Σᵢ xᵢ)! + Σᵢ ln xᵢ!',
  source: 'Liang et al. 2018, eq. 2; Miao, Yu & Blunsom 2016, §3',
  examples: ['reconstruct counts by multinomial'],
  domains: ['counts'],
  outputShape: (variable) => variable,
  negativeLogLikelihood: ({ b, linked }, output, target) => {
    const l = classLogitsOf(b, output, linked);
    const last = [output.shape.length - 1];
    const surprise = b.sum(b.mul(target, b.sub(logSumExp(b, l), l)), last);
    const orders = b.sub(lnFactorial(b, b.sum(target, last)), b.sum(lnFactorial(b, target), last));
    return b.sub(surprise, orders);
  },
  mean: (b, output, linked) => (linked ? output : b.unary('Softmax', output)),
};
