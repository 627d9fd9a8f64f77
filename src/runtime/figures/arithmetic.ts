/** A difference of codes added to another: dec(a − b + c). */
import { elements } from '../dataset.js';
import { decodedWith, drawingsOf, type Outputs } from './decoded.js';
import { isUnavailable } from './drawing.js';
import { startsOf } from './priors.js';
import { subject, type FigureEntry } from './entry.js';

interface Needs {
  readonly outputs: Outputs;
  readonly of: string;
  readonly sums: number;
}

/** Rows, a sum each. */
const mostSums = 5;

export const arithmetic: FigureEntry<Needs> = {
  name: 'arithmetic',
  async needs(run, args) {
    const { name } = subject(args);
    const sums = Math.min(mostSums, Math.floor(run.shown.length / 3));
    if (sums === 0) return { unavailable: 'a sum needs three examples' };
    const d = elements(run.code(name).shape);
    const rows = run.first(3 * sums);
    const starts = await startsOf(run, name, 3 * sums);
    if (isUnavailable(starts)) return starts;
    const { values: codes, of } = starts;
    const grid = new Float32Array(sums * 4 * d);
    for (let sum = 0; sum < sums; sum++) {
      const [a, b, c] = [0, 1, 2].map((k) => codes.subarray((3 * sum + k) * d, (3 * sum + k + 1) * d)) as [
        Float32Array,
        Float32Array,
        Float32Array,
      ];
      [a, b, c, a.map((value, i) => value - b[i]! + c[i]!)].forEach((code, k) => grid.set(code, (4 * sum + k) * d));
    }
    const beside = Int32Array.from({ length: 4 * sums }, (_, i) => rows[3 * Math.floor(i / 4)]!);
    return { outputs: await decodedWith(run, name, grid, beside), of, sums };
  },
  draw: ({ outputs, of, sums }, args) => ({
    title: `Arithmetic of ${subject(args).name}`,
    note: `Decoded: a, b, c and a − b + c of ${of}, three of them in each row.`,
    drawings: drawingsOf(outputs, {
      columns: 4,
      titles: Array.from({ length: sums }, (_, i) => `${3 * i + 1} − ${3 * i + 2} + ${3 * i + 3}`),
    }),
  }),
};
