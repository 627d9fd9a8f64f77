/** What is said, and what a layer answers, on either side of a boundary. */
import { describe, expect, it } from 'vitest';
import type { Args } from '../../src/builtins/arguments.js';
import { isMisfit, type LayerDefinition } from '../../src/builtins/define.js';
import { builtins } from '../../src/builtins/index.js';
import { check, compile, type Checked } from '../../src/compiler.js';
import { wordsOf } from '../../src/diagnostics/finding.js';
import { applyEdits, editsOf } from '../../src/diagnostics/proof.js';
import { adjointOrder } from '../../src/builtins/kernels.js';
import { largestSize } from '../../src/ir/limits.js';
import { parseSetting, plain } from '../../src/ir/elaborate/parameters.js';
import { pathFrom } from '../../src/ir/resolve/paths.js';
import { parse } from '../../src/parser/parse.js';
import { defaultCall } from '../builtins/defaults.js';
import { declarationsOf } from '../parser/reading.js';

const checked = (items: string): Checked => check('a.ae', `autoencoder A {\n${items}\n}`, () => undefined);
const layer = (name: string): LayerDefinition => builtins.layer.find((one) => one.name === name)!;

describe('sizes that come back from an output', () => {
  it('of a split', () => {
    expect(layer('split').invert?.([3], { parts: 2 })).toEqual([6]);
    expect(layer('split').invert?.([5, 3], { parts: 2 })).toEqual([5, 6]);
    expect(layer('split').invert?.([], { parts: 2 })).toBeUndefined();
  });

  it('of patches, mirrored: the image that they were cut from', () => {
    const site = { args: { size: [2, 3] }, input: [4, 6, 5], output: [4, 30], tied: false };
    expect(layer('patches').mirror({ ...site, activation: defaultCall('activation', 'linear') })).toEqual([
      { layer: 'unpatches', args: { size: [2, 3], channels: 5, to: [4, 6] } },
    ]);
  });

  it('of scalars that are joined', () => {
    expect(layer('concat').shape([[], [], []], {})).toEqual([3]);
    expect(layer('concat').shape([[2], [3]], {})).toEqual([5]);
  });

  it('of a repeated vector', () => {
    const { invert, solve } = layer('repeat_vector');
    expect(invert?.([7, 3], {})).toEqual([3]);
    expect(invert?.([3], {})).toBeUndefined();
    expect(solve?.([3], [7, 3], {})).toEqual({ length: 7 });
    expect(solve?.([3], [3], {})).toBeUndefined();
  });

  it.each(['gru', 'lstm'])('of %s: states at all positions, or the last', (name) => {
    const { solve } = layer(name);
    const units = (output: readonly number[], last: boolean, bidirectional: boolean): unknown =>
      solve?.([5, 2], output, { last, bidirectional })?.['units'];
    expect(units([5, 4], false, false)).toBe(4);
    expect(units([5, 4], false, true)).toBe(2);
    expect(units([4], true, false)).toBe(4);
    expect(units([5, 4], true, false)).toBeUndefined();
    expect(units([4], false, false)).toBeUndefined();
    expect(units([5, 3], false, true)).toBeUndefined();
  });

  it.each(['conv', 'maxpool', 'avgpool', 'l2pool', 'local'])(
    'of %s: a window fits along each axis, or not at all',
    (name) => {
      const { shape, params } = layer(name);
      const window = params.some((p) => p.name === 'kernel') ? 'kernel' : 'size';
      const args = {
        ...Object.fromEntries(params.map((p) => [p.name, p.default])),
        filters: 2,
        strides: [1, 1],
        stride: [1, 1],
        padding: 'valid',
        [window]: [4, 4],
      };
      const fits = (height: number, width: number): boolean => !isMisfit(shape([[height, width, 1]], args as Args));
      expect([fits(4, 4), fits(3, 9), fits(9, 3), fits(3, 3)]).toEqual([true, false, false, false]);
    },
  );

  it('of an upsampled map: less than one step away along each axis', () => {
    const fits = (to: readonly number[]): boolean =>
      !isMisfit(layer('upsample').shape([[2, 2, 1]], { factor: [2, 2], to }));
    expect(
      [
        [4, 4],
        [5, 3],
        [3, 5],
      ].map(fits),
    ).toEqual([true, true, true]);
    expect(
      [
        [4, 6],
        [6, 4],
        [2, 4],
        [4, 2],
      ].map(fits),
    ).toEqual([false, false, false, false]);
  });
});

