/**
 * A data set in memory: one column for each variable, examples along the first axis.
 * Loaders (files) and generators (procedural sets) both end here.
 */
import { selectTrees, type TreeColumn } from './trees.js';

export interface Column {
  /** Shape of one example. */
  readonly shape: readonly number[];
  /** Row-major; `size · product(shape)` elements. Int32Array holds category labels. */
  readonly data: Float32Array | Uint8Array | Uint16Array | Int32Array;
  /** A float value is `data · scale`: 1/255 keeps 8-bit images at a byte an element. */
  readonly scale: number;
  /** What whole numbers of it stand for, from 0 on: a table said `setosa`. */
  readonly names?: readonly string[];
  /** What the elements of an example are headed in a table. */
  readonly fields?: readonly string[];
  /** Where it came from, for messages: a path, or `strokes`. */
  readonly source: string;
}

/** Texts: the words of each, as numbers of `words`. */
export interface TextColumn {
  /** Of each text: its first word; at the end, how many there are. */
  readonly leafAt: Int32Array;
  readonly values: Int32Array;
  readonly words: readonly string[];
  readonly source: string;
}

/** A column that is larger than the memory: its examples are read when they are asked for, and are the same each time. */
export interface StoredColumn extends Omit<Column, 'data'> {
  readonly size: number;
  read(rows: ArrayLike<number>): Column['data'];
}

export interface Dataset {
  readonly size: number;
  readonly columns: Readonly<Record<string, Column>>;
  /** Those that are not in memory. */
  readonly stored?: Readonly<Record<string, StoredColumn>>;
  /** Columns whose examples are texts, words one after the other, until they meet a vocabulary. */
  readonly texts?: Readonly<Record<string, TextColumn>>;
  /** Columns whose examples are trees. */
  readonly trees?: Readonly<Record<string, TreeColumn>>;
  /** The words that the tokens of these columns stand for, from 1 on. */
  readonly vocabularies?: Readonly<Record<string, readonly string[]>>;
  /** The names of the classes of these columns, from 0 on. */
  readonly classes?: Readonly<Record<string, readonly string[]>>;
}

/** What the classes of a column are called, from 0 on; undefined where they are numbers alone. */
export const classNames = ({ classes, columns }: Dataset, name: string): readonly string[] | undefined =>
  classes?.[name] ?? columns[name]?.names;

/** Elements of a shape: `[28, 28, 1]` → 784, `[]` → 1. */
export const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Numbers of several arrays, one behind the other. */
export function inOne(parts: readonly ArrayLike<number>[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The chosen examples, in the order given, as a data set of their own. */
export function selectRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  const columns: Record<string, Column> = {};
  for (const [name, column] of Object.entries({ ...dataset.stored, ...dataset.columns })) {
    columns[name] = { ...column, data: gatherRows(column, rows) };
  }
  const trees = Object.entries(dataset.trees ?? {}).map(([name, column]) => [name, selectTrees(column, rows)] as const);
  return { size: rows.length, columns, ...(trees.length === 0 ? {} : { trees: Object.fromEntries(trees) }) };
}

/** Elements that are looked at in one piece. */
const window = 2 ** 20;

/** Row numbers in their order, as many at a time as a piece holds. */
export function* piecesOf(rows: Int32Array, shape: readonly number[]): Generator<Int32Array> {
  const count = Math.max(1, Math.floor(window / elements(shape)));
  for (let from = 0; from < rows.length; from += count) yield rows.subarray(from, from + count);
}

export const allRows = (size: number): Int32Array => Int32Array.from({ length: size }, (_, row) => row);

/** A column with some rows of it, which the numbers beside it name: all of what is in memory, a piece of what is not. */
export function* partsOf(
  column: Column | StoredColumn,
  rows: ArrayLike<number>,
): Generator<{ readonly data: Column['data']; readonly rows: ArrayLike<number> }> {
  if ('data' in column) yield { data: column.data, rows };
  else
    for (const piece of piecesOf(Int32Array.from(rows), column.shape))
      yield { data: column.read(piece), rows: allRows(piece.length) };
}

/** The raw elements of the chosen examples; `scale` is not applied. */
export function gatherRows(column: Column | StoredColumn, rows: ArrayLike<number>): Column['data'] {
  if (!('data' in column)) return column.read(rows);
  const width = elements(column.shape);
  const out = emptyLike(column.data, rows.length * width);
  for (let i = 0; i < rows.length; i++) {
    const from = rows[i]! * width;
    out.set(column.data.subarray(from, from + width), i * width);
  }
  return out;
}

function emptyLike(data: Column['data'], length: number): Column['data'] {
  if (data instanceof Float32Array) return new Float32Array(length);
  if (data instanceof Uint16Array) return new Uint16Array(length);
  return data instanceof Uint8Array ? new Uint8Array(length) : new Int32Array(length);
}
