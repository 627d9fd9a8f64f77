/** Tables of numbers. */
import { parse, type CsvError } from 'csv-parse/sync';
import type { Column } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { readBytes } from '../files.js';

/**
 * One column `x` of all fields; a field headed `y`, `label` or `class` becomes the column `y`, and
 * fields headed as one of `wanted` columns of their own. The first line is a header where any of its fields is no number.
 * Errors: a field that is no number, a line with more or fewer fields; with row (line of the file) and column.
 */
export async function loadCsv(
  path: string,
  wanted: readonly string[] = [],
): Promise<Result<Readonly<Record<string, Column>>>> {
  const bytes = await readBytes(path);
  return bytes.ok ? parseCsv(new TextDecoder().decode(bytes.value), path, wanted) : bytes;
}

export function parseCsv(
  text: string,
  path: string,
  wanted: readonly string[] = [],
): Result<Readonly<Record<string, Column>>> {
  const read = readRecords(text, path);
  if (!read.ok) return read;
  const [first, ...others] = read.value;
  if (first === undefined) return failure(path, 'at least one row of numbers', 'an empty file');
  const hasHeader = first.fields.some((field) => !isNumber(field));
  const records = hasHeader ? others : read.value;
  if (records.length === 0) return failure(path, 'at least one row of numbers', 'a header alone');
  const header = first.fields.map((field, i) => (hasHeader ? field.trim() : String(i + 1)));

  const groups = groupFields(header, hasHeader ? wanted : []);
  const columns: Record<string, Column> = {};
  for (const [name, fields] of groups) {
    const data = new Float32Array(records.length * fields.length);
    for (const [row, record] of records.entries()) {
      for (const [j, field] of fields.entries()) {
        const written = record.fields[field] ?? '';
        if (!isNumber(written)) {
          const column = hasHeader ? (header[field] ?? field + 1) : field + 1;
          return failure(
            { path, row: record.line, column },
            'a number',
            written === '' ? 'an empty field' : JSON.stringify(written),
          );
        }
        data[row * fields.length + j] = Number(written);
      }
    }
    columns[name] = { shape: name === 'x' || fields.length > 1 ? [fields.length] : [], data, scale: 1, source: path };
  }
  return success(columns);
}

interface Row {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

function readRecords(text: string, path: string): Result<readonly Row[]> {
  try {
    // `info` gives the line of each record: quoted fields may hold line breaks.
    const rows = parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
      delimiter: delimiterOf(text),
    }) as unknown as readonly { readonly info: { readonly lines: number }; readonly record: readonly string[] }[];
    return success(rows.map(({ info, record }) => ({ line: info.lines, fields: record })));
  } catch (error) {
    const { message, lines } = error as CsvError & { readonly lines?: number };
    return failure(
      lines === undefined ? path : { path, row: lines },
      'a table with as many fields in every row',
      message,
    );
  }
}

/** The separator that the first line holds most of. */
function delimiterOf(text: string): string {
  const line = text.slice(0, text.indexOf('\n') + 1 || undefined);
  const count = (mark: string): number => line.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

const isNumber = (field: string): boolean =>
  field.trim() !== '' && (Number.isFinite(Number(field)) || /^[+-]?(nan|inf(inity)?)$/i.test(field.trim()));

function groupFields(header: readonly string[], wanted: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const groups = new Map<string, number[]>();
  header.forEach((title, i) => {
    const name = wanted.includes(title)
      ? title
      : /^(y|label|class)$/i.test(title) && Number.isNaN(Number(title))
        ? 'y'
        : 'x';
    groups.set(name, [...(groups.get(name) ?? []), i]);
  });
  // Data before labels: variables without a name take columns in order.
  return new Map([...groups].sort(([a], [b]) => Number(a === 'y') - Number(b === 'y')));
}
