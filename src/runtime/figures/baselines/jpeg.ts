/** JPEG at the model's own rate. */
import { lineChart } from '../charts.js';
import { rounded, short } from '../drawing.js';
import { error } from '../reconstructions.js';
import type { Outside } from '../run.js';
import type { Method, Seen } from './method.js';

/** Of a file, in per cent. */
const qualities = [2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95] as const;

export const jpeg: Method = async (seen) => {
  const { run, variable, rows, clean, model } = seen;
  const codec = run.outside.jpeg;
  if (codec === undefined) return { unavailable: 'no coder of JPEG is here: aec report draws it' };
  if (variable.degraded !== undefined) return { unavailable: `the networks read ${variable.name} in another shape` };
  const rates = await run.rates(rows);
  if (rates === undefined) return { unavailable: 'without a latent the code has no distribution, and no rate' };
  const nats = Object.values(rates).flatMap((one) => [...one]);
  const bits = nats.reduce((sum, one) => sum + one, 0) / rows.length / Math.LN2;
  const files = qualities.map((quality) => ({ quality, ...coded(seen, codec, quality) }));
  const nearest = files.reduce((a, b) => (Math.abs(b.bits - bits) < Math.abs(a.bits - bits) ? b : a));
  const points = files.map((one) => ({
    x: rounded(one.bits),
    y: rounded(error(one.values, clean.values)),
    series: 'JPEG',
  }));
  return {
    title: `JPEG, quality ${nearest.quality}`,
    values: nearest.values,
    bits: { model: bits, method: nearest.bits },
    note:
      `Of the qualities ${qualities.join(', ')} this one is nearest to the model's ${short(bits)} bits an example. The pictures stand under each other in one file, ` +
      'whose header and tables do not count, as weights do not; colours are not thinned out.',
    drawings: [
      lineChart(
        'rate and distortion',
        [...points, { x: rounded(bits), y: rounded(error(model, clean.values)), series: 'model' }],
        { x: 'bits an example', y: 'mean squared error', width: 330 },
      ),
    ],
  };
};

/** Of a block, and the most rows of a file. */
const block = 8;
const mostRows = 65_535;

/** What the networks read, coded and decoded; and the bits of a picture, on average. */
function coded(
  { read: { values, image }, span: { low, high } }: Seen,
  codec: NonNullable<Outside['jpeg']>,
  quality: number,
): { readonly values: Float32Array; readonly bits: number } {
  const { height, width, channels } = image;
  const size = height * width * channels;
  const n = values.length / size;
  const rows = block * Math.ceil(height / block);
  const atOnce = Math.max(1, Math.floor(mostRows / rows));
  const out = new Float32Array(values.length);
  let bits = 0;
  // A coder makes its tables anew for each file: pictures stand under each other in one, each filled up to whole blocks by its last row.
  for (let from = 0; from < n; from += atOnce) {
    const count = Math.min(atOnce, n - from);
    const at = (i: number, row: number, column: number, channel: number): number =>
      (from + i) * size + (Math.min(row, height - 1) * width + column) * channels + Math.min(channel, channels - 1);
    const pixels = Uint8Array.from({ length: count * rows * width * 4 }, (_, k) => {
      const [line, column, channel] = [Math.floor(k / (4 * width)), Math.floor(k / 4) % width, k % 4];
      const value = values[at(Math.floor(line / rows), line % rows, column, channel)]!;
      return channel === 3 ? 255 : Math.round(255 * Math.min(1, Math.max(0, (value - low) / (high - low))));
    });
    const file = codec({ height: count * rows, width, pixels }, quality);
    bits += file.bits;
    for (let i = 0; i < count; i++)
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++)
          for (let channel = 0; channel < channels; channel++)
            out[at(i, row, column, channel)] =
              low + ((high - low) * file.pixels[4 * ((i * rows + row) * width + column) + channel]!) / 255;
  }
  return { values: out, bits: bits / n };
}
