/** Units of a tensor: its numbers, or the channels of a map, of which every place counts. */
import { elements } from '../dataset.js';
import type { SubjectSpec } from '../program.js';
import type { Rows } from './pca.js';

/** Channels, and the places where each of them is computed. */
export const unitsOf = ({ shape }: SubjectSpec): { readonly units: number; readonly places: number } =>
  shape.length > 1
    ? { units: shape.at(-1)!, places: elements(shape.slice(0, -1)) }
    : { units: elements(shape), places: 1 };

/** How much each example excites each unit: at the place where it does so most. n × units. */
export function excitation(rows: Rows, of: SubjectSpec): Rows {
  const { units, places } = unitsOf(of);
  if (places === 1) return rows;
  const values = new Float32Array(rows.n * units).fill(-Infinity);
  for (let i = 0; i < rows.values.length; i++) {
    const at = Math.floor(i / (units * places)) * units + (i % units);
    values[at] = Math.max(values[at]!, rows.values[i]!);
  }
  return { values, n: rows.n, d: units };
}

/** The columns of rows by a number, the largest first. */
export function columnsBy({ values, n, d }: Rows, measure: (column: Float32Array) => number): readonly number[] {
  const measured = Array.from({ length: d }, (_, j) =>
    measure(Float32Array.from({ length: n }, (_unused, i) => values[i * d + j]!)),
  );
  return measured.map((_, j) => j).sort((a, b) => measured[b]! - measured[a]!);
}

export function variance(column: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < column.length; i++) {
    sum += column[i]!;
    squares += column[i]! ** 2;
  }
  return squares / column.length - (sum / column.length) ** 2;
}
