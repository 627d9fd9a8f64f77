/** Charts in the grammar of Vega-Lite. Colours hold on light and on dark ground and for eyes that see no red or no green. */
import { missing, rounded, type Cell, type Chart, type Record } from './drawing.js';

/** Those of Okabe & Ito 2008 that can be told from white and from black. */
export const palette = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#56b4e9', '#cc79a7', '#8c8c8c'] as const;

/** Beside colours, so that more kinds than colours can be told apart. */
const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross'] as const;

export interface Points {
  /** n × 2. */
  readonly xy: ArrayLike<number>;
  /** One for each point. */
  readonly labels?: readonly Cell[];
}

type Spec = Chart['spec'];

/** What stands in a legend for points without a label, and their colour and shape, which no kind has then. */
const unlabelled = { name: 'unlabelled', color: '#8c8c8c', shape: 'triangle-down' } as const;

/** Kinds by colour and shape; more than twenty numbers by a scale of brightness. */
function byKind(labels: readonly Cell[], title: string | null): Spec {
  const known = [...new Set(labels)].filter((label) => label !== unlabelled.name).sort((a, b) => (a < b ? -1 : 1));
  const some = labels.includes(unlabelled.name);
  if (known.length > 20 && known.every((label) => typeof label === 'number')) {
    const color = { field: 'label', type: 'quantitative', scale: { scheme: 'viridis' }, title };
    const isOne = { test: `datum.label === '${unlabelled.name}'`, value: unlabelled.color };
    return { color: some ? { condition: isOne, ...color } : color };
  }
  const kinds = some ? [...known, unlabelled.name] : known;
  const cycle = (of: readonly string[], own: string): readonly string[] => {
    const others = some ? of.filter((one) => one !== own) : of;
    return [...known.map((_, i) => others[i % others.length]!), ...(some ? [own] : [])];
  };
  const legend = { symbolOpacity: 1, columns: kinds.length > 10 ? 2 : 1 };
  const field = { field: 'label', type: 'nominal', sort: kinds, title, legend };
  return {
    color: { ...field, scale: { domain: kinds, range: cycle(palette, unlabelled.color) } },
    shape: { ...field, scale: { domain: kinds, range: cycle(shapes, unlabelled.shape) } },
  };
}

/** A scatter plot; coloured by label where there are labels. */
export function scatterChart(
  title: string,
  { xy, labels }: Points,
  axes: readonly [string, string],
  legend: string | null = null,
): Chart {
  const shown = labels?.map((label) => (label === missing ? unlabelled.name : label));
  const points = Array.from({ length: xy.length / 2 }, (_, i): Record => ({
    x: rounded(xy[i * 2]!),
    y: rounded(xy[i * 2 + 1]!),
    ...(shown === undefined ? {} : { label: shown[i]! }),
  }));
  // What has a label lies on top of what has none.
  const isBelow = ({ label }: Record): boolean => label === unlabelled.name;
  const values = [...points.filter(isBelow), ...points.filter((point) => !isBelow(point))];
  return {
    kind: 'chart',
    title,
    values,
    spec: {
      width: 330,
      height: 300,
      mark: { type: 'point', filled: true, size: 30, opacity: 0.8, strokeWidth: 0 },
      encoding: {
        x: { field: 'x', type: 'quantitative', title: axes[0], scale: { zero: false } },
        y: { field: 'y', type: 'quantitative', title: axes[1], scale: { zero: false } },
        ...(shown === undefined ? { color: { value: palette[0] } } : byKind(shown, legend)),
      },
    },
  };
}

export interface LineOptions {
  readonly x: string;
  readonly y?: string | null;
  readonly width?: number;
  readonly height?: number;
  /** Whole numbers along x. */
  readonly whole?: boolean;
  /** Equal steps along x are equal ratios. */
  readonly log?: boolean;
}

