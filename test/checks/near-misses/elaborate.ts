/** Cases of types, names, arguments, latents and what every autoencoder has. */
import { decoded, plain, read, type Case, type Cases } from './models.js';

const rows = (length: string): string =>
  `input s: sequence([3], length: ${length})\nencoder(s) { code: gru(2, last: true) }`;
const folded = (leaf: string, compose: string, more = ''): string =>
  `input s: sequence([3], length: 4)\ntarget y: category(3)\nencoder(s) by balanced { leaf { ${leaf} }\ncompose${compose} }\nhead k(encoder) { dense(3) }\npenalty cross_entropy(k, y)\n${more}`;
const drawn = (prior: string, size = 2): string =>
  `input x: [6] in real\nencoder(x) { dense(4, tanh) }\nlatent z ~ normal(${size})\nprior z ~ ${prior}\ndecoder(z) { dense(6) }\nreconstruct x by gaussian(learned: true)\npenalty kl(z)`;
const walked = (prior: string): string =>
  `input x: sequence([2], length: 5)\nencoder(x) { gru(4) }\nlatent z ~ normal(2)\nprior z ~ ${prior}\ndecoder(z) { gru(4); dense(2) }\nreconstruct x by gaussian(learned: true)\npenalty kl(z)`;
const experts = (a: string, b: string, from = 'product(a, b)'): string =>
  `input x: [6] in real\nencoder a(x) { ${a} }\nencoder b(x) { ${b} }\nlatent z ~ normal(2, from: ${from})\ndecoder(z) { dense(6) }\nreconstruct x by gaussian(learned: true)\npenalty kl(z)`;
const using = (block: string, use: string, params = ''): string =>
  `${block}\nautoencoder A${params} { input x: [6] in real; encoder(x) { ${use}; code: dense(2, tanh) }; decoder { dense(6) }; reconstruct x by squared_error }`;
const networks = (count: number): string => {
  const names = [...'abcdef'].slice(0, count);
  return plain(
    [...names.map((name) => `network ${name}(x) { h: dense(3) }`), ...names.map((name) => `penalty l2(${name})`)].join(
      '\n',
    ),
  );
};

const unfolding = (decoders: readonly string[], more: string): string =>
  `input t: tree(token(vocab: 9))\nencoder(t) { leaf { embedding(4) }; compose(left, right) { concat; dense(4, tanh) } }\n${decoders.map((name) => `decoder ${name}(encoder) { decompose(parent) { dense(8, tanh); split(2) } }`).join('\n')}\n${more}`;
const chosen = (value: string): string =>
  plain(`target y: category(3)\nnetwork k(x) { dense(2) }\npenalty l2(k) where y = ${value}`);
const padded = (padding: string): string =>
  `input x: [6, 6, 1] in real\nencoder(x) { conv(2, ${padding}, tanh); flatten; code: dense(2, tanh) }\ndecoder(code) { dense(36); reshape(6, 6, 1) }\nreconstruct x by squared_error`;

