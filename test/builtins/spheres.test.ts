/** Directions around a mean direction, against the closed forms that some dimensions have; products of normals. */
import { describe, expect, it } from 'vitest';
import { divergence, quantiles } from '../../src/builtins/distributions/von-mises-fisher.js';
import type { LatentContext } from '../../src/builtins/define.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { B } from '../../src/ir/graph/shape.js';
import { gradientError, Kit, list, signed } from '../laws/kit.js';
import { at } from '../laws/reference/value.js';
import { defaultCall } from './defaults.js';

const { definition } = defaultCall('distribution', 'von_mises_fisher');

function contextOf(kit: Kit, kappa: number): LatentContext {
  const none = (): never => {
    throw new Error('nothing is learned');
  };
  const { b } = kit;
  const noise = { normal: b.normal.bind(b), uniform: b.uniform.bind(b) };
  return { b, noise, args: { kappa }, training: false, weight: none, update: none, scalar: none };
}

/** I₀ and I₁ by their series. */
const bessel = (order: 0 | 1, x: number): number => {
  let [term, sum] = [order === 0 ? 1 : x / 2, 0];
  for (let n = 1; n < 200; n++) {
    sum += term;
    term *= (x / 2) ** 2 / (n * (n + order));
  }
  return sum;
};

describe.each([0.5, 4, 60])('κ = %d', (kappa) => {
  it('has the divergence of the sphere and of the circle', () => {
    const coth = 1 / Math.tanh(kappa);
    const lnSinh = kappa + Math.log1p(-Math.exp(-2 * kappa)) - Math.log(2);
    expect(divergence(3, kappa)).toBeCloseTo(kappa * (coth - 1 / kappa) + Math.log(kappa) - lnSinh, 5);
    const [i0, i1] = [bessel(0, kappa), bessel(1, kappa)];
    expect(divergence(2, kappa)).toBeCloseTo((kappa * i1) / i0 - Math.log(i0), 5);
  });

  it('has the divergence that an integral over the cosine has, in any number of dimensions', () => {
    for (const d of [2, 3, 4, 5, 6, 7]) {
      // cos θ has the density ∝ e^(κ w) (1 − w²)^((d−3)/2); with w = cos θ the ends are smooth.
      const n = 20_000;
      let [mass, mean, uniform] = [0, 0, 0];
      for (let i = 0; i < n; i++) {
        const theta = (Math.PI * (i + 0.5)) / n;
        const measure = Math.sin(theta) ** (d - 2);
        const weight = Math.exp(kappa * (Math.cos(theta) - 1)) * measure;
        mass += weight;
        mean += weight * Math.cos(theta);
        uniform += measure;
      }
      expect(divergence(d, kappa), `${d} dimensions`).toBeCloseTo(
        (kappa * mean) / mass - kappa - Math.log(mass / uniform),
        4,
      );
    }
  });

  it('has the quantiles of the sphere', () => {
    // On the sphere cos θ has the density ∝ e^(κ w).
    const of = (p: number): number => 1 + Math.log(p + (1 - p) * Math.exp(-2 * kappa)) / kappa;
    const found = quantiles(3, kappa);
    for (const i of [10, 200, 511, 900, 1020]) expect(found[i]).toBeCloseTo(of(i / 1023), 3);
  });
});

it('has directions that are all alike, one over the area of the sphere', () => {
  const areas = [2, 2 * Math.PI, 4 * Math.PI, 2 * Math.PI ** 2, (8 / 3) * Math.PI ** 2, Math.PI ** 3];
  areas.forEach((area, i) => {
    const kit = new Kit(2);
    const [ln] = kit.evaluate(definition.flat!.logDensity(kit.b, kit.x([B, i + 1])));
    expect(ln!.shape).toEqual([2, 1]);
    for (const value of ln!.data) expect(value).toBeCloseTo(-Math.log(area), 10);
  });
});

it.each([4, 60, 1000])('draws as far from the mean direction, on average, as κ = %d says', (kappa) => {
  const onSphere = 1 / Math.tanh(kappa) - 1 / kappa;
  // The mean of cos θ is I_{d/2}(κ) / I_{d/2 − 1}(κ), and Bessel functions of neighbouring orders hang together.
  for (const [d, mean] of [
    [3, onSphere],
    [5, 1 / onSphere - 3 / kappa],
  ] as const) {
    const found = quantiles(d, kappa);
    const lines = found.slice(1).map((to, i) => (to + found[i]!) / 2);
    const drawn = lines.reduce((a, b) => a + b, 0) / lines.length;
    expect(Math.abs(drawn - mean) / (1 - mean)).toBeLessThan(2e-4);
  }
});