it('settings of a bool are true and false alone', () => {
  const [declaration] = declarationsOf(parse('a.ae', 'autoencoder A(bias: bool = true) { }'));
  const param = declaration?.kind === 'autoencoder' ? declaration.params[0]! : undefined;
  expect(['true', 'false', 'yes', '0', ''].map((text) => parseSetting(param!, text))).toEqual([
    true,
    false,
    undefined,
    undefined,
    undefined,
  ]);
});

it('an interval without bounds is of all numbers', () => {
  const domainOf = (domain: string): unknown =>
    checked(
      `input x: [4] in ${domain}\nencoder { dense(3, tanh) }\ndecoder { dense(4) }\nreconstruct x by squared_error`,
    ).models[0]?.variables[0]?.domain;
  expect(domainOf('[_, _]')).toEqual({ kind: 'real' });
  expect(domainOf('[0, _]')).toEqual({ kind: 'interval', low: 0 });
  expect(domainOf('[_, 1]')).toEqual({ kind: 'interval', high: 1 });
});

it('a setting of a parameter whose type is none has no value', () => {
  const [declaration] = declarationsOf(parse('a.ae', 'autoencoder A(act: fun = relu, unit: activation = relu) { }'));
  const params = declaration?.kind === 'autoencoder' ? declaration.params : [];
  expect(params.map((param) => plain(parseSetting(param, 'relu')))).toEqual([undefined, 'relu']);
});

it('a reconstruction that is not the first of its variable is named by what it is from', () => {
  const { models } = checked(
    'input x: [4] in real\nencoder { code: dense(2) }\ndecoder(code) { dense(4) }\ndecoder second(code) { dense(4) }\nreconstruct x from decoder by squared_error\nreconstruct x from second by squared_error\nreconstruct x from second by laplace',
  );
  expect(models[0]!.terms.map(({ name }) => name)).toEqual([
    'reconstruct x',
    'reconstruct x from second',
    'reconstruct x from second2',
  ]);
});

it('a repetition whose number is unknown is one mistake, wherever it is repeated', () => {
  const { findings } = checked(
    'input x: [4] in real\nencoder { repeat 2000 { repeat q { dense(4) } } }\ndecoder { dense(4) }\nreconstruct x by squared_error',
  );
  expect(findings.map((one) => wordsOf(one).title)).toEqual(['no number is called `q`']);
});

it('a chain of networks that is too long is said once, whoever asks for its end', () => {
  const chain = Array.from({ length: 203 }, (_, i) => `network n${i}(n${i + 1}) { dense(4) }`).join('\n');
  const { findings } = checked(`input x: [4] in real\n${chain}\nnetwork n203(x) { dense(4) }\npenalty l2(n0)`);
  expect(findings.map(({ message }) => message.name)).toEqual(['networks-too-deep']);
});

it('a mirror below one latent goes back through its heads first; below several experts there are none to go back through', () => {
  const decoder = (from: string, mirrored: string): readonly string[] => {
    const { models } = checked(
      `input x: [6] in real\ninput y: [6] in real\nencoder a(x) { dense(5, tanh) }\nencoder b(y) { dense(5, tanh) }\nlatent z ~ normal(2, from: ${from})\ndecoder(z) mirror(${mirrored})\nreconstruct x by squared_error\npenalty kl(z)`,
    );
    return models[0]!.networks.find(({ role }) => role === 'decoder')!.layers.map(({ outputs }) => outputs.join());
  };
  expect(decoder('a', 'a')).toEqual(['5', '6']);
  expect(decoder('product(a, b)', 'a')).toEqual(['6']);
});

