/** Cases of what depends on what. */
import { read, decoded, plain, variational, conditional, type Cases } from './models.js';

export const flow: Cases = {
  'a term that no weight changes': [
    [
      'entries that follow what they stand for',
      `input x: [6] in real\nencoder(x) { flatten }\nlatent z ~ codebook(3)\ndecoder(z) { dense(6) }\nreconstruct x from decoder by gaussian(learned: true)\npenalty commitment(z)`,
    ],
    ['data alone', plain('penalty l2(x)'), 'unmoved-term'],
  ],
  'variables that nothing uses': [
    ['all are', plain()],
    ['one is not', plain('input y: [2] in real'), 'unused-variable'],
    ['a class that a figure shows', plain('input y: category(3)\nfigure scatter(code)')],
    ['numbers that it does not', plain('input y: [2] in real\nfigure scatter(code)'), 'unused-variable'],
    ['a class that no figure shows', plain('input y: category(3)'), 'unused-variable'],
    ['a figure that shows none', plain('input y: category(3)\nfigure filters(encoder)'), 'other-kind'],
    ['rows are chosen by it', plain('input y: category(3)\npenalty l2(code) where y = 1')],
    ['it is a level of noise', plain('input s: [1] in [0, 1]\ncorrupt x with gaussian(s)')],
    ['it is compared', `target y: [6] in real\n${plain('penalty squared_error(decoder, y)')}`],
    [
      'it has noise that nothing reads',
      plain('target y: [6] in real\ncorrupt y with gaussian(0.1)\npenalty squared_error(decoder, y)'),
      'corrupted-unread',
    ],
    [
      'a latent has its name',
      `input x: [6] in real\ntarget y: category(3)?\nencoder(x) { dense(4, tanh) }\nlatent y ~ category(3)\ndecoder(y) { dense(6) }\nreconstruct x from decoder by gaussian(learned: true)\npenalty kl(y) where y.missing`,
    ],
  ],
  'a network that no term depends on': [
    ['beside the code', plain('network n(x) { dense(2) }'), 'unused-network'],
    ['with a term', plain('network n(x) { dense(2) }\npenalty l2(n)')],
    ['of nothing', plain('network n(x) { }')],
    [
      'a code that nothing decodes',
      `${read()}\nnetwork n(x) { dense(6) }\nreconstruct x from n by squared_error`,
      'code-ignored',
    ],
    [
      'of a prior',
      variational(
        '',
        'penalty kl(z)',
        'input c: category(3)\nnetwork p(c) { dense(4, tanh) }\nprior z ~ normal(from: p)',
      ),
    ],
  ],
  'a condition that the encoder alone is told': [
    ['alone', conditional('decoder(z) { dense(6) }', 'x, c'), 'condition-only-encoded'],
    ['both', conditional('decoder(z, c) { dense(6) }', 'x, c')],
    ['the decoder alone', conditional('decoder(z, c) { dense(6) }', 'x')],
    ['numbers', conditional('decoder(z) { dense(6) }', 'x, c', '[2] in real')],
    [
      'several classes an example',
      conditional('decoder(z) { dense(6) }\nnetwork e(c) { embedding(2); flatten }', 'x, e', '[2] of category(4)'),
    ],
    ['a target', conditional('decoder(z) { dense(6) }', 'x, c', 'category(4)', 'target')],
    [
      'it is reconstructed',
      conditional(
        'decoder(z) { dense(6) }\ndecoder other(z) { dense(4) }\nreconstruct c from other by categorical',
        'x, c',
      ),
    ],
    [
      'it is compared',
      conditional('decoder(z) { dense(6) }\nnetwork other(z) { dense(4) }\npenalty categorical(other, c)', 'x, c'),
    ],
    [
      'a prior is told',
      conditional('decoder(z) { dense(6) }\nnetwork p(c) { dense(4, tanh) }\nprior z ~ normal(from: p)', 'x, c'),
    ],
    [
      'where nothing is drawn',
      `input x: [6] in real\ninput c: category(4)\nencoder(x, c) { code: dense(3, tanh) }\n${decoded()}`,
    ],
  ],
  'a target that is predicted from itself': [
    [
      'read by the decoder',
      `target y: [2] in real\n${read()}\ndecoder(code, y) { dense(2) }\nreconstruct y from decoder by squared_error`,
      'predicts-itself',
    ],
    [
      'read by the encoder',
      `input x: [6] in real\ntarget y: [2] in real\nencoder(x, y) { code: dense(3, tanh) }\ndecoder(code) { dense(2) }\nreconstruct y from decoder by squared_error`,
      'predicts-itself',
    ],
    [
      'read by none',
      `target y: [2] in real\n${read()}\ndecoder(code) { dense(2) }\nreconstruct y from decoder by squared_error`,
    ],
    [
      'a label behind the code',
      `input x: [6] in real\ninput y: category(3)\nencoder(x, y) { code: dense(3, tanh) }\n${decoded()}\ndecoder of(code) { dense(3) }\nreconstruct y from of by categorical`,
    ],
    [
      'a label beside the code',
      `input y: category(3)\n${plain()}\ndecoder of(code, y) { dense(3) }\nreconstruct y from of by categorical`,
      'predicts-itself',
    ],
  ],
  'a way around the code': [
    [
      'the input',
      `${read()}\ndecoder(code, x) { dense(6) }\nreconstruct x from decoder by squared_error`,
      'around-the-code',
    ],
    [
      'a layer',
      `${read('h: dense(4, tanh); code: dense(3, tanh)')}\ndecoder(code, h) { dense(6) }\nreconstruct x from decoder by squared_error`,
      'around-the-code',
    ],
    [
      'of noisy data',
      `${read()}\ncorrupt x with gaussian(0.1)\ndecoder(code, x) { dense(6) }\nreconstruct x from decoder by squared_error`,
    ],
    [
      'noisy in a phase',
      `${read()}\ndecoder(code, x) { dense(6) }\nreconstruct x from decoder by squared_error\ntrain { phase a { corrupt x with gaussian(0.1); epochs 2 } }`,
    ],
    [
      'another variable',
      `${read()}\ninput y: [2] in real\ndecoder(code, y) { dense(6) }\nreconstruct x from decoder by squared_error`,
    ],
  ],
  'a code that nothing decodes': [
    ['one of two', `${read()}\nencoder other(x) { dense(2, tanh) }\n${decoded()}`, 'code-ignored'],
    [
      'with a term',
      `${read()}\nencoder other(x) { dense(2, tanh) }\npenalty squared_error(other, stop(other))\n${decoded()}`,
    ],
    [
      'both',
      `${read()}\nencoder other(x) { b: dense(2, tanh) }\ndecoder(code, other) { dense(6) }\nreconstruct x from decoder by squared_error`,
    ],
    [
      'but what it ends with',
      `${read('h: dense(3); tanh')}\ndecoder(h) { dense(6) }\nreconstruct x from decoder by squared_error`,
    ],
    [
      'and a layer that learns',
      `${read('h: dense(3, tanh); dense(3, tanh)')}\ndecoder(h) { dense(6) }\nreconstruct x from decoder by squared_error`,
      'code-ignored',
    ],
    [
      'a prior reads it',
      `input x: [6] in real\nencoder(x) { dense(5, tanh) }\nlatent w ~ normal(2)\nlatent z ~ normal(3)\nnetwork p(w) { dense(3, tanh) }\nprior z ~ normal(from: p)\ndecoder(z) { dense(6) }\nreconstruct x from decoder by gaussian(learned: true)\npenalty kl(z) + kl(w)`,
    ],
  ],
  'a reconstruction of no data': [
    [
      'of a draw',
      'input x: [6] in real\ndraw z ~ normal(3)\ndecoder g(z) { dense(6) }\nreconstruct x from g by squared_error',
      'reconstruction-of-no-data',
    ],
    [
      'of a variable',
      'input x: [6] in real\ninput y: [3] in real\ndraw z ~ normal(3)\ndecoder g(z, y) { dense(6) }\nreconstruct x from g by squared_error',
    ],
  ],
  'a summand that no weight moves': [
    ['of data', plain('penalty l2(x)'), 'unmoved-term'],
    ['of a code', plain('penalty l2(code)')],
    ['of weights', plain('penalty l2(code.kernel)')],
    ['of what is stopped', plain('penalty l2(stop(code))'), 'unmoved-term'],
    ['of what is stopped on one side', plain('penalty squared_error(stop(decoder), x)'), 'unmoved-term'],
    ['of a network that learns nothing', plain('network n(x) { tanh }\npenalty l2(n)'), 'unmoved-term'],
    ['a number', plain('penalty 3 * l2(code) + 2')],
  ],
};
