/** What is drawn for a clause is drawn once in a step, whoever reads it. */
import { expect, it } from 'vitest';
import { compile } from '../../../src/compiler.js';
import { firstStep } from '../../../src/ir/lower/program.js';
import { checkText } from '../../support/emitted.js';
import { textOf } from './pair.js';

it.each([
  [
    'noise of an input, by all networks',
    1,
    `input x: [6] in [0, 1]
    corrupt x with gaussian(0.1)
    encoder { code: dense(3) }
    network beside(x) { dense(3) }
    decoder(code, x) { dense(6) }
    reconstruct x by squared_error
    penalty l2(beside)`,
  ],
  [
    'a value that is 0 or 1 by chance, inside of an application too',
    1,
    `input x: [6] in [0, 1]
    preprocess x with binarise(drawn: true)
    encoder { code: dense(3) }
    decoder { dense(6, sigmoid) }
    network critic(code) { concat(x); dense(4, tanh); dense(1) }
    reconstruct x by bernoulli
    penalty 0.1 * l2(critic(2 * code)) + 0.2 * l2(critic)`,
  ],
  [
    'a latent, by decoder and terms',
    1,
    `input x: [6] in real
    encoder { dense(3) }
    latent z ~ normal(2)
    decoder(z) { dense(6) }
    head y(z) { dense(2) }
    reconstruct x by squared_error
    penalty kl(z) + l2(z) + l2(y)`,
  ],
  [
    'dropout in a head at nodes, by all terms',
    2,
    `input s: sequence(token(vocab: 20), length: 6)
    encoder(s) by left { leaf { embedding(8); normalise }; compose(left, right) { dense(8, tanh); normalise } }
    decoder { decompose(parent) { dense(16); split(2) } }
    head word(encoder) at leaves { dropout(0.3); h: dense(9, tanh); dropout(0.2); dense(21) }
    reconstruct children by gaussian
    penalty 0.1 * cross_entropy(word, s) at leaves
    penalty 0.01 * l2(h) at leaves
    penalty 0.01 * l2(word) at leaves`,
  ],
] as const)('%s is drawn once', (_what, count, items) => {
  const checked = checkText(textOf(items));
  const { nodes } = firstStep(compile(checked.models[0]!, checked)).trainStep;
  expect(nodes.filter(({ op }) => op.startsWith('Random'))).toHaveLength(count);
});
