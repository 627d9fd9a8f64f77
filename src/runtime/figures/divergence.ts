/** What each number of a latent costs, and which of them are used at all. */
import { elements } from '../dataset.js';
import { barChart } from './charts.js';
import { rounded, short } from './drawing.js';
import { subject, type FigureEntry } from './entry.js';

interface Needs {
  readonly which: string;
  readonly examples: number;
  /** The mean over the examples, of each number; absent where the program does not say. */
  readonly nats: readonly number[] | undefined;
  /** Whose variance is one: of a prior that is computed for each example there is none. */
  readonly isFixed: boolean;
  /** Of each number: the variance of its mean code over that of the prior, where it is fixed. */
  readonly variances: readonly number[];
}

/** From here on a number is active (Burda et al. 2016, section 5.2). */
const active = 0.01;

export const divergence: FigureEntry<Needs> = {
  name: 'divergence',
  async needs(run, args) {
    const { name } = subject(args);
    const code = run.spec.code.find((one) => one.name === name);
    if (code === undefined) return { unavailable: `${name} is no latent` };
    const d = elements(code.shape);
    const rows = run.many;
    const rates = (await run.ratesOfNumbers(rows))?.[name];
    const sigma = code.prior?.kind === 'normal' ? code.prior.sigma : undefined;
    const nats = rates === undefined || rates.length === 0 ? undefined : moments(rates, rates.length / rows.length);
    return {
      which: run.which,
      examples: rows.length,
      isFixed: sigma !== undefined,
      nats: nats?.map(({ mean }) => mean),
      variances: moments((await run.codes(rows))[name]!, d).map(({ variance }) => variance / (sigma ?? 1) ** 2),
    };
  },
  draw({ which, examples, nats, variances, isFixed }, args) {
    const { name } = subject(args);
    const used = variances.filter((variance) => variance > active).length;
    // The order of what costs most: that of the numbers themselves means nothing.
    const bars = (values: readonly number[]) =>
      values
        .map((y, i) => ({ x: `${i + 1}`, y: rounded(y) }))
        .sort((a, b) => b.y - a.y)
        .slice(0, most);
    return {
      title: `Numbers of ${name}`,
      note:
        `${used} of ${variances.length} are active: their means have a variance above ${active}${isFixed ? " of the prior's" : ''}, over ${examples} ${which} examples.` +
        (nats === undefined ? '' : ` They cost ${short(nats.reduce((a, b) => a + b, 0))} nats an example.`) +
        (variances.length > most ? ` The ${most} largest are shown.` : ''),
      drawings: [
        ...(nats === undefined
          ? []
          : [barChart('What each costs', bars(nats), [`number of ${name}`, 'nats an example'])]),
        barChart('Variance of means', bars(variances), [`number of ${name}`, isFixed ? "over the prior's" : '']),
      ],
    };
  },
};

const most = 100;

/** Of each column. */
function moments(values: Float32Array, d: number): readonly { readonly mean: number; readonly variance: number }[] {
  const n = values.length / d;
  return Array.from({ length: d }, (_, j) => {
    let [sum, squares] = [0, 0];
    for (let i = j; i < values.length; i += d) sum += values[i]!;
    const mean = sum / n;
    for (let i = j; i < values.length; i += d) squares += (values[i]! - mean) ** 2;
    return { mean, variance: squares / n };
  });
}
