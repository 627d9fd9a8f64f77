/** What is said of a model: formulas, names, diagnostics by their facts, and which weights a statement means. */
import { describe, expect, it } from 'vitest';
import { programSpec } from '../../../src/codegen/spec.js';
import { compile } from '../../../src/compiler.js';
import { severityOf, wordsOf, type Finding } from '../../../src/diagnostics/finding.js';
import { checkExample, checkText } from '../../support/emitted.js';
import { textOf } from './pair.js';

const check = (items: string) => checkText(textOf(items));
/** What is said with a code. */
type Said = Finding & ReturnType<typeof wordsOf> & { /** The text below the squiggle. */ readonly underlined: string };

const found = (items: string, code: string): readonly Said[] => {
  const checked = check(items);
  return checked.findings
    .filter(({ message }) => message.code === code)
    .map((one) => {
      const { span } = checked.locate(one.place);
      return { ...one, ...wordsOf(one), underlined: textOf(items).slice(span.start, span.end) };
    });
};

const plain = `input x: [6] in [0, 1]
encoder { h: dense(5, tanh); code: dense(3, sigmoid) }
decoder { dense(6) }
reconstruct x by squared_error`;

describe('formulas', () => {
  it.each([
    ['2 * (l1(h) + l2(code))', '2 · (l1(h) + l2(code))'],
    ['2 * l1(h) + l2(code)', '2 · l1(h) + l2(code)'],
    ['(l1(h) + l2(code)) / 4', '(l1(h) + l2(code)) / 4'],
    ['l1(h) - (l2(code) - l1(code))', 'l1(h) − (l2(code) − l1(code))'],
    ['l1(h) - l2(code) - l1(code)', 'l1(h) − l2(code) − l1(code)'],
    ['l1(h) / (2 * l2(code))', 'l1(h) / (2 · l2(code))'],
    ['(l1(h) + 1) ^ 2', '(l1(h) + 1) ^ 2'],
    ['-(l1(h) + l2(code))', '−(l1(h) + l2(code))'],
  ])('%s keeps its parentheses', (text, shown) => {
    const checked = check(`${plain}\npenalty ${text}`);
    const { model, written, ...lowered } = compile(checked.models[0]!, checked);
    expect(programSpec(model, lowered, '', written).phases[0]!.terms[1]!.formula).toBe(shown);
  });
});

describe('names', () => {
  it('that users choose and that are made for layers do not collide', () => {
    const checked = check(`input x: [6] in [0, 1]
encoder { dense(5); dense2: dense(4); dense(4); dense: dense(4); dense(3); dense3: dense(3); dense(2) }
decoder { dense(3); dense2: dense(5); dense(6) }
reconstruct x by squared_error`);
    const [model] = checked.models;
    const ids = model!.networks.flatMap((n) => n.layers.map((l) => l.id));
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(model!.weights.map((w) => w.name)).size).toBe(model!.weights.length);
    expect(ids).toContain('encoder.dense2');
    expect(model!.weights.find((w) => w.name === 'encoder.dense2.kernel')!.declaration.shape).toEqual([5, 4]);
  });
});

describe('which weights move', () => {
  it('§9: of tied weights the one that is stored', () => {
    const { models } = check(`input x: [6] in [0, 1]
encoder { code: dense(3, sigmoid) }
decoder { out: dense(6, tied: code) }
reconstruct x by squared_error
train { phase a { train out }; phase b { freeze out }; phase c { train decoder } }`);
    const { phases } = models[0]!.training;
    for (const phase of phases)
      expect([...phase.movements[0]!.weights].sort()).toEqual(['decoder.out.bias', 'encoder.code.kernel']);
    expect(phases.map((p) => p.movements[0]!.kind)).toEqual(['train', 'freeze', 'train']);
  });
});

