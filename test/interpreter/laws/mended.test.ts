/** Faults that reviews found and no other test names, each by value. The table of all of them: docs/faults.md. */
import { tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../../src/codegen/explain.js';
import { compile } from '../../../src/compiler.js';
import { initialSnapshot, randomAt, reservedSteps, type Tensors } from '../../../src/runtime/index.js';
import { checkText, emitText } from '../../support/emitted.js';
import { cpu } from '../compare/backends.js';
import { asArrays } from '../compare/runner.js';
import { constrained } from '../interpret/constraints.js';
import type { Arrays } from '../interpret/forward.js';
import type { Model } from '../interpret/model.js';
import { agrees, changed, seen, textOf } from './pair.js';

beforeAll(() => cpu.start());

/** The norm of what is left of an array's axes when all but one are summed over. */
function norms({ shape, data }: Arrays[string], axis: number): readonly number[] {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const squares = Array.from({ length: shape[axis]! }, () => 0);
  Array.from(data).forEach((v, i) => (squares[Math.floor(i / inner) % shape[axis]!]! += v * v));
  return squares.map(Math.sqrt);
}

const compiled = (items: string): ReturnType<typeof compile> => {
  const checked = checkText(textOf(items));
  return compile(checked.models[0]!, checked);
};

describe('a tied kernel is one weight', () => {
  const tied = `input x: [6] in real
    encoder { code: dense(3, tanh) }
    decoder { out: dense(6, tied: code) }
    reconstruct x by squared_error`;

  it('which decays once: ½ Σ w² of the one that is stored', async () => {
    const { observed, ...one } = await seen(`${tied}\npenalty weight_decay(all)`);
    const kernel = one.case.weights['encoder.code.kernel']!;
    const half = Array.from(kernel.data).reduce((sum, w) => sum + (w * w) / 2, 0);
    expect(observed.slope.terms[1]).toBeCloseTo(half, 5);
    agrees({ ...one, observed });
  });

  it('and holds the constraint of either name', async () => {
    const { observed, ...one } = await seen(`${tied}\nconstrain out.kernel by unit_norm`);
    // A unit of `out` reads the code: its weights are a row of the stored kernel.
    for (const norm of norms(observed.steps[0]!.after.weights['encoder.code.kernel']!, 0))
      expect(norm).toBeCloseTo(1, 5);
    agrees({ ...one, observed });
  });
});

it('unit_norm of a transposed convolution is of what comes into a unit', async () => {
  const { observed, ...one } = await seen(`input x: [4, 4, 2] in real
    encoder { conv(3, kernel: 2, stride: 2, tanh) }
    decoder { t: conv_transpose(2, kernel: 2, stride: 2) }
    reconstruct x by squared_error
    constrain t.kernel by unit_norm`);
  // [rows, columns, units, inputs]
  const kernel = observed.steps[0]!.after.weights['decoder.t.kernel']!;
  expect(kernel.shape).toEqual([2, 2, 2, 3]);
  for (const norm of norms(kernel, 2)) expect(norm).toBeCloseTo(1, 5);
  agrees({ ...one, observed });
});

describe('noise on a layer', () => {
  const base = `input x: [6] in [0, 1]
    encoder { h: dense(5, sigmoid); code: dense(3, tanh) }
    decoder { dense(6) }
    reconstruct x by squared_error
    penalty kl_sparsity(h, p: 0.1)`;

  it('is for those who read it: a penalty of the layer is of what it computes', async () => {
    const [clean, noisy] = [await seen(base), await seen(`${base}\ncorrupt h with gaussian(0.5)`)];
    expect(changed(clean, noisy)).toContain('terms');
    expect(noisy.observed.slope.terms[1]).toBeCloseTo(clean.observed.slope.terms[1]!, 5);
    expect(noisy.observed.slope.terms[0]).not.toBeCloseTo(clean.observed.slope.terms[0]!, 3);
  });
});

describe('a hierarchy of latents from the bottom', () => {
  const items = `input x: [6] in [0, 1]
    encoder { h: dense(5, tanh) }
    latent z1 ~ normal(3, from: h)
    network up(z1) { dense(4, tanh) }
    latent z2 ~ normal(2, from: up)
    network down(z2) { dense(3, tanh) }
    prior z1 ~ normal(from: down)
    decoder(z1) { dense(6, sigmoid) }
    reconstruct x by bernoulli
    penalty kl(z1) + kl(z2)`;

  it('computes what the interpreter does, though the prior of one reads the posterior of the other', async () => {
    agrees(await seen(items));
  });

  it('samples from the top', () => {
    expect(compiled(items).graphs.sample?.outputs.map(({ name }) => name)).toEqual(['x']);
  });
});

it('a mirror below a latent leads back through what the heads read, with its activation', () => {
  const mirrored = `input x: [8] in [0, 1]
    encoder { dense(6, relu); dense(5, tanh) }
    latent z ~ normal(2)
    decoder mirror(encoder)
    reconstruct x by bernoulli
    penalty kl(z)`;
  const decoder = compiled(mirrored).model.networks.find(({ role }) => role === 'decoder')!;
  const activation = (value: unknown): unknown =>
    (value as { readonly definition: { readonly name: string } }).definition.name;
  expect(decoder.layers.map(({ outputs, args }) => [outputs[0], activation(args['activation'])])).toEqual([
    [[5], 'tanh'],
    [[6], 'relu'],
    [[8], 'sigmoid'],
  ]);
});

describe('two reconstructions of one variable', () => {
  const { graphs, model } = compiled(`input x: [6] in real
    encoder { code: dense(2) }
    decoder a(code) { dense(6) }
    decoder b(code) { dense(6) }
    reconstruct x from a by gaussian(learned: true)
    reconstruct x from b by gaussian(learned: true)`);

  it('have names of their own, and a σ each', () => {
    expect(graphs.reconstruct!.outputs.map(({ name }) => name)).toEqual(['x', 'x.b']);
    const learned = model.weights.map(({ name }) => name).filter((name) => name.endsWith('log_sigma'));
    expect(learned).toEqual(['x.log_sigma', 'x.b.log_sigma']);
  });
});

describe('what explain says of a term', () => {
  const terms = (decoder: string): ReturnType<typeof explain>['terms'] =>
    explain(
      compiled(`input x: [4, 2, 1] in [0, 1]
        encoder { flatten; code: dense(3, sigmoid) }
        decoder { ${decoder}; reshape(4, 2, 1) }
        reconstruct x by bernoulli weight 2
        penalty 0.5 * l1(code)`),
      ['wasm'],
    ).terms;

  it('its weight as written, an element, and beside the reconstruction', () => {
    expect(terms('dense(8, sigmoid)').map(({ weight }) => weight)).toEqual([
      { written: '2', value: 2, perElement: 0.25 },
      { written: '0.5', value: 0.5, perElement: 0.0625, beside: 0.25 },
    ]);
  });

  it('whether the last activation is the likelihood’s own, also behind a reshape', () => {
    expect(terms('dense(8, sigmoid)')[0]!.notes.join()).toContain(
      "the last `sigmoid` of decoder.dense is the likelihood's own: merged",
    );
    const [plain] = terms('dense(8)');
    expect(plain!.notes.join()).not.toContain('merged');
    expect(plain!.notes.join()).toContain('logits');
  });
});

it('explain says what a row or an element weighs where a term holds on some', () => {
  const said = explain(
    compiled(`input x: [4, 5, 1] in [0, 1]
      target y: category(3)?
      input s: sequence(token(vocab: 9), length: 8)
      corrupt x with mask(0.25)
      corrupt s with token_mask(mask: 0.3, random: 0.1, keep: 0.1)
      encoder(x) { flatten; code: dense(3, sigmoid) }
      encoder words(s) { embedding(4); gru(4); dense(10) }
      head label(code) { dense(3) }
      decoder(code) { dense(20); reshape(4, 5, 1) }
      reconstruct x by squared_error where mask
      reconstruct s from words by categorical where token_mask
      penalty 3 * cross_entropy(label, y) where y.known
      train { batch 12 }`),
    ['wasm'],
  ).terms.map(({ notes }) => notes.at(-1)!);
  // A quarter of 20 elements, half of 8 positions, and one of 12 rows.
  expect(said[0]).toContain('of 20 elements 5 are hidden on average: a weight of 0.2');
  expect(said[1]).toContain('of 8 elements 4 are hidden on average: a weight of 0.25');
  expect(said[2]).toContain('a row that counts weighs 3 / 12 = 0.25');
});

it('explain says how the vectors of a tree are compared, and claims no size of a tree', () => {
  const { terms, taxonomy } = explain(
    compiled(`input t: tree(token(vocab: 9))
      encoder { leaf { embedding(4) }; compose(left, right) { concat; dense(4, tanh) } }
      decoder { decompose(parent) { dense(8, tanh); split(2) } }
      reconstruct children by gaussian(sigma: 0.5) at inner nodes weight 0.3`),
    ['wasm'],
  );
  expect(terms[0]!.formula).toContain('0.3 · gaussian(children, sigma: 0.5');
  expect(terms[0]!.reduction).toContain('2σ²');
  expect(taxonomy).toBeUndefined();
});

it('a term without a name is called by what it adds up, and not by sums that it is not', () => {
  const { terms } = compiled(`input x: [6] in real
    encoder { code: dense(3, tanh) }
    decoder { dense(6) }
    reconstruct x by squared_error
    penalty 2 * l1(code) - 0.1 * max(l2(code), 3)
    penalty squared_error(x, decoder) / l2(x)
    penalty min(l1(code), l2(code)) + l1(decoder)`).model;
  expect(terms.slice(1).map(({ name }) => name)).toEqual([
    'l1(code) + l2(code)',
    'squared_error(x, decoder) / l2(x)',
    'min(l1(code), l2(code)) + l1(decoder)',
  ]);
});

it('a copy takes what is not trained along', () => {
  const { model } = compiled(`input x: [6] in real
    network first(x) { h: dense(3); n: batchnorm; dense(6) }
    encoder { h: dense(3); n: batchnorm; code: dense(2) }
    decoder { dense(6) }
    reconstruct x by squared_error
    train {
      phase one { train first; minimize squared_error(first, x) }
      phase two { copy first.n to encoder.n; train encoder, decoder }
    }`);
  const copied = model.training.phases[1]!.copies.flatMap(({ weights }) => weights.map(({ to }) => to));
  expect([...copied].sort()).toEqual(
    ['beta', 'gamma', 'moving_mean', 'moving_variance'].map((name) => `encoder.n.${name}`),
  );
});

it.each(['unit_norm', 'unit_norm(per: input)', 'max_norm(0.7)', 'non_negative', 'clip(0.2)', 'orthogonal'])(
  'weights from elsewhere begin where %s has them, and others as they come',
  (constraint) => {
    const items = `input x: [6] in real
      encoder { code: dense(3, tanh); linear }
      decoder { out: dense(6) }
      tie out.kernel = transpose(code.kernel)
      reconstruct x by squared_error
      constrain out.kernel by ${constraint}`;
    const { program } = emitText(textOf(items));
    const rows = { train: Int32Array.of(0), validation: new Int32Array() };
    const begin = (given: Tensors): Arrays =>
      asArrays(initialSnapshot(program, { size: 1, columns: {} }, rows, given).weights);
    const elsewhere = Array.from({ length: 18 }, (_, i) => 2 * Math.sin(i * i + 1));
    const weights = begin({
      'encoder.code.kernel': tensor(elsewhere, [6, 3]),
      'decoder.out.bias': tensor([1, 2, 3, 4, 5, 6], [6]),
    });
    const { model } = compiled(items);
    const wanted = constrained(model as Model, 'encoder.code.kernel', { shape: [6, 3], data: elsewhere });
    Array.from(weights['encoder.code.kernel']!.data).forEach((v, i) => expect(v).toBeCloseTo(wanted.data[i]!, 5));
    expect(Array.from(weights['decoder.out.bias']!.data)).toEqual([1, 2, 3, 4, 5, 6]);
    // What is drawn is there already, bit by bit.
    expect(begin({})['encoder.code.kernel']).toEqual(
      asArrays(program.initialize(randomAt(program.spec.seed, reservedSteps.initialize), {}))['encoder.code.kernel'],
    );
  },
);

it('a convolution that begins as the identity does not move the picture', () => {
  const { program } = emitText(
    textOf(`input x: [5, 5, 2] in real
    encoder { code: conv(2, kernel: 3, init: identity) }
    decoder { conv(2, kernel: 1) }
    reconstruct x by squared_error`),
  );
  const picture = Array.from({ length: 50 }, (_, i) => Math.sin(i));
  const weights = program.initialize(randomAt(1, 0), {});
  const x = tensor(picture, [1, 5, 5, 2]);
  const code = Object.values(program.encode!(weights, { x }))[0]!;
  Array.from(code.dataSync()).forEach((v, i) => expect(v).toBeCloseTo(picture[i]!, 6));
});

it('a Jacobian is of one example beside embeddings, classes, draws and masks that it is not taken in', async () => {
  agrees(
    await seen(`input x: [3] in real
    input s: [2] of real?
    input c: category(3)
    draw n ~ normal(2)
    encoder e(c) { embedding(2) }
    encoder(x, s.mask, c, e, n) { h: dense(4, tanh); code: dense(2, tanh) }
    decoder(encoder) { o: dense(4, tanh); dense(3) }
    reconstruct x by squared_error
    penalty 0.1 * contractive(code) + 0.2 * contractive(o, in: h) + 0.3 * contractive(o, in: n)`),
  );
});