it('an argument that mends is written where a layer has none', () => {
  const mended = (pool: string): readonly string[] => {
    const text = `autoencoder A {\ninput x: [7, 7, 1] in [0, 1]\ntarget y: [4, 4, 1] in [0, 1]\nencoder(x) { conv(3, tanh) }\ndecoder { ${pool}; conv(1, sigmoid) }\nreconstruct y by bernoulli\n}`;
    const { findings, locate } = check('a.ae', text, () => undefined);
    return findings.flatMap(({ fixes }) => fixes.map((fix) => applyEdits(text, editsOf(fix, locate))));
  };
  expect(mended('maxpool').join()).toContain('{ maxpool(padding: same); conv(1, sigmoid) }');
  expect(mended('maxpool()').join()).toContain('{ maxpool(padding: same); conv(1, sigmoid) }');
  expect(mended('maxpool(2)').join()).toContain('{ maxpool(2, padding: same); conv(1, sigmoid) }');
});

it('a whole number is taken from its least to its largest, and what is between is none', () => {
  const refused = (layer: string): boolean =>
    checked(
      `input x: [4] in real\nencoder { ${layer}; dense(2) }\ndecoder { dense(4) }\nreconstruct x by squared_error`,
    ).findings.some((one) => wordsOf(one).title.includes('cannot be'));
  expect([-1, 0, 1, 1.5, 2].map((n) => refused(`dense(${n})`))).toEqual([true, true, false, true, false]);
  expect([largestSize, largestSize + 1].map((n) => refused(`dense(${n})`))).toEqual([false, true]);
  expect([0, 1, 4, 5].map((n) => refused(`reshape(2, 2); flatten; split(${n})`))).toEqual([true, true, false, false]);
  // From 0 on, and below 1.
  expect([-0.1, 0, 0.5, 1].map((p) => refused(`dense(4); dropout(${p})`))).toEqual([true, false, false, true]);
});

it('tensors of one shape are added, and numbers and tensors of one element to any', () => {
  const shapeOf = (sum: string): unknown => {
    const { findings } = checked(
      `input x: [4] in real\nencoder { code: dense(3) }\ndecoder { dense(4) }\nnetwork one(x) { dense(1) }\nreconstruct x by squared_error\npenalty ${sum}`,
    );
    const [found] = findings.filter(({ message }) => ['not-one-number', 'shapes-differ'].includes(message.name));
    return found?.message.name === 'shapes-differ'
      ? 'differ'
      : (found?.facts as { shape?: unknown } | undefined)?.shape;
  };
  expect(['x + decoder', 'x + one', 'one + x', '2 * x', 'x / 2'].map(shapeOf)).toEqual([[4], [4], [4], [4], [4]]);
  expect(['code + one', 'one - code', 'code * code'].map(shapeOf)).toEqual([[3], [3], [3]]);
  expect(['x + code', 'code * x'].map(shapeOf)).toEqual(['differ', 'differ']);
  expect(['one + one', 'one + 1', '1 - one', 'one * l1(code)'].map(shapeOf)).toEqual(Array(4).fill(undefined));
});

it('a name is declared twice, whether it may be missing or not', () => {
  for (const type of ['category(3)?', 'category(3)']) {
    const { findings } = checked(`input y: ${type}\ntarget y: ${type}`);
    expect(findings.map(({ message }) => message.code)).toContain('AE2007');
  }
});

it('sequences of arrays of labels are not compiled, sequences of labels are', () => {
  const words = (type: string): string =>
    checked(`input s: sequence(${type}, length: 5)`)
      .findings.map((one) => wordsOf(one).title)
      .join();
  const model = (type: string): string =>
    checked(
      `input s: sequence(${type}, length: 5)\nencoder { code: gru(3, last: true) }\ndecoder { repeat_vector(5); dense(4) }\nreconstruct s by categorical`,
    )
      .findings.map((one) => wordsOf(one).title)
      .join();
  expect(words('category(4)') + model('category(4)')).not.toContain('sequences of arrays');
});

