/** From a data set in memory to tensors: split, order, batches, and statistics of the training part. */
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { elements, gatherRows, partsOf, type Column, type Dataset, type StoredColumn } from './dataset.js';
import type { ProgramSpec, StatisticSpec, Tensors, VariableSpec } from './program.js';
import { batchOfTrees, selectTrees } from './trees.js';
import { permutation, reservedStreams } from './random.js';
import { whitening } from './whitening.js';

export interface Split {
  /** Row numbers of the data set. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Holds out a share of the examples, the same ones for the same seed and size.
 * Fewer than two are none: a share of a handful says nothing of what was not seen, and those examples are missed.
 */
export function splitRows(size: number, share: number, seed: number): Split {
  const order = permutation(seed, 0, reservedStreams.split, size);
  const wanted = Math.round(size * share);
  const held = wanted < 2 ? 0 : Math.min(size - 1, wanted);
  // In the order of the file: which examples are held out is random, where they stand is not.
  return { train: order.slice(held).sort(), validation: order.slice(0, held).sort() };
}

/**
 * The split of a program's data. Where labels may be missing, the held-out part has the same share of known ones as the
 * whole, to a row: of rows that know the same labels, the same share is held out.
 */
export function splitOf(data: Dataset, { variables, validation, seed }: SplitSettings): Split {
  const labels = variables.flatMap(({ name, optional, role, shape }) => {
    const { data: values } = data.columns[name] ?? {};
    if (values === undefined) return [];
    if (optional === true) return [(row: number) => values[row]! >= 0];
    return role === 'mask' && shape.join() === '1' ? [(row: number) => values[row]! > 0] : [];
  });
  const whole = splitRows(data.size, validation, seed);
  if (labels.length === 0 || whole.validation.length === 0) return whole;
  const kinds = new Map<string, number[]>();
  for (const row of permutation(seed, 0, reservedStreams.split, data.size)) {
    const kind = labels.map((isKnown) => Number(isKnown(row))).join('');
    const rows = kinds.get(kind) ?? [];
    rows.push(row);
    kinds.set(kind, rows);
  }
  const share = whole.validation.length / data.size;
  const held: number[] = [];
  let seen = 0;
  for (const rows of kinds.values()) {
    // Rounding is carried on, so that as many are held out as without kinds.
    seen += rows.length;
    held.push(...rows.slice(0, Math.round(seen * share) - held.length));
  }
  const out = new Set(held);
  const train = Int32Array.from({ length: data.size }, (_, row) => row).filter((row) => !out.has(row));
  return { train, validation: Int32Array.from(held).sort() };
}

type SplitSettings = Pick<ProgramSpec, 'variables' | 'validation' | 'seed'>;

/** The order of an epoch: a permutation of 0 … size−1 that depends on (seed, epoch) alone. */
export function epochOrder(seed: number, epoch: number, size: number): Int32Array {
  return permutation(seed, epoch, reservedStreams.shuffle, size);
}

export const batchSize = (batch: number | 'full', size: number): number =>
  batch === 'full' ? size : Math.min(batch, size);

/** Batches in an epoch; the last one may be smaller. */
export const stepsPerEpoch = (batch: number | 'full', size: number): number =>
  Math.ceil(size / Math.max(1, batchSize(batch, size)));

/**
 * Tensors `[rows, …shape]` of the variables: float32 scaled by the column's scale,
 * int32 for categories. The caller disposes them.
 * Throws where a variable has no column: `fitDataset` comes first.
 */
export function batchTensors(dataset: Dataset, variables: readonly VariableSpec[], rows: ArrayLike<number>): Tensors {
  const batch: Record<string, Tensor> = {};
  for (const variable of variables) {
    if (variable.tree !== undefined) {
      if (variable.tree.at === 'leaves') Object.assign(batch, treeTensors(dataset, variable, variables, rows));
      continue;
    }
    batch[variable.name] = columnTensor(columnOf(dataset, variable), variable, rows);
  }
  return batch;
}

export function columnOf(dataset: Dataset, { name }: VariableSpec): Column | StoredColumn {
  const column = dataset.columns[name] ?? dataset.stored?.[name];
  if (column === undefined) throw new Error(`the data set has no column ${name}`);
  return column;
}

/** The arrays of a batch of trees, what stands at their leaves and, where it is declared, at their nodes. */
function treeTensors(
  dataset: Dataset,
  { name, tree }: VariableSpec,
  variables: readonly VariableSpec[],
  rows: ArrayLike<number>,
): Tensors {
  const column = dataset.trees?.[name];
  if (column === undefined) throw new Error(`the data set has no trees ${name}`);
  const label = variables.find((one) => one.tree?.of === name && one.tree.at === 'nodes');
  const fed = batchOfTrees(selectTrees(column, rows), tree!.below);
  return Object.fromEntries(
    fed.flatMap(({ array, values, shape }) => {
      if (array === 'label' && label === undefined) return [];
      const key = array === '' ? name : array === 'label' ? label!.name : `${name}.${array}`;
      return [[key, tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32')] as const];
    }),
  );
}

function columnTensor(column: Column | StoredColumn, variable: VariableSpec, rows: ArrayLike<number>): Tensor {
  const values = columnArray(column, variable, rows);
  return tensor(values, [rows.length, ...variable.shape], values instanceof Int32Array ? 'int32' : 'float32');
}

/** The values of some rows as batches have them. */
export function columnArray(
  column: Column | StoredColumn,
  { domain }: VariableSpec,
  rows: ArrayLike<number>,
): Float32Array | Int32Array {
  const data = gatherRows(column, rows);
  return domain.kind === 'category' ? Int32Array.from(data) : scaled(data, column.scale);
}

/** Elements as float32, multiplied by `scale`. */
export function scaled(data: Column['data'], scale: number): Float32Array {
  const out = data instanceof Float32Array && scale === 1 ? data : Float32Array.from(data);
  if (scale !== 1) for (let i = 0; i < out.length; i++) out[i] = out[i]! * scale;
  return out;
}

/**
 * A statistic of each feature of a variable over some rows, of one example's shape; `whitening` is of all together.
 * Sums are in float64; `std` is the population's (divided by the number of rows). With a mask, over what is there.
 */
export function statistic(
  column: Column | StoredColumn,
  kind: StatisticSpec['kind'],
  rows: ArrayLike<number>,
  mask?: Column,
): Float32Array {
  const width = elements(column.shape);
  if (kind === 'whitening')
    return whitening(
      column,
      rows,
      average(column, rows, width, (value) => value * column.scale),
    );
  if (mask !== undefined && 'data' in column)
    return Float32Array.from(known(column, kind, rows, mask), (value) => value * column.scale);
  const fold = kind === 'min' ? Math.min : kind === 'max' ? Math.max : undefined;
  const values = fold === undefined ? moments(column, rows, width, kind === 'std') : extreme(column, rows, width, fold);
  return Float32Array.from(values, (value) => value * column.scale);
}

function extreme(
  column: Column | StoredColumn,
  rows: ArrayLike<number>,
  width: number,
  fold: (a: number, b: number) => number,
): Float64Array {
  const out = new Float64Array(width).fill(fold === Math.min ? Infinity : -Infinity);
  for (const { data, rows: some } of partsOf(column, rows))
    for (let i = 0; i < some.length; i++) {
      const from = some[i]! * width;
      for (let j = 0; j < width; j++) out[j] = fold(out[j]!, data[from + j]!);
    }
  return out;
}

/** Means, or standard deviations around them in a second pass, which loses no digits; exactly 0 where all values are one. */
function moments(
  column: Column | StoredColumn,
  rows: ArrayLike<number>,
  width: number,
  deviation: boolean,
): Float64Array {
  const mean = average(column, rows, width, (value) => value);
  if (!deviation) return mean;
  const variance = average(column, rows, width, (value, j) => (value - mean[j]!) ** 2);
  const [low, high] = [extreme(column, rows, width, Math.min), extreme(column, rows, width, Math.max)];
  return variance.map((value, j) => (low[j] === high[j] ? 0 : Math.sqrt(value)));
}

function average(
  column: Column | StoredColumn,
  rows: ArrayLike<number>,
  width: number,
  of: (value: number, feature: number) => number,
): Float64Array {
  const sums = new Float64Array(width);
  for (const { data, rows: some } of partsOf(column, rows))
    for (let i = 0; i < some.length; i++) {
      const from = some[i]! * width;
      for (let j = 0; j < width; j++) sums[j] = sums[j]! + of(data[from + j]!, j);
    }
  return sums.map((sum) => sum / rows.length);
}

/** Of each feature over the rows where it is there; 0 of one that never is. */
function known(
  column: Column,
  kind: 'min' | 'max' | 'mean' | 'std',
  rows: ArrayLike<number>,
  mask: Column,
): readonly number[] {
  const width = elements(column.shape);
  const parts = elements(mask.shape);
  return Array.from({ length: width }, (_, j) => {
    const values: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      const part = Math.floor((j * parts) / width);
      if (mask.data[rows[i]! * parts + part] !== 0) values.push(column.data[rows[i]! * width + j]!);
    }
    if (values.length === 0) return 0;
    const least = values.reduce((a, b) => Math.min(a, b));
    const most = values.reduce((a, b) => Math.max(a, b));
    if (kind === 'min') return least;
    if (kind === 'max') return most;
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    if (kind === 'mean') return mean;
    return least === most ? 0 : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  });
}
