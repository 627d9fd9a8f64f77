/** Decoded points of a grid over two dimensions of a code, between the quantiles 1 % and 99 % of its prior. */
import { elements } from '../dataset.js';
import { decodedWith, drawingsOf, type Outputs } from './decoded.js';
import { short } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import { spreadOf, type Spread } from './priors.js';

interface Needs {
  readonly outputs: Outputs;
  readonly name: string;
  readonly d: number;
  readonly from: Spread['from'];
  readonly low: number;
  readonly high: number;
}

export const manifold: FigureEntry<Needs> = {
  name: 'manifold',
  async needs(run, args) {
    const { name } = subject(args);
    const steps = number(args, 'steps');
    const code = run.code(name);
    const d = elements(code.shape);
    const spread = await spreadOf(run, code);
    const at = (i: number, k: number): number =>
      spread.quantile(i, steps === 1 ? 0.5 : 0.01 + (0.98 * k) / (steps - 1));
    const rows = d === 1 ? 1 : steps;
    const grid = new Float32Array(rows * steps * d);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < steps; column++) {
        const from = (row * steps + column) * d;
        grid.set(spread.centre, from);
        grid[from] = at(0, column);
        // Upwards, as axes run.
        if (d > 1) grid[from + 1] = at(1, steps - 1 - row);
      }
    }
    const outputs = await decodedWith(run, name, grid);
    return { outputs, name, d, from: spread.from, low: at(0, 0), high: at(0, steps - 1) };
  },
  draw: ({ outputs, name, d, from, low, high }, args) => ({
    title: `Manifold of ${name}`,
    note:
      `Decoded points between the quantiles 1 % and 99 % of ${from}, ${short(low)} to ${short(high)} from left to right` +
      (d === 1 ? '.' : `; the second dimension runs upwards.`) +
      (d > 2 ? ` The other ${d - 2} of ${d} dimensions stand at their means.` : ''),
    drawings: drawingsOf(outputs, { columns: number(args, 'steps'), seamless: true }),
  }),
};
