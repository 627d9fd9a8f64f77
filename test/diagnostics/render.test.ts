import { describe, expect, it } from 'vitest';
import { toJson } from '../../src/diagnostics/json.js';
import { lineTable, offsetAt, positionAt } from '../../src/diagnostics/lines.js';
import type { Locate } from '../../src/diagnostics/place.js';
import { render, renderAll } from '../../src/diagnostics/render.js';
import { locateIn } from '../../src/parser/locate.js';
import { parse } from '../../src/parser/parse.js';
import { syntaxFindings } from '../../src/parser/syntax-findings.js';
import { placeOf, saying, unit } from './findings.js';

function rendered(text: string, color = false): string {
  const ast = parse('model.ae', text);
  return renderAll(syntaxFindings(ast), locateIn(ast), text, { color }).join('\n\n');
}

describe('render', () => {
  it('shows the place, the cause and the fix', () => {
    expect(rendered('autoencoder A {\n  input x: [784\n  encoder { code: }\n}\n')).toMatchInlineSnapshot(`
      "error[AE1003]: \`[\` is not closed
        ┌─ model.ae:2:16
        │
      2 │   input x: [784
        │            - this \`[\` is never closed
        │                ^
        The \`[\` has no \`]\` that belongs to it.

        expected: \`]\`
           found: the end of the line
             fix: Insert \`]\`

      error[AE1002]: a layer is missing
        ┌─ model.ae:3:18
        │
      3 │   encoder { code: }
        │                  ^
        The name of a tensor is followed by the layer that computes it.

        expected: a layer
           found: \`}\`"
    `);
  });

  it('counts lines in the file, wherever the unit begins', () => {
    expect(rendered('block A { relu }\n\n\nblock B { relu + }\n')).toContain('┌─ model.ae:4:16\n');
  });

  it('shows related places in other lines and other files', () => {
    const text = 'block A { b }\n\n\nblock B { a }\n';
    const [one, other] = [unit(text), unit('block C { }', 'b.ae')];
    const related = [
      { place: placeOf(one, 'b }'), message: 'first used here' },
      { place: placeOf(other, 'block'), message: 'and here' },
    ];
    const found = saying('AE4001', placeOf(one, 'a }'), { title: 'a title', cause: 'A cause.' }, { related });
    const locate: Locate = (place) => ({ file: place.unit.file, span: place.span });
    const sources = (file: string): string | undefined => (file === 'a.ae' ? text : undefined);
    expect(render(found, locate, sources, { color: false })).toMatchInlineSnapshot(`
      "warning[AE4001]: a title
        ┌─ a.ae:4:11
        │
      1 │ block A { b }
        │           --- first used here
        ·
      4 │ block B { a }
        │           ^^^
        ┌─ b.ae
        A cause."
    `);
  });

  it('puts the mark under wide characters and behind tabs', () => {
    expect(rendered('autoencoder A {\n\tpenalty 数 $ 1\n}')).toContain('2 │ \tpenalty 数 $ 1\n  │ \t           ^\n');
  });

  it('colours only on demand', () => {
    expect(rendered('x', true)).toContain('\u001B[31m');
    expect(rendered('x')).not.toContain('\u001B');
  });
});

describe('toJson', () => {
  it('counts lines and columns from 1, and says message and facts beside the words', () => {
    const text = 'block B { relu }\nautoencoder A {\r\n  input x [3]\r\n}';
    const ast = parse('model.ae', text);
    expect(syntaxFindings(ast).map((one) => toJson(one, locateIn(ast), text))).toMatchObject([
      {
        code: 'AE1002',
        severity: 'error',
        message: 'missing-part',
        facts: { statement: 'input', expects: 'connective', sign: ':', found: '[' },
        title: '`:` is missing',
        place: {
          file: 'model.ae',
          range: { start: { line: 3, column: 10, offset: 43 }, end: { line: 3, column: 10, offset: 43 } },
        },
        fixes: [{ title: 'Insert `:`', edits: [{ newText: ':', place: { file: 'model.ae' } }] }],
      },
    ]);
  });

  it('is plain data', () => {
    const text = 'autoencoder A { input x: [3 }';
    const ast = parse('model.ae', text);
    const json = syntaxFindings(ast).map((one) => toJson(one, locateIn(ast), text));
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
  });
});

describe('lines', () => {
  it('finds positions and offsets in any line ending', () => {
    const table = lineTable('ab\r\nc\rd\n\ne');
    expect([0, 2, 4, 6, 8, 9, 99].map((offset) => positionAt(table, offset))).toEqual([
      { line: 1, column: 1 },
      { line: 1, column: 3 },
      { line: 2, column: 1 },
      { line: 3, column: 1 },
      { line: 4, column: 1 },
      { line: 5, column: 1 },
      { line: 5, column: 2 },
    ]);
    expect(offsetAt(table, { line: 2, column: 1 })).toBe(4);
    expect(offsetAt(table, { line: 1, column: 99 })).toBe(2);
    expect(offsetAt(table, { line: 99, column: 1 })).toBe(10);
  });
});
