/** Two ways of writing one model, by docs/language.md: with the same weights, in order, all that they compute is the same. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../../src/compiler.js';
import type { Model } from '../../../src/ir/model/model.js';
import { checkText } from '../../support/emitted.js';
import { shown } from '../../support/findings.js';
import { cpu } from '../compare/backends.js';
import { caseOf, caseOn, observe, type Case, type Observed } from '../compare/observe.js';
import { quickRunner } from '../compare/runner.js';
import type { Arrays } from '../interpret/forward.js';
import { textOf } from './pair.js';

beforeAll(() => cpu.start());

const picture = (encoder: string, decoder: string): string => `input x: [6, 6, 2] in [0, 1]
encoder { ${encoder} }
decoder ${decoder}
reconstruct x by bernoulli`;

const vector = (encoder: string, decoder = '{ dense(6) }', more = ''): string => `input x: [6] in [0, 1]
encoder ${encoder}
decoder ${decoder}
reconstruct x by squared_error
${more}`;

/** A text, and another that means the same; either may begin with declarations of blocks. */
const pairs: readonly (readonly [name: string, one: string, other: string])[] = [
  [
    'a mirror: layers in reverse order, each with the activation of the tensor that it restores, the last with that of the likelihood',
    vector('{ dense(5, tanh); code: dense(3, relu) }', 'mirror(encoder)').replace('squared_error', 'bernoulli'),
    vector('{ dense(5, tanh); code: dense(3, relu) }', '{ dense(5, tanh); dense(6, sigmoid) }').replace(
      'squared_error',
      'bernoulli',
    ),
  ],
  [
    'under squared error the last one is linear',
    vector('{ dense(5, tanh); code: dense(3, relu) }', 'mirror(encoder)'),
    vector('{ dense(5, tanh); code: dense(3, relu) }', '{ dense(5, tanh); dense(6) }'),
  ],
  [
    'activations that are layers',
    vector('{ dense(5); tanh; dense(3); relu }', 'mirror(encoder)'),
    vector('{ dense(5, tanh); dense(3, relu) }', '{ dense(5, tanh); dense(6) }'),
  ],
  [
    'conv that keeps height and width by conv, with a stride by conv_transpose, pooling by upsample, flatten by reshape',
    picture(
      'conv(3, tanh); maxpool(2); conv(2, kernel: 3, stride: 3, relu); flatten; code: dense(3)',
      'mirror(encoder)',
    ),
    picture(
      'conv(3, tanh); maxpool(2); conv(2, kernel: 3, stride: 3, relu); flatten; code: dense(3)',
      '{ dense(2, relu); reshape(1, 1, 2); conv_transpose(3, kernel: 3, stride: 3, tanh); upsample(2); conv(2, sigmoid) }',
    ),
  ],
  [
    'a tied mirror',
    vector('{ h: dense(5, tanh); code: dense(3, relu) }', 'mirror(encoder, tied)'),
    vector('{ h: dense(5, tanh); code: dense(3, relu) }', '{ dense(5, tanh, tied: code); dense(6, tied: h) }'),
  ],
  [
    'defaults of dense',
    vector('{ code: dense(3) }'),
    vector('{ code: dense(units: 3, activation: linear, bias: true, init: glorot_uniform, bias_init: zeros) }'),
  ],
  [
    'defaults of conv: kernel 3, stride 1, padding same',
    picture('conv(3); flatten; dense(3)', '{ dense(72); reshape(6, 6, 2) }'),
    picture(
      'conv(filters: 3, kernel: [3, 3], stride: 1, padding: same, dilation: 1, groups: 1); flatten; dense(3)',
      '{ dense(72); reshape(6, 6, 2) }',
    ),
  ],
  [
    'defaults of pooling: size 2, stride = size, padding valid',
    picture('maxpool; avgpool; flatten; dense(3)', '{ dense(72); reshape(6, 6, 2) }'),
    picture(
      'maxpool(2, stride: 2, padding: valid); avgpool([2, 2], stride: [2, 2]); flatten; dense(3)',
      '{ dense(72); reshape(6, 6, 2) }',
    ),
  ],
  [
    'arguments by type and by name',
    vector('{ code: dense(3, relu, bias: false) }'),
    vector('{ code: dense(activation: relu, bias: false, units: 3) }'),
  ],
  [
    'an activation as an argument and as a layer',
    vector('{ code: dense(3, softplus) }'),
    vector('{ dense(3); softplus }'),
  ],
  [
    'sizes that are inferred',
    vector('{ code: dense(3) }', '{ dense(relu) }'),
    vector('{ code: dense(3) }', '{ dense(6, relu) }'),
  ],
  [
    'a size that is `_`',
    vector('{ code: dense(3) }', '{ dense(_, relu) }'),
    vector('{ code: dense(3) }', '{ dense(6, relu) }'),
  ],
  [
    'a repetition',
    vector('{ repeat 3 { dense(4, tanh) }; code: dense(2) }'),
    vector('{ dense(4, tanh); dense(4, tanh); dense(4, tanh); code: dense(2) }'),
  ],
  [
    'a repetition with its index',
    vector('{ repeat 3 as i { dense(5 - i, tanh) }; code: dense(2) }'),
    vector('{ dense(5, tanh); dense(4, tanh); dense(3, tanh); code: dense(2) }'),
  ],
  [
    'a name behind a repetition is that of the last turn',
    vector('{ repeat 2 { h: dense(4, tanh) }; dense(3); concat(h); code: dense(2) }'),
    vector('{ dense(4, tanh); h: dense(4, tanh); dense(3); concat(h); code: dense(2) }'),
  ],
  [
    '`h_1` is that of the first',
    vector('{ repeat 2 { h: dense(4, tanh) }; dense(3); concat(h_1); code: dense(2) }'),
    vector('{ h: dense(4, tanh); dense(4, tanh); dense(3); concat(h); code: dense(2) }'),
  ],
  [
    'a name inside a repetition is that of the same turn',
    vector('{ repeat 2 { h: dense(4, tanh); dense(4); add(h) }; code: dense(2) }'),
    vector('{ a: dense(4, tanh); dense(4); add(a); b: dense(4, tanh); dense(4); add(b); code: dense(2) }'),
  ],
  [
    'take',
    vector('{ h: dense(4, tanh); dense(3); take h; code: dense(2) }', '{ dense(6) }'),
    vector('{ h: dense(4, tanh); side: dense(3); take h; code: dense(2) }', '{ dense(6) }'),
  ],
  [
    'a split goes on with its first result',
    vector('{ dense(4, tanh); a, b: split(2); code: dense(2) }'),
    vector('{ dense(4, tanh); a, b: split(2); take a; code: dense(2) }'),
  ],
  [
    'inputs are joined along their last axis, with a `concat` or without',
    'input x: [3] in real\ninput c: category(2)\nencoder(x, c) { code: dense(2) }\ndecoder { dense(3) }\nreconstruct x by squared_error',
    'input x: [3] in real\ninput c: category(2)\nencoder(x, c) { concat; code: dense(2) }\ndecoder { dense(3) }\nreconstruct x by squared_error',
  ],
  [
    'a network reads what is clear',
    vector('{ code: dense(2) }'),
    vector('(x) { code: dense(2) }', '(code) { dense(6) }').replace('reconstruct x', 'reconstruct x from decoder'),
  ],
  [
    'a `let`, and arithmetic',
    `input x: [6] in [0, 1]\nlet n = 2 ^ 3 / 4\nencoder { code: dense(n + 1) }\ndecoder { dense(2 * (n + 1)) }\nreconstruct x by squared_error`,
    vector('{ code: dense(3) }'),
  ],
  [
    'penalties are summands',
    vector('{ code: dense(3) }', '{ dense(6) }', 'penalty 0.5 * l1(code) + 2 * l2(code)'),
    vector('{ code: dense(3) }', '{ dense(6) }', 'penalty (l1(code) + 4 * l2(code)) / 2'),
  ],
  [
    '`conv_transpose` with `to`, and with the padding that leads there',
    picture(
      'conv(2, kernel: 3, stride: 2, padding: 1); flatten; dense(4); reshape(1, 1, 4); upsample(3)',
      '{ conv_transpose(2, kernel: 3, stride: 2, padding: 1, to: [6, 6], sigmoid) }',
    ),
    picture(
      'conv(2, kernel: 3, stride: 2, padding: 1); flatten; dense(4); reshape(1, 1, 4); upsample(3)',
      '{ conv_transpose(2, kernel: 3, stride: 2, padding: 1, output_padding: 1, sigmoid) }',
    ),
  ],
  [
    'reparameterized is how a normal is drawn',
    'input x: [6] in real\nencoder { dense(3) }\nlatent z ~ normal(2)\ndecoder { dense(6) }\nreconstruct x by squared_error\npenalty kl(z)',
    'input x: [6] in real\nencoder { dense(3) }\nlatent z ~ normal(2) by reparameterized\nprior z ~ normal(0, 1)\ndecoder(z) { dense(6) }\nreconstruct x by squared_error\npenalty kl(z)',
  ],
];

