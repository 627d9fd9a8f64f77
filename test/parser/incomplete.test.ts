/** Every form may be typed up to any of its words: it has a node, and a `Missing` that says what could follow. */
import { describe, expect, it } from 'vitest';
import type { Expectation } from '../../src/parser/ast.js';
import { parse } from '../../src/parser/parse.js';
import { nodesOf } from '../../src/parser/visit.js';
import { declarationsOf } from './reading.js';

/** What is missing at the end of what was typed; of several things the first. */
function expectedAt(before: string, typed: string): readonly Expectation[] {
  const end = (before + typed).trimEnd().length;
  return declarationsOf(parse('a.ae', before + typed))
    .flatMap((declaration) => [...nodesOf(declaration)])
    .flatMap((node) => ('kind' in node && node.kind === 'missing' && node.span.start === end ? [node.expects] : []))
    .slice(0, 1);
}

/** Each form in pieces: what is expected behind each of them, where something must follow. */
type Forms = Readonly<Record<string, readonly (Expectation | undefined)[]>>;

const check = (before: string, forms: Forms): void => {
  for (const [form, expected] of Object.entries(forms)) {
    const pieces = form.split(' | ');
    expect(pieces, form).toHaveLength(expected.length);
    const found = pieces.map((_, index) => expectedAt(before, pieces.slice(0, index + 1).join(' ')));
    expect(found, form).toEqual(expected.map((one) => (one === undefined ? [] : [one])));
  }
};

describe('what is missing', () => {
  it('in a file', () => {
    check('', {
      'import | "a.ae"': ['file', undefined],
      'import { A } | from | "a.ae"': ['connective', 'file', undefined],
      'block | B { }': ['name', undefined],
      'autoencoder A(d: | int = | 3) { }': ['parameter type', 'value', undefined],
    });
    expect(expectedAt('', 'block B')).toEqual(['body']);
  });

  it('in an autoencoder', () => {
    check('autoencoder A {\n  ', {
      'input | x | : | [3] | in | real': ['name', 'connective', 'variable type', undefined, 'domain', undefined],
      'input x: [3] of | category(3)': ['variable type', undefined],
      'let | h | = | 3 * | 2': ['name', 'connective', 'value', 'operand', undefined],
      'preprocess | x | with | center then | scale': ['variable', 'connective', 'transform', 'transform', undefined],
      'corrupt | x | with | mask(0.2) then | hole(3)': ['tensor', 'connective', 'corruption', 'corruption', undefined],
      'encoder | { }': ['body', undefined],
      'head y at | inner nodes | { }': ['site', 'body', undefined],
      'encoder(s) by | greedy | { }': ['bracketing', 'body', undefined],
      'latent | z | ~ | normal(3) through | planar(1) by | point': [
        ...(['name', 'connective', 'distribution', 'flow', 'expectation', undefined] as const),
      ],
      'prior | z | ~ | normal(3)': ['name', 'connective', 'distribution', undefined],
      'draw | z | ~ | normal(3)': ['name', 'connective', 'distribution', undefined],
      'reconstruct | x from | out | by | gaussian where | y.known and | hole weight | 3': [
        ...(['variable', 'tensor', 'connective', 'likelihood', 'condition', 'condition', 'number', undefined] as const),
      ],
      'reconstruct children by gaussian at | inner nodes': ['site', undefined],
      'rec: | penalty | l1(h) where c = | 3': ['term', 'term', 'value', undefined],
      'constrain | h.kernel | by | unit_norm': ['weight', 'connective', 'constraint', undefined],
      'tie | a | = | b': ['weight', 'connective', 'weight', undefined],
      'sweep | d | in | [1, 2]': ['name', 'connective', 'list', undefined],
      'figure | pca(x)': ['figure', undefined],
      'penalty f(a: | 3)': ['value', undefined],
    });
  });

  it('in a body', () => {
    check('autoencoder A {\n  encoder {\n    ', {
      'h: | dense(3)': ['layer', undefined],
      'take | h': ['tensor', undefined],
      'repeat | 3 as i | { }': ['number', 'body', undefined],
      'leaf | { }': ['body', undefined],
    });
  });

  it('in training', () => {
    check('autoencoder A {\n  train {\n    ', {
      'epochs | 3': ['value', undefined],
      'batch 200 with | 100 | of | y.known': ['number', 'connective', 'condition', undefined],
      'train | h, | g': ['weight', 'weight', undefined],
      'freeze | h': ['weight', undefined],
      'clean | x': ['tensor', undefined],
      'rate | a | by | 0.1': ['weight', 'connective', 'number', undefined],
      'copy | a | to | b': ['weight', 'connective', 'weight', undefined],
      'corrupt | h | with | mask(1)': ['tensor', 'connective', 'corruption', undefined],
      'minimize | l1(h)': ['term', undefined],
      'update | simultaneous': ['update', undefined],
      'phase | one { }': ['name', undefined],
    });
  });

  it('is an empty name after a dot', () => {
    for (const typed of ['penalty encoder.', 'penalty critic(x).', 'reconstruct x from encoder. by gaussian']) {
      const nodes = declarationsOf(parse('a.ae', `autoencoder A {\n${typed}\n}`)).flatMap((one) => [...nodesOf(one)]);
      expect(
        nodes.filter((node) => 'text' in node && node.text === ''),
        typed,
      ).toHaveLength(1);
    }
  });
});