describe('a layer that is narrower than the code', () => {
  const narrow = (encoder: string, more = ''): boolean =>
    checked(
      `input x: [16] in real\nencoder { ${encoder} }\n${more}\ndecoder { thin: dense(4, tanh); dense(16) }\nreconstruct x by squared_error`,
    ).findings.some(({ facts }) => JSON.stringify(facts).includes('thin'));
  it('is said of a point', () => {
    expect(narrow('code: dense(8, tanh)')).toBe(true);
  });
  it('is not said of one code of several', () => {
    const { findings, models } = checked(
      'input x: [16] in real\ninput y: [16] in real\nencoder(x) { code: dense(8, tanh) }\nencoder other(y) { dense(6, tanh) }\ndecoder(code, other) { thin: dense(4, tanh); dense(16) }\nreconstruct x by squared_error',
    );
    expect(models).toHaveLength(1);
    expect(findings.map(({ facts }) => JSON.stringify(facts)).join()).not.toContain('thin');
  });
  it('is not said of a latent', () => {
    expect(narrow('dense(8, tanh)', 'latent z ~ normal(8)\npenalty kl(z)')).toBe(false);
  });
});

it('terms of an objective have numbers where their names are the same, and there alone', () => {
  const names = (objective: string): string => {
    const result = checked(
      `input x: [4] in real\nencoder { code: dense(2, tanh) }\ndecoder { dense(4) }\nreconstruct x by squared_error\ntrain { phase a { minimize ${objective}; epochs 1 } }`,
    );
    return JSON.stringify(compile(result.models[0]!, result).spec.phases);
  };
  expect(names('squared_error(decoder, x) + 0.1 * l1(code)')).not.toContain('(2)');
  expect(names('squared_error(decoder, x) + 0.1 * l1(code) + l1(code)')).toContain('l1(code) (2)');
});

it('what may be missing is compared where it is known, and read everywhere', () => {
  const conditions = (term: string): unknown =>
    checked(
      `input x: [4] in real\ninput y: [4]? in real\nencoder(x) { code: dense(2) }\ndecoder(code) { dense(4) }\nnetwork of(y) { h: dense(3) }\nreconstruct x from decoder by squared_error\n${term}`,
    ).models[0]?.terms.at(-1)?.where;
  expect(conditions('penalty squared_error(decoder, y)')).toMatchObject([
    { kind: 'known', variable: 'y', implied: true },
  ]);
  expect(conditions('penalty l2(h)')).toEqual([]);
  expect(conditions('penalty l2(y)')).toEqual([]);
});

it('what is said of a network stands inside of the file, though its role is half typed', () => {
  const text = 'autoencoder A {\n  encoder { dense(2) }\n  encode';
  const result = check('a.ae', text, () => undefined);
  for (const { place, related } of result.findings) {
    for (const { unit, span } of [place, ...related.map((one) => one.place)])
      expect(span.end).toBeLessThanOrEqual(unit.text.length);
  }
  expect(result.findings.map(({ message }) => message.code)).toContain('AE2007');
});

it('paths of imports go up as far as there are folders, and no further than the root', () => {
  const paths = (file: string): readonly string[] =>
    ['b.ae', './b.ae', '../b.ae', '../../../b.ae', 'c/../b.ae'].map((relative) => pathFrom(file, relative));
  expect(paths('/m/n/a.ae')).toEqual(['/m/n/b.ae', '/m/n/b.ae', '/m/b.ae', '/b.ae', '/m/n/b.ae']);
  expect(paths('m/a.ae')).toEqual(['m/b.ae', 'm/b.ae', 'b.ae', '../../b.ae', 'm/b.ae']);
});

