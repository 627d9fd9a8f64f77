/** Tensors on the host as CSV text and PNG pictures. */
import { imageShape } from '../runtime/figures/images.js';
import { pictureGrid } from '../runtime/node/report/pictures.js';

export interface Columns {
  readonly [name: string]: {
    readonly shape: readonly number[];
    readonly rows: number;
    readonly values: Float32Array;
    /** What whole numbers stand for. */
    readonly names?: readonly string[];
    /** What each number of a row is headed. */
    readonly fields?: readonly string[];
  };
}

/** One line an example, one column a number: `z.0,z.1,…`, or as the fields of the table were headed. */
export function codeTable(columns: Columns): string {
  const entries = Object.entries(columns).map(([name, c]) => ({ name, width: c.values.length / c.rows, ...c }));
  const header = entries
    .flatMap(({ name, width, fields }) =>
      Array.from({ length: width }, (_, i) =>
        fields?.length === width ? quoted(fields[i]!) : width === 1 ? name : `${name}.${i}`,
      ),
    )
    .join(',');
  const rows = Array.from({ length: entries[0]?.rows ?? 0 }, (_, row) =>
    entries
      .flatMap(({ values, width, names }) =>
        Array.from(values.subarray(row * width, (row + 1) * width), (v) =>
          names === undefined ? String(Number(v.toPrecision(7))) : quoted(names[v] ?? String(v)),
        ),
      )
      .join(','),
  );
  return `${[header, ...rows].join('\n')}\n`;
}

const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** What is predicted of a variable; probabilities along the last axis where it has classes. */
export interface Head {
  readonly name: string;
  readonly column: Columns[string];
  /** 0 for numbers. */
  readonly classes: number;
  /** Of its classes, where the data had names for them. */
  readonly names?: readonly string[];
}

/** One line an example: of a category the likeliest class and its probability, of numbers the numbers. */
export function predictionTable(heads: readonly Head[]): string {
  return codeTable(
    Object.fromEntries(
      heads.flatMap(({ name, column, classes, names }): readonly (readonly [string, Columns[string]])[] => {
        if (classes === 0) return [[name, column]];
        const { likeliest, probability } = argmax(column.values, classes);
        const shape = column.shape.slice(0, -1);
        return [
          [name, { shape, rows: column.rows, values: likeliest, ...(names === undefined ? {} : { names }) }],
          [`${name}.probability`, { shape, rows: column.rows, values: probability }],
        ];
      }),
    ),
  );
}

/** The largest of every `classes` values, and which it is. */
function argmax(
  values: Float32Array,
  classes: number,
): { readonly likeliest: Float32Array; readonly probability: Float32Array } {
  const likeliest = new Float32Array(values.length / classes);
  const probability = new Float32Array(values.length / classes);
  for (let i = 0; i < likeliest.length; i++) {
    const row = values.subarray(i * classes, (i + 1) * classes);
    const best = row.reduce((at, value, k) => (value > row[at]! ? k : at), 0);
    likeliest[i] = best;
    probability[i] = row[best]!;
  }
  return { likeliest, probability };
}

/** Rows of images with values in [0, 1], one row a column of tensors, as a PNG; undefined where something is no image. */
export function pictureOf(columns: readonly Columns[string][]): Uint8Array | undefined {
  const rows = columns.flatMap(({ shape, values }) => {
    const image = imageShape(shape);
    return image === undefined ? [] : [{ title: '', image, values, low: 0, high: 1 }];
  });
  if (rows.length === 0 || rows.length < columns.length) return undefined;
  return pictureGrid(rows, { columns: Math.max(...columns.map((c) => c.rows)), zoom: 1, gap: 2, background: 255 });
}
