/** A classical method beside the model, on the same images. */
import { bicubic } from './baselines/bicubic.js';
import { jpeg } from './baselines/jpeg.js';
import { medianOfNine } from './baselines/median-filter.js';
import type { Made, Method, Seen } from './baselines/method.js';
import { principalComponents } from './baselines/principal-components.js';
import { isUnavailable } from './drawing.js';
import type { FigureEntry } from './entry.js';
import { imageShape, range } from './images.js';
import { isRestoredImage, outputsOf, variableRow } from './pictures.js';
import { similarity } from './quality.js';
import { error } from './reconstructions.js';

/** By the words of the language. */
const methods: Readonly<Record<string, Method>> = {
  median_filter: medianOfNine,
  pca: principalComponents,
  bicubic,
  jpeg,
};

interface Needs {
  readonly seen: Seen;
  readonly made: Made;
}

/** Examples that are shown, and that errors are measured on. */
const shown = 10;
const measured = 200;

export const baseline: FigureEntry<Needs> = {
  name: 'baseline',
  async needs(run, args) {
    const variable = run.spec.variables.find(isRestoredImage(run.spec));
    if (variable === undefined) return { unavailable: 'no input is an image that is reconstructed' };
    const rows = run.first(measured);
    const { read, outputs } = await run.corrupted(rows);
    const image = imageShape(variable.shape)!;
    const clean = await run.data(variable.name, rows);
    const seen: Seen = {
      run,
      variable,
      rows,
      clean: { values: clean, image },
      read: { values: read[variable.name]!, image: imageShape(variable.degraded ?? variable.shape) ?? image },
      model: outputs[outputsOf(run.spec, variable.name)[0]!.name]!,
      span: range(variable.domain, clean),
    };
    const made = await methods[String(args['method'])]!(seen);
    return isUnavailable(made) ? made : { seen, made };
  },
  draw({ seen: { run, variable, clean, read, model, span }, made }) {
    const { values, image } = clean;
    const peak = span.high - span.low;
    const first = (all: Float32Array, of = image): Float32Array =>
      all.subarray(0, shown * of.height * of.width * of.channels);
    const isCorrupted = run.spec.corruption !== '';
    const rows = [
      ...(isCorrupted && variable.degraded === undefined ? [{ title: 'corrupted', made: read.values }] : []),
      { title: 'model', made: model, bits: made.bits?.model },
      { title: made.title, made: made.values, bits: made.bits?.method },
    ];
    return {
      title: `Beside ${made.title}`,
      note: `On ${values.length / (image.height * image.width * image.channels)} ${run.which} examples${isCorrupted ? ' with noise of the seed' : ''}. ${made.note} PSNR is 10 log₁₀(peak² / mean squared error) over all pixels, SSIM the mean over windows of 7 × 7 pixels.`,
      drawings: [
        {
          kind: 'pictures',
          columns: shown,
          rows: [
            variableRow('clean', variable, first(values)),
            ...(variable.degraded === undefined
              ? []
              : [variableRow('read', variable, first(read.values, read.image), values, variable.degraded)]),
            ...rows.map((row) => variableRow(row.title, variable, first(row.made), values)),
          ],
        },
        {
          kind: 'table',
          columns: [
            '',
            'mean squared error',
            'PSNR in dB',
            'SSIM',
            ...(made.bits === undefined ? [] : ['bits an example']),
          ],
          rows: rows.map((row) => {
            const mean = error(row.made, values);
            const likeness = similarity(row.made, values, image, peak);
            const bits = made.bits === undefined ? [] : [row.bits ?? ''];
            return [row.title, mean, 10 * Math.log10(peak ** 2 / mean), likeness, ...bits];
          }),
        },
        ...(made.drawings ?? []),
      ],
    };
  },
};
