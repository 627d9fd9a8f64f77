/** Cases of noise, training and layers. */
import { read, decoded, plain, type Case, type Cases } from './models.js';

export const training: Cases = {
  'noise against what the data are': [
    ...(
      [
        ['[0, 1]', 'gaussian(1)'],
        ['[0, 1]', 'gaussian(1.1)', 'drowned'],
        ['[-1, 1]', 'gaussian(2)'],
        ['[-1, 1]', 'gaussian(2.1)', 'drowned'],
        ['[0, _]', 'gaussian(9)'],
        ['[_, 1]', 'gaussian(9)'],
        ['real', 'gaussian(9)'],
        ['binary', 'mask(0.5)'],
        ['[0, 1]', 'mask(0.99)'],
        ['[0, 1]', 'mask(1)', 'nothing-left'],
        ['[0, 1]', 'uniform(1)'],
        ['[0, 1]', 'uniform(1.1)', 'drowned'],
        ['[-1, 1]', 'mask(0.5)', 'zero-is-a-value'],
        ['[-1, _]', 'mask(0.5)'],
        ['real', 'mask(0.5)'],
        ['[0, 1]', 'salt_and_pepper(0.2)'],
      ] as const
    ).map(([type, noise, says = '']): Case => [
      `${noise} of ${type}`,
      `${read('code: dense(3, tanh)', `[6] in ${type}`)}\ncorrupt x with ${noise}\ndecoder(code) { dense(6) }\nreconstruct x from decoder by squared_error`,
      says,
    ]),
    [
      'of what is standardised',
      `${read('code: dense(3, tanh)', '[6] in [0, 1]')}\npreprocess x with standardize\ncorrupt x with gaussian(1.1)\n${decoded()}`,
    ],
    [
      'masked where it is standardised',
      `${read('code: dense(3, tanh)', '[6] in [-1, 1]')}\npreprocess x with standardize\ncorrupt x with mask(0.3)\n${decoded()}`,
    ],
  ],
  'numbers of training': [
    ['a large rate', plain('train { optimizer adam(0.1) }'), 'large-rate'],
    ['the largest', plain('train { optimizer adam(0.099) }')],
    [
      'of means',
      `${read('code: dense(3, tanh)', '[100] in real')}\n${decoded('dense(100)')}\ntrain { optimizer sgd(1) }`,
      'rate-of-means',
    ],
    [
      'of few numbers',
      `${read('code: dense(3, tanh)', '[99] in real')}\n${decoded('dense(99)')}\ntrain { optimizer sgd(1) }`,
    ],
    [
      'below 1',
      `${read('code: dense(3, tanh)', '[200] in real')}\n${decoded('dense(200)')}\ntrain { optimizer sgd(0.99) }`,
    ],
    [
      'with momentum',
      `${read('code: dense(3, tanh)', '[200] in real')}\n${decoded('dense(200)')}\ntrain { optimizer sgd(0.5, momentum: 0.5) }`,
      'rate-of-means',
    ],
    ['a tight clip', plain('train { clip norm(0.001) }'), 'tight-clip'],
    ['a clip', plain('train { clip norm(0.0011) }')],
    ['a schedule that ends early', plain('train { epochs 10; schedule cosine(epochs: 9) }'), 'rate-ends-early'],
    ['with the training', plain('train { epochs 10; schedule cosine(epochs: 10) }')],
    [
      'a weight that is never full',
      plain('penalty warmup(epochs: 11) * l2(code)\ntrain { epochs 10 }'),
      'never-full-weight',
    ],
    ['full at the end', plain('penalty warmup(epochs: 10) * l2(code)\ntrain { epochs 10 }')],
    [
      'in a phase',
      plain('penalty warmup(epochs: 11) * l2(code)\ntrain { phase a { epochs 10 }; phase b { epochs 10 } }'),
    ],
    ['patience', plain('train { epochs 10; stop early(patience: 9); validation 0.1 }')],
    ['too much of it', plain('train { epochs 10; stop early(patience: 10); validation 0.1 }'), 'never-stops'],
    [
      'without validation',
      plain('train { epochs 10; stop early(patience: 3); validation 0 }'),
      'stop-without-validation',
    ],
    [
      'after the weights have settled',
      plain('penalty warmup(epochs: 5) * l2(code)\ntrain { epochs 10; stop early(patience: 4); validation 0.1 }'),
    ],
    [
      'too late',
      plain('penalty warmup(epochs: 5) * l2(code)\ntrain { epochs 10; stop early(patience: 5); validation 0.1 }'),
      'never-stops',
    ],
  ],
  'constraints on one weight': [
    ['one', plain('constrain code.kernel by unit_norm')],
    ['two alike', plain('constrain code.kernel by unit_norm\nconstrain code.kernel by unit_norm')],
    [
      'that undo each other',
      plain('constrain code.kernel by unit_norm\nconstrain code.kernel by unit_norm(per: input)'),
      'contradiction',
    ],
    [
      'on square ones',
      plain('constrain code.kernel by unit_norm\nconstrain code.kernel by unit_norm(per: input)')
        .replace('code: dense(3, tanh)', 'code: dense(6, tanh)')
        .replace('encoder', 'corrupt x with gaussian(0.3)\nencoder'),
    ],
    [
      'on two weights',
      plain('constrain code.kernel by unit_norm\nconstrain decoder.dense.kernel by unit_norm(per: input)'),
    ],
    ['with clip', plain('constrain code.kernel by unit_norm\nconstrain code.kernel by clip(0.1)'), 'contradiction'],
    ['with a wider clip', plain('constrain code.kernel by unit_norm\nconstrain code.kernel by clip(1)')],
  ],
  'an optimiser that needs the whole loss': [
    ['has it', plain('train { batch full; optimizer lbfgs }')],
    ['batches', plain('train { batch 8; optimizer lbfgs }'), 'needs-whole-loss'],
    ['noise', plain('corrupt x with gaussian(0.1)\ntrain { batch full; optimizer lbfgs }'), 'needs-whole-loss'],
    [
      'noise that the phase takes away',
      plain('corrupt x with gaussian(0.1)\ntrain { phase a { clean x; epochs 2; batch full; optimizer lbfgs } }'),
    ],
    [
      'dropout',
      `${read('dropout(0.2); code: dense(3, tanh)')}\n${decoded()}\ntrain { batch full; optimizer lbfgs }`,
      'needs-whole-loss',
    ],
    [
      'a constraint',
      plain('constrain code.kernel by unit_norm\ntrain { batch full; optimizer lbfgs }'),
      'needs-whole-loss',
    ],
    [
      'a schedule of a weight',
      plain('penalty warmup(2) * l2(code)\ntrain { batch full; optimizer lbfgs }'),
      'needs-whole-loss',
    ],
    ['a schedule of its own', plain('train { batch full; optimizer lbfgs; schedule cosine }'), 'steps-of-its-own'],
    ['a clip', plain('train { batch full; optimizer lbfgs; clip norm(1) }'), 'steps-of-its-own'],
  ],
  'layers that do something else': [
    [
      'a stride that divides the kernel',
      `input x: [4, 4, 1] in real\nencoder(x) { conv(2, stride: 2); code: flatten }\ndecoder(code) { reshape(2, 2, 2); conv_transpose(1, kernel: 4, stride: 2) }\nreconstruct x from decoder by squared_error`,
    ],
    [
      'a stride that does not',
      `input x: [4, 4, 1] in real\nencoder(x) { conv(1, stride: 2, tanh); code: flatten }\ndecoder(code) { reshape(2, 2, 1); conv_transpose(1, kernel: 3, stride: 2) }\nreconstruct x from decoder by squared_error`,
      'checkerboard',
    ],
    [
      'a linear network',
      `${read('code: dense(3, bias: false)')}\n${decoded('dense(6, bias: false)')}`,
      'through-the-origin',
    ],
    ['with a bias', `${read('code: dense(3, bias: false)')}\n${decoded('dense(6)')}`],
    [
      'around a mean',
      `${read('code: dense(3, bias: false)')}\npreprocess x with center\n${decoded('dense(6, bias: false)')}`,
    ],
    ['that is not linear', `${read('code: dense(3, tanh, bias: false)')}\n${decoded('dense(6, bias: false)')}`],
    [
      'zeros in the middle',
      `${read('dense(5, tanh, init: zeros); code: dense(3, tanh)')}\n${decoded()}`,
      'alike-units',
    ],
    ['zeros of a code', `${read('code: dense(3, tanh, init: zeros)')}\n${decoded()}`, 'alike-units'],
    ['zeros at the end', plain().replace('dense(6)', 'dense(6, init: zeros)')],
    [
      'zeros that are added',
      `${read('h: dense(6, tanh); dense(6, init: zeros); add(h); code: dense(3, tanh)')}\n${decoded()}`,
    ],
    ['zeros of one unit', `${read('code: dense(1, tanh, init: zeros)')}\n${decoded()}`],
    ['dropout at the end', plain().replace('dense(6)', 'dense(6); dropout(0.1)'), 'restless-output'],
    ['statistics at the end', plain().replace('dense(6)', 'dense(6); batchnorm'), 'restless-output'],
    [
      'a pool that leaves over',
      `input x: [5, 4, 1] in real\nencoder(x) { maxpool(2); flatten; code: dense(3, tanh) }\ndecoder(code) { dense(20); reshape(5, 4, 1) }\nreconstruct x from decoder by squared_error`,
      'left-over',
    ],
    [
      'a pool of the rest, too',
      `input x: [5, 4, 1] in real\nencoder(x) { maxpool(2, padding: same); flatten; code: dense(3, tanh) }\ndecoder(code) { dense(20); reshape(5, 4, 1) }\nreconstruct x from decoder by squared_error`,
    ],
    [
      'a stride that leaves none over',
      `input x: [5, 5, 1] in real\nencoder(x) { maxpool(3, stride: 2); flatten; code: dense(3, tanh) }\ndecoder(code) { dense(25); reshape(5, 5, 1) }\nreconstruct x from decoder by squared_error`,
    ],
  ],
};
