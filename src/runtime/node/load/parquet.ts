/** Tables as Apache Parquet. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { failure, success, type Result } from '../../result.js';
import { isOutOfMemory, readBytes } from '../files.js';
import { imported } from './packages.js';
import { NoRoom } from './stored.js';
import { readTable, type Columns, type Reading, type Row } from './table.js';

const damaged = 'the file is damaged, or not what its name says';

/**
 * Columns by the names of the fields, as of a table with a header. A list of numbers, as long in every row, is fields
 * `name.1`, `name.2`, and so on. Rows are counted from 1.
 * Of tables that unpack to more than `memory` bytes one group of rows is read at a time.
 * Errors: as `readTable`; a damaged file, lists of several lengths, values that are neither numbers nor words.
 */
export async function loadParquet(path: string, reading: Reading, memory: number): Promise<Result<Columns>> {
  const library = await imported({ path }, ['hyparquet', 'hyparquet-compressors'], async () => ({
    ...(await import('hyparquet')),
    ...(await import('hyparquet-compressors')),
  }));
  if (!library.ok) return library;
  const { parquetMetadataAsync, parquetRead, parquetSchema, compressors } = library.value;
  const found = statSync(path);
  if (!found.isFile()) {
    const none = await readBytes(path);
    if (!none.ok) return none;
  }
  const [byteLength, number] = [found.size, openSync(path, 'r')];
  const slice = (start: number, end = byteLength): ArrayBuffer => {
    const bytes = new Uint8Array(Math.max(0, end - start));
    readSync(number, bytes, 0, bytes.length, start);
    return bytes.buffer;
  };
  const file = { byteLength, slice };
  try {
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const unpacked = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
    const isLarge = !(unpacked <= memory);
    let from = 0;
    const groups = metadata.row_groups.map(({ num_rows: count }) => ({ from, to: (from += Number(count)) }));
    const pieces = isLarge ? groups : [{ from: 0, to: from }];
    const rowsOf = async (piece: { readonly from: number; readonly to: number }): Promise<Rows> => {
      let rows: Rows = [];
      await parquetRead({
        file,
        metadata,
        compressors,
        rowStart: piece.from,
        rowEnd: piece.to,
        onComplete: (all) => (rows = all),
      });
      return rows;
    };
    return await inTable(path, names, pieces, rowsOf, reading, isLarge);
  } catch (error) {
    if (error instanceof NoRoom) throw error;
    const made = isOutOfMemory(error) ? 'more than the memory holds' : 'data that cannot be decoded';
    return failure(path, 'a whole Parquet file', made, damaged);
  } finally {
    closeSync(number);
  }
}

type Rows = readonly (readonly unknown[])[];

/** A field is what its first value is. */
async function inTable<Piece extends { readonly from: number }>(
  path: string,
  names: readonly string[],
  pieces: readonly Piece[],
  rowsOf: (piece: Piece) => Promise<Rows>,
  reading: Reading,
  isLarge: boolean,
): Promise<Result<Columns>> {
  const firsts: unknown[] = names.map(() => undefined);
  let [rows, begun]: [Rows, Piece | undefined] = [[], undefined];
  for (const piece of pieces) {
    if (!firsts.includes(undefined)) break;
    [rows, begun] = [await rowsOf(piece), piece];
    for (const [field, first] of firsts.entries())
      firsts[field] = first ?? rows.map((row) => row[field]).find((value) => value !== null && value !== undefined);
  }
  const lengths = firsts.map((first) => (isList(first) ? first.length : undefined));
  const header = names.flatMap((name, field) => {
    const length = lengths[field];
    return length === undefined ? [name] : Array.from({ length }, (_, i) => `${name}.${i + 1}`);
  });
  const table = readTable(header, true, path, reading, isLarge);
  if (!table.ok) return table;
  for (const piece of pieces) {
    const fields = asText(path, names, lengths, piece === begun ? rows : await rowsOf(piece), piece.from);
    const added = fields.ok ? table.value.add(fields.value) : fields;
    if (!added.ok) return added;
  }
  return table.value.columns();
}

/** Rows as those of a table of text, counted from 1. */
function asText(
  path: string,
  names: readonly string[],
  lengths: readonly (number | undefined)[],
  rows: Rows,
  before: number,
): Result<readonly Row[]> {
  const table: Row[] = [];
  for (const [i, row] of rows.entries()) {
    const line = before + i + 1;
    const fields: string[] = [];
    for (const [field, length] of lengths.entries()) {
      const value = row[field];
      if (length !== undefined && isList(value) && value.length !== length)
        return failure(
          { path, row: line, column: names[field]! },
          `lists of ${length} numbers, as above it`,
          String(value.length),
        );
      if (length === undefined) fields.push(textOf(value));
      else fields.push(...(isList(value) ? Array.from(value, textOf) : Array<string>(length).fill('')));
    }
    table.push({ line, fields });
  }
  return success(table);
}

type List = readonly unknown[] | Float32Array | Float64Array | Int32Array;

const isList = (value: unknown): value is List =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView) && !(value instanceof Uint8Array));

/** As it would stand in a table of text: what is missing is empty, truth is 1, a time its milliseconds. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? '1' : '0';
    case 'undefined':
      return '';
    default:
      if (value === null) return '';
      return value instanceof Date
        ? String(value.getTime())
        : value instanceof Uint8Array
          ? '(bytes)'
          : '(a structure)';
  }
}