it('has quantiles of equal distances on a sphere where all directions are alike, the outer ones included', () => {
  const even = quantiles(3, 1e-6);
  even.slice(1).forEach((w, i) => {
    expect(w - even[i]!).toBeCloseTo(2 / (even.length - 1), 4);
  });
});

it.each([2, 3, 5, 50])('has quantiles that go up, from −1 to 1 at most, in %d dimensions', (d) => {
  for (const kappa of [0.01, 0.5, 4, 10, 60, 200, 1000]) {
    const found = quantiles(d, kappa);
    expect(found.every((w, i) => w >= (found[i - 1] ?? -1) && w <= 1)).toBe(true);
  }
  // Where all directions are alike, the outer ends lie as far from both poles.
  const even = quantiles(d, 1e-6);
  expect(even[0]! + even.at(-1)!).toBeCloseTo(0, 4);
});

it('draws unit vectors around the mean direction, as far away as κ says, on all sides', () => {
  const [rows, kappa] = [20_000, 5];
  const kit = new Kit(rows);
  const direction = kit.k([B, 3], list(0, 0, 2));
  const z = definition.values['reparameterized']!(contextOf(kit, kappa), { direction }, {});
  const [drawn] = kit.evaluate(z);
  const mean = [0, 1, 2].map(
    (j) => Array.from({ length: rows }, (_, n) => at(drawn!, n, j)).reduce((a, b) => a + b) / rows,
  );
  for (let n = 0; n < 50; n++) expect(Math.hypot(...[0, 1, 2].map((j) => at(drawn!, n, j)))).toBeCloseTo(1, 5);
  expect(mean[2]).toBeCloseTo(1 / Math.tanh(kappa) - 1 / kappa, 2);
  expect(Math.abs(mean[0]!) + Math.abs(mean[1]!)).toBeLessThan(0.02);
});

it('is somewhere on the sphere where the encoder says no direction', () => {
  const kit = new Kit(20);
  const z = definition.values['reparameterized']!(contextOf(kit, 5), { direction: kit.x([B, 3], list(0)) }, {});
  const [drawn, slope] = kit.evaluate(z, ...gradients(kit.b, kit.weighted(z), kit.wrt));
  for (const { data } of [drawn!, slope!]) expect(data.every(Number.isFinite)).toBe(true);
});

it('moves with its direction', () => {
  const kit = new Kit(3);
  const direction = kit.x([B, 4], signed);
  const z = definition.values['reparameterized']!(contextOf(kit, 3), { direction }, {});
  const loss = kit.weighted(z);
  expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
});

it('a product of normals is the density that their densities multiply to, without those that are missing', () => {
  const normal = defaultCall('distribution', 'normal').definition;
  const kit = new Kit(2);
  const { b } = kit;
  const factor = (mean: number, logVariance: number) => ({
    mean: kit.x([B, 1], list(mean)),
    log_variance: kit.x([B, 1], list(logVariance)),
  });
  const there = kit.k([B, 1], list(1, 0));
  const prior = normal.fixed(b, { mean: 0, sigma: 1 }, [B, 1]);
  const [one, two] = [factor(0.7, -0.4), factor(-1.2, 0.6)];
  const made = normal.product!(b, [{ params: prior }, { params: one }, { params: two, there }]);
  const [mean, logVariance] = kit.evaluate(made['mean']!, made['log_variance']!);
  const grid = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 250);
  for (const row of [0, 1]) {
    const density = (x: number): number =>
      Math.exp(
        -(x ** 2) / 2 - (x - 0.7) ** 2 / (2 * Math.exp(-0.4)) - (row === 0 ? (x + 1.2) ** 2 / (2 * Math.exp(0.6)) : 0),
      );
    const mass = grid.map(density);
    const sum = mass.reduce((p, q) => p + q);
    const m = grid.reduce((p, x, i) => p + x * mass[i]!, 0) / sum;
    const v = grid.reduce((p, x, i) => p + (x - m) ** 2 * mass[i]!, 0) / sum;
    expect(mean!.data[row]).toBeCloseTo(m, 6);
    expect(logVariance!.data[row]).toBeCloseTo(Math.log(v), 5);
  }
});