const blocks: readonly (readonly [name: string, one: string, other: string])[] = [
  [
    'a block, each use with weights of its own',
    `block Pair(units: int, act: activation = relu) { dense(units, act); dense(units, act) }\n${textOf(vector('{ Pair(4); Pair(3, tanh) }'))}`,
    textOf(vector('{ dense(4, relu); dense(4, relu); dense(3, tanh); dense(3, tanh) }')),
  ],
  [
    'a named layer of a use',
    `block Pair(units: int) { h: dense(units, tanh); dense(units) }\n${textOf(vector('{ s: Pair(4); code: dense(3) }', '{ dense(6) }', 'penalty l1(s.h)'))}`,
    textOf(vector('{ h: dense(4, tanh); dense(4); code: dense(3) }', '{ dense(6) }', 'penalty l1(h)')),
  ],
  [
    'a block of blocks',
    `block One(n: int) { dense(n, tanh) }\nblock Two(n: int) { One(n); One(n - 1) }\n${textOf(vector('{ Two(4); code: dense(2) }'))}`,
    textOf(vector('{ dense(4, tanh); dense(3, tanh); code: dense(2) }')),
  ],
];

interface Run {
  readonly case: Case;
  readonly observed: Observed;
}

/** Runs a text; its weights are those of `like`, one after the other. */
async function run(text: string, like?: Case): Promise<Run> {
  const checked = checkText(text);
  if (checked.models.length === 0) throw new Error(shown(checked));
  const compiled = compile(checked.models[0]!, checked);
  const runner = quickRunner(compiled);
  const own = await caseOf(compiled.model as Model, compiled.spec, runner, 3, { seed: 5 });
  const shapes = (arrays: Arrays): readonly string[] => Object.values(arrays).map((a) => a.shape.join('×'));
  if (like === undefined) return { case: own, observed: await observe(own, runner, 1) };
  expect(shapes(own.weights)).toEqual(shapes(like.weights));
  const given = Object.values(like.weights);
  const weights = Object.fromEntries(Object.keys(own.weights).map((name, i) => [name, given[i]!]));
  const c = caseOn(own.model, own.spec, weights, like.batch);
  return { case: c, observed: await observe(c, runner, 1) };
}

