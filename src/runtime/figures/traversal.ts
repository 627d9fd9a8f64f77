/** Decoded points along one dimension of a code at a time, from −3σ to 3σ around the code of an example. */
import { elements } from '../dataset.js';
import { decodedWith, drawingsOf, type Outputs } from './decoded.js';
import { isUnavailable } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import { spreadOf, startsOf, type Spread } from './priors.js';

interface Needs {
  readonly outputs: Outputs;
  readonly name: string;
  readonly d: number;
  readonly shown: number;
  readonly of: string;
  readonly from: Spread['from'];
}

/** Rows, a dimension each. */
const mostRows = 32;

export const traversal: FigureEntry<Needs> = {
  name: 'traversal',
  async needs(run, args) {
    const { name } = subject(args);
    const steps = number(args, 'steps');
    const code = run.code(name);
    const d = elements(code.shape);
    const shown = Math.min(d, mostRows);
    const { sigma, from } = await spreadOf(run, code);
    const starts = await startsOf(run, name, 1);
    if (isUnavailable(starts)) return starts;
    const { values: start, of } = starts;
    const grid = new Float32Array(shown * steps * d);
    for (let i = 0; i < shown; i++) {
      for (let k = 0; k < steps; k++) {
        const at = (i * steps + k) * d;
        grid.set(start, at);
        grid[at + i]! += sigma[i]! * (steps === 1 ? 0 : -3 + (6 * k) / (steps - 1));
      }
    }
    const outputs = await decodedWith(run, name, grid);
    return { outputs, name, d, shown, of, from };
  },
  draw: ({ outputs, name, d, shown, of, from }, args) => ({
    title: `Traversal of ${name}`,
    note:
      `From the first of ${of}, one dimension at a time, −3σ to 3σ of ${from}` +
      (shown < d ? `; the first ${shown} of ${d} dimensions.` : '.'),
    drawings: drawingsOf(outputs, {
      columns: number(args, 'steps'),
      titles: Array.from({ length: shown }, (_, i) => `${name} ${i + 1}`),
    }),
  }),
};
