/** Rows of small images as PNG. */
import { encode } from 'fast-png';
import { elements } from '../../dataset.js';
import { boundsOf, type Domain } from '../../program.js';

export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/** How one example can be looked at: [h, w], [h, w, 1], [h, w, 3], or a flat square; undefined for anything else. */
export function imageShape(shape: readonly number[]): ImageShape | undefined {
  const [height, width, channels = 1] = shape;
  if (shape.length === 1) {
    const side = Math.sqrt(elements(shape));
    return Number.isInteger(side) && side >= 4 ? { height: side, width: side, channels: 1 } : undefined;
  }
  if (height === undefined || width === undefined || shape.length > 3 || height < 2 || width < 2) return undefined;
  return channels === 1 || channels === 3 ? { height, width, channels } : undefined;
}

/** One row of a figure: the same variable for several examples. */
export interface PictureRow {
  readonly title: string;
  readonly image: ImageShape;
  /** n examples, row-major. */
  readonly values: Float32Array;
  readonly low: number;
  readonly high: number;
}

/** The values that are black and white: the declared domain, or the range of the data where it has no bounds. */
export function range(domain: Domain, values: Float32Array): { readonly low: number; readonly high: number } {
  const [least, most] = boundsOf(domain);
  if (Number.isFinite(most - least)) return { low: least, high: most };
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return { low, high: high > low ? high : low + 1 };
}

export interface GridOptions {
  /** Images in a line. */
  readonly columns: number;
  /** Pixels of the file for each pixel of an image. */
  readonly zoom: number;
  /** Pixels between images. */
  readonly gap: number;
  /** Opaque grey of the gaps, or transparent. */
  readonly background: number | undefined;
}

/** Rows under each other, each wrapped after `columns` images, as the bytes of a PNG file. */
export function pictureGrid(rows: readonly PictureRow[], options: GridOptions): Uint8Array {
  const { columns, zoom, gap, background } = options;
  const lines = rows.flatMap((row) => {
    const size = row.image.height * row.image.width * row.image.channels;
    const count = Math.floor(row.values.length / size);
    return Array.from({ length: Math.ceil(count / columns) }, (_, line) => ({
      row,
      images: Array.from({ length: Math.min(columns, count - line * columns) }, (_, i) =>
        row.values.subarray((line * columns + i) * size, (line * columns + i + 1) * size),
      ),
    }));
  });
  const cellWidth = Math.max(...lines.map(({ row }) => row.image.width)) * zoom;
  const width = columns * cellWidth + (columns - 1) * gap;
  const height = lines.reduce((sum, { row }) => sum + row.image.height * zoom + gap, -gap);
  const data = new Uint8Array(width * height * 4);
  if (background !== undefined) for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : background;
  let top = 0;
  for (const { row, images } of lines) {
    images.forEach((values, i) => paint(data, width, i * (cellWidth + gap), top, values, row, zoom));
    top += row.image.height * zoom + gap;
  }
  return encode({ width, height, channels: 4, data });
}

function paint(
  data: Uint8Array,
  stride: number,
  left: number,
  top: number,
  values: Float32Array,
  row: PictureRow,
  zoom: number,
): void {
  const { width, height, channels } = row.image;
  for (let y = 0; y < height * zoom; y++) {
    for (let x = 0; x < width * zoom; x++) {
      const from = (Math.floor(y / zoom) * width + Math.floor(x / zoom)) * channels;
      const to = ((top + y) * stride + left + x) * 4;
      for (let c = 0; c < 3; c++) {
        const value = values[from + (channels === 3 ? c : 0)]!;
        data[to + c] = Math.round(255 * Math.min(1, Math.max(0, (value - row.low) / (row.high - row.low))));
      }
      data[to + 3] = 255;
    }
  }
}

export const dataUri = (png: Uint8Array): string => `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
