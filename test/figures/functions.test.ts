import { describe, expect, it } from 'vitest';
import { splitRows } from '../../src/runtime/index.js';
import { chartOf, dataOf, drawn, modelOf, picturesOf, tableOf } from '../support/figures.js';

describe('anomalies', () => {
  const text = (likelihood: string, more = '', figure = 'figure anomalies(x, count: 2, share: 0.1)') => `autoencoder A {
    input x: [4] in real
    encoder { dense(2) }
    ${more === '' ? '' : 'latent z ~ normal(2)'}
    decoder { out: dense(4) }
    reconstruct x by ${likelihood}
    ${more}
    ${figure}
    train { validation 0.3; seed 2 }
  }`;

  it('finds the example that the model cannot make', async () => {
    // All lie in the plane that the model knows, but one of those that are held out.
    const planted = splitRows(40, 0.3, 2).validation[3]!;
    const data = dataOf({
      x: {
        shape: [4],
        data: Array.from({ length: 40 }, (_, i) => [Math.sin(i), Math.cos(3 * i), 0, i === planted ? 9 : 0]).flat(),
      },
    });
    const known = await modelOf(text('gaussian(sigma: 2)').replace('dense(2)', 'code: dense(2)'), data, {
      'encoder.code.kernel': [1, 0, 0, 1, 0, 0, 0, 0],
      'decoder.out.kernel': [1, 0, 0, 0, 0, 1, 0, 0],
    });
    const figure = await drawn(known);
    const worst = (await known.run.scores(Int32Array.of(planted)))['x']![0]!;
    const usual = 2 * Math.log(2 * Math.PI * 4);
    expect(worst).toBeCloseTo(usual + 81 / 8, 4);
    expect((await known.run.scores(Int32Array.of(0)))['x']![0]).toBeCloseTo(usual, 4);
    const rows = tableOf(figure).rows;
    expect(rows[0]).toEqual([planted, worst, 'yes']);
    expect([...picturesOf(figure).rows[0]!.values].slice(0, 4).at(-1)).toBe(9);
    // The others are alike, so that rounding alone could put one of them above.
    expect(rows[1]![1]).toBeCloseTo(usual, 3);
    expect(chartOf(figure).values.reduce((sum, { share }) => sum + Number(share), 0)).toBeCloseTo(1, 4);
  });

  it('are by the bound where there is a latent', async () => {
    const data = dataOf({ x: { shape: [4], data: Array.from({ length: 40 }, (_, i) => i / 10) } });
    const known = await modelOf(text('gaussian(sigma: 1)', 'penalty kl(z)'), data);
    const [scores, errors, codes] = [
      await known.run.scores(known.run.first(2)),
      await known.run.reconstructions(known.run.first(2)),
      await known.run.codes(known.run.first(2)),
    ];
    const clean = await known.run.data('x', known.run.first(2));
    for (const i of [0, 1]) {
      const square = [0, 1, 2, 3].reduce((sum, j) => sum + (clean[i * 4 + j]! - errors['x']![i * 4 + j]!) ** 2, 0);
      const error = square / 2 + 2 * Math.log(2 * Math.PI);
      const mean = (codes['z']![i * 2]! ** 2 + codes['z']![i * 2 + 1]! ** 2) / 2;
      // KL is at least what the means cost.
      expect(scores['x']![i]).toBeGreaterThanOrEqual(error + mean - 1e-4);
    }
  });
});

describe('tangent_planes', () => {
  const text = `autoencoder A {
    input x: [3] in real
    encoder { code: dense(2, tanh) }
    decoder { dense(3) }
    reconstruct x by squared_error
    figure tangent_planes(code)
    train { validation 0 }
  }`;

  it("are the singular vectors and values of the code's Jacobian", async () => {
    // At x = 0 the Jacobian is the kernel: rows of length 2 and 0.5, at right angles.
    const known = await modelOf(text, dataOf({ x: { shape: [3], data: [0, 0, 0, 1, 0, 0] } }), {
      'encoder.code.kernel': [0, 0.5, 1.2, 0, 1.6, 0],
    });
    const figure = await drawn(known);
    const [first, second, third] = tableOf(figure).rows as [number[], number[], number[]];
    expect(first.slice(0, 2).map((value) => Number(value.toFixed(5)))).toEqual([1, 2]);
    const sign = Math.sign(first[3]!);
    [0, 0.6, 0.8].forEach((value, j) => expect(sign * first[2 + j]!).toBeCloseTo(value, 5));
    expect(second[1]).toBeCloseTo(0.5, 5);
    expect(Math.abs(second[2]!)).toBeCloseTo(1, 5);
    // At x = (1, 0, 0) the second unit has a slope of 1 − tanh² 0.5.
    expect(third[1]).toBeCloseTo(2, 5);
    expect(
      chartOf(figure)
        .values.filter(({ series }) => series === 'example 2')
        .map(({ y }) => Number(y))[1],
    ).toBeCloseTo(0.5 * (1 - Math.tanh(0.5) ** 2), 5);
  });
});

describe('optimal_stimulus', () => {
  it('is the direction of the weights for a unit that is linear, and has the mean length of the data', async () => {
    const text = `autoencoder A {
      input x: [3] in real
      encoder { h: dense(2, sigmoid) }
      decoder { dense(3) }
      reconstruct x by squared_error
      figure optimal_stimulus(h)
      train { validation 0 }
    }`;
    const data = dataOf({ x: { shape: [3], data: [1, 0, 0, 0, 2, 0, 0, 0, 3, -2, 0, 0] } });
    const known = await modelOf(text, data, { 'encoder.h.kernel': [0.3, 0, 0, -0.2, 0.4, 0] });
    const rows = new Map(
      tableOf(await drawn(known)).rows.map(([unit, before, after, ...x]) => [unit, { before, after, x }]),
    );
    const [first, second] = [rows.get(1)!, rows.get(2)!];
    [1.2, 0, 1.6].forEach((value, j) => expect(Number(first.x[j])).toBeCloseTo(value, 2));
    [0, -2, 0].forEach((value, j) => expect(Number(second.x[j])).toBeCloseTo(value, 2));
    expect(Number(first.after)).toBeCloseTo(1 / (1 + Math.exp(-1)), 3);
    expect(Number(first.after)).toBeGreaterThan(Number(first.before));
  });

  it('of a map is that of the place that is excited most', async () => {
    const text = `autoencoder A {
      input x: [4, 4, 1] in real
      encoder { h: conv(2, kernel: 1) }
      decoder { conv(1, kernel: 1) }
      reconstruct x by squared_error
      figure optimal_stimulus(h)
      figure tangent_planes(h, count: 2)
      train { validation 0 }
    }`;
    const data = dataOf({ x: { shape: [4, 4, 1], data: Array.from({ length: 32 }, (_, i) => (i === 5 ? 4 : 0.1)) } });
    const known = await modelOf(text, data, { 'encoder.h.kernel': [1, -1] });
    const [stimuli] = picturesOf(await drawn(known)).rows;
    expect(stimuli!.image).toEqual({ height: 4, width: 4, channels: 1 });
    // All of the length at one pixel.
    expect(Math.max(...stimuli!.values.slice(0, 16)) / Math.hypot(...stimuli!.values.slice(0, 16))).toBeCloseTo(1, 2);
  });
});
