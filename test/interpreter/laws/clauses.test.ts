/** For each clause that compiles: a model with it and one without, and what it changes. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cpu } from '../compare/backends.js';
import { agrees, changed, seen, type Part } from './pair.js';

beforeAll(() => cpu.start());

/** A small dense model whose parts a law replaces. */
const plain = `
  input x: [6] in [0, 1]
  encoder { h: dense(5, tanh); code: dense(3, sigmoid) }
  decoder { dense(6) }
  reconstruct x by squared_error
  train { optimizer sgd(lr: 0.1, momentum: 0.5); epochs 3 }`;

const picture = `
  input x: [4, 4, 3] in [0, 1]
  encoder { h: conv(2, tanh); flatten; code: dense(3) }
  decoder { dense(48); reshape(4, 4, 3) }
  reconstruct x by squared_error`;

const variational = `
  input x: [6] in [0, 1]
  encoder { dense(5, tanh) }
  latent z ~ normal(2)
  decoder { dense(6) }
  reconstruct x by squared_error
  penalty kl(z)`;

const joined = `
  input x: [4] in [0, 1]
  input w: [3] in [0, 1]
  encoder(x, w) { h: dense(4, tanh); code: dense(2, tanh) }
  decoder { dense(4) }
  reconstruct x by squared_error`;

const branching = `
  input x: [6] in [0, 1]
  encoder { dense(6, tanh); a, b: split(2); mul: dense(3); add(b); code: dense(2) }
  decoder { dense(6) }
  reconstruct x by squared_error`;

type Change = (base: string) => string;

const and =
  (line: string): Change =>
  (base) =>
    `${base}\n${line}`;
const swap =
  (from: string, to: string): Change =>
  (base) => {
    if (!base.includes(from)) throw new Error(`${from} is not in the model`);
    return base.replace(from, to);
  };

interface Law {
  readonly name: string;
  readonly base: string;
  readonly change: Change;
  readonly moves: readonly Part[];
}

const law = (name: string, base: string, change: Change, moves: readonly Part[]): Law => ({
  name,
  base,
  change,
  moves,
});

/** Layers drop in training, and nowhere else. */
const inTraining: readonly Part[] = ['terms', 'gradients'];
/** Noise is there in training, and where held-out examples are measured. */
const noisy: readonly Part[] = ['terms', 'evaluated', 'gradients'];
/** A term more is added to the loss: the others stay what they are. */
const oneMore: readonly Part[] = ['gradients', 'sum'];

