/** Penalties that compare a tensor with a label. */
import { expression } from '../arguments.js';
import type { ArgumentTypes, Misfit, PenaltyDefinition } from '../define.js';
import { logSumExp } from '../special.js';
import { penalty } from './kit.js';

/** Logits have one number for each class, or one where the target is a number from 0 to 1. */
function logitsFit({ of, target }: ArgumentTypes): Misfit | undefined {
  const number = target?.number;
  if (number !== undefined && (number < 0 || number > 1)) {
    const hint = 'a number is the label of all examples, or a softened one';
    return { expected: 'a number from 0 to 1', found: String(number), hint };
  }
  const logits = of!.shape;
  const shape = number !== undefined ? [1] : target!.shape;
  if (logits.join() === shape.join()) return undefined;
  const units = number !== undefined ? 1 : (shape.at(-1) ?? 1);
  return {
    expected: number !== undefined ? 'one number, the logit of 1' : `one number for each class: ${shape.join('×')}`,
    found: logits.length === 0 ? 'a scalar' : logits.join('×'),
    hint: `end the network with \`dense(${units})\``,
  };
}

export const labelPenalties: readonly PenaltyDefinition[] = [
  penalty({
    name: 'cross_entropy',
    aliases: ['CrossEntropyLoss', 'nll_loss', 'log_loss', 'softmax_cross_entropy', 'categorical_crossentropy'],
    summary:
      'The cross-entropy of a label, where it is known, with the softmax of a tensor; with a single logit the ' +
      'binary one.',
    formula: 'Ω = −Σₖ yₖ ln softmax(a)ₖ; with one logit −y ln sigmoid(a) − (1 − y) ln(1 − sigmoid(a))',
    source: 'Goodfellow, Bengio & Courville 2016, §6.2.2.3; lecture 2 (Huang)',
    examples: ['cross_entropy(label, y)', 'cross_entropy(critic(x), 1)'],
    params: [
      { name: 'of', aliases: ['logits', 'input', 'output'], type: { kind: 'expression' }, summary: 'logits' },
      {
        name: 'target',
        aliases: ['labels', 'y', 'y_true'],
        type: { kind: 'expression' },
        summary: 'a category, a distribution, or a number from 0 to 1',
      },
    ],
    compares: true,
    regularises: false,
    fits: logitsFit,
    lower: ({ b, value }, args) => {
      const [a, y] = [value(expression(args, 'of')), value(expression(args, 'target'))];
      if (a.shape.at(-1) === 1) return { each: b.sub(b.unary('Softplus', a), b.mul(y, a)) };
      return { each: b.mul(y, b.sub(logSumExp(b, a), a)) };
    },
  }),
];
