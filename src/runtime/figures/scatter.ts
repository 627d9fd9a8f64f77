/** Two dimensions of a code, coloured by label; of more, their two principal components. */
import { scatterChart } from './charts.js';
import { subject, type FigureEntry } from './entry.js';
import { inPlane } from './pca.js';
import type { Labels } from './run.js';

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
    const rows = run.many;
    const code = await run.of(subject(args), rows);
    return { plane: inPlane(code, run.outside.eigen), d: code.d, labels: run.labels(rows), which: run.which };
  },
  draw({ plane, d, labels, which }, args) {
    const { name } = subject(args);
    return {
      title: d <= 2 ? `Code ${name}` : `Code ${name}, in a plane`,
      note:
        `${plane.length / 2} ${which} examples${labels === undefined ? '' : `, coloured by ${labels.name}`}` +
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
