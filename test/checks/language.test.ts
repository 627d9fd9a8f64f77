/**
 * docs/language.md says of each statement and of each item of the lectures whether it compiles
 * today. With AEC_UPDATE=1 the column is written instead of compared.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { definitions } from '../../src/builtins/index.js';
import { knownElsewhere, meantElsewhere } from '../../src/ir/elaborate/elsewhere.js';
import { markerOf, rowsIn, verdictOf, withMarkers } from './language.js';

const file = new URL('../../docs/language.md', import.meta.url);
const text = readFileSync(file, 'utf8');
const rows = rowsIn(text);
const markers = new Map<number, string>();

describe('what compiles today', () => {
  it('is said in every table of the lectures, and of the statements', () => {
    expect(rows.length).toBeGreaterThan(120);
  });

  it.each(rows.map((row) => ({ row, name: `${row.cells[0]!} ${row.cells[1]!}` })))('$name', ({ row }) => {
    const statuses = row.pieces.map((piece) => {
      const { status, shown } = verdictOf(piece, row.pieces);
      expect(status, `neither compiles nor is refused as not compiled yet: ${piece}\n${shown}`).toBeDefined();
      return status!;
    });
    const marker = markerOf(row, statuses);
    markers.set(row.line, marker);
    if (process.env['AEC_UPDATE'] !== '1') expect(row.cells.at(-1), row.pieces.map((piece, i) => `${statuses[i]!}: ${piece}`).join('\n')).toBe(marker);
  });

  it('is written where that was asked for', () => {
    if (process.env['AEC_UPDATE'] === '1') writeFileSync(file, withMarkers(text, markers));
  });
});

describe('names from elsewhere', () => {
  it('lead to names of the registry', () => {
    const known = definitions.map((d) => d.name);
    expect(meantElsewhere.filter((name) => !known.includes(name))).toEqual([]);
    expect(knownElsewhere('Conv2D', known)).toBe('conv');
    expect(knownElsewhere('constructor', known)).toBeUndefined();
  });
});
