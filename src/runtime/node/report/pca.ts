/** Principal components: the best linear autoencoder of a given code size, and a plane to look at codes in. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

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
const mostWork = 5e8;

/**
 * The first k components (fewer where the data span fewer). Uses as many of the rows, from the
 * first on, as a few seconds allow.
 */
export function fitPca(rows: Rows, k: number): Pca {
  const { d } = rows;
  const few = d > widestCovariance;
  const n = Math.min(rows.n, few ? 800 : Math.max(d, Math.floor((2 * mostWork) / (d * d))));
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) mean[j] = mean[j]! + rows.values[i * d + j]! / n;
  const centred = new Float64Array(n * d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) centred[i * d + j] = rows.values[i * d + j]! - mean[j]!;
  return few || n < d ? fromExamples(centred, mean, n, d, k) : fromFeatures(centred, mean, n, d, k);
}

function fromFeatures(centred: Float64Array, mean: Float64Array, n: number, d: number, k: number): Pca {
  const covariance = Matrix.zeros(d, d);
  const sums = new Float64Array(d * d);
  for (let i = 0; i < n; i++) {
    const row = centred.subarray(i * d, (i + 1) * d);
    for (let a = 0; a < d; a++) {
      const factor = row[a]!;
      const at = a * d;
      for (let b = a; b < d; b++) sums[at + b] = sums[at + b]! + factor * row[b]!;
    }
  }
  for (let a = 0; a < d; a++) {
    for (let b = a; b < d; b++) {
      covariance.set(a, b, sums[a * d + b]!);
      covariance.set(b, a, sums[a * d + b]!);
    }
  }
  const { vectors, order } = eigen(covariance, k);
  const components = new Float64Array(order.length * d);
  order.forEach((column, c) => {
    for (let j = 0; j < d; j++) components[c * d + j] = vectors.get(j, column);
  });
  return { mean, components, k: order.length, n };
}

/** Turk and Pentland's way: eigenvectors u of XXᵀ give components Xᵀu. */
function fromExamples(centred: Float64Array, mean: Float64Array, n: number, d: number, k: number): Pca {
  const gram = Matrix.zeros(n, n);
  for (let a = 0; a < n; a++) {
    for (let b = a; b < n; b++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += centred[a * d + j]! * centred[b * d + j]!;
      gram.set(a, b, sum);
      gram.set(b, a, sum);
    }
  }
  const { vectors, order, values } = eigen(gram, k);
  const components = new Float64Array(order.length * d);
  order.forEach((column, c) => {
    const length = Math.sqrt(values[column]!);
    for (let i = 0; i < n; i++) {
      const factor = vectors.get(i, column) / length;
      for (let j = 0; j < d; j++) components[c * d + j] = components[c * d + j]! + factor * centred[i * d + j]!;
    }
  });
  return { mean, components, k: order.length, n };
}

/** Columns of the k largest eigenvalues that are not zero up to rounding. */
function eigen(
  matrix: Matrix,
  k: number,
): { readonly vectors: Matrix; readonly values: readonly number[]; readonly order: readonly number[] } {
  const decomposition = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  const values = decomposition.realEigenvalues;
  const order = values.map((_, i) => i).sort((a, b) => values[b]! - values[a]!);
  const least = 1e-10 * Math.max(0, values[order[0] ?? 0] ?? 0);
  return {
    vectors: decomposition.eigenvectorMatrix,
    values,
    order: order.filter((i) => values[i]! > least).slice(0, k),
  };
}

/** Coordinates along the components; n × k. */
export function project(pca: Pca, rows: Rows): Float64Array {
  const out = new Float64Array(rows.n * pca.k);
  for (let i = 0; i < rows.n; i++) {
    for (let c = 0; c < pca.k; c++) {
      let sum = 0;
      for (let j = 0; j < rows.d; j++)
        sum += (rows.values[i * rows.d + j]! - pca.mean[j]!) * pca.components[c * rows.d + j]!;
      out[i * pca.k + c] = sum;
    }
  }
  return out;
}

/** Back from the components: the best reconstruction by a linear code of k numbers. */
export function reconstruct(pca: Pca, rows: Rows): Float32Array {
  const codes = project(pca, rows);
  const out = new Float32Array(rows.n * rows.d);
  for (let i = 0; i < rows.n; i++) {
    for (let j = 0; j < rows.d; j++) {
      let sum = pca.mean[j]!;
      for (let c = 0; c < pca.k; c++) sum += codes[i * pca.k + c]! * pca.components[c * rows.d + j]!;
      out[i * rows.d + j] = sum;
    }
  }
  return out;
}