const values = (arrays: Arrays): readonly (readonly number[])[] => Object.values(arrays).map((a) => Array.from(a.data));

const close = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]): void => {
  expect(b.length).toBe(a.length);
  a.forEach((row, i) => row.forEach((value, j) => expect(b[i]![j]).toBeCloseTo(value, 5)));
};

describe.each([...pairs.map(([name, one, other]) => [name, textOf(one), textOf(other)] as const), ...blocks])(
  '%s',
  (_name, one, other) => {
    it('is one model, written twice', async () => {
      const a = await run(one);
      const b = await run(other, a.case);
      close(
        [a.observed.slope.terms, a.observed.evaluation.terms],
        [b.observed.slope.terms, b.observed.evaluation.terms],
      );
      close(values(a.observed.slope.gradients), values(b.observed.slope.gradients));
      close(values(a.observed.reconstruction), values(b.observed.reconstruction));
      close(values(a.observed.code), values(b.observed.code));
      close(values(a.observed.moved.weights), values(b.observed.moved.weights));
    });
  },
);

it('what `train` leaves out: adam(lr: 1e-3), batch 128, epochs 10, validation 0.1, seed 1', () => {
  const spec = (text: string) => {
    const checked = checkText(textOf(text));
    const { spec: of } = compile(checked.models[0]!, checked);
    return { phases: of.phases.map((p) => ({ ...p, terms: [] })), seed: of.seed, validation: of.validation };
  };
  expect(spec(vector('{ code: dense(2) }'))).toEqual(
    spec(
      vector(
        '{ code: dense(2) }',
        '{ dense(6) }',
        'train { optimizer adam(lr: 1e-3); batch 128; epochs 10; validation 0.1; seed 1 }',
      ),
    ),
  );
  expect(spec(vector('{ code: dense(2) }')).phases[0]!.earlyStopping).toBeUndefined();
  const stops = (text: string) =>
    spec(vector('{ code: dense(2) }', '{ dense(6) }', `train { stop ${text} }`)).phases[0]!.earlyStopping;
  expect(stops('early(patience: 2)')).toEqual({ patience: 2, minDelta: 0 });
  expect(stops('early(patience: 2, after: 4, min_delta: 0.5)')).toEqual({ patience: 2, minDelta: 0.5, after: 4 });
});
