/** The error of a trained example on examples that it has not seen, beside that of PCA. */
import {
  batchTensors,
  elements,
  release,
  splitRows,
  type Column,
  type Dataset,
  type Inference,
  type Tensors,
} from '../src/runtime/index.js';
import { fitPca, reconstruct, type Pca, type Rows } from '../src/runtime/figures/pca.js';
import { symmetricEigen } from '../src/runtime/eigen.js';

export interface Measured {
  /** Mean squared error an element. */
  readonly error: number;
  /** Of as many principal components as the code has numbers; absent where the code is at least as wide as the data. */
  readonly pca?: number;
}

/** All components by data set: an eigenvalue problem of 784 features takes longer than most trainings. */
const fitted = new Map<string, Pca>();

const most = 1000;

/** Undefined where no array is reconstructed, as by a GAN. `source` names the data set. */
export async function measure(
  program: Inference,
  weights: Tensors,
  data: Dataset,
  source: string,
): Promise<Measured | undefined> {
  const { spec } = program;
  const variable = spec.variables.find(({ domain }) => domain.kind !== 'category');
  if (variable === undefined || program.reconstruct === undefined) return undefined;
  const split = splitRows(data.size, spec.validation, spec.seed);
  const unseen = (split.validation.length > 0 ? split.validation : split.train).subarray(0, most);
  const batch = batchTensors(data, spec.variables, unseen);
  const read = { ...batch, ...program.degrade?.(weights, batch) };
  const outputs = program.reconstruct(weights, read);
  const output = outputs[variable.name];
  const values = output === undefined ? undefined : Float32Array.from(await output.data());
  release([outputs, read, batch]);
  if (values === undefined) return undefined;
  const column = data.columns[variable.name]!;
  const clean = rowsOf(column, unseen);
  const error = meanSquare(values, clean.values);
  const size = spec.code.reduce((sum, { shape }) => sum + elements(shape), 0);
  if (size >= clean.d) return { error };
  const key = `${source} ${variable.name} ${spec.validation} ${spec.seed}`;
  const all = fitted.get(key) ?? (await fitPca(rowsOf(column, split.train), clean.d, symmetricEigen));
  fitted.set(key, all);
  const k = Math.min(all.k, size);
  const components = await reconstruct({ ...all, k, components: all.components.subarray(0, k * clean.d) }, clean);
  return { error, pca: meanSquare(components, clean.values) };
}

function rowsOf(column: Column, rows: Int32Array): Rows {
  const d = elements(column.shape);
  const values = new Float32Array(rows.length * d);
  rows.forEach((row, i) => {
    for (let j = 0; j < d; j++) values[i * d + j] = column.data[row * d + j]! * column.scale;
  });
  return { values, n: rows.length, d };
}

function meanSquare(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}
