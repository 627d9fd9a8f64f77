/** An offered fix mends; what does not mend is not offered. Fuzzing applies many more: test/fuzz. */
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { applyEdits, editsOf } from '../../src/diagnostics/proof.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';

function fixesOf(text: string, code: string): readonly { readonly title: string; readonly text: string }[] {
  const { findings, locate } = check('a.ae', text, () => undefined);
  return findings
    .filter(({ message }) => message.code === code)
    .flatMap(({ fixes }) => fixes.map((fix) => ({ title: fix.title, text: applyEdits(text, editsOf(fix, locate)) })));
}
const errorsOf = (text: string): number => syntaxFindings(parse('a.ae', text)).length;
const inside = (text: string): string => `autoencoder A {\n  input x: [4]\n${text}\n}\n`;

describe('a fix that would not mend is not offered', () => {
  it.each([
    ['a bracket inside of an open string', inside('  figure pca(x, [a"__'), 'AE1003'],
    ['a brace in a comment', 'autoencoder A { // }', 'AE1003'],
    ['a number in a name', inside('  let h = x0.999'), 'AE1004'],
    ['a comment put over a bracket', inside('  penalty l1(# code)'), 'AE1004'],
    ['a brace whose loss tears the file', 'autoencoder A }\n  input x: [4]\n}\n', 'AE1001'],
  ])('%s', (_what, text, code) => {
    const before = errorsOf(text);
    for (const fix of fixesOf(text, code)) {
      expect(errorsOf(fix.text), fix.text).toBeLessThan(before);
    }
  });

  it('what would be wrong in the same way', () => {
    expect(fixesOf(inside('  encoder { conv(4, padding: "bogus") }'), 'AE2005').map(({ title }) => title)).toEqual([]);
    expect(fixesOf(inside('  encoder { conv(4, padding: "same") }'), 'AE2005').length).toBe(1);
    // Each of two in a row may go: the other is then where it stood.
    const whole =
      'autoencoder A {\n  let a = 1\n  let b = 2\n  input x: [4]\n  encoder { dense(2) }\n  decoder { dense(4) }\n  reconstruct x by gaussian\n}\n';
    expect(fixesOf(whole, 'AE2014').map(({ title }) => title)).toEqual(['Remove it', 'Remove it']);
  });

  it('and where very much is wrong, none is', () => {
    const { findings } = check('a.ae', inside('penaly 1\n'.repeat(200)), () => undefined);
    expect(findings.flatMap(({ fixes }) => fixes)).toEqual([]);
    expect(findings[0]!.facts).toMatchObject({ meant: 'penalty' });
  });
});

describe('what mends is offered', () => {
  it.each([
    ['a missing bracket', inside('  penalty l1(x'), 'AE1003', 'penalty l1(x)'],
    ['a misspelled layer', inside('  encoder { dnse(2) }'), 'AE2002', 'encoder { dense(2) }'],
    ['inputs to choose from', inside('  input y: [4]\n  encoder { dense(2) }'), 'AE2008', 'encoder(x, y) { dense(2) }'],
    [
      'inputs to choose from, in empty parentheses',
      inside('  input y: [4]\n  encoder code() { dense(2) }'),
      'AE2008',
      'encoder code(x, y) { dense(2) }',
    ],
    ['a comma between statements', inside('  train { epochs 3, batch 4 }'), 'AE1001', 'epochs 3; batch 4'],
    ['a percentage', inside('  train { validation 20% }'), 'AE1004', 'validation 0.2'],
    ['an optimiser without its setting', inside('  train { adam(1e-3) }'), 'AE1005', 'train { optimizer adam(1e-3) }'],
  ])('%s', (_what, text, code, expected) => {
    expect(fixesOf(text, code)[0]?.text).toContain(expected);
  });
});
