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
    Array.from({ length: d }, (_, b) => average(n, (i) => (rows.data[i * d + a]! - mean[a]!) * (rows.data[i * d + b]! - mean[b]!))));
  const found = new EigenvalueDecomposition(new Matrix(covariance), { assumeSymmetric: true });
  const order = found.realEigenvalues.map((_, i) => i).sort((a, b) => found.realEigenvalues[b]! - found.realEigenvalues[a]!);
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

export const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
export const norm = (a: readonly number[]): number => Math.sqrt(dot(a, a));
export const columnOf = (rows: readonly (readonly number[])[], j: number): readonly number[] => rows.map((row) => row[j]!);

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