/** Lines of `values` with fields x, y and series, in the order in which the series come. */
export function lineChart(title: string, values: readonly Record[], options: LineOptions): Chart {
  const series = [...new Set(values.map((record) => String(record['series'])))];
  const { width = 240 } = options;
  // No wider than the chart: a page makes a wide picture small.
  const columns = Math.max(1, Math.floor((width + 40) / (34 + 6 * Math.max(...series.map((one) => one.length)))));
  const legend = series.length > 1 ? { orient: 'top', title: null, columns } : null;
  const perSeries = values.length / Math.max(1, series.length);
  return {
    kind: 'chart',
    title,
    values,
    spec: {
      width,
      height: options.height ?? 170,
      mark: { type: 'line', strokeWidth: 2, point: perSeries <= 30 ? { size: 24 } : false },
      encoding: {
        x: {
          field: 'x',
          type: 'quantitative',
          title: options.x,
          axis: options.whole === true ? { tickMinStep: 1, format: 'd', tickCount: 5 } : { tickCount: 5 },
          scale: options.log === true ? { type: 'log', base: 2, nice: false } : { nice: false, zero: false },
        },
        y: {
          field: 'y',
          type: 'quantitative',
          title: options.y ?? null,
          scale: { zero: false },
          axis: { tickCount: 5 },
        },
        color: {
          field: 'series',
          type: 'nominal',
          scale: { domain: series, range: palette.slice(0, series.length) },
          legend,
        },
        strokeDash: {
          field: 'series',
          type: 'nominal',
          scale: {
            domain: series,
            range: [
              [1, 0],
              [5, 3],
              [2, 2],
              [8, 2, 2, 2],
            ].slice(0, series.length),
          },
          legend,
        },
      },
    },
  };
}

/** Bars of `values` with fields x and y, in their order. */
export const barChart = (
  title: string,
  values: readonly Record[],
  axes: readonly [string, string],
  width = 330,
): Chart => ({
  kind: 'chart',
  title,
  values,
  spec: {
    width,
    height: 200,
    // What is too thin to be pointed at says nothing.
    mark: { type: 'bar', color: palette[0], aria: values.length <= width / 2 },
    encoding: {
      x: {
        field: 'x',
        type: 'ordinal',
        sort: null,
        title: axes[0],
        axis: { labelAngle: 0, labelOverlap: true, ticks: false },
      },
      y: { field: 'y', type: 'quantitative', title: axes[1] },
    },
  },
});

const bins = 40;

/** How often values lie between equal steps from the smallest to the largest. */
export function histogram(title: string, all: ArrayLike<number>, axis: string): Chart {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < all.length; i++) {
    low = Math.min(low, all[i]!);
    high = Math.max(high, all[i]!);
  }
  const step = (high - low) / bins || 1;
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < all.length; i++) counts[Math.min(bins - 1, Math.floor((all[i]! - low) / step))]! += 1;
  return {
    kind: 'chart',
    title,
    values: counts.map((count, i) => ({
      from: rounded(low + i * step),
      to: rounded(low + (i + 1) * step),
      share: rounded(count / all.length),
    })),
    spec: {
      width: 330,
      height: 200,
      mark: { type: 'bar', color: palette[0], binSpacing: 0 },
      encoding: {
        x: { field: 'from', type: 'quantitative', title: axis, bin: 'binned', axis: { tickCount: 8 } },
        x2: { field: 'to' },
        y: { field: 'share', type: 'quantitative', title: 'share', axis: { format: '%' } },
      },
    },
  };
}

/** A matrix by brightness, its counts written into it: fields `row`, `column`, `count`. */
export function matrixChart(title: string, values: readonly Record[], axes: readonly [string, string]): Chart {
  const most = Math.max(1, ...values.map((record) => Number(record['count'])));
  const encoding = {
    x: { field: 'column', type: 'ordinal', title: axes[0], axis: { labelAngle: 0, orient: 'top', ticks: false } },
    y: { field: 'row', type: 'ordinal', title: axes[1], axis: { ticks: false } },
  };
  return {
    kind: 'chart',
    title,
    values,
    spec: {
      width: { step: 30 },
      height: { step: 26 },
      encoding,
      layer: [
        {
          mark: { type: 'rect' },
          encoding: {
            color: {
              field: 'count',
              type: 'quantitative',
              scale: { scheme: 'blues', domain: [0, most] },
              legend: null,
            },
          },
        },
        {
          mark: { type: 'text', fontSize: 11 },
          encoding: {
            text: { field: 'count', type: 'quantitative' },
            color: { condition: { test: `datum.count > ${most / 2}`, value: 'white' }, value: 'black' },
          },
        },
      ],
    },
  };
}
