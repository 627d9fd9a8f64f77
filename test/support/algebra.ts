/** The little linear algebra that proofs need; eigenvalues come from ml-matrix. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Values } from './train.js';

export interface Spectrum {
  readonly mean: readonly number[];
  /** Of the covariance (divided by n), largest first. */
  readonly values: readonly number[];
  /** Unit vectors in the same order. */
  readonly vectors: readonly (readonly number[])[];
}

/** Eigenvalues and eigenvectors of the covariance of some rows. */
export function spectrum(rows: Values): Spectrum {
  const [n, d] = [rows.shape[0]!, rows.data.length / rows.shape[0]!];
  const mean = Array.from({ length: d }, (_, j) => average(n, (i) => rows.data[i * d + j]!));
  const covariance = Array.from({ length: d }, (_, a) =>
    Array.from({ length: d }, (_, b) =>
      average(n, (i) => (rows.data[i * d + a]! - mean[a]!) * (rows.data[i * d + b]! - mean[b]!)),
    ),
  );
  const found = new EigenvalueDecomposition(new Matrix(covariance), { assumeSymmetric: true });
  const order = found.realEigenvalues
    .map((_, i) => i)
    .sort((a, b) => found.realEigenvalues[b]! - found.realEigenvalues[a]!);
  return {
    mean,
    values: order.map((i) => found.realEigenvalues[i]!),
    vectors: order.map((i) => found.eigenvectorMatrix.getColumn(i)),
  };
}

export function average(n: number, f: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += f(i);
  return sum / n;
}

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * b[i]!, 0);
export const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));
export const columnOf = (rows: readonly (readonly number[])[], j: number): readonly number[] =>
  rows.map((row) => row[j]!);

/** vW for a row vector v. */
export const times = (v: readonly number[], rows: readonly (readonly number[])[]): readonly number[] =>
  rows[0]!.map((_, j) => dot(v, columnOf(rows, j)));

/** ‖WᵀW − I‖ in the largest element. */
export function gramError(rows: readonly (readonly number[])[]): number {
  const columns = rows[0]!.map((_, j) => columnOf(rows, j));
  return Math.max(...columns.flatMap((a, i) => columns.map((b, j) => Math.abs(dot(a, b) - (i === j ? 1 : 0)))));
}

export function correlation(a: readonly number[], b: readonly number[]): number {
  const centred = (x: readonly number[]): readonly number[] => {
    const mean = average(x.length, (i) => x[i]!);
    return x.map((value) => value - mean);
  };
  const [p, q] = [centred(a), centred(b)];
  return dot(p, q) / (norm(p) * norm(q));
}

/**
 * Mean squared error an element of the best k-dimensional linear reconstruction of these very rows:
 * no linear autoencoder does better on them. By orthogonal iteration on the covariance.
 */
export function pcaError(rows: Values, k: number, iterations = 12): number {
  const n = rows.shape[0]!;
  const d = rows.data.length / n;
  const mean = Float64Array.from({ length: d }, (_, j) => average(n, (i) => rows.data[i * d + j]!));
  const covariance = new Float64Array(d * d);
  const row = new Float64Array(d);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) row[j] = rows.data[i * d + j]! - mean[j]!;
    for (let a = 0; a < d; a++) {
      const factor = row[a]! / n;
      if (factor !== 0) for (let b = a; b < d; b++) covariance[a * d + b]! += factor * row[b]!;
    }
  }
  let trace = 0;
  for (let a = 0; a < d; a++) {
    trace += covariance[a * d + a]!;
    for (let b = 0; b < a; b++) covariance[a * d + b] = covariance[b * d + a]!;
  }
  const multiply = (v: Float64Array): Float64Array => {
    const out = new Float64Array(d);
    for (let a = 0; a < d; a++) {
      let sum = 0;
      for (let b = 0; b < d; b++) sum += covariance[a * d + b]! * v[b]!;
      out[a] = sum;
    }
    return out;
  };
  // A few directions more than wanted make the wanted ones converge sooner.
  let basis: Float64Array[] = Array.from({ length: Math.min(d, k + 8) }, (_, c) =>
    Float64Array.from({ length: d }, (_v, j) => Math.sin((c + 1) * (j + 1) * 12.9898)),
  );
  for (let i = 0; i < iterations; i++) basis = orthonormal(basis.map(multiply));
  const kept = basis
    .map((v) => multiply(v).reduce((sum, value, j) => sum + value * v[j]!, 0))
    .sort((a, b) => b - a)
    .slice(0, k);
  return (trace - kept.reduce((a, b) => a + b, 0)) / d;
}

function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const out: Float64Array[] = [];
  for (const vector of vectors) {
    for (const other of out) {
      const along = vector.reduce((sum, value, j) => sum + value * other[j]!, 0);
      for (let j = 0; j < vector.length; j++) vector[j]! -= along * other[j]!;
    }
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    out.push(vector.map((value) => value / length));
  }
  return out;
}
