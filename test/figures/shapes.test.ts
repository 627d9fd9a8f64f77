import { beforeAll, describe, expect, it } from 'vitest';
import { normals } from '../../src/runtime/index.js';
import { chartOf, dataOf, drawn, identity, modelOf, of, picturesOf, tableOf } from '../support/figures.js';
import { trainText, type Trained } from '../support/train.js';

describe('filters', () => {
  const values = Array.from({ length: 16 * 3 }, (_, i) => Math.sin(i));
  const data = dataOf({ x: { shape: [4, 4, 1], data: Array.from({ length: 32 }, (_, i) => i / 32) } });

  it('are the columns of a dense kernel, in the axes of the variable', async () => {
    const text = `autoencoder A {
      input x: [4, 4, 1] in [0, 1]
      encoder { flatten; h: dense(3) }
      decoder { out: dense(16, tied: h); reshape(4, 4, 1) }
      reconstruct x by squared_error
      figure filters(h)
      figure filters(out, count: 2)
    }`;
    const known = await modelOf(text, data, { 'encoder.h.kernel': values });
    const [row] = picturesOf(await drawn(known)).rows;
    expect(row!.image).toEqual({ height: 4, width: 4, channels: 1 });
    const column = (j: number) => values.filter((_, i) => i % 3 === j);
    for (const unit of [0, 1, 2]) {
      const most = Math.max(...column(unit).map(Math.abs));
      column(unit).forEach((value, i) => expect(row!.values[unit * 16 + i]).toBeCloseTo(value / most, 5));
    }
    // A tied kernel is that of the other layer, turned: what comes into output j is row j.
    const [tied] = picturesOf(await drawn(known, 1)).rows;
    expect(tied!.image).toEqual({ height: 1, width: 3, channels: 1 });
    const most = Math.max(...values.slice(3, 6).map(Math.abs));
    values.slice(3, 6).forEach((value, i) => expect(tied!.values[3 + i]).toBeCloseTo(value / most, 5));
  });

  it('are windows of a convolution, in colour where three channels come in', async () => {
    const text = `autoencoder A {
      input x: [4, 4, 3] in [0, 1]
      encoder { h: conv(2, kernel: 3); g: conv(2, kernel: 3) }
      decoder { conv(3, kernel: 1) }
      reconstruct x by squared_error
      figure filters(h)
      figure filters(g)
    }`;
    const kernel = Array.from({ length: 3 * 3 * 3 * 2 }, (_, i) => i + 1);
    const deeper = Array.from({ length: 3 * 3 * 2 * 2 }, (_, i) => i + 1);
    const known = await modelOf(text, dataOf({ x: { shape: [4, 4, 3], data: [...values, ...values].map(Math.abs) } }), {
      'encoder.h.kernel': kernel,
      'encoder.g.kernel': deeper,
    });
    const [colour] = picturesOf(await drawn(known)).rows;
    expect(colour!.image).toEqual({ height: 3, width: 3, channels: 3 });
    kernel
      .filter((_, i) => i % 2 === 1)
      .forEach((value, i) => expect(colour!.values[27 + i]).toBeCloseTo(value / 54, 5));
    // Unit 2 reads channel 1 in its first window and channel 2 in its second.
    const { rows, columns } = picturesOf(await drawn(known, 1));
    expect(columns).toBe(2);
    expect(rows[1]!.image).toEqual({ height: 3, width: 3, channels: 1 });
    const read = (channel: number) => deeper.filter((_, i) => i % 2 === 1 && Math.floor(i / 2) % 2 === channel);
    [...read(0), ...read(1)].forEach((value, i) => expect(rows[1]!.values[i]).toBeCloseTo(value / 36, 5));
  });
});

