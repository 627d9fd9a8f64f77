/**
 * What a figure is, before anybody draws it: pictures, charts and tables as plain data. Node makes PNG, SVG and HTML
 * of it; a page may hand the charts to Vega and paint the pictures itself.
 */
import type { GraphSpec } from '../spec.js';
import type { ImageShape } from './images.js';

/** Images under one title, of one size and one range of values. */
export interface PictureRow {
  readonly title: string;
  readonly image: ImageShape;
  /** n images, row-major. */
  readonly values: Float32Array;
  /** The values that are black and white. */
  readonly low: number;
  readonly high: number;
}

/** Rows of images, each wrapped behind `columns` of them. */
export interface Pictures {
  readonly kind: 'pictures';
  readonly title?: string;
  readonly rows: readonly PictureRow[];
  readonly columns: number;
  /** Images touch, as those of a manifold do. */
  readonly seamless?: true;
}

export type Cell = number | string;

/** A cell that holds nothing because nothing is known. */
export const missing = '–';
export type Record = Readonly<{ readonly [field: string]: Cell }>;

/** A chart in the grammar of Vega-Lite, whose data stand beside it. */
export interface Chart {
  readonly kind: 'chart';
  readonly title: string;
  readonly values: readonly Record[];
  /** A specification of Vega-Lite without `data` and `config`. */
  readonly spec: { readonly [property: string]: unknown };
}

export interface Table {
  readonly kind: 'table';
  readonly title?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** The networks of a model. */
export interface Graph {
  readonly kind: 'graph';
  readonly title: string;
  readonly graph: GraphSpec;
}

export type Drawing = Pictures | Chart | Table | Graph;

export interface Figure {
  readonly title: string;
  /** What was looked at, and what it came to. */
  readonly note: string;
  readonly drawings: readonly Drawing[];
  /** What it came to, by which runs are compared: `bits`, `error`. */
  readonly numbers?: Readonly<{ readonly [name: string]: number }>;
}

/** Why a figure cannot be drawn of a run. */
export interface Unavailable {
  readonly unavailable: string;
}

export const isUnavailable = (value: object): value is Unavailable => 'unavailable' in value;

/** The numbers of a drawing, to be saved or downloaded. */
export function tableOf(drawing: Drawing): Omit<Table, 'kind' | 'title'> {
  switch (drawing.kind) {
    case 'table':
      return drawing;
    case 'graph':
      return {
        columns: ['network', 'box', 'shape', 'parameters'],
        rows: drawing.graph.boxes.map(({ group = '', label, shape, parameters = 0 }) => [
          group,
          label,
          shape,
          parameters,
        ]),
      };
    case 'chart': {
      const columns = [...new Set(drawing.values.flatMap((record) => Object.keys(record)))];
      return { columns, rows: drawing.values.map((record) => columns.map((column) => record[column] ?? '')) };
    }
    case 'pictures': {
      const sizes = drawing.rows.map(({ image }) => image.height * image.width * image.channels);
      const width = Math.max(0, ...sizes);
      return {
        columns: ['row', 'image', ...Array.from({ length: width }, (_, i) => `v${i}`)],
        rows: drawing.rows.flatMap(({ title, values }, r) =>
          Array.from({ length: values.length / sizes[r]! }, (_, i) => [
            title,
            i,
            ...Array.from(values.subarray(i * sizes[r]!, (i + 1) * sizes[r]!), rounded),
          ]),
        ),
      };
    }
  }
}

/** A table as comma-separated values (RFC 4180). */
export function csvOf({ columns, rows }: Omit<Table, 'kind' | 'title'>): string {
  return [columns, ...rows].map((row) => `${row.map(quoted).join(',')}\n`).join('');
}

const quoted = (cell: Cell): string =>
  cell === missing
    ? ''
    : typeof cell === 'string' && /[",\r\n]/.test(cell)
      ? `"${cell.replaceAll('"', '""')}"`
      : String(cell);

/** Six digits: more than can be seen, and half as long as a float. */
export const rounded = (value: number): number => Number(value.toPrecision(6));

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Four digits: what a reader of a figure can use. */
export const short = (value: number): string =>
  value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential(2) : Number(value.toPrecision(4)).toString();
