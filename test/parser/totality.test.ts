import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean } from '../../src/parser/clean.js';
import { layOut } from '../../src/parser/layout.js';
import { parse } from '../../src/parser/parse.js';
import { theParser } from '../../src/parser/parser.js';
import { violations } from './ast-invariants.js';

const folder = new URL('../corpus/good/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.ae')).map((name) => readFileSync(new URL(name, folder), 'utf8'));

/** All that is promised for any text at all. */
function holds(text: string): void {
  const { ast, diagnostics } = parse('any.ae', text);
  expect(violations(ast)).toEqual([]);
  const starts = diagnostics.map(({ place }) => place.span.start);
  expect(new Set(starts).size, 'at most one diagnostic a position').toBe(starts.length);
  for (const { place } of diagnostics) {
    expect(place.span.start).toBeGreaterThanOrEqual(0);
    expect(place.span.end).toBeLessThanOrEqual(text.length);
  }
  const { tokens } = layOut('any.ae', text, clean('any.ae', text).tokens);
  theParser().input = tokens;
  theParser().file();
  expect(theParser().errors, 'the grammar accepts whatever the layout gives it').toEqual([]);
}

const fragments = [
  'autoencoder A {',
  'block B(n: int) {',
  'import',
  'input x:',
  '[28, 28, 1]',
  'in [0, 1]',
  'encoder',
  'decoder',
  'mirror(encoder)',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '\n',
  '\r\n',
  ';',
  ':',
  '=',
  '~',
  ',',
  '.',
  '?',
  '+',
  '-',
  '*',
  '/',
  '^',
  '_',
  'dense(64, relu)',
  'code:',
  'latent z',
  'prior',
  'reconstruct x',
  'by',
  'where',
  'weight',
  'from',
  'with',
  'then',
  'at nodes',
  'train {',
  'phase a {',
  'freeze',
  'match',
  'to',
  'copy',
  'minimize',
  'update',
  'optimizer adam',
  'repeat 3',
  'as i',
  'take h',
  'leaf',
  'compose(l, r)',
  '"text"',
  '"open',
  "'single'",
  '1e-3',
  '.5',
  '28x28',
  '// c',
  '/// doc',
  '/* c */',
  '# c',
  '😀',
  'σ',
  '−',
  '\t',
  '  ',
  'tie a.b',
  'sweep',
  'figure',
  'let h',
  'aec-ignore',
];

describe('the parser is total', () => {
  it('for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), holds), { numRuns: 300 });
  });

  it('for any sequence of fragments', () => {
    const text = fc
      .array(fc.tuple(fc.constantFrom(...fragments), fc.constantFrom(' ', '', '\n')), { maxLength: 60 })
      .map((parts) => parts.map(([fragment, gap]) => fragment + gap).join(''));
    fc.assert(fc.property(text, holds), { numRuns: 2000 });
  });

  it('for truncated files', () => {
    const truncated = fc
      .tuple(fc.constantFrom(...files), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([file, share]) => file.slice(0, Math.floor(file.length * share)));
    fc.assert(fc.property(truncated, holds), { numRuns: 300 });
  });

  it('for files with pieces cut out, doubled or put in', () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(...files),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(30),
        fc.array(fc.constantFrom(...fragments), { maxLength: 3 }),
      )
      .map(([file, share, length, inserted]) => {
        const start = Math.floor(file.length * share);
        return file.slice(0, start) + inserted.join(' ') + file.slice(start + length);
      });
    fc.assert(fc.property(damaged, holds), { numRuns: 500 });
  });

  it('for deep nesting and long chains', () => {
    const many = (piece: string): string => `autoencoder A { penalty ${piece.repeat(5000)} }`;
    for (const piece of [
      '(',
      '[',
      '{',
      ')',
      '}',
      'f(',
      '-',
      '2^',
      '2+',
      'a.',
      'a,',
      '- (',
      '2 ^ -(',
      'repeat 2 {',
      'f(x)',
      ';(',
    ]) {
      holds(many(piece));
      holds(`autoencoder A { encoder { ${piece.repeat(5000)} } }`);
    }
  });
});

describe('good files', () => {
  it('of ten thousand lines parse without complaint', () => {
    const text = files.join('\n');
    const long = text.repeat(Math.ceil(10_000 / text.split('\n').length));
    expect(parse('long.ae', long).diagnostics).toEqual([]);
  });
});
