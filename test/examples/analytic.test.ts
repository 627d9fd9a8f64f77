/** Examples whose best answer is known in closed form. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { batchTensors, randomAt, release, reservedSteps } from '../../src/runtime/index.js';
import { average, columnOf, correlation, dot, gramError, norm, spectrum, times } from '../support/algebra.js';
import { useWasm } from '../support/emitted.js';
import {
  column,
  corrupted,
  encoded,
  lossAt,
  matrix,
  reconstructed,
  rowsOf,
  trainExample,
  withColumn,
  type Trained,
} from '../support/train.js';

beforeAll(useWasm);

let trained: Trained[] = [];
const run = async (...args: Parameters<typeof trainExample>): Promise<Trained> => {
  const result = await trainExample(...args);
  trained.push(result);
  return result;
};
afterEach(() => {
  trained.forEach((t) => t.dispose());
  trained = [];
});

describe('8-3-8', () => {
  it.each([1, 2])('invents the binary numbers (seed %i)', async (seed) => {
    const t = await run('lecture3/identity-838.ae', 'identity:n=8', { overrides: { seed } });
    const code = await encoded(t, t.data);
    const output = await reconstructed(t, t.data);
    const row = (values: Float32Array, i: number, width: number): readonly number[] =>
      Array.from(values.subarray(i * width, (i + 1) * width));
    const codes = Array.from({ length: 8 }, (_, i) =>
      row(code.data, i, 3)
        .map((v) => Math.round(v))
        .join(''),
    );
    expect(new Set(codes).size).toBe(8);
    const largest = Array.from({ length: 8 }, (_, i) =>
      row(output.data, i, 8).indexOf(Math.max(...row(output.data, i, 8))),
    );
    expect(largest).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(lossAt(t, -1)).toBeLessThan(0.02);
  });
});

describe('linear autoencoders', () => {
  it('3-2-3 finds the plane of PCA', async () => {
    const t = await run('lecture3/pca-323.ae', 'gaussian:dims=3');
    const { values, vectors } = spectrum(column(t.data));
    expect(lossAt(t, -1)).toBeCloseTo(values[2]!, 3);
    const projector = (
      v: readonly number[],
      down: readonly (readonly number[])[],
      up: readonly (readonly number[])[],
    ): readonly number[] => times(times(v, down), up);
    const [down, up] = [
      await matrix(t.weights, 'encoder.code.kernel'),
      await matrix(t.weights, 'decoder.dense.kernel'),
    ];
    expect(norm(projector(vectors[2]!, down, up))).toBeLessThan(1e-3);
    for (const kept of [0, 1])
      expect(norm(projector(vectors[kept]!, down, up).map((v, i) => v - vectors[kept]![i]!))).toBeLessThan(1e-2);
  });

  it('a tied 3-2-3 comes out orthonormal by itself', async () => {
    const t = await run('lecture4/pca-tied.ae', 'gaussian:dims=3');
    expect(lossAt(t, -1)).toBeCloseTo(spectrum(column(t.data)).values[2]!, 3);
    expect(gramError(await matrix(t.weights, 'encoder.code.kernel'))).toBeLessThan(1e-3);
    expect(Object.keys(t.weights).filter((name) => name.startsWith('decoder'))).toEqual([]);
  });

  it('5-2-5 keeps its four constraints, which leave the eigenvectors alone', async () => {
    const t = await run('lecture4/constrained.ae', 'gaussian:dims=5');
    const kernel = await matrix(t.weights, 'encoder.code.kernel');
    expect(gramError(kernel)).toBeLessThan(1e-5);
    for (const unit of [0, 1]) expect(norm(columnOf(kernel, unit))).toBeCloseTo(1, 5);
    const code = await encoded(t, t.data);
    const unit = (j: number): readonly number[] =>
      Array.from({ length: rowsOf(code) }, (_, i) => code.data[i * 2 + j]!);
    expect(Math.abs(correlation(unit(0), unit(1)))).toBeLessThan(0.01);
    expect(Object.keys(t.weights).sort()).toEqual(['encoder.code.kernel', 'x.mean']);
    const { values, vectors } = spectrum(column(t.data));
    expect(lossAt(t, -1)).toBeCloseTo(
      values.slice(2).reduce((a, b) => a + b, 0),
      3,
    );
    const cosines = [0, 1].map((j) => Math.max(...[0, 1].map((k) => Math.abs(dot(columnOf(kernel, j), vectors[k]!)))));
    for (const cosine of cosines) expect(cosine).toBeGreaterThan(0.999);
  });
});

describe('the linear VAE', () => {
  it('has the likelihood of probabilistic PCA as its bound', async () => {
    const t = await run('lecture3/linear-vae.ae', 'gaussian:dims=5');
    const { values } = spectrum(column(t.data));
    const [d, k] = [5, 2];
    const noise = average(d - k, (i) => values[k + i]!);
    const likelihood =
      -0.5 *
      (d * Math.log(2 * Math.PI) +
        values.slice(0, k).reduce((sum, v) => sum + Math.log(v), 0) +
        (d - k) * Math.log(noise) +
        d);
    const bound = await elbo(t, 200);
    // A bound, up to the noise of its samples; and a tight one.
    expect(bound).toBeLessThan(likelihood + 0.003);
    expect(likelihood - bound).toBeLessThan(0.01);
    const [logSigma] = await t.weights['x.log_sigma']!.data<'float32'>();
    expect(Math.exp(2 * logSigma!) / noise).toBeCloseTo(1, 1);
  });

  /** Minus the loss over all examples, averaged over draws of the latent. */
  async function elbo(t: Trained, draws: number): Promise<number> {
    const batch = batchTensors(
      t.data,
      t.program.spec.variables,
      Int32Array.from({ length: t.data.size }, (_, i) => i),
    );
    let sum = 0;
    for (let draw = 0; draw < draws; draw++) {
      const terms = t.program.evaluate['train']!(t.weights, batch, {
        step: 0,
        epoch: 0,
        random: randomAt(5, reservedSteps.evaluate + draw),
      });
      sum -= (await terms.data<'float32'>()).reduce((a, b) => a + b, 0);
      terms.dispose();
    }
    release([batch]);
    return sum / draws;
  }
});

