/** What is said of a model: formulas, names, diagnostics by their facts, and which weights a statement means. */
import { describe, expect, it } from 'vitest';
import { definitions } from '../../../src/builtins/index.js';
import { programSpec } from '../../../src/codegen/spec.js';
import { compile } from '../../../src/compiler.js';
import { severityOf, wordsOf, type Finding } from '../../../src/diagnostics/finding.js';
import { checkExample, checkText } from '../../support/emitted.js';
import { errorsOf } from '../../support/findings.js';
import { textOf } from './pair.js';

const check = (items: string) => checkText(textOf(items));
/** What is said with a code. */
type Said = Finding & ReturnType<typeof wordsOf> & { /** The text below the squiggle. */ readonly underlined: string };

const found = (items: string, code: string): readonly Said[] => {
  const checked = check(items);
  return checked.findings.filter(({ message }) => message.code === code).map((one) => {
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
    const { model, graphs, written } = compile(checked.models[0]!, checked);
    expect(programSpec(model, graphs, '', written).phases[0]!.terms[1]!.formula).toBe(shown);
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
    for (const phase of phases) expect([...phase.movements[0]!.weights].sort()).toEqual(['decoder.out.bias', 'encoder.code.kernel']);
    expect(phases.map((p) => p.movements[0]!.kind)).toEqual(['train', 'freeze', 'train']);
  });
});

