/** Tables as Apache Parquet. */
import type { Column } from '../../dataset.js';
import { failure, type Result } from '../../result.js';
import { inBytes, isOutOfMemory, largestFile, readBytes } from '../files.js';
import { imported } from './packages.js';
import { columnsOf, type Reading, type Row } from './table.js';

const damaged = 'the file is damaged, or not what its name says';

/**
 * Columns by the names of the fields, as of a table with a header. A list of numbers, as long in every row, is fields
 * `name.1`, `name.2`, and so on. Rows are counted from 1.
 * Errors: as `columnsOf`; a damaged file, lists of several lengths, values that are neither numbers nor words.
 */
export async function loadParquet(path: string, reading: Reading): Promise<Result<Readonly<Record<string, Column>>>> {
  const bytes = await readBytes(path);
  if (!bytes.ok) return bytes;
  const { buffer, byteOffset, byteLength } = bytes.value;
  const file = buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
  const library = await imported({ path }, ['hyparquet', 'hyparquet-compressors'], async () => ({
    ...(await import('hyparquet')),
    ...(await import('hyparquet-compressors')),
  }));
  if (!library.ok) return library;
  const { parquetMetadata, parquetRead, parquetSchema, compressors } = library.value;
  let header: readonly string[];
  let rows: readonly (readonly unknown[])[] = [];
  try {
    const metadata = parquetMetadata(file);
    header = parquetSchema(metadata).children.map(({ element }) => element.name);
    const unpacked = metadata.row_groups.reduce((sum, group) => sum + Number(group.total_byte_size), 0);
    if (!(unpacked <= largestFile))
      return failure(path, `a table of at most ${inBytes(largestFile)}`, inBytes(unpacked), 'take a part of it');
    await parquetRead({ file, metadata, compressors, onComplete: (all) => (rows = all) });
  } catch (error) {
    const found = isOutOfMemory(error) ? 'more than the memory holds' : 'data that cannot be decoded';
    return failure(path, 'a whole Parquet file', found, damaged);
  }
  return asColumns(path, header, rows, reading);
}

function asColumns(
  path: string,
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
  reading: Reading,
): Result<Readonly<Record<string, Column>>> {
  const lengths = names.map((_, field) => rows.map((row) => row[field]).find(isList)?.length);
  const header = names.flatMap((name, field) => {
    const length = lengths[field];
    return length === undefined ? [name] : Array.from({ length }, (_, i) => `${name}.${i + 1}`);
  });
  const table: Row[] = [];
  for (const [i, row] of rows.entries()) {
    const fields: string[] = [];
    for (const [field, length] of lengths.entries()) {
      const value = row[field];
      if (length !== undefined && isList(value) && value.length !== length)
        return failure(
          { path, row: i + 1, column: names[field]! },
          `lists of ${length} numbers, as above it`,
          String(value.length),
        );
      if (length === undefined) fields.push(textOf(value));
      else fields.push(...(isList(value) ? Array.from(value, textOf) : Array<string>(length).fill('')));
    }
    table.push({ line: i + 1, fields });
  }
  return columnsOf({ header, hasHeader: true, rows: table }, path, reading);
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
