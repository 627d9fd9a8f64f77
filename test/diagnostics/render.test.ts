import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.js';
import { lineTable, offsetAt, positionAt } from '../../src/diagnostics/lines.js';
import { renderDiagnostic, toJson } from '../../src/diagnostics/render.js';
import { parse } from '../../src/parser/parse.js';

function rendered(text: string): string {
  return parse('model.ae', text)
    .diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, text, { color: false }))
    .join('\n\n');
}

describe('renderDiagnostic', () => {
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

  it('shows related places in other lines and other files', () => {
    const text = 'block A { b }\n\n\nblock B { a }\n';
    const diagnostic: Diagnostic = {
      code: 'AE1005',
      severity: 'warning',
      place: { file: 'a.ae', span: { start: 26, end: 27 } },
      title: 'a title',
      cause: 'A cause.',
      related: [
        { place: { file: 'a.ae', span: { start: 10, end: 11 } }, message: 'first used here' },
        { place: { file: 'b.ae', span: { start: 0, end: 1 } }, message: 'and here' },
      ],
      fixes: [],
    };
    const sources = (file: string): string | undefined => (file === 'a.ae' ? text : undefined);
    expect(renderDiagnostic(diagnostic, sources, { color: false })).toMatchInlineSnapshot(`
      "warning[AE1005]: a title
        ┌─ a.ae:4:11
        │
      1 │ block A { b }
        │           - first used here
        ·
      4 │ block B { a }
        │           ^
        ┌─ b.ae
        A cause."
    `);
  });

  it('puts the mark under wide characters and behind tabs', () => {
    expect(rendered('autoencoder A {\n\tpenalty 数 $ 1\n}')).toContain('2 │ \tpenalty 数 $ 1\n  │ \t           ^\n');
  });

  it('colours only on demand', () => {
    const [diagnostic] = parse('model.ae', 'x').diagnostics;
    expect(diagnostic && renderDiagnostic(diagnostic, 'x', { color: true })).toContain('\u001B[31m');
    expect(rendered('x')).not.toContain('\u001B');
  });
});

describe('toJson', () => {
  it('counts lines and columns from 1', () => {
    const text = 'autoencoder A {\r\n  input x [3]\r\n}';
    expect(parse('model.ae', text).diagnostics.map((diagnostic) => toJson(diagnostic, text))).toMatchObject([
      {
        code: 'AE1002',
        severity: 'error',
        place: {
          file: 'model.ae',
          range: { start: { line: 2, column: 10, offset: 26 }, end: { line: 2, column: 10, offset: 26 } },
        },
        fixes: [{ title: 'Insert `:`', edits: [{ newText: ':' }] }],
      },
    ]);
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
