/** The examples that are reconstructed worst, and typical ones. */
import { elements } from '../dataset.js';
import { boundsOf, type VariableSpec } from '../program.js';
import { histogram } from './charts.js';
import { short } from './drawing.js';
import { number, subject, type FigureEntry } from './entry.js';
import { imageShape, type ImageShape } from './images.js';
import { isPicture, outputsOf, variableRow } from './pictures.js';
import { similarity } from './quality.js';
import { error } from './reconstructions.js';
import { evenly, pick } from './values.js';

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  readonly clean: Float32Array;
  readonly made: Float32Array;
  /** The row of the data set, and the mean squared error an element, of each example. */
  readonly rows: Int32Array;
  readonly errors: readonly number[];
}

export const errors: FigureEntry<Needs> = {
  name: 'errors',
  async needs(run, args) {
    const variable = run.variable(subject(args).name);
    const [output] = outputsOf(run.spec, variable.name);
    if (output === undefined) return { unavailable: `nothing reconstructs ${variable.name}` };
    if (variable.domain.kind === 'category')
      return { unavailable: `${variable.name} is of classes, which are right or wrong` };
    const d = elements(variable.shape);
    const rows = evenly(run.many, Math.max(100, Math.floor(mostNumbers / d)));
    const clean = await run.data(variable.name, rows);
    const made = (await run.reconstructions(rows))[output.name]!;
    const of = (i: number): number => error(made.subarray(i * d, (i + 1) * d), clean.subarray(i * d, (i + 1) * d));
    return { variable, which: run.which, clean, made, rows, errors: Array.from(rows, (_, i) => of(i)) };
  },
  draw({ variable, which, clean, made, rows, errors: all }, args) {
    const d = elements(variable.shape);
    const sorted = all.map((_, i) => i).sort((a, b) => all[b]! - all[a]!);
    const count = Math.min(number(args, 'count'), sorted.length);
    const worst = sorted.slice(0, count);
    const typical = sorted.slice(Math.floor((sorted.length - count) / 2)).slice(0, count);
    const mean = all.reduce((a, b) => a + b, 0) / all.length;
    const [low, high] = boundsOf(variable.domain);
    const peak = high - low;
    const image = imageShape(variable.shape);
    const shown = (title: string, values: Float32Array, of: readonly number[]) =>
      variableRow(title, variable, pick(values, d, of), clean);
    return {
      title: `Errors of ${variable.name}`,
      note:
        `Mean squared error an element of ${all.length} ${which} examples: ${short(mean)} on average, ${short(all[typical[Math.floor(count / 2)]!]!)} in the middle, ${short(all[worst[0]!]!)} at worst.` +
        (Number.isFinite(peak) ? ` PSNR ${short(10 * Math.log10(peak ** 2 / mean))} dB` : '') +
        (image !== undefined && Number.isFinite(peak) ? `, SSIM ${short(likeness(made, clean, image, peak))}` : '') +
        (Number.isFinite(peak) ? '.' : ''),
      drawings: [
        ...(isPicture(variable)
          ? [
              {
                kind: 'pictures' as const,
                columns: count,
                rows: [
                  shown('worst', clean, worst),
                  shown('output', made, worst),
                  shown('typical', clean, typical),
                  shown('output', made, typical),
                ],
              },
            ]
          : []),
        histogram('Errors', all, 'mean squared error an element'),
        {
          kind: 'table',
          columns: ['', 'example', 'mean squared error'],
          rows: [
            ...worst.map((i) => ['worst', rows[i]!, all[i]!] as const),
            ...typical.map((i) => ['typical', rows[i]!, all[i]!] as const),
          ],
        },
      ],
    };
  },
};

/** Of all examples together: a report draws this figure unasked, of large pictures too. */
const mostNumbers = 2e7;
const mostCompared = 2e5;

/** SSIM of some examples, evenly among all: it looks at each pixel in 49 windows. */
function likeness(made: Float32Array, clean: Float32Array, image: ImageShape, peak: number): number {
  const d = image.height * image.width * image.channels;
  const all = Int32Array.from({ length: clean.length / d }, (_, i) => i);
  const some = [...evenly(all, Math.max(4, Math.floor(mostCompared / d)))];
  return similarity(pick(made, d, some), pick(clean, d, some), image, peak);
}
