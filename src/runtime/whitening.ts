/** What makes the features of a variable uncorrelated: a statistic of all of them together. */
import { elements, partsOf, type Column, type StoredColumn } from './dataset.js';
import { symmetricEigen } from './eigen.js';

/** Eigenvalues below this share of the largest are of directions in which the data do not vary. */
const least = 1e-7;

/**
 * V Λ^(−½) for the covariance V Λ Vᵀ of a column over some rows (divided by their number), of shape [n, n] and largest
 * variance first; V alone along directions in which the rows do not vary. Sums are in float64.
 */
export function whitening(
  column: Column | StoredColumn,
  rows: ArrayLike<number>,
  mean: ArrayLike<number>,
): Float32Array {
  const n = elements(column.shape);
  const { values, vectors } = symmetricEigen(covariance(column, rows, mean, n), n);
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => values[b]! - values[a]!);
  const largest = values[order[0]!]!;
  const out = new Float32Array(n * n);
  order.forEach((from, to) => {
    const value = values[from]!;
    const length = value > least * largest && value > 0 ? 1 / Math.sqrt(value) : 1;
    for (let i = 0; i < n; i++) out[i * n + to] = vectors[i * n + from]! * length;
  });
  return out;
}

function covariance(
  column: Column | StoredColumn,
  rows: ArrayLike<number>,
  mean: ArrayLike<number>,
  n: number,
): Float64Array {
  const sums = new Float64Array(n * n);
  const row = new Float64Array(n);
  for (const { data, rows: some } of partsOf(column, rows))
    for (let r = 0; r < some.length; r++) {
      const from = some[r]! * n;
      for (let i = 0; i < n; i++) row[i] = data[from + i]! * column.scale - mean[i]!;
      for (let i = 0; i < n; i++) {
        const factor = row[i]! / rows.length;
        for (let j = i; j < n; j++) sums[i * n + j] = sums[i * n + j]! + factor * row[j]!;
      }
    }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) sums[i * n + j] = sums[j * n + i]!;
  return sums;
}
