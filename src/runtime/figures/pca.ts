/** Principal components: the best linear autoencoder of a given code size, and a plane to look at codes in. */
import { add, matMul, sub, tensor1d, tensor2d, tidy, transpose, type Tensor2D } from '@tensorflow/tfjs-core';
import { normals } from '../random.js';

/**
 * Eigenvalues of a symmetric n × n matrix (row-major), and vectors: element i of vector c at i·n + c. Given from
 * outside, since no library of linear algebra comes with TensorFlow.js.
 */
export type SymmetricEigen = (
  matrix: Float64Array,
  n: number,
) => { readonly values: ArrayLike<number>; readonly vectors: ArrayLike<number> };

export interface Pca {
  readonly mean: Float64Array;
  /** Orthonormal, largest variance first; k × d, row-major. */
  readonly components: Float64Array;
  readonly k: number;
  /** Rows it was fitted to. */
  readonly n: number;
}

/** Rows of `d` values each. */
export interface Rows {
  readonly values: Float32Array;
  readonly n: number;
  readonly d: number;
}

/** Above this width the n × n products of examples are cheaper than the d × d ones of features. */
const widestCovariance = 1024;
/** Products of numbers that a fit may take. */
const mostWork = 3e9;
/** Examples whose products with each other are taken at most. */
const mostByExamples = 2000;
/** Up to this size all eigenvalues are had in the time that the first ones take. */
const smallest = 128;
/** Columns that a search has besides those that are wanted, and turns that it takes. */
const spare = 8;
const turns = 6;

/**
 * Rows of width `d` that a fit of k components looks at: as many as take `mostWork`, and not so few that they would have
 * hardly more directions than are wanted.
 */
export function mostRows(d: number, k: number): number {
  const enough = 2 * (k + spare);
  return d > widestCovariance
    ? Math.min(mostByExamples, Math.max(enough, Math.floor(Math.sqrt((2 * mostWork) / d))))
    : Math.max(d, enough, Math.floor(mostWork / (d * d)));
}

/**
 * The first k components (fewer where the data span fewer), by products that TensorFlow.js makes. Uses as many of the
 * rows, from the first on, as about a second allows.
 */
export async function fitPca(rows: Rows, k: number, eigen: SymmetricEigen): Promise<Pca> {
  const { d } = rows;
  const n = Math.min(rows.n, mostRows(d, k));
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) mean[j] = mean[j]! + rows.values[i * d + j]! / n;
  const centred = new Float32Array(n * d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) centred[i * d + j] = rows.values[i * d + j]! - mean[j]!;
  const byExamples = d > widestCovariance || n < d;
  const x = tensor2d(centred, [n, d]);
  // A product with a transposed operand is a scalar loop on WASM.
  const products = tidy(() => (byExamples ? matMul<Tensor2D>(x, transpose(x)) : matMul<Tensor2D>(transpose(x), x)));
  const { vectors, values, count } = await leading(products, k, eigen);
  const [size] = products.shape;
  products.dispose();
  // Turk and Pentland's way: eigenvectors u of XXᵀ give components Xᵀu.
  const components = new Float64Array(count * d);
  if (byExamples) {
    const made = tidy(() => matMul(transpose(tensor2d(Float32Array.from(vectors), [size, count])), x));
    const raw = await made.data<'float32'>();
    made.dispose();
    for (let c = 0; c < count; c++)
      for (let j = 0; j < d; j++) components[c * d + j] = raw[c * d + j]! / Math.sqrt(values[c]!);
  } else for (let c = 0; c < count; c++) for (let j = 0; j < d; j++) components[c * d + j] = vectors[j * count + c]!;
  x.dispose();
  orthonormalise(components, count, d);
  return { mean, components, k: count, n };
}