describe('pca', () => {
  // Variances 9, 4, 1 and 0.01 along the axes.
  const noise = normals(3, 0, 0, 400 * 4);
  const axes = dataOf({ x: { shape: [4], data: Array.from(noise, (value, i) => value * [3, 2, 1, 0.1][i % 4]!) } });
  const model = (kernel: readonly number[], back: readonly number[]) =>
    modelOf(
      `autoencoder A {
        input x: [4] in real
        encoder { code: dense(2) }
        decoder { out: dense(4) }
        reconstruct x by squared_error
        figure pca(code)
        train { validation 0.25 }
      }`,
      axes,
      { 'encoder.code.kernel': kernel, 'decoder.out.kernel': back },
    );

  it('finds no angle between the components and a code of the same plane, whatever its axes', async () => {
    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const known = await model([c, -s, s, c, 0, 0, 0, 0], [c, s, 0, 0, -s, c, 0, 0]);
    const figure = await drawn(known);
    // The sample's components lean a little.
    for (const { y } of chartOf(figure).values) expect(Number(y)).toBeLessThan(8);
    const [[, , ours], [, components, theirs]] = tableOf(figure).rows as [
      [string, number, number],
      [string, number, number],
    ];
    expect(components).toBe(2);
    expect(ours / theirs).toBeGreaterThan(0.97);
    expect(ours / theirs).toBeLessThan(1.03);
  });

  it('finds a right angle where a code keeps another axis', async () => {
    const figure = await drawn(await model([1, 0, 0, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0, 0, 1]));
    const angles = chartOf(figure).values.map(({ y }) => Number(y));
    expect(angles[0]).toBeLessThan(8);
    expect(angles[1]).toBeGreaterThan(82);
    const [[, , ours], [, , theirs]] = tableOf(figure).rows as [[string, number, number], [string, number, number]];
    expect(ours).toBeGreaterThan(1.5 * theirs);
  });
});

describe('vector_field', () => {
  it('says where each point of a grid over the data goes', async () => {
    const text = `autoencoder A {
      input x: [2] in real
      encoder { code: dense(2) }
      decoder { out: dense(2) }
      reconstruct x by squared_error
      figure vector_field(x, steps: 3)
      train { validation 0 }
    }`;
    const known = await modelOf(text, dataOf({ x: { shape: [2], data: [-1, -2, 1, 2, 0, 0] } }), {
      'encoder.code.kernel': [0.5, 0, 0, 0.25],
      'decoder.out.kernel': identity(2),
    });
    const arrows = chartOf(await drawn(known)).values.filter(({ kind }) => kind === 'arrow');
    expect(arrows.map(({ x, y, dx, dy }) => [x, y, dx, dy])).toEqual(
      [-2, 0, 2].flatMap((y) => [-1, 0, 1].map((x) => [x, y, -0.5 * x + 0, -0.75 * y + 0])),
    );
  });

  describe('of a denoiser of a circle', () => {
    let trained: Trained;
    beforeAll(async () => {
      trained = await trainText(
        `autoencoder A {
          input x: [2] in real
          corrupt x with gaussian(0.3)
          encoder { code: dense(64, tanh) }
          decoder { dense(64, tanh); dense(2) }
          reconstruct x by squared_error
          figure vector_field(x, steps: 15)
          train { optimizer adam(lr: 5e-3); batch 50; epochs 120 }
        }`,
        'circle:count=500',
      );
    }, 120_000);

    it('points to it from both sides', async () => {
      const arrows = chartOf(await drawn(of(trained))).values.filter(({ kind }) => kind === 'arrow');
      const outwards = (from: number, to: number) => {
        const between = arrows.filter(({ x, y }) => {
          const r = Math.hypot(Number(x), Number(y));
          return r > from && r < to;
        });
        expect(between.length).toBeGreaterThan(5);
        return between.map(
          ({ x, y, dx, dy }) => (Number(x) * Number(dx) + Number(y) * Number(dy)) / Math.hypot(Number(x), Number(y)),
        );
      };
      const radius = Math.hypot(trained.data.columns['x']!.data[0]!, trained.data.columns['x']!.data[1]!);
      const share = (list: readonly number[], sign: 1 | -1) =>
        list.filter((one) => Math.sign(one) === sign).length / list.length;
      expect(share(outwards(1.25 * radius, Infinity), -1)).toBeGreaterThan(0.95);
      expect(share(outwards(0.3 * radius, 0.75 * radius), 1)).toBeGreaterThan(0.95);
    });
  });
});
