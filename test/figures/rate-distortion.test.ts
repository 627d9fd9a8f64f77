import { describe, expect, it } from 'vitest';
import { isUnavailable } from '../../src/runtime/figures/drawing.js';
import { chartOf, dataOf, drawn, identity, modelOf, tableOf } from '../support/figures.js';

const model = (latent: string, penalty: string): string => `autoencoder A {
  input x: [2] in [-8, 8]
  encoder { code: dense(2) }
  ${latent}
  decoder { out: dense(2) }
  reconstruct x by squared_error
  penalty ${penalty}
  figure rate_distortion
  train { validation 0 }
}`;

/** The normal distribution function, by Simpson's rule from −12: no formula of the compiler's. */
function below(x: number): number {
  const n = 4000;
  const h = (x + 12) / n;
  const density = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = density(-12) + density(x);
  for (let i = 1; i < n; i++) sum += (i % 2 === 0 ? 2 : 4) * density(-12 + i * h);
  return (sum * h) / 3;
}

describe('rate_distortion', () => {
  it('is −log₂ of the probability of what was rounded, against the error of rounding', async () => {
    const x = [0.2, 1.4, -2.3, 3.75];
    const known = await modelOf(
      model('latent z ~ mixture(1) by quantised', 'rate(z)'),
      dataOf({ x: { shape: [2], data: x } }),
      {
        'encoder.code.kernel': identity(2),
        'decoder.out.kernel': identity(2),
        'z.log_sigma': [Math.log(1.5), Math.log(2.5)],
      },
    );
    const figure = await drawn(known);
    const sigma = [1.5, 2.5];
    const bits = (value: number, channel: number): number =>
      -Math.log2(below((value + 0.5) / sigma[channel]!) - below((value - 0.5) / sigma[channel]!));
    const expected = [
      { x: bits(0, 0) + bits(1, 1), y: (0.2 ** 2 + 0.4 ** 2) / 2 },
      { x: bits(-2, 0) + bits(4, 1), y: (0.3 ** 2 + 0.25 ** 2) / 2 },
    ];
    chartOf(figure).values.forEach((point, i) => {
      expect(point['x']).toBeCloseTo(expected[i]!.x, 3);
      expect(point['y']).toBeCloseTo(expected[i]!.y, 5);
    });
    const rate = (expected[0]!.x + expected[1]!.x) / 2;
    const distortion = (expected[0]!.y + expected[1]!.y) / 2;
    const rows = Object.fromEntries(tableOf(figure).rows);
    expect(rows['bits an example']).toBeCloseTo(rate, 3);
    expect(rows['bits an element']).toBeCloseTo(rate / 2, 3);
    expect(rows['PSNR in dB']).toBeCloseTo(10 * Math.log10(256 / distortion), 3);
    expect(figure.numbers!['bits']).toBeCloseTo(rate, 3);
    expect(figure.numbers!['error']).toBeCloseTo(distortion, 5);
  });

  it('is the divergence from the prior of what is drawn', async () => {
    const known = await modelOf(
      model('latent z ~ normal(2)', 'kl(z)'),
      dataOf({ x: { shape: [2], data: [1, 0, 2, -1] } }),
      {
        'encoder.code.kernel': identity(2),
        'z.mean.kernel': identity(2),
        'z.log_variance.kernel': [0, 0, 0, 0],
        'z.log_variance.bias': [0, Math.log(4)],
      },
    );
    const wide = (4 - 1 - Math.log(4)) / 2;
    const points = chartOf(await drawn(known)).values.map((one) => Number(one['x']) * Math.LN2);
    expect(points[0]).toBeCloseTo(0.5 + wide, 4);
    expect(points[1]).toBeCloseTo(2.5 + wide, 4);
  });

  it('needs a latent', async () => {
    const known = await modelOf(model('', '1e-4 * l1(code)'), dataOf({ x: { shape: [2], data: [1, 0, 2, -1] } }));
    expect(isUnavailable(await known.draw())).toBe(true);
  });
});

describe('divergence', () => {
  it('is what each number of a latent costs, with those that follow the data', async () => {
    const known = await modelOf(
      model('latent z ~ normal(2)', 'kl(z)').replace('rate_distortion', 'divergence(z)'),
      dataOf({ x: { shape: [2], data: [1, 3, 2, 3.1, 3, 3.2] } }),
      {
        'encoder.code.kernel': identity(2),
        'z.mean.kernel': identity(2),
        'z.log_variance.kernel': [0, 0, 0, 0],
        'z.log_variance.bias': [0, Math.log(4)],
      },
    );
    const figure = await drawn(known);
    const [costs, variances] = [0, 1].map((n) => chartOf(figure, n).values.map(({ x, y }) => [x, Number(y)] as const));
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    const second = mean([3, 3.1, 3.2].map((m) => m ** 2)) / 2 + (4 - 1 - Math.log(4)) / 2;
    const first = mean([1, 4, 9]) / 2;
    expect(costs!.map(([x]) => x)).toEqual(['2', '1']);
    expect(costs![0]![1]).toBeCloseTo(second, 3);
    expect(costs![1]![1]).toBeCloseTo(first, 4);
    expect(variances![0]).toEqual(['1', expect.closeTo(2 / 3, 4)]);
    expect(variances![1]).toEqual(['2', expect.closeTo(0.02 / 3, 4)]);
    expect(figure.note).toContain('1 of 2 are active');
    expect(figure.note).toContain(`${Number((first + second).toPrecision(4))} nats an example`);
  });
});
