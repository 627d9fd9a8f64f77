/** What is said of models, and what is no longer said one step away: both sides of the conditions of diagnostics. */
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';

/** The names of all that is said, sorted. */
const said = (items: string): string =>
  check('a.ae', `autoencoder A {\n${items}\n}`, () => undefined)
    .findings.map(({ message }) => message.name)
    .sort()
    .join(' ');

const read = (encoder = 'code: dense(3, tanh)', type = '[6] in real'): string =>
  `input x: ${type}\nencoder(x) { ${encoder} }`;
const decoded = (decoder = 'dense(6)'): string =>
  `decoder(code) { ${decoder} }\nreconstruct x from decoder by squared_error`;
const plain = (more = ''): string => `${read()}\n${decoded()}\n${more}`;
const variational = (more = '', kl = 'penalty kl(z)', prior = ''): string =>
  `input x: [6] in real\nencoder(x) { dense(5, tanh) }\nlatent z ~ normal(3)\n${prior}\ndecoder(z) { dense(6) }\nreconstruct x from decoder by gaussian(learned: true)\n${kl}\n${more}`;
const conditional = (more: string, encoder: string, type = 'category(4)', kind = 'input'): string =>
  `input x: [6] in real\n${kind} c: ${type}\nencoder(${encoder}) { dense(5, tanh) }\nlatent z ~ normal(3)\nreconstruct x from decoder by gaussian(learned: true)\npenalty kl(z)\n${more}`;
const game = (
  artist: string,
  more = '',
  type = '[0, 1]',
  critic = 'dense(5, tanh); dense(1)',
  judge = 'cross_entropy(critic(x), 1) + cross_entropy(critic(generator), 0)',
): string =>
  `input x: [6] in ${type}\ndraw z ~ normal(3)\ndecoder generator(z) { dense(5, tanh); ${artist} }\nnetwork critic(x) { ${critic} }\n${more}
train { player judge { train critic; ${judge.startsWith('maximize') ? judge : `minimize ${judge}`} }; player artist { train generator; minimize cross_entropy(critic(generator), 1) } }`;

type Case = readonly [what: string, items: string, says?: string];

