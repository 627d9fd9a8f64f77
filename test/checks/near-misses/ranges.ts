/** Cases of activations, and who moves what. */
import { read, decoded, plain, type Case, type Cases } from './models.js';

export const ranges: Cases = {
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
