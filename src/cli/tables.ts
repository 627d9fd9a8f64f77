/** Tensors on the host as CSV text and PNG pictures. */
import { encode } from 'fast-png';

export interface Columns {
  readonly [name: string]: { readonly shape: readonly number[]; readonly rows: number; readonly values: Float32Array };
}

/** One line an example, one column a number: `z.0,z.1,…`. */
export function codeTable(columns: Columns): string {
  const entries = Object.entries(columns).map(([name, c]) => ({ name, width: c.values.length / c.rows, ...c }));
  const header = entries.flatMap(({ name, width }) => Array.from({ length: width }, (_, i) => (width === 1 ? name : `${name}.${i}`))).join(',');
  const rows = Array.from({ length: entries[0]?.rows ?? 0 }, (_, row) =>
    entries.flatMap(({ values, width }) => Array.from(values.subarray(row * width, (row + 1) * width), (v) => String(Number(v.toPrecision(7))))).join(','));
  return `${[header, ...rows].join('\n')}\n`;
}

/** Height, width and channels of an image-shaped example; square vectors count. */
function imageShape(shape: readonly number[]): readonly [number, number, number] | undefined {
  const [h, w, c] = shape;
  if (shape.length === 3 && (c === 1 || c === 3)) return [h!, w!, c];
  const side = Math.sqrt(h ?? 0);
  return shape.length === 1 && Number.isInteger(side) && side >= 4 ? [side, side, 1] : undefined;
}

const gap = 2;

/** Rows of images, one row a column of tensors, as an 8-bit PNG; undefined where something is no image. */
export function pictureOf(rows: readonly Columns[string][]): Uint8Array | undefined {
  const images = rows.map((row) => imageShape(row.shape));
  if (rows.length === 0 || images.some((image) => image === undefined)) return undefined;
  const sizes = images as readonly (readonly [number, number, number])[];
  const width = Math.max(...rows.map((row, i) => row.rows * (sizes[i]![1] + gap)));
  const height = sizes.reduce((sum, [h]) => sum + h + gap, 0);
  const data = new Uint8Array(width * height * 3).fill(255);
  let top = 0;
  rows.forEach((row, r) => {
    const [h, w, c] = sizes[r]!;
    for (let n = 0; n < row.rows; n++) {
      for (let i = 0; i < h * w; i++) {
        const at = ((top + Math.floor(i / w)) * width + n * (w + gap) + (i % w)) * 3;
        for (let k = 0; k < 3; k++) data[at + k] = Math.round(255 * Math.min(1, Math.max(0, row.values[(n * h * w + i) * c + (c === 3 ? k : 0)]!)));
      }
    }
    top += h + gap;
  });
  return encode({ width, height, data, channels: 3, depth: 8 });
}
