/**
 * docs/language.md says how each item of the lectures and each well-known model is written, and whether it compiles
 * today. Every row links to a whole model; with AEC_UPDATE=1 the last column is written instead of compared.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../src/compiler.js';
import { renderAll } from '../../src/diagnostics/render.js';
import { formatSource } from '../../src/format/format.js';
import { faultsOf, modelAt, placesOf, rowsIn, statusOf, withStatuses } from './language.js';

const docs = new URL('../../docs/', import.meta.url);
const document = new URL('language.md', docs);
const text = readFileSync(document, 'utf8');
const rows = rowsIn(text);

const files = readdirSync(new URL('models/', docs), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ae'))
  .map((file) => `models/${file.replaceAll('\\', '/')}`)
  .sort();
const models = new Map(files.map((file) => [file, modelAt(new URL(file, docs))]));

describe('the models of docs/language.md', () => {
  it.each(files)('%s is right, says what it is, and is written as aec fmt writes it', (file) => {
    const model = models.get(file)!;
    const faults = faultsOf(model.checked);
    expect(
      renderAll(faults, model.checked.locate, (name) => model.checked.files.get(name)?.text, { color: false }),
    ).toEqual([]);
    expect(model.text).toMatch(/^\/\/\/ \S/);
    expect(formatSource(file, model.text)).toEqual({ text: model.text });
  });

  it('are all linked', () => {
    const linked = new Set(rows.flatMap((row) => row.files));
    expect(files.filter((file) => !linked.has(file))).toEqual([]);
    expect([...linked].filter((file) => !models.has(file))).toEqual([]);
  });
});

describe('the rows of docs/language.md', () => {
  it('are all there', () => {
    expect(rows.filter(({ ofStatements }) => !ofStatements).length).toBeGreaterThan(150);
  });

  it.each(rows.map((row) => ({ name: row.title, row })))('$name', ({ row }) => {
    const linked = row.files.flatMap((file) => models.get(file) ?? []);
    expect(
      row.clauses.filter((clause) => !linked.some((model) => placesOf(clause, model.text).length > 0)),
      'stands in no linked file',
    ).toEqual([]);
    if (process.env['AEC_UPDATE'] !== '1') expect(row.today).toBe(statusOf(row, models));
  });

  it('are written where that was asked for', () => {
    if (process.env['AEC_UPDATE'] === '1')
      writeFileSync(document, withStatuses(text, new Map(rows.map((row) => [row.line, statusOf(row, models)]))));
  });
});

describe('the programs of docs/language.md', () => {
  const programs = [...text.matchAll(/```ae\n([^]*?)```/g)].flatMap(([, program]) => program ?? []);
  const whole = programs.filter((program) => /^autoencoder /m.test(program));

  it.each(whole)('%s', (program) => {
    const { findings, locate } = check('program.ae', program, () => 'block Stage() { relu }');
    expect(renderAll(faultsOf({ findings }), locate, () => program, { color: false })).toEqual([]);
  });

  it('holds one', () => {
    expect(whole.length).toBeGreaterThan(0);
  });
});