describe('denoising points of the circle', () => {
  it('gives the mean of the clean points behind a noisy one', async () => {
    const sigma = 0.3;
    const t = await run('lecture0/circle.ae', 'circle:count=2000,noise=0');
    const noisy = await corrupted(t, t.data);
    const output = await reconstructed(t, withColumn(t.data, 'x', noisy));
    let [squares, cosines] = [0, 0];
    const n = rowsOf(noisy);
    for (let i = 0; i < n; i++) {
      const [x, y] = [noisy.data[2 * i]!, noisy.data[2 * i + 1]!];
      const radius = Math.hypot(x, y);
      const length = posteriorRadius(radius / sigma ** 2);
      const [u, v] = [(x / radius) * length, (y / radius) * length];
      squares += (output.data[2 * i]! - u) ** 2 + (output.data[2 * i + 1]! - v) ** 2;
      cosines +=
        (output.data[2 * i]! * u + output.data[2 * i + 1]! * v) /
        (Math.hypot(output.data[2 * i]!, output.data[2 * i + 1]!) * length);
    }
    expect(Math.sqrt(squares / n)).toBeLessThan(0.05);
    expect(cosines / n).toBeGreaterThan(0.99);
  });

  /** I₁(a)/I₀(a): the mean of cos θ under weights exp(a·cos θ). */
  function posteriorRadius(a: number): number {
    const angles = Array.from({ length: 512 }, (_, k) => Math.cos((2 * Math.PI * k) / 512));
    const weights = angles.map((cos) => Math.exp(a * (cos - 1)));
    return dot(angles, weights) / weights.reduce((p, q) => p + q, 0);
  }
});