export const elaborate: Cases = {
  'decoders of trees': [
    ['one', unfolding(['a'], 'reconstruct children by gaussian')],
    ['two', unfolding(['a', 'b'], 'reconstruct children by gaussian'), 'several-decoders'],
    ['one of two', unfolding(['a', 'b'], 'reconstruct children from a by gaussian\npenalty l2(b)')],
  ],
  'classes of a condition': (['-1', '0', '2', '3', '0.5'] as const).map((value): Case => [
    value,
    chosen(value),
    value === '0' || value === '2' ? '' : 'no-such-class',
  ]),
  'a padding in quotes': [
    ['none', padded('same')],
    ['one that there is', padded('"valid"'), 'unusable-argument'],
    ['one that there is not', padded('"vlid"'), 'argument-not-taken'],
    ['by name', padded('padding: "vlid"'), 'unusable-argument'],
  ],
  'types and their arguments': [
    ['a length of 0', rows('0'), 'not-whole'],
    ['a length of 1', `${rows('1')}\ndecoder { dense(3); reshape(1, 3) }\nreconstruct s by squared_error`],
    ['no classes', plain('target y: category(0)'), 'not-whole'],
    ['one class', plain('target y: category(1)'), 'not-whole'],
    ['two classes', plain('target y: category(2)\nnetwork k(x) { dense(2) }\npenalty cross_entropy(k, y)')],
    ['a wrong name, and the right one missing', 'input s: token(wocab: 20)', 'no-such-type-argument'],
    ['none', 'input s: sequence([3])', 'type-argument-needed'],
    ['one too many', 'input s: sequence([2], length: 4, 7)', 'type-argument-not-taken'],
    ...(
      [
        ['[0, 1]'],
        ['[1, 1]', 'no-such-domain'],
        ['[2, 1]', 'no-such-domain'],
        ['[_, _]'],
        ['[1, _]'],
        ['[_, 1]'],
        ['[0]', 'no-such-domain'],
        ['[0, 1, 2]', 'no-such-domain'],
        ['[0, inf]', 'infinite-bound'],
      ] as const
    ).map(([domain, says = '']): Case => [
      `numbers in ${domain}`,
      `input x: [6] in ${domain}\n${decoded('dense(3, tanh)').replace('decoder(code)', 'encoder(x)').split('\n')[0]!}\ndecoder { dense(6) }\nreconstruct x by squared_error`,
      says,
    ]),
  ],
  names: [
    [
      'of parts of trees, of variables',
      'input children: [6] in real\ninput leaves: [3] in real\nencoder(children) { code: dense(4, tanh) }\ndecoder(code) { dense(6) }\nhead l(code) { dense(3) }\nreconstruct children by squared_error\nreconstruct leaves from l by squared_error',
    ],
    [
      'of a clause and of a variable',
      `input leaf: [3] in real\n${folded('concat(leaf); dense(4)', '(left, right) { dense(4, tanh) }')}`,
      'not-compiled-yet',
    ],
    ['of a layer and of what is given', folded('dense(4)', '(left, right) { left: dense(4, tanh) }'), 'declared-twice'],
    ['of what is given, twice', folded('dense(4)', '(left, left) { dense(4, tanh) }'), 'declared-twice'],
    ['of layers of two clauses', folded('h: dense(4)', '(left, right) { h: dense(4, tanh) }')],
    ['of one that no other network has', `${networks(1)}\npenalty l2(h)`],
    ['of one that another has', `${networks(2)}\npenalty l2(h)`, 'ambiguous-name'],
    [
      'of what a mistake hides',
      `${read('dense(zzz)')}\n${decoded().replace('(code)', '(encoder)')}\npenalty l2(encoder.dense.kernel)`,
      'word-not-taken',
    ],
    [
      'of the second that a mistake hides',
      `${read('dense(zzz); dense(3, tanh)')}\n${decoded().replace('(code)', '(encoder)')}\npenalty l2(encoder.dense2.kernel)`,
      'word-not-taken',
    ],
    [
      'of networks that read each other',
      'input x: [6] in real\nencoder(x, decoder) { dense(4, tanh) }\nlatent z ~ normal(2)\ndecoder(z) { dense(6) }\nreconstruct x by squared_error',
      'networks-go-round',
    ],
    [
      'of a latent that stands below',
      'input x: [6] in real\ndecoder(z) { dense(6) }\nencoder(x) { dense(4, tanh) }\nreconstruct x by gaussian(learned: true)\npenalty kl(z)\nlatent z ~ normal(2)',
    ],
    [
      'of a draw that stands below',
      'input x: [6] in real\ndecoder(z, h) { dense(6) }\nencoder h(x) { dense(4, tanh) }\nreconstruct x by squared_error\ndraw z ~ normal(2)',
    ],
  ],
  'arguments of blocks': [
    ...(
      [
        ['true, 3'],
        ['false, 3'],
        ['3, true'],
        ['yes, 3', '(yes: bool = true)'],
        ['m, yes', '(yes: bool = true, m: int = 3)'],
        ['yes, 2 * m', '(yes: bool = true, m: int = 3)'],
      ] as const
    ).map(([args, params = '']): Case => [
      `a number and a bool: ${args}`,
      using('block B(n: int, flag: bool) { dense(n, bias: flag) }', `B(${args})`, params),
    ]),
    [
      'of every form',
      using(
        'block B(a: activation, n: int, flag: bool, of: tensor) { concat(of); dense(n, a, bias: flag) }',
        'B(yes, x, m, act); B(x, 3, true, relu)',
        '(yes: bool = true, m: int = 3, act: activation = tanh)',
      ),
    ],
    [
      'two of one form',
      using('block B(n: int, flag: bool, m: int) { dense(n, bias: flag); dense(m) }', 'B(true, 3, 4)'),
    ],
    ['one that nothing reads', using('block B(n: int, m: int) { dense(n) }', 'B(3, 4)'), 'unread-number'],
    ['one that a mistake may read', using('block B(n: int, m: int) { dense(n); dens(3) }', 'B(3, 4)'), 'unknown-layer'],
  ],
  priors: [
    ['a mean', drawn('normal(3)')],
    ['the size again', drawn('normal(2)'), 'size-in-prior'],
    ['a mean and a deviation', drawn('normal(2, 1)')],
    ['a mean by name', drawn('normal(mean: 2)')],
    ['the size of each position again', walked('normal(2)'), 'size-in-prior'],
    ['the number of positions', walked('normal(5)')],
  ],
  experts: [
    ['two', experts('dense(4, tanh)', 'dense(4, tanh)')],
    ['the first unknown', experts('dense(q)', 'dense(4)'), 'word-not-taken'],
    ['the second unknown', experts('dense(4)', 'dense(q)'), 'word-not-taken'],
    ['one that there is not', experts('dense(4)', 'dense(4)', 'product(a, b.q)'), 'unknown-name'],
  ],
  'what every autoencoder has': [
    [
      'an encoder alone',
      'input x: [6] in real\nencoder(x) { dense(6) }\nreconstruct x from encoder by squared_error',
      'required-item',
    ],
    [
      'a network alone',
      'input x: [6] in real\nnetwork n(x) { dense(6) }\nreconstruct x from n by squared_error',
      'required-item',
    ],
    [
      'an encoder and a network',
      'input x: [6] in real\nencoder(x) { dense(5, tanh) }\nnetwork n(encoder) { dense(6) }\nreconstruct x from n by squared_error',
    ],
    ['no reconstruction by name', `${read()}\ndecoder(code) { dense(6) }\npenalty squared_error(decoder, x)`],
    ['nothing that is compared', `${read()}\ndecoder(code) { dense(6) }`, 'required-item'],
  ],
};
