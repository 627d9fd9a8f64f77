/** Charts as SVG text. Ink is `currentColor`, so that the page's light and dark themes reach it. */
import { parse, View } from 'vega';
import { compile, type Config, type TopLevelSpec } from 'vega-lite';
import type { PhaseSpec } from '../../program.js';
import { lossOf, type EpochRecord } from '../../progress.js';

const ink = 'currentColor';

const config: Config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  axis: {
    labelColor: ink,
    titleColor: ink,
    tickColor: ink,
    domainColor: ink,
    gridColor: ink,
    gridOpacity: 0.1,
    domainOpacity: 0.4,
    tickOpacity: 0.4,
    titleFontWeight: 'normal',
    labelOpacity: 0.75,
    titleOpacity: 0.75,
  },
  header: { labelColor: ink, titleColor: ink, labelFontSize: 13, labelFontWeight: 600 },
  legend: { labelColor: ink, titleColor: ink, titleFontWeight: 'normal' },
  view: { stroke: null },
};

async function render(spec: Omit<TopLevelSpec, 'config'>): Promise<string> {
  const compiled = compile({ ...spec, config } as TopLevelSpec);
  const view = new View(parse(compiled.spec), { renderer: 'none' });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

/** Series of the loss curves and their colours, which hold on light and on dark ground. */
export const series = [
  ['training', '#4c78a8'],
  ['held out', '#f58518'],
] as const;

export interface Chart {
  readonly title: string;
  readonly svg: string;
}

/** A chart of the loss and one of each of its terms, for each phase. */
export async function lossCurves(
  phases: readonly PhaseSpec[],
  history: readonly EpochRecord[],
): Promise<readonly Chart[]> {
  const ran = phases.filter(({ name }) => history.some(({ phase }) => phase === name));
  const charts: Chart[] = [];
  for (const phase of ran) {
    const records = history.filter((record) => record.phase === phase.name);
    const players = phase.terms.flatMap(({ player }) => player ?? []);
    const panels = [
      ...(phase.terms.length > 1 && players.length === 0
        ? [{ title: 'loss', of: (terms: readonly number[]) => lossOf(phase, terms) }]
        : []),
      ...phase.terms.map((term, i) => ({
        title: term.player === undefined ? term.name : `${term.player}: ${term.name}`,
        of: (terms: readonly number[]) => terms[i] ?? NaN,
      })),
    ];
    for (const { title, of } of panels) {
      charts.push({ title: ran.length > 1 ? `${phase.name}: ${title}` : title, svg: await curve(records, of) });
    }
  }
  return charts;
}

function curve(records: readonly EpochRecord[], of: (terms: readonly number[]) => number): Promise<string> {
  const values = records.flatMap(({ epoch, train, validation }) => [
    { epoch, value: of(train), series: series[0][0] },
    ...(validation === undefined ? [] : [{ epoch, value: of(validation), series: series[1][0] }]),
  ]);
  return render({
    width: 240,
    height: 170,
    data: { values },
    mark: { type: 'line', strokeWidth: 2, point: records.length <= 30 ? { size: 24 } : false },
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative',
        title: 'epoch',
        axis: { tickMinStep: 1, format: 'd', tickCount: 5 },
        scale: { nice: false, zero: false },
      },
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false }, axis: { tickCount: 5 } },
      color: {
        field: 'series',
        type: 'nominal',
        scale: { domain: series.map(([name]) => name), range: series.map(([, colour]) => colour) },
        legend: null,
      },
    },
  } as Omit<TopLevelSpec, 'config'>);
}

export interface Points {
  /** n × 2. */
  readonly xy: ArrayLike<number>;
  /** One for each point. */
  readonly labels?: readonly (number | string)[];
}

/** A scatter plot; coloured by label where there are labels. */
export async function scatter(
  points: Points,
  axes: readonly [string, string],
  legend: string | null = null,
): Promise<string> {
  const { xy, labels } = points;
  const values = Array.from({ length: xy.length / 2 }, (_, i) => ({
    a: xy[i * 2],
    b: xy[i * 2 + 1],
    label: labels?.[i] ?? '',
  }));
  const kinds = [...new Set(labels ?? [])].sort((a, b) => (a < b ? -1 : 1));
  const scheme = kinds.length > 10 ? 'tableau20' : 'tableau10';
  const colour =
    labels === undefined
      ? { value: '#4c78a8' }
      : kinds.length > 20
        ? { field: 'label', type: 'quantitative', scale: { scheme: 'viridis' }, title: legend }
        : {
            field: 'label',
            type: 'nominal',
            sort: kinds,
            scale: { scheme, domain: kinds },
            title: legend,
            legend: { symbolOpacity: 1 },
          };
  return render({
    width: 330,
    height: 300,
    data: { values },
    mark: { type: 'circle', size: 22, opacity: 0.75 },
    encoding: {
      x: { field: 'a', type: 'quantitative', title: axes[0], scale: { zero: false } },
      y: { field: 'b', type: 'quantitative', title: axes[1], scale: { zero: false } },
      color: colour,
    },
  } as Omit<TopLevelSpec, 'config'>);
}