describe('what is refused', () => {
  it('a mirror of a chain that leaves its order', () => {
    expect(found('input x: [4] in real\nencoder { h: dense(3); dense(2); take h; dense(2) }\ndecoder mirror(encoder)\nreconstruct x by squared_error', 'AE3005')[0]!.title).toContain('has no mirror');
    expect(found('input x: [4] in real\nencoder { h: dense(3); dense(3); code: add(h) }\ndecoder mirror(encoder)\nreconstruct x by squared_error', 'AE3005').length).toBe(1);
  });

  it('noise on a layer that needs statistics of data, or changes shapes', () => {
    for (const call of ['salt_and_pepper(0.1)', 'downsample(2)']) {
      const [fault] = found(`input x: [4, 4, 1] in real\nencoder { h: conv(2); flatten; code: dense(2) }\ndecoder { dense(16); reshape(4, 4, 1) }\nreconstruct x by squared_error\ncorrupt h with ${call}`, 'AE3002');
      expect(severityOf(fault!)).toBe('error');
    }
  });

  it('a tie of other sizes: expected is what the tied weight has to be, found what the other one is', () => {
    const items = 'input x: [4] in real\nencoder { code: dense(3) }\ndecoder { o: dense(5); dense(4) }\ntie decoder.o.kernel = transpose(encoder.code.kernel)\nreconstruct x by squared_error';
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

  it.each([[5, false], [6, true], [7, true]])('a code of %i numbers for an input of 6 can copy it: %s', (units, copies) => {
    const items = `input x: [6] in [0, 1]\nencoder { code: dense(${units}, relu) }\ndecoder { dense(6, sigmoid) }\nreconstruct x by bernoulli`;
    expect(found(items, 'AE4001').length > 0).toBe(copies);
  });

  it('a checkerboard comes from a stride that does not divide the kernel, and goes with one that does', () => {
    const items = (kernel: number): string => `input x: [6, 6, 1] in real\nencoder { code: conv(2, kernel: 2, stride: 2) }\ndecoder { conv_transpose(1, kernel: ${kernel}, stride: 2) }\nreconstruct x by squared_error`;
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
    expect(fault!.fixes.map((f) => f.title)).toEqual(['set `padding: valid` in `decoder.conv3` (line 22)', 'set `to: [7, 7]` in `decoder.upsample` (line 19)']);
  });
});

describe('the registry', () => {
  it.each(definitions.flatMap((d) => d.examples.map((example) => [d.category, d.name, example] as const)))('%s %s: %s is understood', (category, _name, example) => {
    const hosts = hostsOf(category, example);
    const failures = hosts.map((items) => errorsOf(check(items)).filter((error) => !error.startsWith('AE5001')));
    expect(failures.some((f) => f.length === 0), failures.map((f) => f.join('; ')).join('\n')).toBe(true);
  });
});

/** Models around a call of each category; one of them has to take it. */
function hostsOf(category: string, example: string): readonly string[] {
  const image = (layer: string, end = 'flatten; code: dense(3)'): string => `input x: [20, 20, 3] in [0, 1]
encoder { pool: maxpool(2); h: conv(3, sigmoid); ${layer}; ${end} }
decoder { dense(1200); reshape(20, 20, 3) }
reconstruct x by squared_error`;
  const vector = (layer: string): string => `input x: [784] in [0, 1]
encoder { h: dense(20, sigmoid); code: dense(20); ${layer} }
decoder { dense(784) }
reconstruct x by squared_error`;
  const small = plain.replace('h: dense', 'pool: dense');
  switch (category) {
    case 'layer':
    case 'activation':
      return [
        ...(category === 'activation' ? [small.replace('dense(5, tanh)', example)] : []),
        vector(example), image(example), image(`conv(16); ${example}`), vector(`dense(784); ${example}`), image(`upsample(2, to: [20, 20]); ${example}`),
        'input x: [4] in real\ninput c: category(10)\nencoder(x) { code: dense(2) }\nnetwork e(c) { ' + example + ' }\ndecoder { dense(4) }\nreconstruct x by squared_error',
        'input x: [7, 7, 1] in real\nencoder { flatten; code: dense(16) }\ndecoder { reshape(4, 4, 1); ' + example + ' }\nreconstruct x by squared_error',
        'input s: sequence(token(vocab: 9), length: 30)\nencoder { embedding(4); ' + example + '; gru(4, last: true) }\ndecoder { repeat_vector(30); gru(4); dense(9) }\nreconstruct s by categorical',
        'input s: sequence(token(vocab: 9), length: 30)\nencoder { embedding(4); ' + example + ' }\ndecoder { repeat_vector(30); gru(4); dense(9) }\nreconstruct s by categorical',
        'input s: sequence(token(vocab: 9), length: 30)\nencoder { embedding(4); gru(4, last: true) }\ndecoder { ' + example + '; gru(4); dense(9) }\nreconstruct s by categorical',
        'input x: [14, 14, 2] in real\nencoder { pool: maxpool(2); flatten; code: dense(3) }\ndecoder { dense(98); reshape(7, 7, 2); ' + example + ' }\nreconstruct x by squared_error',
        'input x: [784] in real\nencoder { dense(784); ' + example + '; flatten; code: dense(3) }\ndecoder { dense(784) }\nreconstruct x by squared_error',
      ];
    case 'initializer':
      return [plain.replace('dense(5, tanh)', example)];
    case 'corruption':
      return [`${plain}\ncorrupt x with ${example}`, `${image('conv(2)')}\ncorrupt x with ${example}`, `input x: [20, 20, 3] in real\ncorrupt x with ${example}\nencoder { flatten; code: dense(2) }\ndecoder { dense(1200); reshape(20, 20, 3) }\nreconstruct x by squared_error`, `input s: sequence(token(vocab: 9), length: 30)\ncorrupt s with ${example}\nencoder { embedding(4); gru(4, last: true) }\ndecoder { repeat_vector(30); gru(4); dense(9) }\nreconstruct s by categorical`];
    case 'preprocessing':
      return [`${plain}\npreprocess x with ${example}`];
    case 'penalty':
      return [`${plain}\npenalty ${example}`, `input x: [6] in real\nencoder { dense(5) }\nlatent z ~ normal(2)\ndecoder { dense(6) }\nreconstruct x by squared_error\npenalty ${example}`, `target y: category(3)\n${plain}\nhead label(code) { dense(3) }\nnetwork critic(x) { dense(1) }\npenalty ${example}`, `input x: [8, 8, 1] in real\nencoder { conv(4, stride: 2) }\nlatent z ~ mixture(6) by quantised\ndecoder { conv_transpose(1, kernel: 4, stride: 2) }\nreconstruct x by squared_error\npenalty ${example}`];
    case 'constraint':
      return [`${plain}\nconstrain code.kernel by ${example}`];
    case 'likelihood':
      return [plain.replace(/reconstruct .*/, example), `target y: category(3)\n${plain}\nhead label(code) { dense(3) }\n${example}`];
    case 'distribution':
    case 'expectation': {
      const of = 'input x: [8, 8, 1] in real\nencoder { code: conv(4, stride: 2) }';
      const end = 'decoder { conv_transpose(1, kernel: 4, stride: 2) }\nreconstruct x by squared_error';
      const prior = /^prior (\w)/.exec(example);
      if (prior !== null) return ['normal(2)', 'category(10)', 'bernoulli(5)'].map((q) => `input x: [6] in real\nencoder { dense(5) }\nlatent ${prior[1]!} ~ ${q}\n${example}\ndecoder { dense(6) }\nreconstruct x by squared_error`);
      return [`input x: [6] in real\nencoder { dense(5) }\n${example}\ndecoder { dense(6) }\nreconstruct x by squared_error`, `${of}\n${example}\n${end}`];
    }
    case 'optimizer':
      return [`${plain}\ntrain { optimizer ${example}; batch full }`];
    case 'schedule':
      return [`${plain}\ntrain { schedule ${example} }`];
    case 'clipping':
      return [`${plain}\ntrain { clip ${example} }`];
    case 'stopping':
      return [`${plain}\ntrain { stop ${example} }`];
    default:
      return [`${plain}\nfigure ${example}`, `${plain.replace('h: dense', 'h1: dense')}\nfigure ${example}`, `input x: [6] in real\ninput y: category(3)\nencoder(x) { h: dense(5); code: dense(3) }\nlatent z ~ normal(2)\ndecoder { dense(6) }\nreconstruct x by squared_error\nfigure ${example}`];
  }
}
