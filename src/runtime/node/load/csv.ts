/** Tables as text. */
import { parse, type CsvError } from 'csv-parse/sync';
import type { Column } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { isOutOfMemory, readBytes } from '../files.js';
import { columnsOf, isNumber, type Reading, type Row, type Table } from './table.js';

/** Text is read as one string, of which JavaScript allows half a GiB; and its fields take several times as much. */
const largestTable = 2 ** 28;
const asArray = 'save it as an array: numpy.save("data.npy", table)';

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
    const table = tableOf(text, path);
    return table.ok ? columnsOf(table.value, path, reading) : table;
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return failure(path, 'a table that fits into the memory', 'a larger one', asArray);
  }
}

function tableOf(text: string, path: string): Result<Table> {
  const read = readRecords(text, path);
  if (!read.ok) return read;
  const [first, ...others] = read.value;
  if (first === undefined) return failure(path, 'at least one row of numbers', 'an empty file');
  const hasHeader = first.fields.some((field) => !isNumber(field));
  const rows = hasHeader ? others : read.value;
  return success({
    header: first.fields.map((field, i) => (hasHeader ? field.trim() : String(i + 1))),
    hasHeader,
    rows,
  });
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