describe('what is refused', () => {
  it('a mirror of a chain that leaves its order', () => {
    expect(
      found(
        'input x: [4] in real\nencoder { h: dense(3); dense(2); take h; dense(2) }\ndecoder mirror(encoder)\nreconstruct x by squared_error',
        'AE3005',
      )[0]!.title,
    ).toContain('has no mirror');
    expect(
      found(
        'input x: [4] in real\nencoder { h: dense(3); dense(3); code: add(h) }\ndecoder mirror(encoder)\nreconstruct x by squared_error',
        'AE3005',
      ).length,
    ).toBe(1);
  });

  it('noise on a layer that needs statistics of data, or changes shapes', () => {
    for (const [call, code] of [
      ['salt_and_pepper(0.1)', 'AE5001'],
      ['downsample(2)', 'AE3002'],
    ] as const) {
      const [fault] = found(
        `input x: [4, 4, 1] in real\nencoder { h: conv(2); flatten; code: dense(2) }\ndecoder { dense(16); reshape(4, 4, 1) }\nreconstruct x by squared_error\ncorrupt h with ${call}`,
        code,
      );
      expect(severityOf(fault!)).toBe('error');
    }
  });

  it.each([
    [
      'a distribution of vectors where some elements are hidden',
      'input x: [4] in counts\ncorrupt x with mask(0.5)\nencoder { code: dense(2) }\ndecoder { dense(4) }\nreconstruct x by multinomial where mask',
    ],
    [
      'a hole in a smaller picture',
      'input x: [4, 4, 1] in real\ncorrupt x with downsample(2) then hole(1)\nencoder { flatten; code: dense(3) }\ndecoder { dense(16); reshape(4, 4, 1) }\nreconstruct x by squared_error where hole',
    ],
    [
      'extremes of features that a smaller picture has not',
      'input x: [4, 4, 1] in real\ncorrupt x with downsample(2) then salt_and_pepper(0.2)\nencoder { flatten; code: dense(3) }\ndecoder { dense(16); reshape(4, 4, 1) }\nreconstruct x by squared_error',
    ],
  ])('%s', (_name, items) => {
    expect(found(items, 'AE5001').map(severityOf)).toEqual(['error']);
  });

  it('a tie of other sizes: expected is what the tied weight has to be, found what the other one is', () => {
    const items =
      'input x: [4] in real\nencoder { code: dense(3) }\ndecoder { o: dense(5); dense(4) }\ntie decoder.o.kernel = transpose(encoder.code.kernel)\nreconstruct x by squared_error';
    // decoder.o reads 3 numbers and gives 5; encoder.code reads 4 and gives 3.
    expect(found(items, 'AE3003')[0]).toMatchObject({ expected: '3×5', found: '3×4' });
  });

  it('an argument that is none: the squiggle is its name, or its value where it has none', () => {
    const items = plain.replace('dense(5, tanh)', 'dense(5, tanh, bogus: 2)');
    expect(found(items, 'AE2004')[0]!.underlined).toBe('bogus');
    const many = plain.replace('dense(5, tanh)', 'reshape(2, 3); flatten(7); dense(5, tanh)');
    expect(found(many, 'AE2003')[0]!.underlined).toBe('7');
  });
});

describe('what is remarked', () => {
  const variational = (likelihood: string, kl: string): string => `input x: [6] in [0, 1]
encoder { dense(5) }
latent z ~ normal(2)
decoder { dense(6, sigmoid) }
reconstruct x by ${likelihood}
penalty ${kl}`;

  it.each([
    ['bernoulli', 'kl(z)', undefined, undefined],
    ['bernoulli weight 2', '2 * kl(z)', undefined, undefined],
    ['bernoulli weight 2', 'kl(z)', 0.5, 2],
    ['bernoulli', '4 * kl(z)', 4, 1],
    ['squared_error', 'kl(z)', 0.5, 2],
    ['squared_error weight 0.5', 'kl(z)', undefined, undefined],
    ['squared_error weight 2', '3 * kl(z)', 0.75, 4],
  ])('β of `reconstruct x by %s` beside `penalty %s` is %s', (likelihood, kl, beta, weight) => {
    const [remark] = found(variational(likelihood, kl), 'AE4008');
    if (beta === undefined) expect(remark).toBeUndefined();
    else {
      expect(remark!.title).toBe(`the effective β is ${beta}`);
      // The weight of the KL for which β would be 1: that of the reconstruction on the scale of σ = 1.
      expect(remark!.hint).toContain(`a weight of ${weight} for β = 1`);
    }
  });

  it('β is none where one of two likelihoods follows a schedule', () => {
    const two = (weight: string): string =>
      `${variational('bernoulli', '3 * kl(z)').replace('decoder', 'decoder a')}\ndecoder b { dense(6, sigmoid) }\nreconstruct x from b by bernoulli weight ${weight}`.replace(
        'reconstruct x by',
        'reconstruct x from a by',
      );
    expect(found(two('1'), 'AE4008')).toHaveLength(1);
    expect(found(two('warmup(from: 0, to: 1, epochs: 5)'), 'AE4008')).toEqual([]);
  });

  it.each([
    [5, false],
    [6, true],
    [7, true],
  ])('a code of %i numbers for an input of 6 can copy it: %s', (units, copies) => {
    const items = `input x: [6] in [0, 1]\nencoder { code: dense(${units}, relu) }\ndecoder { dense(6, sigmoid) }\nreconstruct x by bernoulli`;
    expect(found(items, 'AE4001').length > 0).toBe(copies);
  });

  it('a checkerboard comes from a stride that does not divide the kernel, and goes with one that does', () => {
    const items = (kernel: number): string =>
      `input x: [6, 6, 1] in real\nencoder { code: conv(2, kernel: 2, stride: 2) }\ndecoder { conv_transpose(1, kernel: ${kernel}, stride: 2) }\nreconstruct x by squared_error`;
    const [remark] = found(items(3), 'AE4003');
    expect(remark!.found).toBe('3×3');
    expect(remark!.expected).toMatch(/2×2 divides/);
    expect(remark!.cause).toMatch(/stride does not divide the kernel.*different numbers of terms/);
    expect(found(items(4), 'AE4003')).toEqual([]);
  });
});

describe('fixes', () => {
  it('all single changes that make the shapes meet are offered, the earliest stage that goes wrong last', () => {
    const [fault] = checkExample('lecture1/broken/conv.ae').findings;
    expect(fault!.fixes.map((f) => f.title)).toEqual([
      'Set `padding: valid` in `decoder.conv3`',
      'Set `to: [7, 7]` in `decoder.upsample`',
    ]);
  });
});
