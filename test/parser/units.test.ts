import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Ast } from '../../src/parser/ast.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';
import { good } from '../support/corpus-files.js';
import { violations } from './ast-invariants.js';

const textsOf = (text: string): string[] => parse('a.ae', text).units.map(({ unit }) => unit.text);

/** How many units of an Ast are not objects of another. */
const built = (now: Ast, before: Ast): number => {
  const known = new Set(before.units.map(({ unit }) => unit));
  return now.units.filter(({ unit }) => !known.has(unit)).length;
};

describe('a file is cut', () => {
  it('at its declarations, each with the comments above it and to the end of its line', () => {
    expect(textsOf('// a\nimport "b.ae"  // c\n\n// d\nblock B { relu }\nautoencoder A {\n}\n\n// e\n')).toEqual([
      '// a\nimport "b.ae"  // c\n',
      '\n// d\nblock B { relu }\n',
      'autoencoder A {\n}\n',
      '\n// e\n',
    ]);
  });

  it('between declarations of one line too', () => {
    expect(textsOf('block A { } block B { }; block C { }')).toEqual(['block A { } ', 'block B { }; ', 'block C { }']);
  });

  it('so that what begins no declaration is a unit of its own, unless it stands behind one on its line', () => {
    expect(textsOf('block A { }\nautoe\n')).toEqual(['block A { }\n', 'autoe\n']);
    expect(textsOf('block A { } x\ny\nz\nblock B { }\n')).toEqual(['block A { } x\n', 'y\nz\n', 'block B { }\n']);
  });

  it('never within a comment of another language', () => {
    expect(textsOf('block A { } /* x\nblock B { }\n*/\nblock C { }\n')).toEqual([
      'block A { } /* x\nblock B { }\n*/\n',
      'block C { }\n',
    ]);
  });

  it('and nothing is nothing', () => {
    expect(textsOf('')).toEqual([]);
    expect(textsOf('\n')).toEqual(['\n']);
  });
});

describe('units', () => {
  const text = good.slice(0, 12).join('\n');
  const before = parse('a.ae', text);

  it('of the same text are taken over', () => {
    const now = parse('a.ae', text, before);
    expect(built(now, before)).toBe(0);
    expect(now).toEqual(before);
  });

  it('are one new one after an edit, also behind it and where they move', () => {
    for (const [at, put] of [
      [text.indexOf('dense('), 'dense(3); '],
      [text.lastIndexOf('dense('), '\n'],
      [0, '// a comment\n'],
      [text.indexOf('autoencoder', 400) + 11, ' '],
    ] as const) {
      const edited = text.slice(0, at) + put + text.slice(at);
      const now = parse('a.ae', edited, before);
      expect(built(now, before), edited.slice(at - 10, at + 40)).toBe(1);
      expect(now).toEqual(parse('a.ae', edited));
    }
  });

  it('of other files are not', () => {
    expect(built(parse('b.ae', text, before), before)).toBe(before.units.length);
  });

  it('of one text stay apart, in their order', () => {
    const twice = parse('a.ae', 'block A { relu }\nblock A { relu }\n');
    const [first, second] = twice.units.map(({ unit }) => unit);
    expect(first).not.toBe(second);
    const thrice = parse('a.ae', 'block A { relu }\n'.repeat(3), twice);
    expect(thrice.units[0]?.unit).toBe(first);
    expect(thrice.units[1]?.unit).toBe(second);
    expect(new Set(thrice.units.map(({ unit }) => unit)).size).toBe(3);
  });

  it('that an unclosed brace swallows are parsed anew', () => {
    const torn = parse('a.ae', 'block A {\n  relu\nblock B { dense(3 }\n');
    expect(torn.units.map(({ unit }) => unit.selfContained)).toEqual([false, false]);
    const whole = parse('a.ae', 'block A { relu }\nblock B { dense(3 }\n', torn);
    expect(built(whole, torn)).toBe(1);
  });

  it('whose brackets were mended are taken over where they are mended alike, and say nothing of others', () => {
    const text = 'block A { relu }\nblock B { dense(3 }\nblock C { relu }\nblock D { relu }\n';
    const before = parse('a.ae', text);
    for (const [edited, anew] of [
      [text.replace('B {', 'B  {'), 1],
      [text.replace('D {', 'D  {'), 1],
      [`block E { }\n${text}`, 1],
      [text.replace('relu }\nblock D', 'relu\nblock D'), 1],
    ] as const) {
      const now = parse('a.ae', edited, before);
      expect(now).toEqual(parse('a.ae', edited));
      expect(built(now, before), edited).toBe(anew);
    }
  });

  it('are read by their indentation where a brace is missing in another', () => {
    const text =
      'autoencoder A {\n  train {\n    batch 3\n  }\n}\nblock B { relu }\nblock C { relu }\nblock D { relu\n';
    const edited = text.replace('batch 3\n', 'batch 3\n}\nblock E {\n');
    expect(parse('a.ae', edited, parse('a.ae', text))).toEqual(parse('a.ae', edited));
  });

  it('keep what they say of themselves: their findings are in them', () => {
    const text = 'block A { relu + }\nblock B { dense(.5) }\nblock C { x: }\n';
    const before = parse('a.ae', text);
    const now = parse('a.ae', `// moved\n${text}`, before);
    expect(now.units.slice(1).map(({ unit }) => unit)).toEqual(before.units.slice(1).map(({ unit }) => unit));
    for (const { unit } of now.units) for (const one of unit.findings) expect(one.place.unit).toBe(unit);
    expect(syntaxFindings(now)).toHaveLength(3);
  });
});

