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

export interface Dataset {
  readonly size: number;
  readonly columns: Readonly<Record<string, Column>>;
  /** Columns whose examples are texts, words one after the other, until they meet a vocabulary. */
  readonly texts?: Readonly<Record<string, TextColumn>>;
  /** Columns whose examples are trees. */
  readonly trees?: Readonly<Record<string, TreeColumn>>;
  /** The words that the tokens of these columns stand for, from 1 on. */
  readonly vocabularies?: Readonly<Record<string, readonly string[]>>;
  /** The names of the classes of these columns, from 0 on. */
  readonly classes?: Readonly<Record<string, readonly string[]>>;
}

/** Elements of a shape: `[28, 28, 1]` → 784, `[]` → 1. */
export const elements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The chosen examples, in the order given, as a data set of their own. */
export function selectRows(dataset: Dataset, rows: ArrayLike<number>): Dataset {
  const columns: Record<string, Column> = {};
  for (const [name, column] of Object.entries(dataset.columns)) {
    columns[name] = { ...column, data: gatherRows(column, rows) };
  }
  const trees = Object.entries(dataset.trees ?? {}).map(([name, column]) => [name, selectTrees(column, rows)] as const);
  return { size: rows.length, columns, ...(trees.length === 0 ? {} : { trees: Object.fromEntries(trees) }) };
}

/** The raw elements of the chosen examples; `scale` is not applied. */
export function gatherRows(column: Column, rows: ArrayLike<number>): Column['data'] {
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
