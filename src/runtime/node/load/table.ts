/** Columns of what a table holds, whatever it is written in. */
import type { Column } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { fieldsByHeader, fieldsNamed } from './fields.js';

export interface Table {
  /** Titles of the fields; their numbers, from 1 on, where the table has none. */
  readonly header: readonly string[];
  readonly hasHeader: boolean;
  readonly rows: readonly Row[];
}

export interface Row {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** What a table is read for. */
export interface Reading {
  /** Names of the model's variables. */
  readonly wanted?: readonly string[];
  /** Those that may be missing: an empty field is NaN. */
  readonly optional?: ReadonlySet<string>;
  /** Those that are classes: a field may hold their names. */
  readonly categories?: ReadonlySet<string>;
  /** Which fields are read, as in `x=area,rooms;y=price` (see `fieldsNamed`); by their headers where nothing is said. */
  readonly fields?: string;
}

/**
 * Columns of numbers, in the fields that are named or by their headers (see `fieldsByHeader`). Errors: no rows; a field
 * that is no number, with row (line of the file) and column; a name that no header is.
 */
export function columnsOf(
  { header, hasHeader, rows }: Table,
  path: string,
  { wanted = [], optional = new Set(), categories = new Set(), fields: named }: Reading,
): Result<Readonly<Record<string, Column>>> {
  if (rows.length === 0) return failure(path, 'at least one row of numbers', 'a header alone');
  const groups =
    named === undefined
      ? success(fieldsByHeader(header, hasHeader ? wanted : []))
      : fieldsNamed(named, header, wanted, path);
  if (!groups.ok) return groups;
  const taken = new Set([...groups.value].map(([name]) => name));
  const left = wanted.filter((name) => !taken.has(name));
  const columns: Record<string, Column> = {};
  for (const [name, fields] of groups.value) {
    // What has no variable's name is of those that are left.
    const of = wanted.includes(name) ? [name] : left;
    const mayBeMissing = of.some((one) => optional.has(one));
    const areClasses = of.length > 0 && of.every((one) => categories.has(one));
    const classes = areClasses && fields.length === 1 ? namesIn(rows, fields[0]!) : undefined;
    if (classes !== undefined) {
      columns[name] = { ...classes, shape: [], scale: 1, source: path };
      continue;
    }
    const data = new Float32Array(rows.length * fields.length);
    for (const [row, record] of rows.entries()) {
      for (const [j, field] of fields.entries()) {
        const written = record.fields[field] ?? '';
        const missing = written.trim() === '' && mayBeMissing;
        if (!missing && !isNumber(written)) {
          const column = hasHeader ? shortened(header[field] ?? String(field + 1)) : field + 1;
          return failure(
            { path, row: record.line, column },
            'a number',
            written === '' ? 'an empty field' : JSON.stringify(shortened(written)),
          );
        }
        data[row * fields.length + j] = missing ? NaN : Number(written);
      }
    }
    columns[name] = {
      shape: name === 'x' || fields.length > 1 ? [fields.length] : [],
      data,
      scale: 1,
      ...(hasHeader ? { fields: fields.map((field) => header[field]!) } : {}),
      source: path,
    };
  }
  return success(columns);
}

/** Words of a field as numbers of classes, in the order of the alphabet; undefined where they are numbers already. Empty fields are NaN. */
function namesIn(rows: readonly Row[], field: number): Pick<Column, 'data' | 'names'> | undefined {
  const words = rows.map(({ fields }) => (fields[field] ?? '').trim());
  if (words.every((word) => word === '' || isNumber(word))) return undefined;
  const names = [...new Set(words.filter((word) => word !== ''))].sort();
  const numbers = new Map(names.map((word, i) => [word, i]));
  return { names, data: Float32Array.from(words, (word) => numbers.get(word) ?? NaN) };
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

export const isNumber = (field: string): boolean =>
  field.trim() !== '' && (Number.isFinite(Number(field)) || /^[+-]?(nan|inf(inity)?)$/i.test(field.trim()));
