/** Rows of small images as PNG. */
import { encode } from 'fast-png';
import type { PictureRow } from '../../figures/drawing.js';

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
