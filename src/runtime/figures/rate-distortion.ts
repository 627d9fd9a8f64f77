/** What the code costs in bits, against the error of what is decoded. */
import { elements } from '../dataset.js';
import { boundsOf, type VariableSpec } from '../program.js';
import { scatterChart } from './charts.js';
import { short } from './drawing.js';
import type { FigureEntry } from './entry.js';
import { outputsOf } from './pictures.js';
import { error } from './reconstructions.js';

interface Needs {
  readonly variable: VariableSpec;
  readonly which: string;
  /** Of each example, by latent. */
  readonly bits: readonly { readonly latent: string; readonly bits: readonly number[] }[];
  /** The mean squared error an element of each example. */
  readonly errors: readonly number[];
}

export const rateDistortion: FigureEntry<Needs> = {
  name: 'rate_distortion',
  async needs(run) {
    const variable = run.spec.variables.find(
      ({ name, domain, tree }) =>
        tree === undefined && domain.kind !== 'category' && outputsOf(run.spec, name).length > 0,
    );
    if (variable === undefined) return { unavailable: 'no variable of numbers is reconstructed' };
    const rows = run.many;
    const rates = await run.rates(rows);
    if (rates === undefined) return { unavailable: 'without a latent the code has no distribution, and no rate' };
    const d = elements(variable.shape);
    const clean = await run.data(variable.name, rows);
    const made = (await run.reconstructions(rows))[outputsOf(run.spec, variable.name)[0]!.name]!;
    return {
      variable,
      which: run.which,
      bits: Object.entries(rates).map(([latent, nats]) => ({
        latent,
        bits: Array.from(nats, (one) => one / Math.LN2),
      })),
      errors: Array.from(rows, (_, i) => error(made.subarray(i * d, (i + 1) * d), clean.subarray(i * d, (i + 1) * d))),
    };
  },
  draw({ variable, which, bits, errors }) {
    const all = errors.map((_, i) => bits.reduce((sum, one) => sum + one.bits[i]!, 0));
    const [rate, distortion] = [mean(all), mean(errors)];
    const places = elements(variable.shape.length === 3 ? variable.shape.slice(0, 2) : variable.shape);
    const unit = variable.shape.length === 3 ? 'a pixel' : 'an element';
    const [low, high] = boundsOf(variable.domain);
    const peak = high - low;
    const psnr = Number.isFinite(peak) ? [['PSNR in dB', 10 * Math.log10(peak ** 2 / distortion)] as const] : [];
    return {
      title: 'Rate and distortion',
      note: `${short(rate)} bits an example, ${short(rate / places)} ${unit} of ${variable.name}, at a mean squared error of ${short(distortion)} an element; a point for each of ${errors.length} ${which} examples. What is coded as it is costs −log₂ p(z), any other latent KL(q ‖ p).`,
      drawings: [
        scatterChart(variable.name, { xy: errors.flatMap((one, i) => [all[i]!, one]) }, [
          'bits an example',
          'mean squared error an element',
        ]),
        {
          kind: 'table',
          columns: ['', 'mean'],
          rows: [
            ...(bits.length > 1 ? bits.map((one) => [`bits of ${one.latent}`, mean(one.bits)] as const) : []),
            ['bits an example', rate],
            [`bits ${unit}`, rate / places],
            ['mean squared error an element', distortion],
            ...psnr,
          ],
        },
      ],
      numbers: { bits: rate, error: distortion },
    };
  },
};

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