/** The k largest eigenvalues of a symmetric matrix that are not zero up to rounding, and their vectors as columns. */
async function leading(
  matrix: Tensor2D,
  k: number,
  eigen: SymmetricEigen,
): Promise<{
  readonly values: readonly number[];
  readonly vectors: Float64Array;
  readonly count: number;
}> {
  const [size] = matrix.shape;
  const width = k + spare;
  const all = size <= smallest || 2 * width >= size;
  const basis = all ? undefined : await span(matrix, width);
  const inside =
    basis === undefined
      ? matrix
      : tidy(() => {
          const q = tensor2d(Float32Array.from(basis), [width, size]);
          return matMul<Tensor2D>(q, matMul(matrix, transpose(q)));
        });
  const n = basis === undefined ? size : width;
  const solved = eigen(Float64Array.from(await inside.data()), n);
  if (basis !== undefined) inside.dispose();
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => solved.values[b]! - solved.values[a]!);
  // Products have single precision.
  const least = 1e-6 * Math.max(0, solved.values[order[0] ?? 0] ?? 0);
  const chosen = order.filter((i) => solved.values[i]! > least).slice(0, k);
  const vectors = new Float64Array(size * chosen.length);
  chosen.forEach((column, c) => {
    for (let i = 0; i < size; i++) {
      let sum = basis === undefined ? solved.vectors[i * n + column]! : 0;
      if (basis !== undefined)
        for (let b = 0; b < width; b++) sum += basis[b * size + i]! * solved.vectors[b * n + column]!;
      vectors[i * chosen.length + c] = sum;
    }
  });
  return { values: chosen.map((i) => solved.values[i]!), vectors, count: chosen.length };
}

/**
 * Rows that span about what the first eigenvectors do: vectors are multiplied by the matrix again and again (Halko,
 * Martinsson & Tropp 2011, algorithm 4.4).
 */
async function span(matrix: Tensor2D, width: number): Promise<Float64Array> {
  const [size] = matrix.shape;
  const rows = Float64Array.from(normals(0, 0, 0, width * size));
  orthonormalise(rows, width, size, 1);
  for (let turn = 1; turn <= turns; turn++) {
    const grown = tidy(() => matMul(tensor2d(Float32Array.from(rows), [width, size]), matrix));
    rows.set(await grown.data());
    grown.dispose();
    // On the way they must not become alike; how well they are orthogonal matters at the end.
    orthonormalise(rows, width, size, turn === turns ? 2 : 1);
  }
  return rows;
}

/** Rows become orthonormal, one after the other, by what those before leave of them; twice is enough (Kahan, in Parlett 1980). */
function orthonormalise(rows: Float64Array, count: number, width: number, times: 1 | 2 = 2): void {
  for (let r = 0; r < times * count; r++) {
    const at = Math.floor(r / times) * width;
    const own = rows.subarray(at, at + width);
    for (let other = 0; other < at; other += width) {
      let dot = 0;
      for (let j = 0; j < width; j++) dot += own[j]! * rows[other + j]!;
      for (let j = 0; j < width; j++) own[j] = own[j]! - dot * rows[other + j]!;
    }
    const length = Math.sqrt(own.reduce((sum, value) => sum + value * value, 0)) || 1;
    for (let j = 0; j < width; j++) own[j] = own[j]! / length;
  }
}

/** Coordinates along the components; n × k. */
export function project({ mean, components, k }: Pca, { values, n, d }: Rows): Float64Array {
  const out = new Float64Array(n * k);
  const row = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) row[j] = values[i * d + j]! - mean[j]!;
    for (let c = 0; c < k; c++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += row[j]! * components[c * d + j]!;
      out[i * k + c] = sum;
    }
  }
  return out;
}

/** Back from the components: the best reconstruction by a linear code of k numbers. */
export async function reconstruct({ mean, components, k }: Pca, { values, n, d }: Rows): Promise<Float32Array> {
  const made = tidy(() => {
    const [c, centre] = [tensor2d(Float32Array.from(components), [k, d]), tensor1d(Float32Array.from(mean))];
    return add(matMul(matMul(sub(tensor2d(values, [n, d]), centre), transpose(c)), c), centre);
  });
  const out = await made.data<'float32'>();
  made.dispose();
  return Float32Array.from(out);
}

/** n × 2: as it is, against the position of the example where there is one dimension, by PCA where there are more. */
export async function inPlane(rows: Rows, eigen: SymmetricEigen): Promise<Float64Array> {
  const out = new Float64Array(rows.n * 2);
  const source = rows.d > 2 ? await fitPca(rows, 2, eigen) : undefined;
  const values = source === undefined ? rows.values : project(source, rows);
  const width = source?.k ?? rows.d;
  for (let i = 0; i < rows.n; i++) {
    out[i * 2] = width > 0 ? values[i * width]! : 0;
    out[i * 2 + 1] = width > 1 ? values[i * width + 1]! : i;
  }
  return out;
}
