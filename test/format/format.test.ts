import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSource, printAst } from '../../src/format/format.js';
import { parse } from '../../src/parser/parse.js';
import { meaningOf } from '../parser/ast-invariants.js';
import { generatedAst } from '../parser/generated-ast.js';
import { factsOf } from '../parser/reading.js';
import { corpusFolder } from '../support/corpus-files.js';

const good = corpusFolder('good');

function formatted(text: string): string {
  const result = formatSource('file.ae', text);
  return 'text' in result ? result.text : `does not parse: ${JSON.stringify(factsOf(text)[0])}`;
}

const meaning = (text: string): unknown => meaningOf(parse('file.ae', text));
const comments = (text: string): string[] =>
  parse('file.ae', text).units.flatMap(({ unit }) => unit.comments.map((comment) => comment.text.trimEnd()));

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
        const text = printAst(ast);
        expect(factsOf(text), text).toEqual([]);
        expect(meaning(text)).toEqual(meaningOf(ast));
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
    const file = fc.tuple(
      fc.constantFrom(...good),
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), mark), { minLength: 1, maxLength: 3 }),
    );
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
    [
      'autoencoder A {\n  /// of x\n  input x: [3] in (binary /// not of x\n  )\n}\n',
      'autoencoder A {\n  /// not of x\n\n  /// of x\n  input x: [3] in binary\n}\n',
    ],
    [
      '/// not of A\n;\n/// of A\nautoencoder A {\n  input x: [3]\n}\n',
      '/// not of A\n\n/// of A\nautoencoder A {\n  input x: [3]\n}\n',
    ],
  ])('sets a comment that is no documentation apart: %j', (text, expected) => {
    expect(formatted(text)).toBe(expected);
  });

  it('makes no documentation of comments that document nothing', () => {
    for (const text of [
      'autoencoder A /// a\n{ input x: [3] }',
      'autoencoder A {\n  /// b\n  input x: [3, /// c\n  4]\n}',
      'autoencoder A {\n  /// d\n\n  input x: [3]\n}',
      'autoencoder A {\n  input x: [3] /// e\n  draw z ~ normal(3)\n}',
      '/// f\n// g\nblock B { relu }',
    ]) {
      expect(meaning(formatted(text)), text).toEqual(meaning(text));
      expect(formatted(formatted(text)), text).toBe(formatted(text));
    }
  });

  it('ends lines with a line feed, and makes no empty ones of other ends', () => {
    expect(formatted('block B {\r\n  relu // a\r\n  elu\r\n\r\n  tanh\r\n}\r\n')).toBe(
      'block B {\n  relu  // a\n  elu\n\n  tanh\n}\n',
    );
    expect(formatted('///\u0000\nblock B { relu }')).toBe('///\u0000\nblock B { relu }\n');
  });

  it('leaves a file with errors alone', () => {
    const result = formatSource('file.ae', 'autoencoder A { input x: }');
    expect('findings' in result && result.findings.map(({ message }) => message.code)).toEqual(['AE1002']);
  });

  it('writes types with the elements behind the brackets, unless a `?` of the whole follows', () => {
    const types = ['[12 of real?]', '[28, 28 of category(256)]', '[12 of real]?', 'sequence([3 of real]?, length: 2)'];
    const text = types.map((type, i) => `  input x${i}: ${type}\n`).join('');
    expect(formatted(`autoencoder A {\n${text}}`)).toBe(
      'autoencoder A {\n  input x0: [12] of real?\n  input x1: [28, 28] of category(256)\n  input x2: [12 of real]?\n  input x3: sequence([3 of real]?, length: 2)\n}\n',
    );
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
    const text = formatted(`autoencoder A {\n  input x: [784]\n${encoder}\n  decoder { dense(784) }\n}\n`);
    expect(text).toContain('\n    dense(16');
    const [covers] = parse('file.ae', text).units.flatMap(({ unit }) => unit.silences.map((silence) => silence.covers));
    expect(text.slice(covers?.start, covers?.end)).toMatch(/^ *encoder \{[^]*dense\(16[^]*dense\(64[^]*\}/);
    expect(text.slice(covers?.start, covers?.end)).not.toMatch(/input|decoder/);
  });

  it('gets through ten thousand lines, however many comments there are', () => {
    const model = good.map(({ text }) => text).join('\n');
    const commented = Array.from(
      { length: 1000 },
      (_, i) => `block B${i}(units: int = 3) {  // c\n  repeat 2 { dense(units) }  // c\n  // own\n}\n`,
    ).join('\n');
    for (const text of [model, commented]) {
      const long = text.repeat(Math.ceil(10_000 / text.split('\n').length));
      expect(printAst(parse('file.ae', long)).length).toBeGreaterThan(long.length / 2);
    }
  }, 30_000);
});
