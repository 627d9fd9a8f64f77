/** Runs side by side: their losses in one figure, and all that is known of them on one page. */
import { lineChart, barChart } from '../../figures/charts.js';
import { rounded, type Chart, type Record } from '../../figures/drawing.js';
import { compareRuns, comparisonTable, type NamedRun } from '../comparison.js';
import { renderPage, type Section } from './page.js';
import { drawingsHtml, standaloneSvg } from './render.js';
import { sideBySideSection, type NamedModel } from './side-by-side.js';

/** Losses by which epochs are judged, over all epochs of each run. */
export function lossesOf(runs: readonly NamedRun[]): Chart {
  const values = runs.flatMap(({ name, record }) =>
    record.history.flatMap(({ loss }, i) =>
      loss === null || !Number.isFinite(loss) ? [] : [{ x: i + 1, y: rounded(loss), series: name }],
    ),
  );
  return lineChart('loss, on held-out examples where there are some', values, { x: 'epoch', whole: true });
}

/** A file by itself. */
export const drawComparison = (runs: readonly NamedRun[]): Promise<string> => standaloneSvg(lossesOf(runs));

/** What the points of a sweep came to over a parameter: the loss, errors, and rate against distortion where that was measured. */
export function sweepCharts(runs: readonly NamedRun[], parameters: readonly string[]): readonly Chart[] {
  const compared = compareRuns(runs);
  const valuesOf = (name: string): readonly (number | boolean | string)[] =>
    runs.flatMap(({ record }) => record.parameters[name] ?? []);
  const numeric = parameters.filter((name) => valuesOf(name).every((value) => typeof value === 'number'));
  // The longest axis; of what is no number a bar for each.
  const across = [...numeric].sort((a, b) => new Set(valuesOf(b)).size - new Set(valuesOf(a)).size)[0];
  const others = parameters.filter((name) => name !== across);
  const seriesOf = ({ record }: NamedRun): string =>
    others.map((name) => `${name} = ${String(record.parameters[name])}`).join(', ');
  const errors = [...new Set(compared.flatMap((one) => Object.keys(one.errors)))];
  const quantities: readonly (readonly [string, readonly (number | undefined)[]])[] = [
    ['loss', compared.map(({ loss }) => loss)],
    ...errors.map((name) => [`error of ${name}`, compared.map((one) => one.errors[name])] as const),
  ];
  const charts = quantities.map(([title, measured]): Chart => {
    const points = runs.flatMap((run, i): readonly Record[] => {
      const [y, x] = [measured[i], across === undefined ? run.name : run.record.parameters[across]];
      return y === undefined || y === null || !Number.isFinite(y) || typeof x === 'boolean' || x === undefined
        ? []
        : [{ x, y: rounded(y), series: seriesOf(run) }];
    });
    return across === undefined
      ? barChart(title, points, ['', title])
      : lineChart(title, inOrder(points), { x: across, log: isWide(points.map(({ x }) => Number(x))) });
  });
  const rates = runs.flatMap((run, i): readonly Record[] => {
    const { bits, error } = compared[i]!.numbers;
    return bits === undefined || error === undefined
      ? []
      : [{ x: rounded(bits), y: rounded(error), series: others.length === 0 ? '' : seriesOf(run) }];
  });
  return rates.length < 2
    ? charts
    : [...charts, lineChart('rate and distortion', inOrder(rates), { x: 'bits an example', y: 'mean squared error' })];
}

const inOrder = (points: readonly Record[]): readonly Record[] =>
  [...points].sort((a, b) => Number(a['x']) - Number(b['x']));

/** Over more than eightfold, a scale of ratios shows more. */
const isWide = (values: readonly number[]): boolean =>
  Math.min(...values) > 0 && Math.max(...values) > 8 * Math.min(...values);

export interface ComparisonPage {
  readonly title: string;
  readonly doc: string;
  readonly runs: readonly NamedRun[];
  /** Points that came to nothing, and why. */
  readonly failed?: readonly { readonly name: string; readonly reason?: string }[];
  /** What is swept, where it is a sweep. */
  readonly parameters?: readonly string[];
  /** The same runs as models, to be shown on the same examples. */
  readonly models?: readonly NamedModel[];
  /** How to make it again. */
  readonly command: string;
}

/** A page that needs nothing else. */
export async function comparisonPage({
  title,
  doc,
  runs,
  failed = [],
  parameters = [],
  models = [],
  command,
}: ComparisonPage): Promise<string> {
  const [columns = [], ...rows] = comparisonTable(compareRuns(runs));
  const sections: readonly Section[] = [
    { title: 'Runs', body: await drawingsHtml([{ kind: 'table', columns, rows }]) },
    ...(failed.length === 0
      ? []
      : [
          {
            title: 'Failed',
            body: await drawingsHtml([
              { kind: 'table', columns: ['run', 'why'], rows: failed.map(({ name, reason = '' }) => [name, reason]) },
            ]),
          },
        ]),
    ...(parameters.length === 0
      ? []
      : [{ title: parameters.join(', '), body: await drawingsHtml(sweepCharts(runs, parameters)) }]),
    ...(models.length === 0 ? [] : [await sideBySideSection(models)]),
    { title: 'Losses', body: await drawingsHtml([lossesOf(runs)]) },
  ];
  return renderPage({
    title,
    doc,
    verdict: { works: true, text: '', remarks: [] },
    cards: [],
    sections,
    footer: command,
  });
}

/** The first of the charts of a sweep as a file by itself. */
export const drawSweep = async (runs: readonly NamedRun[], parameters: readonly string[]): Promise<string> =>
  standaloneSvg(sweepCharts(runs, parameters)[0]!);