const cases: Readonly<Record<string, readonly Case[]>> = {
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
  'the kl and its weight': [
    ['1', variational()],
    ['none', variational('', ''), 'without-kl'],
    ['0', variational('', 'penalty 0 * kl(z)'), 'weightless'],
    ['below 0', variational('', 'penalty -1 * kl(z)'), 'turned-round'],
    ['4', variational('', 'penalty 4 * kl(z)'), 'other-beta'],
    [
      '4 of both',
      variational('', 'penalty 4 * kl(z)').replace('gaussian(learned: true)', 'gaussian(learned: true) weight 4'),
    ],
    ['a schedule', variational('', 'penalty warmup(2) * kl(z)')],
    ['1 + 1e-7', variational('', 'penalty 1.0000001 * kl(z)')],
    ['1 + 1e-5', variational('', 'penalty 1.00001 * kl(z)'), 'other-beta'],
    ['another divergence', variational('', 'penalty mmd(z)')],
    ['inside of something', variational('', 'penalty max(4 * kl(z), 0.1)')],
    ['of a point', variational('', '').replace('normal(3)', 'normal(3) by point')],
    [
      '4, likelihoods alike',
      variational('target y: [6] in real\nreconstruct y from decoder by gaussian(learned: true)', 'penalty 4 * kl(z)'),
      'other-beta',
    ],
    [
      '4, two inputs alike',
      variational('input y: [6] in real\nreconstruct y from decoder by gaussian(learned: true)', 'penalty 4 * kl(z)'),
      'other-beta',
    ],
    [
      '4, two inputs apart',
      variational(
        'input y: [6] in real\nreconstruct y from decoder by gaussian(learned: true) weight 2',
        'penalty 4 * kl(z)',
      ),
    ],
    [
      '4, a target apart',
      variational(
        'target y: [6] in real\nreconstruct y from decoder by gaussian(learned: true) weight 2',
        'penalty 4 * kl(z)',
      ),
      'other-beta',
    ],
    [
      '4, a likelihood with a schedule',
      variational('', 'penalty 4 * kl(z)').replace(
        'gaussian(learned: true)',
        'gaussian(learned: true) weight warmup(3)',
      ),
    ],
  ],
  'a likelihood as wide as the data': [
    ...(
      [
        ['[0, 1]', 'gaussian', 'wide-likelihood'],
        ['[0, 1]', 'gaussian(sigma: 0.99)'],
        ['[0, 1]', 'gaussian(sigma: 1)', 'wide-likelihood'],
        ['[-1, 1]', 'gaussian(sigma: 1.99)'],
        ['[-1, 1]', 'gaussian(sigma: 2)', 'wide-likelihood'],
        ['[0, 1]', 'gaussian(learned: true)'],
        ['[0, 1]', 'gaussian(sigma: 1, learned: true)'],
        ['[0, _]', 'gaussian'],
        ['[_, 1]', 'gaussian'],
        ['[_, _]', 'gaussian'],
        ['real', 'gaussian'],
        ['counts', 'gaussian'],
        ['binary', 'gaussian', 'wide-likelihood'],
        ['binary', 'gaussian(sigma: 0.5)'],
      ] as const
    ).map(([type, likelihood, says = '']): Case => [
      `${likelihood} of ${type}`,
      `input x: [6] in ${type}\nencoder(x) { dense(5, tanh) }\nlatent z ~ normal(3)\ndecoder(z) { dense(6) }\nreconstruct x by ${likelihood}\npenalty kl(z)`,
      says,
    ]),
    [
      'without a kl',
      `input x: [6] in [0, 1]\n${read().split('\n')[1]!}\ndecoder { dense(6) }\nreconstruct x by gaussian`,
    ],
  ],
  'a critic that tells what is made by its range': [
    ['all of it', game('dense(6, sigmoid)')],
    ['another', game('dense(6, tanh)'), 'judged-ranges'],
    ['its least alone', game('dense(6, relu)')],
    ['another low', game('dense(6, sigmoid)', '', '[-1, 1]'), 'judged-ranges'],
    ['of bits', game('dense(6, sigmoid)', '', 'binary')],
    ['of bits, another', game('dense(6, tanh)', '', 'binary'), 'judged-ranges'],
    ['of reals', game('dense(6, tanh)', '', 'real')],
    ['of half a range', game('dense(6, tanh)', '', '[0, _]')],
    ['of the other half', game('dense(6, tanh)', '', '[_, 1]')],
    ['no activation', game('dense(6)')],
  ],
  'a critic without a bound': [
    ...(
      [
        ['maximize critic(x) - critic(generator)', '', 'unbounded-critic'],
        ['maximize mean(critic(x)) - mean(critic(generator))', '', 'unbounded-critic'],
        ['maximize critic(x) + critic(generator)', ''],
        ['critic(x)', ''],
        ['critic(generator) - critic(x)', 'constrain critic by clip(0.1)'],
        ['critic(generator) - critic(x)', 'constrain generator by clip(0.1)', 'unbounded-critic'],
        ['critic(generator) - critic(x) + 10 * gradient_penalty(critic, x, generator)', ''],
      ] as const
    ).map(([judge, more, says = '']): Case => [
      `${judge} ${more}`,
      game('dense(6, sigmoid)', more, '[0, 1]', 'dense(5, tanh); dense(1)', judge),
      says,
    ]),
  ],
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
  'a weight below 0': [
    ['a penalty', plain('penalty -1 * l2(code)'), 'turned-round'],
    [
      'a comparison, which may be pushed away',
      plain('target y: category(3)\npenalty -1 * cross_entropy(code, y)').replace('tanh', 'linear'),
    ],
    ['a likelihood', plain().replace('squared_error', 'squared_error weight -1'), 'turned-round'],
    ['a schedule that ends below 0', plain('penalty -1 * warmup(2) * l2(code)'), 'turned-round'],
    ['a network', plain('network n(x) { dense(1) }\npenalty -1 * n + n * n')],
  ],
  'a term that is counted twice': [
    ['a divergence', variational('penalty kl(z)'), 'counted-twice'],
    ['of other rows', variational('', 'input y: category(3)\npenalty kl(z) where y = 0\npenalty kl(z) where y = 1')],
    [
      'of the same rows',
      variational('', 'input y: category(3)\npenalty kl(z) where y = 1\npenalty kl(z) where y = 1'),
      'counted-twice',
    ],
    [
      'where it is known and where not',
      variational('', 'input y: category(3)?\npenalty kl(z) where y.known\npenalty kl(z) where y.missing'),
    ],
    ['another penalty', plain('penalty l2(code)\npenalty l2(code)')],
    ['decay by an optimiser', plain('penalty 1e-4 * weight_decay(all)\ntrain { optimizer adamw }'), 'decays-twice'],
    [
      'by an optimiser that decays nothing',
      plain('penalty 1e-4 * weight_decay(all)\ntrain { optimizer adamw(decay: 0) }'),
    ],
    ['by an optimiser without', plain('penalty 1e-4 * weight_decay(all)\ntrain { optimizer adam }')],
  ],
  'sparsity that scaling gives': [
    [
      'nothing bounds the decoder',
      `${read('code: dense(3, relu)')}\n${decoded()}\npenalty l1(code)`.replace('(3', '(5'),
      'scaled-away',
    ],
    [
      'a constraint',
      `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code)\nconstrain out.kernel by unit_norm(per: input)`,
    ],
    [
      'on the other side',
      `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code)\nconstrain out.kernel by unit_norm`,
      'wrong-side',
    ],
    [
      'on the encoder',
      `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code)\nconstrain code.kernel by unit_norm`,
      'scaled-away',
    ],
    ['a penalty', `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code) + l2(out.kernel)`],
    [
      'a penalty of the encoder',
      `${read('code: dense(5, relu)')}\n${decoded('out: dense(6)')}\npenalty l1(code) + l2(code.kernel)`,
      'scaled-away',
    ],
    [
      'a tie',
      `${read('code: dense(5, relu)')}\ndecoder mirror(encoder, tied)\nreconstruct x from decoder by squared_error\npenalty l1(code)`,
    ],
    ['no zeros', `${read('code: dense(5, sigmoid)')}\n${decoded()}\npenalty l1(code)`, 'no-zeros'],
    ['linear', `${read('code: dense(5)')}\n${decoded()}\npenalty l1(code)`, 'scaled-away'],
    ['another penalty', `${read('code: dense(5, relu)')}\n${decoded()}\npenalty l2(code)`],
    [
      'of what the decoder ends with',
      `${read('code: dense(5, relu)')}\n${decoded('dense(7, tanh); dense(6)')}\npenalty l1(decoder)`,
    ],
    ['few are kept', `${read('dense(5, relu); code: topk(2)')}\n${decoded()}\npenalty l1(code)`],
    ['turned round', `${read('code: dense(5, relu)')}\n${decoded()}\npenalty -1 * l1(code)`, 'turned-round'],
  ],
  derivatives: [
    ['behind no batch', plain('penalty contractive(code)')],
    [
      'behind a batch',
      `${read('dense(5); batchnorm; code: dense(3, tanh)')}\n${decoded()}\npenalty contractive(code)`,
      'derivative-of-batch',
    ],
    [
      'in front of a batch',
      `${read('code: dense(3, tanh)')}\n${decoded('dense(5); batchnorm; dense(6)')}\npenalty contractive(code)`,
    ],
    [
      'in what it is computed from',
      `${read('h: dense(4, tanh); code: dense(3, tanh)')}\n${decoded()}\npenalty contractive(code, in: h)`,
    ],
    [
      'in what is behind it',
      `${read('h: dense(4, tanh); code: dense(3, tanh)')}\n${decoded()}\npenalty contractive(h, in: code)`,
      'derivative-of-nothing',
    ],
    [
      'of classes',
      `input x: [6] in real\ninput c: category(4)\nencoder(x, c) { code: dense(3, tanh) }\n${decoded()}\nnetwork n(c) { dense(2, tanh) }\npenalty contractive(n)`,
      'derivative-of-nothing',
    ],
    [
      'in classes',
      `input x: [6] in real\ninput c: category(4)\nencoder(x, c) { code: dense(3, tanh) }\n${decoded()}\npenalty contractive(code, in: c)`,
      'derivative-of-nothing',
    ],
  ],
  'a batch of one': [
    ['without statistics', plain('train { batch 1 }')],
    [
      'a layer of statistics',
      `${read('dense(5); batchnorm; code: dense(3, tanh)')}\n${decoded()}\ntrain { batch 1 }`,
      'batch-of-one',
    ],
    ['of two', `${read('dense(5); batchnorm; code: dense(3, tanh)')}\n${decoded()}\ntrain { batch 2 }`],
    ['a penalty of the batch', plain('penalty uncorrelated(code)\ntrain { batch 1 }'), 'batch-of-one'],
    ['a penalty of weights', plain('penalty l2(code.kernel)\ntrain { batch 1 }')],
    ['fewer examples than units', plain('penalty uncorrelated(code)\ntrain { batch 2 }'), 'fewer-than-units'],
    ['as many', plain('penalty uncorrelated(code)\ntrain { batch 3 }')],
    ['all', plain('penalty uncorrelated(code)\ntrain { batch full }')],
  ],
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
  'ends of an output': [
    ...(
      [
        ['[0, 1]', 'sigmoid', 'bernoulli'],
        ['[0, 1]', 'linear', 'bernoulli'],
        ['[0, 1]', 'tanh', 'bernoulli', 'squashed-twice'],
        ['[0, 1]', 'relu', 'bernoulli', 'squashed-twice'],
        ['[0, 1]', 'softmax', 'bernoulli', 'squashed-twice'],
        ['[0, 1]', 'sigmoid', 'squared_error'],
        ['[0, 1]', 'softmax', 'squared_error', 'sums-to-one'],
        ['[0, 1]', 'relu', 'squared_error', 'dead-outputs'],
        ['[0, 1]', 'softplus', 'squared_error'],
        ['[0, 1]', 'tanh', 'squared_error', 'reaches-beyond'],
        ['[-1, 1]', 'tanh', 'squared_error'],
        ['[-1, 1]', 'sigmoid', 'squared_error', 'cannot-reach'],
        ['[0, _]', 'relu', 'squared_error'],
        ['[0, _]', 'tanh', 'squared_error', 'cannot-reach'],
        ['[_, 1]', 'tanh', 'squared_error', 'cannot-reach'],
        ['[0, 3]', 'tanh', 'squared_error', 'cannot-reach'],
        ['[-3, 3]', 'linear', 'squared_error'],
        ['[-0.5, 0.5]', 'tanh', 'squared_error'],
        ['real', 'relu', 'squared_error', 'cannot-reach'],
        ['counts', 'softplus', 'poisson'],
        ['counts', 'linear', 'poisson'],
        ['counts', 'relu', 'poisson'],
      ] as const
    ).map(([type, ending, likelihood, says = '']): Case => [
      `${ending} for ${likelihood} of ${type}`,
      `${read('code: dense(3, tanh)', `[6] in ${type}`)}\ndecoder(code) { dense(6, ${ending}) }\nreconstruct x from decoder by ${likelihood}`,
      says,
    ]),
  ],
  'penalties and the activations that they are of': [
    ...(
      [
        ['sigmoid', 'kl_sparsity(code)'],
        ['tanh', 'kl_sparsity(code)', 'outside-of-formula'],
        ['relu', 'kl_sparsity(code)', 'outside-of-formula'],
        ['linear', 'kl_sparsity(code)', 'outside-of-formula'],
        ['relu', 'l1(code)'],
        ['sigmoid', 'l1(code)', 'no-zeros'],
        ['tanh', 'l1(code)', 'no-zeros'],
        ['tanh', '-1 * l1(code)', 'turned-round'],
        ['softplus', 'l1(code)', 'no-zeros'],
        ['tanh', 'cross_entropy(code, c)', 'logits-bounded'],
        ['linear', 'cross_entropy(code, c)'],
        ['relu', 'cross_entropy(code, c)', 'logits-bounded'],
        ['tanh', 'l2(code)'],
      ] as const
    ).map(([ending, penalty, says = '']): Case => [
      `${penalty} of ${ending}`,
      `input x: [6] in real\ntarget c: category(5)\nencoder(x) { code: dense(5, ${ending}) }\n${decoded()}\npenalty ${penalty}\npenalty l2(decoder.dense.kernel)${penalty.includes('c)') ? '' : '\nnetwork n(x) { dense(5) }\npenalty cross_entropy(n, c)'}`,
      says,
    ]),
  ],
  'who moves what': [
    ['a phase', plain('train { phase a { train encoder, decoder; epochs 2 } }')],
    [
      'nothing that is minimised',
      plain(
        'network n(x) { dense(2) }\npenalty l2(n)\ntrain { phase a { train decoder; minimize l2(n); epochs 2 }; phase b { epochs 2 } }',
      ),
      'moves-nothing',
    ],
    [
      'all is frozen',
      `${read('dense(5); batchnorm; code: dense(3, tanh)')}\n${decoded()}\ntrain { phase a { freeze encoder, decoder; epochs 2 }; phase b { epochs 2 } }`,
      'moves-nothing',
    ],
    [
      'both players',
      plain('train { player a { minimize squared_error(decoder, x) }; player b { minimize l2(code) } }'),
      'moved-by-both',
    ],
    [
      'both in turns',
      plain(
        'train { player a { minimize squared_error(decoder, x) }; player b { minimize l2(code) }; update alternate(a: 1, b: 1) }',
      ),
    ],
    [
      'each its own',
      plain(
        'train { player a { train decoder; minimize squared_error(decoder, x) }; player b { train encoder; minimize l2(code) } }',
      ),
    ],
    [
      'what was never trained',
      `${read('h: dense(4, tanh); code: dense(3, tanh)')}\n${decoded()}\ntrain { phase a { train decoder; epochs 2 } }`,
      'never-trained',
    ],
    [
      'what was trained before',
      `${read('h: dense(4, tanh); code: dense(3, tanh)')}\n${decoded()}\ntrain { phase a { epochs 2 }; phase b { train decoder; epochs 2 } }`,
    ],
  ],
};

describe.each(Object.entries(cases))('%s', (_name, all) => {
  it.each(all)('%s', (_what, items, says = '') => {
    expect(said(items)).toBe(says);
  });
});