const laws: readonly Law[] = [
  ...['gaussian(0.3)', 'uniform(0.2)', 'mask(0.4)', 'salt_and_pepper(0.4)', 'dropout(0.4)'].map((noise) =>
    law(`corrupt x with ${noise}`, plain, and(`corrupt x with ${noise}`), noisy),
  ),
  law(
    'extremes of a domain without bounds are measured',
    plain.replace('in [0, 1]', 'in real'),
    and('corrupt x with salt_and_pepper(0.4)'),
    [...noisy, 'weights'],
  ),
  law(
    'held-out examples can be measured clean',
    `${plain.replace('epochs 3', 'epochs 3; validation 0.2')}\ncorrupt x with gaussian(0.3)`,
    swap('validation 0.2', 'validation 0.2 clean'),
    ['evaluated'],
  ),
  law(
    'corruptions follow one another',
    `${plain}\ncorrupt x with gaussian(0.3)`,
    swap('gaussian(0.3)', 'gaussian(0.3) then mask(0.4)'),
    noisy,
  ),
  law(
    'their order counts',
    `${plain}\ncorrupt x with gaussian(0.3) then mask(0.4)`,
    swap('gaussian(0.3) then mask(0.4)', 'mask(0.4) then gaussian(0.3)'),
    noisy,
  ),
  law('noise on a named layer', plain, and('corrupt h with gaussian(0.5)'), noisy),
  law('noise on the first result of a split', branching, and('corrupt a with gaussian(0.5)'), noisy),
  law('a dropout layer', plain, swap('code: dense', 'dropout(0.4); code: dense'), inTraining),
  law('hole', picture, and('corrupt x with hole(2)'), ['terms', 'evaluated', 'gradients', 'reads', 'outputs']),
  law('where hole', `${picture}\ncorrupt x with hole(2)`, swap('by squared_error', 'by squared_error where hole'), [
    'terms',
    'evaluated',
    'gradients',
  ]),

  law('center', plain, and('preprocess x with center'), ['terms', 'evaluated', 'gradients', 'outputs', 'weights']),
  law('standardize divides by the deviation', `${plain}\npreprocess x with center`, swap('center', 'standardize'), [
    'terms',
    'evaluated',
    'gradients',
    'outputs',
    'weights',
  ]),

  law(
    'extremes go through the transform',
    `${plain}\npreprocess x with standardize`,
    and('corrupt x with salt_and_pepper(0.4)'),
    noisy,
  ),

  ...[
    'l1(h)',
    'l2(h)',
    'l1(code.kernel)',
    'l2(h.kernel)',
    'weight_decay(all)',
    'kl_sparsity(code, p: 0.1)',
    'squared_sparsity(h)',
    'contractive(code)',
    'orthogonal(h.kernel)',
    'uncorrelated(h)',
  ].map((penalty) => law(`penalty ${penalty}`, plain, and(`penalty 0.5 * ${penalty}`), oneMore)),
  law('contractive of two inputs takes the derivative in both', joined, and('penalty contractive(code)'), oneMore),
  law(
    'contractive where noise stands before the input',
    `${plain}\ncorrupt x with gaussian(0.3)`,
    and('penalty contractive(code)'),
    oneMore,
  ),
  law("an encoder's name is its last tensor", `${plain}\npenalty l1(code)`, swap('l1(code)', 'l1(encoder)'), []),
  law(
    'weight_decay leaves biases alone',
    `${plain}\npenalty weight_decay(h)`,
    swap('weight_decay(h)', 'weight_decay(h.kernel)'),
    [],
  ),
  law('p', `${plain}\npenalty kl_sparsity(code, p: 0.1)`, swap('p: 0.1', 'p: 0.3'), [
    'terms',
    'evaluated',
    'gradients',
  ]),
  law('the weight of a penalty', `${plain}\npenalty 0.5 * l2(h)`, swap('0.5 *', '2 *'), [
    'terms',
    'evaluated',
    'gradients',
  ]),
  law('the weight of a reconstruction', plain, swap('by squared_error', 'by squared_error weight 3'), [
    'terms',
    'evaluated',
    'gradients',
  ]),
  law(
    'a weight that follows a schedule',
    `${plain}\npenalty l2(h)`,
    swap('l2(h)', 'warmup(from: 0.2, to: 2, steps: 5) * l2(h)'),
    ['terms', 'evaluated', 'gradients'],
  ),
  law(
    'a schedule in epochs moves with the steps of an epoch',
    `${plain}\npenalty warmup(epochs: 2) * l2(h)`,
    swap('epochs: 2', 'epochs: 3'),
    ['terms', 'evaluated', 'gradients'],
  ),

  ...[
    ['squared_error', 'gaussian', 'σ² = ½ and 1'],
    ['gaussian', 'gaussian(sigma: 0.5)', 'σ'],
    ['gaussian', 'laplace', 'the absolute error'],
    ['laplace', 'laplace(scale: 0.5)', 'b'],
  ].map(([from, to, what]) =>
    law(`${from!} and ${to!}: ${what!}`, swap('squared_error', from!)(plain), swap(from!, to!), [
      'terms',
      'evaluated',
      'gradients',
    ]),
  ),
  law(
    'a learned σ is a weight more',
    swap('squared_error', 'gaussian')(plain),
    swap('gaussian', 'gaussian(learned: true)'),
    ['terms', 'evaluated', 'gradients', 'weights'],
  ),

  law('clip norm', plain, swap('epochs 3', 'epochs 3; clip norm(0.01)'), ['step']),
  law('clip value', plain, swap('epochs 3', 'epochs 3; clip value(0.001)'), ['step']),
  law('a norm that is not reached', plain, swap('epochs 3', 'epochs 3; clip norm(1e6)'), []),
  law(
    'the learning rate follows a schedule',
    plain,
    swap('epochs 3', 'epochs 3; schedule warmup(from: 0.5, epochs: 4)'),
    ['step'],
  ),
  law('a cosine begins at 1', plain, swap('epochs 3', 'epochs 3; schedule cosine(epochs: 4)'), []),
  ...['sgd(lr: 0.2, momentum: 0.5)', 'sgd(lr: 0.1, momentum: 0.5, nesterov: true)', 'rmsprop', 'adam', 'adamw'].map(
    (optimizer) => law(`optimizer ${optimizer}`, plain, swap('sgd(lr: 0.1, momentum: 0.5)', optimizer), ['step']),
  ),
  law(
    'adamw decays',
    swap('sgd(lr: 0.1, momentum: 0.5)', 'adam(lr: 0.01)')(plain),
    swap('adam(lr: 0.01)', 'adamw(lr: 0.01, decay: 0.3)'),
    ['step'],
  ),
  law(
    'settings of the loop are no part of a step',
    plain,
    swap('epochs 3', 'epochs 3; batch 32; validation 0.2; stop early(patience: 2, min_delta: 0.1)'),
    [],
  ),

  ...['unit_norm', 'max_norm(0.5)', 'non_negative', 'orthogonal'].map((constraint) =>
    law(`constrain h.kernel by ${constraint}`, plain, and(`constrain h.kernel by ${constraint}`), ['step']),
  ),
  law('a norm that no unit reaches', plain, and('constrain h.kernel by max_norm(1e6)'), []),
  law(
    'tied: code',
    swap(
      'decoder { dense(6) }',
      'decoder { dense(6, tied: code) }',
    )(swap('h: dense(5, tanh); code: dense(3, sigmoid)', 'code: dense(3, sigmoid)')(plain)),
    swap(', tied: code', ''),
    ['terms', 'evaluated', 'gradients', 'outputs', 'weights'],
  ),
  law(
    'tie and `tied` are one',
    swap(
      'decoder { dense(6) }',
      'decoder { out: dense(6, tied: code) }',
    )(swap('h: dense(5, tanh); code: dense(3, sigmoid)', 'code: dense(3, sigmoid)')(plain)),
    (base) => `${base.replace(', tied: code', '')}\ntie decoder.out.kernel = transpose(encoder.code.kernel)`,
    [],
  ),

  law(
    'a latent is drawn in training and in evaluation, its mean is what is deployed',
    swap('latent z ~ normal(2)', 'latent z ~ normal(2) by point')(variational),
    swap(' by point', ''),
    ['terms', 'evaluated', 'gradients'],
  ),
  law('a prior', variational, and('prior z ~ normal(0.5, 2)'), ['terms', 'evaluated', 'gradients']),
  law('the prior of nothing said', variational, and('prior z ~ normal(0, 1)'), []),
  law(
    'a head beside the decoder',
    plain,
    (base) => `target y: category(3)\n${base}\nhead label(code) { dense(3) }\nreconstruct y from label by categorical`,
    ['gradients', 'weights', 'sum'],
  ),
  law(
    'batch statistics',
    swap('h: dense(5, tanh)', 'h: dense(5, tanh); layernorm')(plain),
    swap('layernorm', 'batchnorm'),
    ['terms', 'evaluated', 'gradients', 'outputs', 'weights'],
  ),
];

it('a hyperparameter from outside is what would be written in its place', async () => {
  const text = (n: string): string =>
    `autoencoder Law(n: int = 5, act: activation = tanh, w: float = 2) {${plain.replace('dense(5, tanh)', `dense(${n}, act)`)}\n  penalty w * l2(h)\n}\n`;
  const [set, written] = [
    await seen(text('n'), undefined, { set: { n: 4, act: 'relu', w: 0.5 } }),
    await seen(`${plain.replace('dense(5, tanh)', 'dense(4, relu)')}\npenalty 0.5 * l2(h)`),
  ];
  agrees(set);
  expect(changed(written, set)).toEqual([]);
});

describe.each(laws)('$name', ({ base, change, moves }) => {
  it('changes what it says, and nothing else', async () => {
    const without = await seen(base);
    const with_ = await seen(change(base), without.case);
    agrees(without);
    agrees(with_);
    expect(changed(without, with_)).toEqual(moves);
  });
});
