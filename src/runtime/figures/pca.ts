/** Principal components: the best linear autoencoder of a given code size, and a plane to look at codes in. */

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
const mostWork = 5e8;

/**
 * The first k components (fewer where the data span fewer). Uses as many of the rows, from the
 * first on, as a few seconds allow.
 */
export function fitPca(rows: Rows, k: number, eigen: SymmetricEigen): Pca {
  const { d } = rows;
  const few = d > widestCovariance;
  const n = Math.min(rows.n, few ? 800 : Math.max(d, Math.floor((2 * mostWork) / (d * d))));
  const mean = new Float64Array(d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) mean[j] = mean[j]! + rows.values[i * d + j]! / n;
  const centred = new Float64Array(n * d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) centred[i * d + j] = rows.values[i * d + j]! - mean[j]!;
  const solve = (matrix: Float64Array, size: number) => largest(eigen(matrix, size), size, k);
  return few || n < d ? fromExamples(centred, mean, n, d, solve) : fromFeatures(centred, mean, n, d, solve);
}

function fromFeatures(centred: Float64Array, mean: Float64Array, n: number, d: number, solve: Solve): Pca {
  const sums = new Float64Array(d * d);
  for (let i = 0; i < n; i++) {
    const row = centred.subarray(i * d, (i + 1) * d);
    for (let a = 0; a < d; a++) {
      const factor = row[a]!;
      const at = a * d;
      for (let b = a; b < d; b++) sums[at + b] = sums[at + b]! + factor * row[b]!;
    }
  }
  for (let a = 0; a < d; a++) for (let b = 0; b < a; b++) sums[a * d + b] = sums[b * d + a]!;
  const { vectors, order } = solve(sums, d);
  const components = new Float64Array(order.length * d);
  order.forEach((column, c) => {
    for (let j = 0; j < d; j++) components[c * d + j] = vectors[j * d + column]!;
  });
  return { mean, components, k: order.length, n };
}

/** Turk and Pentland's way: eigenvectors u of XXᵀ give components Xᵀu. */
function fromExamples(centred: Float64Array, mean: Float64Array, n: number, d: number, solve: Solve): Pca {
  const gram = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = a; b < n; b++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += centred[a * d + j]! * centred[b * d + j]!;
      gram[a * n + b] = sum;
      gram[b * n + a] = sum;
    }
  }
  const { vectors, order, values } = solve(gram, n);
  const components = new Float64Array(order.length * d);
  order.forEach((column, c) => {
    const length = Math.sqrt(values[column]!);
    for (let i = 0; i < n; i++) {
      const factor = vectors[i * n + column]! / length;
      for (let j = 0; j < d; j++) components[c * d + j] = components[c * d + j]! + factor * centred[i * d + j]!;
    }
  });
  return { mean, components, k: order.length, n };
}

type Solve = (matrix: Float64Array, size: number) => ReturnType<typeof largest>;

/** The k largest eigenvalues that are not zero up to rounding, by the columns of their vectors. */
function largest({ values, vectors }: ReturnType<SymmetricEigen>, size: number, k: number) {
  const order = Array.from({ length: size }, (_, i) => i).sort((a, b) => values[b]! - values[a]!);
  const least = 1e-10 * Math.max(0, values[order[0] ?? 0] ?? 0);
  return { vectors, values, order: order.filter((i) => values[i]! > least).slice(0, k) };
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

/** n × 2: as it is, against the position of the example where there is one dimension, by PCA where there are more. */
export function inPlane(rows: Rows, eigen: SymmetricEigen): Float64Array {
  const out = new Float64Array(rows.n * 2);
  const source = rows.d > 2 ? fitPca(rows, 2, eigen) : undefined;
  const values = source === undefined ? rows.values : project(source, rows);
  const width = source?.k ?? rows.d;
  for (let i = 0; i < rows.n; i++) {
    out[i * 2] = width > 0 ? values[i * width]! : 0;
    out[i * 2 + 1] = width > 1 ? values[i * width + 1]! : i;
  }
  return out;
}
