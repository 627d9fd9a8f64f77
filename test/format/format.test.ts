import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { formatSource, printAst } from '../../src/format/format.js';
import { parse } from '../../src/parser/parse.js';
import { withoutSpans } from '../parser/ast-invariants.js';
import { generatedAst } from '../parser/generated-ast.js';

const folder = new URL('../corpus/good/', import.meta.url);
const good = readdirSync(folder).filter((name) => name.endsWith('.ae')).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

function formatted(text: string): string {
  const result = formatSource('file.ae', text);
  return 'text' in result ? result.text : `does not parse: ${result.diagnostics[0]?.title ?? ''}`;
}

const meaning = (text: string): unknown => withoutSpans(parse('file.ae', text).ast.declarations);
const comments = (text: string): string[] =>
  parse('file.ae', text).ast.comments.map((comment) => comment.text.trimEnd());

describe('formatting', () => {
  it.each(good)('of $name is stable and keeps what it means', ({ name, text }) => {
    const once = formatted(text);
    expect(formatted(once)).toBe(once);
    expect(meaning(once)).toEqual(meaning(text));
    expect(comments(once)).toEqual(comments(text));
    // The corpus is written canonically, but for the file that tests layout itself.
    if (name !== 'layout.ae') expect(once).toBe(text);
  });

  it('prints any Ast so that it parses to the same Ast', () => {
    fc.assert(
      fc.property(generatedAst, (ast) => {
        const text = printAst(ast, '');
        const parsed = parse('file.ae', text);
        expect(parsed.diagnostics.map(({ title }) => `${title}\n${text}`)).toEqual([]);
        expect(withoutSpans(parsed.ast.declarations)).toEqual(withoutSpans(ast.declarations));
        expect(formatted(text)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps every comment, wherever it stands', () => {
    const file = fc.tuple(
      fc.constantFrom(...good),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 5 }),
    );
    fc.assert(
      fc.property(file, ([{ text }, places]) => {
        const lines = text.split('\n');
        // A comment may end any line that has none, in or outside of brackets.
        for (const place of places) {
          const index = Math.floor(place * (lines.length - 1));
          if (!lines[index]?.includes('//')) lines[index] = `${lines[index] ?? ''} // kept ${index}`;
        }
        const changed = lines.join('\n');
        const once = formatted(changed);
        expect(comments(once)).toEqual(comments(changed));
        expect(formatted(once)).toBe(once);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves documentation with what it documents, wherever other comments stand', () => {
    const mark = fc.constantFrom('/// d\n', '// c\n', '\n/// e\n', '\n// f\n', '\n;\n', ';', '\n');
    const file = fc.tuple(fc.constantFrom(...good), fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), mark), { minLength: 1, maxLength: 3 }));
    let parsed = 0;
    fc.assert(
      fc.property(file, ([{ text }, places]) => {
        const tokens = text.match(/\/\/[^\n]*|"[^"\n]*"|[\p{L}_][\p{L}\p{N}_]*|\d[\d.]*|[^]/gu) ?? [];
        for (const [place, comment] of places) tokens.splice(Math.floor(place * tokens.length), 0, comment);
        const changed = tokens.join('');
        const once = formatSource('file.ae', changed);
        if (!('text' in once)) return;
        parsed += 1;
        expect(meaning(once.text)).toEqual(meaning(changed));
        expect(comments(once.text).sort()).toEqual(comments(changed).sort());
        expect(formatted(once.text)).toBe(once.text);
      }),
      { numRuns: 800 },
    );
    expect(parsed).toBeGreaterThan(150);
  });

  it.each([
    ['autoencoder A\n/// not of x\n{\n  input x: [3]\n}\n', 'autoencoder A {\n  /// not of x\n\n  input x: [3]\n}\n'],
    ['autoencoder A {\n  /// of x\n  input x: [3] in (binary /// not of x\n  )\n}\n', 'autoencoder A {\n  /// not of x\n\n  /// of x\n  input x: [3] in binary\n}\n'],
    ['/// not of A\n;\n/// of A\nautoencoder A {\n  input x: [3]\n}\n', '/// not of A\n\n/// of A\nautoencoder A {\n  input x: [3]\n}\n'],
  ])('sets a comment that is no documentation apart: %j', (text, expected) => {
    expect(formatted(text)).toBe(expected);
  });

  it('leaves a file with errors alone', () => {
    const result = formatSource('file.ae', 'autoencoder A { input x: }');
    expect('diagnostics' in result && result.diagnostics.map(({ code }) => code)).toEqual(['AE1002']);
  });

  it('breaks what does not fit, and keeps short bodies on their line', () => {
    expect(
      formatted(
        'autoencoder A { encoder { code:dense( 64 ,relu ) }\n\n\n\n  head label(code) { dense(500, softplus); dense(500, softplus); dense(500, softplus); dense(10, softmax) } }',
      ),
    ).toBe(
      [
        'autoencoder A {',
        '  encoder { code: dense(64, relu) }',
        '',
        '  head label(code) {',
        '    dense(500, softplus)',
        '    dense(500, softplus)',
        '    dense(500, softplus)',
        '    dense(10, softmax)',
        '  }',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('puts neighbouring comments in one column', () => {
    expect(
      formatted(
        'autoencoder A {\n  input x: [784] // data\n  encoder { dense(64) }    // code\n\n  figure pca(x)   // alone\n}',
      ),
    ).toBe(
      [
        'autoencoder A {',
        '  input x: [784]         // data',
        '  encoder { dense(64) }  // code',
        '',
        '  figure pca(x)  // alone',
        '}',
        '',
      ].join('\n'),
    );
  });

  it.each([
    '  encoder { dense(16, relu, init: he_normal, bias_init: zeros); code: dense(64, relu, init: he_normal, bias: false) }  // aec-ignore AE4002',
    '  // aec-ignore AE4002\n  encoder { dense(16, relu, init: he_normal, bias_init: zeros); code: dense(64, relu, init: he_normal, bias: false) }',
  ])('keeps a silence over the lines that it makes: %s', (encoder) => {
    const text = `autoencoder A {\n  input x: [784] in [0, 1]\n${encoder}\n  decoder { dense(784, sigmoid) }\n  reconstruct x by bernoulli\n}\n`;
    const codes = (of: string): readonly string[] => check('file.ae', of, () => undefined).diagnostics.map(({ code }) => code);
    expect(codes(text.replaceAll('aec-ignore', ''))).toEqual(['AE4002']);
    expect(codes(text)).toEqual([]);
    expect(formatted(text)).toContain('\n    dense(16');
    expect(codes(formatted(text))).toEqual([]);
  });

  it('gets through ten thousand lines, however many comments there are', () => {
    const model = good.map(({ text }) => text).join('\n');
    const commented = Array.from({ length: 1000 }, (_, i) => `block B${i}(units: int = 3) {  // c\n  repeat 2 { dense(units) }  // c\n  // own\n}\n`).join('\n');
    for (const text of [model, commented]) {
      const long = text.repeat(Math.ceil(10_000 / text.split('\n').length));
      expect(printAst(parse('file.ae', long).ast, long).length).toBeGreaterThan(long.length / 2);
    }
  }, 30_000);
});
