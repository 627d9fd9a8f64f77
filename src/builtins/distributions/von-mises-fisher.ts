/** Directions around a mean direction. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, type Shape } from '../../ir/graph/shape.js';
import { num } from '../arguments.js';
import type { DistributionDefinition, Noise } from '../define.js';
import { dims } from './kit.js';

/** Steps of the angle in sums over it. */
const steps = 4000;

/** Between the mean direction and a draw, at the middle of each step: cos θ, and a weight ∝ e^(κ cos θ) sin^(d−2) θ. */
function angles(
  d: number,
  kappa: number,
): { readonly cosines: readonly number[]; readonly weights: readonly number[] } {
  const middles = Array.from({ length: steps }, (_, i) => ((i + 0.5) * Math.PI) / steps);
  const logs = middles.map((theta) => kappa * (Math.cos(theta) - 1) + (d - 2) * Math.log(Math.sin(theta)));
  // Those of a uniform direction have no κ to be measured against, but stay below 1 as they are.
  return { cosines: middles.map(Math.cos), weights: logs.map(Math.exp) };
}

const total = (weights: readonly number[]): number => (weights.reduce((a, b) => a + b, 0) * Math.PI) / steps;

/** KL(q ‖ uniform) = κ E[cos θ] + ln ∫ sin^(d−2) − ln ∫ e^(κ cos θ) sin^(d−2). */
export function divergence(d: number, kappa: number): number {
  const { cosines, weights } = angles(d, kappa);
  const own = total(weights);
  const mean = total(weights.map((w, i) => w * cosines[i]!)) / own;
  return kappa * (mean - 1) + Math.log(total(angles(d, 0).weights)) - Math.log(own);
}

const quantileCount = 1024;

/**
 * cos θ at the quantiles i/(n − 1) of its distribution, which depends on d and κ alone. Draws lie on straight lines between
 * them, and the first and the last line would reach far into the tails, to −1 and 1: their outer ends stand where the mean
 * on them is right.
 */
export function quantiles(d: number, kappa: number): readonly number[] {
  const { cosines, weights } = angles(d, kappa);
  // From the largest angle, of the least cosine, on.
  const order = [...cosines.keys()].reverse();
  const all = weights.reduce((a, b) => a + b, 0);
  const found: number[] = [];
  // The integrals of cos θ up to each quantile.
  const sums: number[] = [];
  let [below, at, sum] = [0, 0, 0];
  for (let i = 0; i < quantileCount; i++) {
    const wanted = (i / (quantileCount - 1)) * all;
    while (at < order.length - 1 && below + weights[order[at]!]! < wanted) {
      sum += weights[order[at]!]! * cosines[order[at]!]!;
      below += weights[order[at++]!]!;
    }
    const own = weights[order[at]!]!;
    const within = own === 0 ? 0 : Math.min(1, Math.max(0, (wanted - below) / own));
    const theta = ((order[at]! + 1 - within) * Math.PI) / steps;
    found.push(Math.cos(theta));
    sums.push(sum + within * own * cosines[order[at]!]!);
  }
  const last = quantileCount - 1;
  const mean = (from: number): number => ((sums[from + 1]! - sums[from]!) * last) / all;
  found[0] = Math.max(-1, 2 * mean(0) - found[1]!);
  // Between two neighbouring angles a mean is known up to rounding alone.
  found[last] = Math.min(1, Math.max(found[last - 1]!, 2 * mean(last - 1) - found[last - 1]!));
  return found;
}

const leastSquare = 1e-12;

const unit = (b: Builder, x: Node): Node =>
  b.mul(x, b.unary('Rsqrt', b.shift(b.sum(b.square(x), [x.shape.length - 1], true), leastSquare)));

/** w μ + √(1 − w²) v: w by its quantiles, v uniform among the directions at right angles to μ. Differentiable in μ. */
function around(b: Builder, noise: Noise, mean: Node, kappa: number): Node {
  const [rows, d] = [mean.shape[0]!, fixed(mean.shape.at(-1))];
  const table = quantiles(d, kappa);
  const place = b.scale(noise.uniform([rows, 1]), quantileCount - 1);
  const lower = b.unary('Floor', place);
  const value = (index: Node): Node => b.make('Gather', [b.constant(table, [quantileCount]), b.cast(index, 'int32')]);
  const [from, to] = [value(lower), value(b.make('Minimum', [b.shift(lower, 1), b.scalar(quantileCount - 1)]))];
  const w = b.add(from, b.mul(b.sub(place, lower), b.sub(to, from)));
  const free = noise.normal(mean.shape);
  const across = b.sub(free, b.mul(b.sum(b.mul(free, mean), [1], true), mean));
  const rest = b.unary('Sqrt', b.make('Maximum', [b.shift(b.neg(b.square(w)), 1), b.scalar(0)]));
  return b.add(b.mul(w, mean), b.mul(rest, unit(b, across)));
}

/** ln of the area of the sphere in d dimensions, 2 π^(d/2) / Γ(d/2), from those of two dimensions less. */
const lnArea = (d: number): number =>
  d === 1 ? Math.log(2) : d === 2 ? Math.log(2 * Math.PI) : lnArea(d - 2) + Math.log((2 * Math.PI) / (d - 2));

const column = ([rows]: Shape): Shape => [rows!, 1];

export const vonMisesFisher: DistributionDefinition = {
  category: 'distribution',
  name: 'von_mises_fisher',
  aliases: ['vmf', 'hypersphere'],
  params: [
    {
      name: 'kappa',
      aliases: ['concentration', 'k'],
      type: { kind: 'float', above: 0 },
      summary: 'concentration, which is fixed',
      default: 100,
    },
  ],
  summary: "Directions: unit vectors around the mean direction that the encoder's head gives.",
  formula: 'q(z∣x) ∝ exp(κ μᵀz), ‖z‖ = ‖μ‖ = 1',
  source: 'Davidson et al. 2018; κ fixed as in Xu & Durrett 2018, §3',
  examples: ['latent z ~ von_mises_fisher(10)', 'latent z ~ von_mises_fisher(10, kappa: 50)'],
  size: dims(2),
  shape: (length) => [length],
  drawn: false,
  posterior: { by: ['reparameterized'], heads: ['direction'], prior: 'uniform' },
  values: {
    reparameterized: ({ b, noise, args }, { direction }) => around(b, noise, unit(b, direction!), num(args, 'kappa')),
  },
  sample: (b, _params, noise, shape) => unit(b, noise.normal(shape)),
  mean: ({ b }, { direction }) => unit(b, direction!),
  fixed: () => ({}),
  flat: {
    kl: (b, args, shape) => b.fill(divergence(fixed(shape.at(-1)), num(args, 'kappa')), column(shape)),
    logDensity: (b, value) => b.fill(-lnArea(fixed(value.shape.at(-1))), column(value.shape)),
  },
};
