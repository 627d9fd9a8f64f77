/** Tables as text. */
import { closeSync, openSync, readSync } from 'node:fs';
import { parse, type CsvError } from 'csv-parse/sync';
import type { Column } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import { isOutOfMemory, readBytes } from '../files.js';
import { startOf, tooLarge } from './stored.js';
import { isNumber, readTable, type Columns, type Reading, type Row, type TableReader } from './table.js';

/** Text is read as one string, of which JavaScript allows half a GiB; and its fields take several times as much. */
const largestTable = 2 ** 28;
const asArray = 'save it as an array: numpy.save("data.npy", table)';
/** Bytes of a piece of what is larger. */
const largestPiece = 2 ** 22;

/**
 * Columns of numbers, in the fields that are named or by their headers (see `fieldsByHeader`). The first line is a header
 * where any of its fields is no number. A file of more than `memory` bytes is read in pieces. Errors: a field that is no
 * number, a line with more or fewer fields, with row (line of the file) and column; a name that no header is.
 */
export async function loadCsv(path: string, reading: Reading, memory: number): Promise<Result<Columns>> {
  const isLarge = tooLarge(path, Math.min(memory, largestTable)) !== undefined;
  const bytes = isLarge ? success(startOf(path, 400)) : await readBytes(path);
  if (!bytes.ok) return bytes;
  const encoding = otherEncoding(bytes.value);
  if (encoding !== undefined) return failure(path, 'a table as UTF-8 text', encoding.found, encoding.hint);
  const pieces = isLarge
    ? piecesIn(path, Math.min(largestPiece, Math.max(2 ** 12, memory)))
    : [new TextDecoder().decode(bytes.value)];
  return parsed(pieces, path, reading, isLarge);
}

/** The text of a file, cut behind records, about `size` bytes at a time. */
function* piecesIn(path: string, size: number): Generator<string> {
  const [file, decoder, bytes] = [openSync(path, 'r'), new TextDecoder(), new Uint8Array(size)];
  let text = '';
  try {
    for (;;) {
      const count = readSync(file, bytes);
      text += decoder.decode(bytes.subarray(0, count), { stream: count > 0 });
      if (count === 0) break;
      // Where quotes are wrong no end is found, and is not looked for long.
      const end = text.length > 8 * size ? text.length : lastEnd(text);
      if (end > 0) yield text.slice(0, end);
      text = text.slice(end);
    }
  } finally {
    closeSync(file);
  }
  if (text !== '') yield text;
}

/** The place behind the last line that ends outside of quotes. */
function lastEnd(text: string): number {
  let [end, isQuoted] = [0, false];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') isQuoted = !isQuoted;
    else if (text[at] === '\n' && !isQuoted) end = at + 1;
  }
  return end;
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

/** Columns of a text, as `loadCsv`. */
export const parseCsv = (text: string, path: string, reading: Reading = {}): Result<Readonly<Record<string, Column>>> =>
  // What fits into the memory is in it.
  parsed([text], path, reading, false) as Result<Readonly<Record<string, Column>>>;

function parsed(pieces: Iterable<string>, path: string, reading: Reading, isLarge: boolean): Result<Columns> {
  try {
    let table: TableReader | undefined;
    let form: Form | undefined;
    let line = 0;
    for (const text of pieces) {
      form ??= { delimiter: delimiterOf(text), end: /\r?\n/.exec(text)?.[0] };
      const read = readRecords(text, path, form, line);
      if (!read.ok) return read;
      const [first] = read.value;
      line += text.split('\n').length - 1;
      if (first === undefined) continue;
      const hasHeader = table === undefined && first.fields.some((field) => !isNumber(field));
      if (table === undefined) {
        const header = first.fields.map((field, i) => (hasHeader ? field.trim() : String(i + 1)));
        const opened = readTable(header, hasHeader, path, reading, isLarge);
        if (!opened.ok) return opened;
        table = opened.value;
        form = { ...form, width: first.fields.length };
      }
      const added = table.add(hasHeader ? read.value.slice(1) : read.value);
      if (!added.ok) return added;
    }
    return table?.columns() ?? failure(path, 'at least one row of numbers', 'an empty file');
  } catch (error) {
    if (!isOutOfMemory(error)) throw error;
    return failure(path, 'a table that fits into the memory', 'a larger one', asArray);
  }
}

/** How a table is written, as its beginning tells. */
interface Form {
  readonly delimiter: string;
  /** What its lines end with, where that is known. */
  readonly end: string | undefined;
  readonly width?: number;
}

/** @param before lines in front of the text */
function readRecords(text: string, path: string, form: Form, before: number): Result<readonly Row[]> {
  const { delimiter, end } = form;
  try {
    // `info` gives the line of each record: quoted fields may hold line breaks.
    const rows = parse(text, {
      bom: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
      delimiter,
      relax_column_count: true,
      ...(before === 0 || end === undefined ? {} : { record_delimiter: end }),
    }) as unknown as readonly { readonly info: { readonly lines: number }; readonly record: readonly string[] }[];
    const width = form.width ?? rows[0]?.record.length;
    const other = rows.find(({ record }) => record.length !== width);
    if (other !== undefined)
      return failure(
        { path, row: before + other.info.lines },
        'a table with as many fields in every row',
        `${other.record.length} here`,
        `fields are told apart by ${nameOf(delimiter)}, as in the first line`,
      );
    return success(rows.map(({ info, record }) => ({ line: before + info.lines, fields: record })));
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
    const { lines, code } = error as CsvError & { readonly lines?: number };
    const place = lines === undefined ? path : { path, row: before + lines };
    const isOpen = code === 'CSV_QUOTE_NOT_CLOSED';
    return failure(
      place,
      'a table with as many fields in every row',
      isOpen ? 'a quote that is not closed' : 'a quote in the middle of a field',
      isOpen ? 'close it, or leave out the quotes' : 'put the whole field in quotes, or leave them out',
    );
  }
}

const nameOf = (mark: string): string => (mark === '\t' ? 'tabs' : `"${mark}"`);

/** The separator that the first line holds most of. */
function delimiterOf(text: string): string {
  const line = text.slice(0, text.indexOf('\n') + 1 || undefined);
  const count = (mark: string): number => line.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}
