/** Tables of numbers. */
import { parse, type CsvError } from 'csv-parse/sync';
import type { Column } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { isOutOfMemory, readBytes } from '../files.js';
import { fieldsByHeader, fieldsNamed } from './fields.js';

/** Text is read as one string, of which JavaScript allows half a GiB; and its fields take several times as much. */
const largestTable = 2 ** 28;
const asArray = 'save it as an array: numpy.save("data.npy", table)';

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
 * Columns of numbers, in the fields that are named or by their headers (see `fieldsByHeader`). The first line is a header
 * where any of its fields is no number. Errors: a field that is no number, a line with more or fewer fields, with row
 * (line of the file) and column; a name that no header is.
 */
export async function loadCsv(path: string, reading: Reading = {}): Promise<Result<Readonly<Record<string, Column>>>> {
  const bytes = await readBytes(path, largestTable, asArray);
  if (!bytes.ok) return bytes;
  const encoding = otherEncoding(bytes.value);
  if (encoding !== undefined) return failure(path, 'a table as UTF-8 text', encoding.found, encoding.hint);
  return parseCsv(new TextDecoder().decode(bytes.value), path, reading);
}

/** What the first bytes say, where it is not UTF-8. */
function otherEncoding(bytes: Uint8Array): { readonly found: string; readonly hint: string } | undefined {
  const [a, b] = bytes;
  const start = bytes.subarray(0, 400);
  const zeros = start.filter((byte) => byte === 0).length;
  // Every second byte of numbers in UTF-16 is zero, with or without a mark in front.
  const isWide = (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || zeros > start.length / 3;
  if (isWide)
    return {
      found: 'UTF-16 text',
      hint: 'save it as UTF-8: in a spreadsheet "CSV UTF-8", on a command line iconv -f UTF-16 -t UTF-8',
    };
  return zeros > 0 ? { found: 'a binary file', hint: 'name the file as what it is: .npy, .npz, .idx' } : undefined;
}

export function parseCsv(text: string, path: string, reading: Reading = {}): Result<Readonly<Record<string, Column>>> {
  try {
    return columnsOf(text, path, reading);
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return failure(path, 'a table that fits into the memory', 'a larger one', asArray);
  }
}

function columnsOf(
  text: string,
  path: string,
  { wanted = [], optional = new Set(), categories = new Set(), fields: named }: Reading,
): Result<Readonly<Record<string, Column>>> {
  const read = readRecords(text, path);
  if (!read.ok) return read;
  const [first, ...others] = read.value;
  if (first === undefined) return failure(path, 'at least one row of numbers', 'an empty file');
  const hasHeader = first.fields.some((field) => !isNumber(field));
  const records = hasHeader ? others : read.value;
  if (records.length === 0) return failure(path, 'at least one row of numbers', 'a header alone');
  const header = first.fields.map((field, i) => (hasHeader ? field.trim() : String(i + 1)));

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
    const classes = areClasses && fields.length === 1 ? namesIn(records, fields[0]!) : undefined;
    if (classes !== undefined) {
      columns[name] = { ...classes, shape: [], scale: 1, source: path };
      continue;
    }
    const data = new Float32Array(records.length * fields.length);
    for (const [row, record] of records.entries()) {
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
    columns[name] = { shape: name === 'x' || fields.length > 1 ? [fields.length] : [], data, scale: 1, source: path };
  }
  return success(columns);
}

/** Words of a field as numbers of classes, in the order of the alphabet; undefined where they are numbers already. Empty fields are NaN. */
function namesIn(records: readonly Row[], field: number): Pick<Column, 'data' | 'names'> | undefined {
  const words = records.map(({ fields }) => (fields[field] ?? '').trim());
  if (words.every((word) => word === '' || isNumber(word))) return undefined;
  const names = [...new Set(words.filter((word) => word !== ''))].sort();
  const numbers = new Map(names.map((word, i) => [word, i]));
  return { names, data: Float32Array.from(words, (word) => numbers.get(word) ?? NaN) };
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

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
    if (isOutOfMemory(error)) throw error;
    const fault = error as CsvError &
      Partial<{
        readonly lines: number;
        readonly record: readonly string[];
        readonly columns: number | readonly unknown[];
      }>;
    const place = fault.lines === undefined ? path : { path, row: fault.lines };
    const { found, hint } = inOurWords(fault, text);
    return failure(place, 'a table with as many fields in every row', found, hint);
  }
}

/** What the parser complains of. */
function inOurWords(
  fault: Partial<{ readonly code: string; readonly record: readonly string[] }>,
  text: string,
): { readonly found: string; readonly hint: string } {
  switch (fault.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
    case 'CSV_RECORD_INCONSISTENT_COLUMNS': {
      const count = fault.record?.length;
      return {
        found: count === undefined ? 'more or fewer here' : `${count} here`,
        hint: `fields are told apart by ${nameOf(delimiterOf(text))}, as in the first line`,
      };
    }
    case 'CSV_QUOTE_NOT_CLOSED':
      return { found: 'a quote that is not closed', hint: 'close it, or leave out the quotes' };
    default:
      return { found: 'a quote in the middle of a field', hint: 'put the whole field in quotes, or leave them out' };
  }
}

const nameOf = (mark: string): string => (mark === '\t' ? 'tabs' : `"${mark}"`);

/** The separator that the first line holds most of. */
function delimiterOf(text: string): string {
  const line = text.slice(0, text.indexOf('\n') + 1 || undefined);
  const count = (mark: string): number => line.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

const isNumber = (field: string): boolean =>
  field.trim() !== '' && (Number.isFinite(Number(field)) || /^[+-]?(nan|inf(inity)?)$/i.test(field.trim()));
