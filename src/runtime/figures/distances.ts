/** Nearest rows by Euclidean distance. */
import type { Rows } from './pca.js';

/**
 * The rows of `among` that lie nearest to row `i` of `of`, nearest first.
 *
 * @param except a row of `among` that does not count
 */
export function nearest(of: Rows, i: number, among: Rows, count: number, except?: number): readonly Near[] {
  const found: Near[] = [];
  for (let row = 0; row < among.n; row++) {
    if (row === except) continue;
    let distance = 0;
    for (let j = 0; j < of.d; j++) distance += (of.values[i * of.d + j]! - among.values[row * of.d + j]!) ** 2;
    if (found.length === count && distance >= found[count - 1]!.distance) continue;
    const at = found.findIndex((one) => one.distance > distance);
    found.splice(at < 0 ? found.length : at, 0, { row, distance });
    if (found.length > count) found.pop();
  }
  return found;
}

/** `distance` is squared. */
export interface Near {
  readonly row: number;
  readonly distance: number;
}
