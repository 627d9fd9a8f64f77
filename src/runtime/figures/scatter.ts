/** Two dimensions of a code, coloured by label; of more, their two principal components. */
import { scatterChart } from './charts.js';
import { subject, type FigureEntry } from './entry.js';
import { inPlane } from './pca.js';
import type { Labels } from './run.js';
import { lookedAt } from './words.js';

interface Needs {
  /** n × 2. */
  readonly plane: Float64Array;
  readonly d: number;
  readonly labels: Labels | undefined;
  readonly which: string;
}

export const scatter: FigureEntry<Needs> = {
  name: 'scatter',
  async needs(run, args) {
    const { run: looked, shown, what } = lookedAt(run);
    const code = await looked.of(subject(args), shown);
    const which = `${run.which} ${what}`;
    return { plane: await inPlane(code, run.outside.eigen), d: code.d, labels: looked.labels(shown), which };
  },
  draw({ plane, d, labels, which }, args) {
    const { name } = subject(args);
    return {
      title: d <= 2 ? `Code ${name}` : `Code ${name}, in a plane`,
      note:
        `${plane.length / 2} ${which}${labels === undefined ? '' : `, coloured by ${labels.name}`}` +
        (d <= 2 ? '.' : `; the first two principal components of ${d} numbers.`),
      drawings: [
        scatterChart(
          name,
          { xy: plane, ...(labels === undefined ? {} : { labels: labels.cells }) },
          d <= 2 ? [`${name} 1`, d === 1 ? 'example' : `${name} 2`] : ['first component', 'second component'],
          labels?.name,
        ),
      ],
    };
  },
};