it('a kernel is reordered for its adjoint where an order of its axes leads there', () => {
  expect(adjointOrder(['input', 'output'], ['input', 'output'])).toEqual([1, 0]);
  expect(adjointOrder(['window', 'window', 'output', 'input'], ['window', 'window', 'input', 'output'])).toEqual([
    0, 1, 2, 3,
  ]);
  for (const [own, of] of [
    [
      ['window', 'window', 'input', 'output'],
      ['window', 'window', 'input', 'output'],
    ],
    [
      ['input', 'output'],
      ['window', 'window', 'input', 'output'],
    ],
    [
      ['input', 'output'],
      ['input', 'output', 'place'],
    ],
    [
      ['place', 'input', 'output'],
      ['window', 'input', 'output'],
    ],
    [
      ['input', 'output'],
      ['input', 'input'],
    ],
  ] as const)
    expect(adjointOrder(own, of)).toBeUndefined();
});

it('latents are drawn as often as each other, or once', () => {
  const other = (z: number, w: number): number =>
    checked(
      `input x: [4] in real\nencoder { dense(3) }\nlatent z ~ normal(2) by reparameterized(samples: ${z})\nlatent w ~ normal(2) by reparameterized(samples: ${w})\ndecoder(z, w) { dense(4) }\nreconstruct x by squared_error\npenalty kl(z) + kl(w)`,
    ).findings.filter(({ message }) => message.code === 'AE5001').length;
  expect([other(1, 3), other(3, 1), other(3, 3), other(1, 1)]).toEqual([0, 0, 0, 0]);
  expect([other(2, 3), other(3, 2)]).toEqual([1, 1]);
});

it('what a phase trains and freezes stays in the order in which it is written', () => {
  const kinds = (...statements: readonly string[]): readonly string[] =>
    checked(
      `input x: [4] in real\nencoder { code: dense(3) }\ndecoder { dense(4) }\nreconstruct x by squared_error\ntrain { phase a { ${statements.join('; ')} } }`,
    ).models[0]!.training.phases[0]!.movements.map(({ kind }) => kind);
  expect(kinds('freeze encoder', 'train code')).toEqual(['freeze', 'train']);
  expect(kinds('train encoder', 'freeze code')).toEqual(['train', 'freeze']);
  expect(kinds('freeze encoder', 'train code', 'freeze decoder')).toEqual(['freeze', 'train', 'freeze']);
});

it('a constraint keeps a wide code from copying where it is one of its kernels', () => {
  const copies = (weight: string): boolean =>
    checked(
      `input x: [4] in [0, 1]\nencoder { code: dense(6, relu) }\ndecoder { out: dense(4, sigmoid) }\nconstrain ${weight} by unit_norm\nreconstruct x by bernoulli`,
    ).findings.some(({ message }) => message.code === 'AE4001');
  expect(['code.kernel', 'out.kernel'].map(copies)).toEqual([false, true]);
});

it('a derivative is heavy beyond a billion bytes, which are counted', () => {
  const bytes = (units: number): unknown =>
    checked(
      `input x: [1000] in [0, 1]\nencoder { dense(1000, tanh); code: dense(${units}, tanh) }\ndecoder { dense(1000) }\nreconstruct x by bernoulli\npenalty contractive(code)\ntrain { batch 125 }`,
    ).findings.find(({ message }) => message.name === 'heavy-jacobian')?.facts;
  // 4 bytes for each example, unit, and number that its layers read.
  expect(bytes(1000)).toBeUndefined();
  expect(bytes(1001)).toMatchObject({ gigabytes: (4 * 125 * 1001 * 2000) / 1e9 });
  expect(bytes(1500)).toMatchObject({ gigabytes: 1.5 });
});

it('what stamps unevenly is written as layers that do not, where it has no name that would be lost', () => {
  const fixes = (name: string): readonly string[] =>
    checked(
      `input x: [6, 6, 1] in [0, 1]\nencoder(x) { flatten; code: dense(2, tanh) }\ndecoder(code) { dense(9); reshape(3, 3, 1); ${name}conv_transpose(1, kernel: 3, stride: 2, padding: same) }\nreconstruct x by bernoulli`,
    ).findings.flatMap((one) => one.fixes.map(({ title }) => title));
  expect(fixes('').length).toBeGreaterThan(0);
  expect(fixes('up: ')).toEqual([]);
});
