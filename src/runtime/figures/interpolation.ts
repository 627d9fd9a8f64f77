/** Decoded points of straight paths between the codes of examples. */
import { elements } from '../dataset.js';
import { decodedWith, drawingsOf, type Outputs } from './decoded.js';
import { isUnavailable } from './drawing.js';
import { startsOf } from './priors.js';
import { number, subject, type FigureEntry } from './entry.js';

interface Needs {
  readonly outputs: Outputs;
  readonly of: string;
  readonly paths: number;
}

/** Rows, a path each. */
const mostPaths = 5;

export const interpolation: FigureEntry<Needs> = {
  name: 'interpolation',
  async needs(run, args) {
    const { name } = subject(args);
    const steps = number(args, 'steps');
    const paths = Math.min(mostPaths, Math.floor(run.shown.length / 2));
    if (paths === 0) return { unavailable: 'a path needs two examples' };
    const d = elements(run.code(name).shape);
    const rows = run.first(2 * paths);
    const starts = await startsOf(run, name, 2 * paths);
    if (isUnavailable(starts)) return starts;
    const { values: codes, of } = starts;
    const grid = new Float32Array(paths * steps * d);
    for (let path = 0; path < paths; path++) {
      for (let k = 0; k < steps; k++) {
        const t = steps === 1 ? 0.5 : k / (steps - 1);
        for (let i = 0; i < d; i++)
          grid[(path * steps + k) * d + i] = (1 - t) * codes[2 * path * d + i]! + t * codes[(2 * path + 1) * d + i]!;
      }
    }
    const beside = Int32Array.from({ length: paths * steps }, (_, i) => rows[2 * Math.floor(i / steps)]!);
    return { outputs: await decodedWith(run, name, grid, beside), of, paths };
  },
  draw: ({ outputs, of, paths }, args) => ({
    title: `Interpolation of ${subject(args).name}`,
    note: `Decoded points of the straight paths between ${of} 1 and 2, 3 and 4, and so on.`,
    drawings: drawingsOf(outputs, {
      columns: number(args, 'steps'),
      titles: Array.from({ length: paths }, (_, i) => `${2 * i + 1} → ${2 * i + 2}`),
    }),
  }),
};
