/** Where the numbers of a code lie: by its prior, or, without a fixed one, among the codes of the training part. */
import { elements } from '../dataset.js';
import type { CodeSpec, PriorSpec } from '../program.js';
import { reservedSteps, uniforms } from '../random.js';
import type { Unavailable } from './drawing.js';
import type { Run } from './run.js';

/** Of each number of a code. */
export interface Spread {
  readonly from: 'the prior' | 'the codes of the training part';
  readonly centre: readonly number[];
  readonly sigma: readonly number[];
  /** The value below which a share p of number i lies. */
  quantile(i: number, p: number): number;
}

export async function spreadOf(run: Run, { name, shape, prior }: CodeSpec): Promise<Spread> {
  const d = elements(shape);
  if (prior !== undefined) {
    const { centre, sigma } = momentsOf(prior);
    return {
      from: 'the prior',
      centre: Array<number>(d).fill(centre),
      sigma: Array<number>(d).fill(sigma),
      quantile: (_i, p) => quantile(prior, p),
    };
  }
  const { values, n } = await run.of({ kind: 'code', name, shape }, run.training);
  const columns = Array.from({ length: d }, (_, i) =>
    Float32Array.from({ length: n }, (_unused, row) => values[row * d + i]!).sort(),
  );
  const centre = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / n);
  return {
    from: 'the codes of the training part',
    centre,
    sigma: columns.map((column, i) => Math.sqrt(column.reduce((sum, value) => sum + (value - centre[i]!) ** 2, 0) / n)),
    quantile: (i, p) => sortedQuantile(columns[i]!, p),
  };
}

/** Codes that a figure starts from, one after the other. */
export interface Starts {
  readonly values: Float32Array;
  /** `the codes of held-out examples`. */
  readonly of: string;
}

/** Those of the first examples; draws from the prior where nothing encodes, as in a GAN. */
export async function startsOf(run: Run, name: string, count: number): Promise<Starts | Unavailable> {
  const values = (await run.codes(run.first(count)))[name];
  if (values !== undefined) return { values, of: `the codes of ${run.which} examples` };
  const { prior, shape } = run.code(name);
  return prior === undefined
    ? { unavailable: `nothing encodes ${name}, and it has no prior of fixed numbers` }
    : { values: drawsOf(run, prior, count * elements(shape)), of: 'draws from the prior' };
}

/** So many numbers of the prior, by the training's seed. */
export const drawsOf = ({ spec }: Run, prior: PriorSpec, count: number): Float32Array =>
  Float32Array.from(uniforms(spec.seed, reservedSteps.sample, 0, count), (u) => quantile(prior, u + 2 ** -24));

function momentsOf(prior: PriorSpec): { readonly centre: number; readonly sigma: number } {
  switch (prior.kind) {
    case 'normal':
      return { centre: prior.mean, sigma: prior.sigma };
    case 'uniform':
      return { centre: (prior.low + prior.high) / 2, sigma: (prior.high - prior.low) / Math.sqrt(12) };
  }
}

export function quantile(prior: PriorSpec, p: number): number {
  switch (prior.kind) {
    case 'normal':
      return prior.mean + prior.sigma * normalQuantile(p);
    case 'uniform':
      return prior.low + p * (prior.high - prior.low);
  }
}

/** Of a sorted list, linear between its elements. */
export function sortedQuantile(sorted: ArrayLike<number>, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

const central = [
  [
    -3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.38357751867269e2, -3.066479806614716e1,
    2.506628277459239,
  ],
  [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1, 1],
] as const;
const tail = [
  [
    -7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1],
] as const;

/** Φ⁻¹ to a relative error of 1.2·10⁻⁹ (P. J. Acklam 2003). */
export function normalQuantile(p: number): number {
  const of = (coefficients: readonly number[], x: number): number => coefficients.reduce((sum, c) => sum * x + c, 0);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return of(tail[0], q) / of(tail[1], q);
  }
  const q = p - 0.5;
  return (q * of(central[0], q * q)) / of(central[1], q * q);
}
