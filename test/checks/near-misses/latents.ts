/** Cases of latents, their likelihoods, and critics. */
import { read, variational, game, type Case, type Cases } from './models.js';

export const latents: Cases = {
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
        ['maximize critic(x) + critic(generator)', '', 'agreeing-critic'],
        ['cross_entropy(critic(x), 1) + cross_entropy(critic(generator), 0.4)', ''],
        ['cross_entropy(critic(x), 0.4) + cross_entropy(critic(generator), 0)', '', 'agreeing-critic'],
        ['cross_entropy(critic(x), 1) + cross_entropy(critic(x), 0.9)', ''],
        ['critic(x) + critic(generator) + gradient_penalty(critic, x, generator)', ''],
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
};
