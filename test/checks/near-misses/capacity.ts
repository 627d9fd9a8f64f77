/** Cases of codes, and what keeps them from copying. */
import { read, decoded, type Cases } from './models.js';

export const capacity: Cases = {
  'a layer that is narrower than the code': [
    ['narrower', `${read('code: dense(4, tanh)')}\n${decoded('h: dense(3, tanh); dense(6)')}`, 'narrower'],
    ['as wide', `${read('code: dense(4, tanh)')}\n${decoded('h: dense(4, tanh); dense(6)')}`],
    ['in the encoder', `${read('dense(2, tanh); code: dense(4, tanh)')}\n${decoded()}`, 'narrower'],
    [
      'a map',
      `${read('code: dense(4, tanh)')}\n${decoded('dense(6, tanh); reshape(3, 1, 2); conv(1, kernel: 1, tanh); conv(2, kernel: 1, tanh); flatten; dense(6)')}`,
    ],
    [
      'in a network',
      `${read('code: dense(4, tanh)')}\n${decoded()}\nnetwork n(x) { dense(2, tanh); dense(3) }\npenalty l2(n)`,
    ],
    [
      'beside a skip',
      `${read('code: dense(4, tanh)')}\n${decoded('h: dense(6, tanh); dense(2, tanh); dense(6); add(h)')}`,
    ],
    [
      'the end of a network',
      `${read('code: dense(4, tanh)')}\n${decoded()}\ndecoder small(code) { dense(2) }\npenalty l2(small)`,
    ],
    [
      'one of several outputs',
      `${read('code: dense(4, tanh)')}\n${decoded('dense(6, tanh); a, b: split(2); concat(a); dense(6)')}`,
    ],
    [
      'as narrow as the data',
      `input x: [3] in real\nencoder(x) { code: dense(4, tanh) }\ncorrupt x with gaussian(0.3)\ndecoder(code) { dense(3, tanh); dense(3) }\nreconstruct x from decoder by squared_error`,
    ],
    [
      'narrower than the data',
      `input x: [3] in real\nencoder(x) { code: dense(4, tanh) }\ncorrupt x with gaussian(0.3)\ndecoder(code) { dense(2, tanh); dense(3) }\nreconstruct x from decoder by squared_error`,
      'narrower',
    ],
  ],
  'a code that may die': [
    ['4 units', `${read('code: dense(4, relu)')}\n${decoded()}`, 'dying-code'],
    ['5 units', `${read('code: dense(5, relu)')}\n${decoded()}`],
    ['that cannot', `${read('code: dense(4, leaky_relu)')}\n${decoded()}`],
  ],
  'layers that are one': [
    ['three', `${read('dense(5); code: dense(3)')}\n${decoded()}`, 'linear-stack'],
    ['two', `${read('code: dense(3)')}\n${decoded()}`],
    ['a third that is not', `${read('dense(5, tanh); code: dense(3)')}\n${decoded()}`],
    [
      'values that are moved',
      `${read('dense(5); code: dense(3)')}\n${decoded('dense(6); reshape(2, 3); flatten')}`,
      'linear-stack',
    ],
    ['a penalty', `${read('dense(5); code: dense(3)')}\n${decoded()}\npenalty l2(code)`],
    ['noise', `${read('dense(5); code: dense(3)')}\n${decoded()}\ncorrupt x with gaussian(0.3)`],
    [
      'noise of nothing',
      `${read('dense(5); code: dense(3)')}\n${decoded()}\ncorrupt x with gaussian(0)`,
      'linear-stack',
    ],
    ['dropout', `${read('dense(5); dropout(0.2); code: dense(3)')}\n${decoded()}`],
    ['a constraint', `${read('dense(5); code: dense(3)')}\n${decoded()}\nconstrain code.kernel by unit_norm`],
    [
      'a likelihood with a link',
      `input x: [6] in [0, 1]\nencoder(x) { dense(5); code: dense(3) }\ndecoder(code) { dense(6) }\nreconstruct x from decoder by bernoulli`,
    ],
  ],
  'a wide code and what keeps it from copying': [
    ['nothing', `${read('code: dense(6, tanh)')}\n${decoded()}`, 'overcomplete'],
    ['a unit less', `${read('code: dense(5, tanh)')}\n${decoded()}`],
    ['noise', `${read('code: dense(6, tanh)')}\n${decoded()}\ncorrupt x with gaussian(0.3)`],
    ['noise of nothing', `${read('code: dense(6, tanh)')}\n${decoded()}\ncorrupt x with gaussian(0)`, 'overcomplete'],
    [
      'noise in a phase',
      `${read('code: dense(6, tanh)')}\n${decoded()}\ntrain { phase a { corrupt x with gaussian(0.3); epochs 3 } }`,
    ],
    ['a penalty', `${read('code: dense(6, tanh)')}\n${decoded()}\npenalty 0.1 * l2(code)`],
    ['a penalty of nothing', `${read('code: dense(6, tanh)')}\n${decoded()}\npenalty 1e-10 * l2(code)`, 'overcomplete'],
    [
      'a penalty of the decoder',
      `${read('code: dense(6, tanh)')}\n${decoded()}\npenalty 0.1 * l2(decoder.dense.kernel)`,
      'overcomplete',
    ],
    ['a penalty of its kernel', `${read('code: dense(6, tanh)')}\n${decoded()}\npenalty 0.1 * l2(code.kernel)`],
    ['a comparison', `${read('code: dense(6)')}\n${decoded()}\ntarget y: category(6)\npenalty cross_entropy(code, y)`],
    ['few kept', `${read('dense(6, tanh); code: topk(2)')}\n${decoded()}`],
    [
      'a tie',
      `${read('code: dense(6, tanh)')}\ndecoder mirror(encoder, tied)\nreconstruct x from decoder by squared_error`,
    ],
    [
      'a target',
      `${read('code: dense(6, tanh)')}\ntarget y: [6] in real\ndecoder(code) { dense(6) }\nreconstruct y from decoder by squared_error`,
    ],
    ['dropout', `${read('dropout(0.2); code: dense(6, tanh)')}\n${decoded()}`],
    [
      'two codes',
      `${read('code: dense(3, tanh)')}\nencoder other(x) { dense(3, tanh) }\ndecoder(code, other) { dense(6) }\nreconstruct x from decoder by squared_error`,
      'overcomplete',
    ],
  ],
};