describe('items of an autoencoder', () => {
  const text = `autoencoder A {
  input x: [9]
  /// The code.
  encoder { dense(4) }  // narrow
  decoder {
    dense(9)
  }
  reconstruct x by gaussian; penalty 1e-3 * l1(encoder)
  train { epochs 3 }
}
`;
  const itemsIn = (ast: Ast) =>
    ast.units.flatMap(({ unit }) => unit.declarations.flatMap((one) => ('items' in one ? one.items : [])));
  const before = parse('a.ae', text);
  /** Which items are the same objects after an edit, and which are new. */
  const kept = (from: string, to: string): string => {
    const edited = text.replace(from, to);
    const now = parse('a.ae', edited, before);
    expect(now).toEqual(parse('a.ae', edited));
    const known = new Set(itemsIn(before));
    return itemsIn(now)
      .map((item) => (known.has(item) ? '.' : 'x'))
      .join('');
  };

  it('are parsed alone where their lines are edited, and where one comes or goes', () => {
    expect(kept('dense(4)', 'dense(5)')).toBe('.x....');
    expect(kept('The', 'Our')).toBe('.x....');
    expect(kept('1e-3', '2e-3')).toBe('...xx.');
    expect(kept('    dense(9)\n', '    dense(9)\n    relu\n')).toBe('..xxxx');
    expect(kept('  input x: [9]\n', '  input x: [9]\n  input y: [3]\n')).toBe('.xxxxxx');
    expect(kept('  train {', '\n  train {')).toBe('.....x');
  });

  it('are all parsed anew where an edit may be more than of them', () => {
    for (const [from, to] of [
      ['A {', 'B {'],
      ['  }\n  rec', '\n  rec'],
      ['epochs 3 }', 'epochs 3 } }'],
      ['[9]', '[9'],
      // What was documented is not there any more: its comment is of the next.
      ['  encoder { dense(4) }  // narrow', ''],
      ['4) }  // narrow', '5) }\n  /// Mine.'],
      ['  decoder {', '  /* decoder {'],
      ['  reconstruct', '  let k = 3\n}\nautoencoder B {\n  reconstruct'],
    ] as const)
      expect(kept(from, to), to).toMatch(/^x*$/);
  });
});

describe('parsing after an edit is parsing', () => {
  it('for one edit of a text that has no mistakes', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const word = fc.constantFrom(
      ...[
        '',
        '',
        ' ',
        '\n',
        '\r',
        'x',
        '3',
        ';',
        ':',
        '}',
        '/// c',
        '/// c\n',
        '// aec-ignore AE4001\n',
        'penalty l1(h)\n',
      ],
      ...['\n}\nautoencoder B {\n', 'h: ', '%', 'input y: [3]', 'block B { relu }\n', '{', '('],
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...good),
        fc.array(fc.tuple(place, fc.nat(20), word), { minLength: 8, maxLength: 8 }),
        (text, edits) => {
          const before = parse('a.ae', text);
          for (const [share, length, put] of edits) {
            const at = Math.floor(share * text.length);
            const edited = text.slice(0, at) + put + text.slice(at + length);
            expect(parse('a.ae', edited, before)).toEqual(parse('a.ae', edited));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('for any edits of any files', () => {
    const place = fc.double({ min: 0, max: 1, noNaN: true });
    const word = fc.constantFrom(
      ...['{', '}', '(', '\n', ' ', 'x', ';', 'block B {', '// c', '"', 'autoencoder', '/*', '%', ')'],
    );
    const edits = fc.array(fc.tuple(place, fc.nat(12), word), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...good), { minLength: 1, maxLength: 3 }), edits, (files, steps) => {
        let text = files.join('\n');
        let ast = parse('a.ae', text);
        for (const [share, length, put] of steps) {
          const at = Math.floor(share * text.length);
          text = text.slice(0, at) + put + text.slice(at + length);
          ast = parse('a.ae', text, ast);
          const fresh = parse('a.ae', text);
          expect(ast).toEqual(fresh);
          expect(violations(ast)).toEqual([]);
        }
      }),
      { numRuns: 150 },
    );
  });
});
