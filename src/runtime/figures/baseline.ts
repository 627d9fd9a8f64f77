/** A classical method beside the model: the median filter of noisy images. */
import type { VariableSpec } from '../program.js';
import { boundsOf } from '../program.js';
import type { FigureEntry } from './entry.js';
import { extent, imageShape, type ImageShape } from './images.js';
import { outputsOf, variableRow } from './pictures.js';
import { similarity } from './quality.js';
import { error } from './reconstructions.js';

interface Needs {
  readonly variable: VariableSpec;
  readonly image: ImageShape;
  readonly which: string;
  readonly clean: Float32Array;
  readonly corrupted: Float32Array;
  readonly model: Float32Array;
  readonly filtered: Float32Array;
}

/** Examples that are shown, and that errors are measured on. */
const shown = 10;
const measured = 200;

export const baseline: FigureEntry<Needs> = {
  name: 'baseline',
  async needs(run) {
    const variable = run.spec.variables.find(
      ({ name, role, shape, degraded, domain }) =>
        role === 'input' &&
        domain.kind !== 'category' &&
        degraded === undefined &&
        imageShape(shape) !== undefined &&
        outputsOf(run.spec, name).length > 0,
    );
    if (variable === undefined) return { unavailable: 'no input is an image that is reconstructed' };
    if (run.spec.corruption === '') return { unavailable: `nothing corrupts ${variable.name}` };
    const rows = run.first(measured);
    const { read, outputs } = await run.corrupted(rows);
    const corrupted = read[variable.name]!;
    const image = imageShape(variable.shape)!;
    return {
      variable,
      image,
      which: run.which,
      clean: await run.data(variable.name, rows),
      corrupted,
      model: outputs[outputsOf(run.spec, variable.name)[0]!.name]!,
      filtered: medianFilter(corrupted, image),
    };
  },
  draw({ variable, image, which, clean, corrupted, model, filtered }) {
    const size = image.height * image.width * image.channels;
    const [low, high] = boundsOf(variable.domain);
    const span = Number.isFinite(high - low) ? { low, high } : extent(clean);
    const peak = span.high - span.low;
    const rows = [
      ['corrupted', corrupted],
      ['model', model],
      ['median filter', filtered],
    ] as const;
    const first = (values: Float32Array): Float32Array => values.subarray(0, shown * size);
    return {
      title: 'Beside the median filter',
      note: `On ${clean.length / size} ${which} examples with noise of the seed. The filter takes the median of 3 × 3 pixels, borders repeated. PSNR is 10 log₁₀(peak² / mean squared error) over all pixels, SSIM the mean over windows of 7 × 7 pixels.`,
      drawings: [
        {
          kind: 'pictures',
          columns: shown,
          rows: [
            variableRow('clean', variable, first(clean)),
            ...rows.map(([title, values]) => variableRow(title, variable, first(values), clean)),
          ],
        },
        {
          kind: 'table',
          columns: ['', 'mean squared error', 'PSNR in dB', 'SSIM'],
          rows: rows.map(([title, values]) => {
            const mean = error(values, clean);
            return [title, mean, 10 * Math.log10(peak ** 2 / mean), similarity(values, clean, image, peak)];
          }),
        },
      ],
    };
  },
};

/** The median of each pixel and its eight neighbours, channel by channel; borders are repeated. */
export function medianFilter(values: Float32Array, { height, width, channels }: ImageShape): Float32Array {
  const size = height * width * channels;
  const window = new Float32Array(9);
  const within = (i: number, n: number): number => Math.min(n - 1, Math.max(0, i));
  return values.map((_, at) => {
    const start = Math.floor(at / size) * size;
    const [row, column, channel] = [
      Math.floor((at - start) / (width * channels)),
      Math.floor((at - start) / channels) % width,
      (at - start) % channels,
    ];
    for (let k = 0; k < 9; k++) {
      const [y, x] = [within(row + Math.floor(k / 3) - 1, height), within(column + (k % 3) - 1, width)];
      window[k] = values[start + (y * width + x) * channels + channel]!;
    }
    return window.sort()[4]!;
  });
}
