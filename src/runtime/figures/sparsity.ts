/** Histograms of activations, and the units that are never active. */
import { barChart, histogram } from './charts.js';
import { rounded, short } from './drawing.js';
import { subject, type FigureEntry } from './entry.js';
import type { Rows } from './pca.js';
import { unitsOf } from './units.js';

interface Needs {
  readonly activations: Rows;
  readonly which: string;
}

/** From here on a unit is active. */
const active = 1e-3;

export const sparsity: FigureEntry<Needs> = {
  name: 'sparsity',
  needs: async (run, args) => ({ activations: await run.of(subject(args), run.many), which: run.which }),
  draw({ activations: { values, n }, which }, args) {
    const of = subject(args);
    const { units } = unitsOf(of);
    const counts = new Float64Array(units);
    const sums = new Float64Array(units);
    values.forEach((value, i) => {
      if (Math.abs(value) > active) counts[i % units]! += 1;
      sums[i % units]! += value;
    });
    const per = values.length / units;
    const share = [...counts].map((count) => count / per);
    const dead = share.flatMap((one, unit) => (one === 0 ? [unit + 1] : []));
    const sorted = share.map((one, unit) => ({ one, unit })).sort((a, b) => b.one - a.one);
    const mean = (list: ArrayLike<number>): number => Array.from(list).reduce((a, b) => a + b, 0) / list.length;
    return {
      title: `Sparsity of ${of.name}`,
      note:
        `On ${n} ${which} examples ${(100 * mean(share)).toFixed(1)} % of the ${units} units are active (|h| > ${active}), the mean activation is ${short(mean(sums) / per)}. ` +
        (dead.length === 0
          ? 'No unit is dead.'
          : `${dead.length} ${dead.length === 1 ? 'unit is' : 'units are'} dead, never active: ${dead.slice(0, 20).join(', ')}${dead.length > 20 ? ', …' : ''}.`),
      drawings: [
        histogram('Activations', values, of.name),
        barChart(
          'How often each unit is active',
          sorted.map(({ one, unit }) => ({ x: unit + 1, y: rounded(one), mean: rounded(sums[unit]! / per) })),
          ['unit', 'share of the examples'],
        ),
      ],
    };
  },
};
