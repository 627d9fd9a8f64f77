import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { severityOf, wordsOf } from '../../src/diagnostics/finding.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { mostShown, syntaxFindings } from '../../src/parser/syntax-findings.js';
import { nodesOf } from '../../src/parser/visit.js';
import { good } from '../support/corpus-files.js';
import { violations } from './ast-invariants.js';

/** All that is promised for any text at all. */
function holds(text: string): void {
  const ast = parse('any.ae', text);
  expect(violations(ast)).toEqual([]);
  const found = syntaxFindings(ast);
  expect(
    found.map(({ message }) => message.name),
    'the grammar accepts whatever it is given',
  ).not.toContain('not-understood');
  expect(found.length).toBeLessThanOrEqual(mostShown + 1);
  const locate = locateIn(ast);
  const starts = found.slice(0, mostShown).map(({ place }) => locate(place).span.start);
  expect(starts, 'in order, at most one a position').toEqual([...new Set(starts)].sort((a, b) => a - b));
  for (const one of found) {
    const places = [
      one.place,
      ...one.related.map((r) => r.place),
      ...one.fixes.flatMap((f) => f.edits.map((e) => e.place)),
    ];
    for (const place of places) {
      expect(place.span.start).toBeGreaterThanOrEqual(0);
      expect(place.span.end).toBeGreaterThanOrEqual(place.span.start);
      expect(place.span.end).toBeLessThanOrEqual(place.unit.text.length);
      expect(ast.units.some(({ unit }) => unit === place.unit)).toBe(true);
    }
    expect(severityOf(one)).toBe('error');
    expect(JSON.parse(JSON.stringify(one.facts)), 'facts are plain data').toEqual(one.facts);
    expect(JSON.stringify(one.facts).length).toBeLessThan(2500);
    expect(wordsOf(one).title).toMatch(/^\S(?:.*[^.\s])?$/su);
  }
  // Whatever is missing is said, or something else in its statement is.
  if (found.length > 0) return;
  const nodes = ast.units.flatMap(({ unit }) => unit.declarations).flatMap((declaration) => [...nodesOf(declaration)]);
  expect(nodes.filter((node) => 'kind' in node && (node.kind === 'missing' || node.kind === 'error'))).toEqual([]);
}

const fragments = [
  ...[
    'autoencoder A {',
    'block B(n: int) {',
    'import',
    'import { A } from',
    'input x:',
    '[28, 28, 1]',
    'in [0, 1]',
    'of category(3)',
  ],
  ...[
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
    '%',
  ],
  ...[
    '+',
    '-',
    '*',
    '/',
    '^',
    '_',
    'dense(64, relu)',
    'code:',
    'a, b:',
    'rec:',
    'latent z',
    'prior',
    'draw z',
    'through',
    'reconstruct x',
  ],
  ...[
    'by',
    'where',
    'and',
    'weight',
    'from',
    'with',
    'then',
    'at nodes',
    'at inner nodes',
    'train {',
    'phase a {',
    'player',
    'freeze',
  ],
  ...[
    'match a',
    'to',
    'copy',
    'clean x',
    'rate a',
    'minimize',
    'update',
    'optimizer adam',
    'adam(3)',
    'batch 3',
    'of y.known',
    '20%',
  ],
  ...[
    'repeat 3',
    'as i',
    'take h',
    'take f(x).h',
    'leaf',
    'compose(l, r)',
    'previous s',
    '"text"',
    '"open',
    "'single'",
    '1e-3',
    '.5',
    '28x28',
  ],
  ...[
    '// c',
    '/// doc',
    '/* c */',
    '/* open',
    '# c',
    '😀',
    'σ',
    '−',
    '∈',
    '\t',
    '  ',
    '\u2028',
    '\uFEFF',
    'tie a.b',
    'sweep',
    'figure',
    'let h',
    'penalty',
    'aec-ignore',
  ],
];

describe('the parser is total', () => {
  it('for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), holds), { numRuns: 300 });
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), holds), { numRuns: 300 });
  });

  it('for any sequence of fragments', () => {
    const text = fc
      .array(fc.tuple(fc.constantFrom(...fragments), fc.constantFrom(' ', '', '\n')), { maxLength: 60 })
      .map((parts) => parts.map(([fragment, gap]) => fragment + gap).join(''));
    fc.assert(fc.property(text, holds), { numRuns: 3000 });
    fc.assert(
      fc.property(text, (inside) => holds(`autoencoder A {\n${inside}\n}`)),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(text, (inside) => holds(`autoencoder A {\ntrain {\n${inside}\n}\n}`)),
      { numRuns: 1000 },
    );
  });

  it('for truncated files', () => {
    const truncated = fc
      .tuple(fc.constantFrom(...good), fc.double({ min: 0, max: 1, noNaN: true }))
      .map(([file, share]) => file.slice(0, Math.floor(file.length * share)));
    fc.assert(fc.property(truncated, holds), { numRuns: 300 });
  });

  it('for files with pieces cut out, doubled or put in', () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(...good),
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
    const pieces = [
      ...[
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
        'a, ',
        '- (',
        '2 ^ -(',
        'repeat 2 {',
        'f(x)',
        ';(',
        'f(x).',
        '[3 of ',
      ],
      ...['where a and ', 'by b ', 'then c ', 'of ', 'previous ', 'x: ', '% ', 'train {', 'import {'],
    ];
    for (const piece of pieces) {
      const many = piece.repeat(5000);
      for (const text of [
        `autoencoder A { penalty ${many} }`,
        `autoencoder A { encoder { ${many} } }`,
        `autoencoder A { input x: ${many} }`,
        many,
      ]) {
        holds(text);
      }
    }
  });
});

describe('good files', () => {
  it('of ten thousand lines parse without complaint', () => {
    const text = good.filter((file) => !file.includes('match ')).join('\n');
    const long = text.repeat(Math.ceil(10_000 / text.split('\n').length));
    expect(syntaxFindings(parse('long.ae', long))).toEqual([]);
  });
});
