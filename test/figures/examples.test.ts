import { describe, expect, it } from 'vitest';
import { kNearest, linear } from '../../src/runtime/figures/classifiers.js';
import { enlarged } from '../../src/runtime/figures/baselines/bicubic.js';
import { medianFilter } from '../../src/runtime/figures/baselines/median-filter.js';
import { jpegCodec } from '../../src/runtime/node/report/jpeg.js';
import { holeIn } from '../../src/runtime/figures/inpainting.js';
import { similarity } from '../../src/runtime/figures/quality.js';
import { normals } from '../../src/runtime/index.js';
import { csvOf } from '../../src/runtime/figures/drawing.js';
import { chartOf, dataOf, drawn, identity, modelOf, picturesOf, tableOf } from '../support/figures.js';

const model = (d: number, layer: string, figures: string, targets = '') => `autoencoder A {
  input x: [${d}] in real
  ${targets}
  encoder { h: ${layer} }
  decoder { out: dense(${d}) }
  reconstruct x by squared_error
  ${figures}
  train { validation 0; seed 4 }
}`;

describe('sparsity', () => {
  it('counts units that are never active', async () => {
    const data = dataOf({ x: { shape: [4], data: [1, -1, -1, 2, 1, 1, -1, 2, 1, -1, -1, 2, 1, 1, -1, -2] } });
    const known = await modelOf(model(4, 'dense(4, relu)', 'figure sparsity(h)'), data, {
      'encoder.h.kernel': identity(4),
    });
    const figure = await drawn(known);
    expect(figure.note).toContain('1 unit is dead, never active: 3.');
    const often = Object.fromEntries(chartOf(figure, 1).values.map(({ x, y }) => [x, y]));
    expect(often).toEqual({ 1: 1, 2: 0.5, 3: 0, 4: 0.75 });
    const shares = chartOf(figure).values.map(({ share }) => Number(share));
    expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 4);
    // Of sixteen numbers seven are 0, the lowest that there is.
    expect(shares[0]).toBeCloseTo(7 / 16, 5);
    expect(shares.at(-1)).toBeCloseTo(3 / 16, 5);
  });
});

describe('top_stimuli', () => {
  it('are the examples with the largest activations, strongest first', async () => {
    const data = dataOf({ x: { shape: [4], data: [3, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0] } });
    const known = await modelOf(model(4, 'dense(4)', 'figure top_stimuli(h, count: 2)'), data, {
      'encoder.h.kernel': identity(4),
    });
    const [first] = picturesOf(await drawn(known)).rows;
    expect(first!.title).toBe('unit 1');
    expect([...first!.values]).toEqual([9, 0, 0, 0, 5, 0, 0, 0]);
  });
});

describe('neighbours', () => {
  it('are those of the nearest codes, and not the example itself', async () => {
    const data = dataOf({
      x: { shape: [4], data: [0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 3.5, 0, 0, 0] },
      y: { shape: [], data: [0, 0, 1, 1] },
    });
    const known = await modelOf(model(4, 'dense(4)', 'figure neighbours(h, count: 2)'), data, {
      'encoder.h.kernel': identity(4),
    });
    const figure = await drawn(known);
    expect([...picturesOf(figure).rows[2]!.values].filter((_, i) => i % 4 === 0)).toEqual([3, 3.5, 1]);
    expect(tableOf(figure).rows[4]).toEqual([3, 1, 0.5, 1]);
    expect(figure.note).toContain('50 % of them have the same y.');
  });

  it('are compared by labels that are known', async () => {
    const data = dataOf({
      x: { shape: [4], data: [0, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0, 3.5, 0, 0, 0] },
      y: { shape: [], data: [0, -1, 1, 1] },
    });
    const text = model(4, 'dense(4)', 'figure neighbours(h, count: 2)', 'target y: category(2)?');
    const figure = await drawn(await modelOf(text, data, { 'encoder.h.kernel': identity(4) }));
    // 0 beside 3, and each of 3 and 3.5 beside the other.
    expect(figure.note).toContain('67 % of them have the same y.');
    expect(picturesOf(figure).rows.map(({ title }) => title)).toEqual(['y 0', 'example 2', 'y 1', 'y 1']);
    const table = tableOf(figure);
    expect(table.rows[0]).toEqual([1, 1, 1, '–']);
    expect(csvOf(table).split('\n')[1]).toBe('1,1,1,');
  });
});

describe('labels that are missing', () => {
  const text = (classes: number, figure: string): string =>
    model(2, 'dense(2)', figure, `target y: category(${classes})?`);
  const some = (labels: readonly number[]) =>
    dataOf({ x: { shape: [2], data: labels.flatMap((_, i) => [i, 0]) }, y: { shape: [], data: labels } });
  const code = { 'encoder.h.kernel': identity(2) };

  it('have a colour and a shape of their own, which no class has', async () => {
    const labels = [-1, ...Array.from({ length: 10 }, (_, i) => 9 - i), -1];
    const chart = chartOf(await drawn(await modelOf(text(10, 'figure scatter(h)'), some(labels), code)));
    // Below those that have one.
    expect(chart.values.map(({ label }) => label)).toEqual(['unlabelled', 'unlabelled', ...labels.slice(1, -1)]);
    const { color, shape } = chart.spec['encoding'] as Record<string, { scale: Record<string, readonly unknown[]> }>;
    for (const { scale } of [color!, shape!]) {
      expect(scale['domain']).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 'unlabelled']);
      expect(scale['range']!.indexOf(scale['range']!.at(-1))).toBe(10);
    }
  });

  it('are told from many classes, which have a scale', async () => {
    const labels = [-1, ...Array.from({ length: 30 }, (_, i) => i)];
    const chart = chartOf(await drawn(await modelOf(text(30, 'figure scatter(h)'), some(labels), code)));
    expect(chart.spec['encoding']).toMatchObject({
      color: { type: 'quantitative', condition: { test: "datum.label === 'unlabelled'" } },
    });
  });

  it('are nothing in a table', async () => {
    const known = await modelOf(text(3, 'figure codes(h)'), some([2, -1]), code);
    expect(tableOf(await drawn(known)).rows.map(([label]) => label)).toEqual([2, '–']);
  });
});

describe('probe', () => {
  const noise = normals(5, 0, 0, 300 * 2);
  const points = Array.from({ length: 300 }, (_, i) => [4 * (i % 3) + noise[i * 2]! * 0.3, noise[i * 2 + 1]!]);
  const data = dataOf({
    x: { shape: [2], data: points.flat() },
    y: { shape: [], data: points.map((_, i) => (i % 3) + 7) },
  });
  const text = model(2, 'dense(2)', 'figure probe(h)').replace('validation 0;', 'validation 0.3;');

  it('finds labels that a code tells apart', async () => {
    const figure = await drawn(await modelOf(text, data, { 'encoder.h.kernel': identity(2) }));
    expect(tableOf(figure).rows).toEqual([
      ['h', 2, '100.0 %', '100.0 %', '100.0 %'],
      ['x', 2, '100.0 %', '100.0 %', '100.0 %'],
    ]);
    const counts = chartOf(figure).values;
    expect(counts.filter(({ row, column }) => row !== column).every(({ count }) => count === 0)).toBe(true);
    expect(counts.reduce((sum, { count }) => sum + Number(count), 0)).toBe(90);
    expect(counts[0]).toMatchObject({ row: 7, column: 7 });
  });

  it('finds no more than chance where a code has lost them', async () => {
    const figure = await drawn(await modelOf(text, data, { 'encoder.h.kernel': [0, 0, 0, 1] }));
    const [[, , ...all]] = tableOf(figure).rows as [[string, number, ...string[]]];
    expect(all).toHaveLength(3);
    for (const share of all) expect(parseFloat(share)).toBeLessThan(55);
  });

  it('learns and judges by the labels that are known', async () => {
    const some = dataOf({
      x: { shape: [2], data: points.flat() },
      y: { shape: [], data: points.map((_, i) => (i % 5 === 0 ? i % 3 : -1)) },
    });
    const semi = model(2, 'dense(2)', 'figure probe(h)', 'target y: category(3)?').replace(
      'validation 0;',
      'validation 0.3;',
    );
    const figure = await drawn(await modelOf(semi, some, { 'encoder.h.kernel': identity(2) }));
    expect(tableOf(figure).rows[0]).toEqual(['h', 2, '100.0 %', '100.0 %', '100.0 %']);
    expect(chartOf(figure).values.reduce((sum, { count }) => sum + Number(count), 0)).toBe(18);
  });

  it('has classifiers that are right', async () => {
    const rows = (values: readonly number[]) => ({ values: Float32Array.from(values), n: values.length, d: 1 });
    expect(kNearest(rows([0, 1, 2, 10, 11]), [5, 5, 6, 6, 6], rows([0.6, 10.4]), 3)).toEqual([5, 6]);
    expect(await linear('logistic', rows([0, 1, 2, 3]), [0, 0, 1, 1], rows([0.2, 2.9]), 2)).toEqual([0, 1]);
    expect(await linear('svm', rows([0, 1, 2, 3]), [0, 0, 1, 1], rows([0.2, 2.9]), 2)).toEqual([0, 1]);
  });

  it('has a support vector machine that what lies far behind its margin does not move', async () => {
    // Of a hundred points far on the right: the boundary stays in the gap, where least squares would leave it.
    const far = Array.from({ length: 100 }, () => 20);
    const values = [0, 1, 3, 4, ...far];
    const labels = [0, 0, 1, 1, ...far.map(() => 1)];
    const known = { values: Float32Array.from(values), n: values.length, d: 1 };
    const asked = { values: Float32Array.of(0.2, 3.9), n: 2, d: 1 };
    expect(await linear('svm', known, labels, asked, 2)).toEqual([0, 1]);
  });
});

describe('confusion', () => {
  const text = (head: string) => `autoencoder A {
    input x: [3] in real
    target y: category(3)?
    encoder { code: dense(3) }
    decoder { dense(3) }
    head which(code) { ${head} }
    reconstruct x by squared_error
    penalty cross_entropy(which, y) where y.known
    figure confusion(which, y)
    train { validation 0 }
  }`;
  // What is largest among the numbers is the class that the head predicts.
  const x = [5, 1, 0, 0, 5, 1, 0, 6, 1, 3, 0, 1, 0, 0, 9, 7, 1, 0];
  const data = dataOf({ x: { shape: [3], data: x }, y: { shape: [], data: [0, 0, 1, -1, 2, 1] } });

  it('is of the examples whose class is known, a row for each', async () => {
    const figure = await drawn(
      await modelOf(text('out: dense(3)'), data, {
        'encoder.code.kernel': identity(3),
        'which.out.kernel': identity(3),
      }),
    );
    const counts = chartOf(figure).values.map(({ row, column, count }) => [row, column, count]);
    expect(counts.filter(([, , count]) => count !== 0)).toEqual([
      [0, 0, 1],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 1],
      [2, 2, 1],
    ]);
    expect(tableOf(figure).rows).toEqual([
      [0, 2, '50.0 %', 1],
      [1, 2, '50.0 %', 0],
      [2, 1, '0.0 %', ''],
    ]);
    expect(figure.note).toContain('3 of 5 training examples whose y is known are right: 60.0 %.');
    // A table or a folder has names for them.
    const names = ['ash', 'elm', 'oak'];
    const named = await modelOf(
      text('out: dense(3)'),
      { ...data, columns: { ...data.columns, y: { ...data.columns['y']!, names } } },
      {
        'encoder.code.kernel': identity(3),
        'which.out.kernel': identity(3),
      },
    );
    expect(tableOf(await drawn(named)).rows.map(([name, , , other]) => [name, other])).toEqual([
      ['ash', 'elm'],
      ['elm', 'ash'],
      ['oak', ''],
    ]);
    expect(named.run.labels(named.run.first(4))!.cells).toEqual(['ash', 'ash', 'elm', '–']);
  });
});

describe('errors', () => {
  it('are of the worst and of typical examples, with what pictures have of them', async () => {
    const square = (value: number): readonly number[] => Array.from({ length: 4 }, () => value);
    const values = [0.1, 0.9, 0.3, 0.2, 0.4];
    const known = await modelOf(
      `autoencoder A {
        input x: [2, 2, 1] in [0, 1]
        encoder { flatten; h: dense(1) }
        decoder { out: dense(4); reshape(2, 2, 1) }
        reconstruct x by squared_error
        figure errors(x, count: 1)
        train { validation 0 }
      }`,
      dataOf({ x: { shape: [2, 2, 1], data: values.flatMap(square) } }),
      { 'decoder.out.kernel': square(0) },
    );
    const figure = await drawn(known);
    // What comes out is 0, so the error of an example is its square.
    const [worst, made, typical] = picturesOf(figure).rows;
    expect(worst!.values[0]).toBeCloseTo(0.9, 5);
    expect([...made!.values]).toEqual([0, 0, 0, 0]);
    expect(typical!.values[0]).toBeCloseTo(0.3, 5);
    const cells = tableOf(figure).rows.map(([kind, row, error]) => [kind, row, Number(Number(error).toFixed(4))]);
    expect(cells).toEqual([
      ['worst', 1, 0.81],
      ['typical', 2, 0.09],
    ]);
    const mean = values.reduce((sum, value) => sum + value ** 2, 0) / 5;
    // Of flat pictures beside black ones SSIM is c₁ / (μ² + c₁).
    const likeness = values.reduce((sum, value) => sum + 1e-4 / (value ** 2 + 1e-4), 0) / 5;
    const [, psnr, ssim] = /PSNR ([\d.]+) dB, SSIM ([\d.]+)\.$/.exec(figure.note!)!.map(Number);
    expect(psnr).toBeCloseTo(-10 * Math.log10(mean), 2);
    expect(ssim).toBeCloseTo(likeness, 4);
  });
});

describe('inpainting', () => {
  it('fills the middle with what the model knows, and leaves the rest alone', async () => {
    // Every example is a multiple of one pattern, onto which the model projects.
    const pattern = Array.from({ length: 16 }, (_, i) => 1 + (i % 5));
    const norm = pattern.reduce((sum, value) => sum + value * value, 0);
    const data = dataOf({
      x: { shape: [16], data: [1, 2, -3, 4].flatMap((scale) => pattern.map((value) => scale * value)) },
    });
    const known = await modelOf(model(16, 'dense(1)', 'figure inpainting(x, rounds: 60)'), data, {
      'encoder.h.kernel': pattern.map((value) => value / norm),
      'decoder.out.kernel': pattern,
    });
    const [clean, missing, filled] = picturesOf(await drawn(known)).rows;
    const hole = holeIn([16]);
    expect([...hole].filter((one) => one === 1)).toHaveLength(4);
    hole.forEach((one, i) => {
      // The mean of 1, 2, −3 and 4 is 1.
      expect(missing!.values[32 + i]).toBeCloseTo(one === 1 ? pattern[i]! : -3 * pattern[i]!, 4);
    });
    filled!.values.forEach((value, i) => expect(value).toBeCloseTo(clean!.values[i]!, 2));
  });
});

describe('baseline', () => {
  const image = { height: 5, width: 5, channels: 1 } as const;

  it('takes medians of nine pixels', () => {
    const flat = new Float32Array(50).fill(0.5);
    const salted = flat.map((value, i) => (i === 12 || i === 25 ? 1 : value));
    expect([...medianFilter(salted, image)]).toEqual([...flat]);
    // A corner stands there four times, with both its neighbours at the border twice.
    const corner = flat.map((value, i) => (i === 0 || i === 1 ? 1 : value));
    expect(medianFilter(corner, image)[0]).toBe(1);
  });

  it('measures likeness', () => {
    const some = Float32Array.from({ length: 50 }, (_, i) => ((i * 7) % 11) / 11);
    expect(similarity(some, some, image, 1)).toBeCloseTo(1, 12);
    const turned = some.map((value) => 1 - value);
    expect(similarity(some, turned, image, 1)).toBeLessThan(0);
  });

  it('enlarges what has the second degree as it is, but at the borders', () => {
    const at = (y: number, x: number): number => 1 + 2 * y - x + 0.5 * y * x + 0.25 * y * y - x * x;
    // A pixel lies in the middle of its cell of 2 × 3.
    const small = Float32Array.from({ length: 2 * 80 }, (_, i) =>
      i < 80 ? 0 : at(2 * Math.floor((i - 80) / 10) + 0.5, 3 * (i % 10) + 1),
    );
    const large = enlarged(
      { values: small, image: { height: 8, width: 10, channels: 1 } },
      { height: 16, width: 30, channels: 1 },
    );
    expect(Math.max(...large.subarray(0, 480).map(Math.abs))).toBe(0);
    for (let y = 4; y < 12; y++) for (let x = 6; x < 24; x++) expect(large[480 + y * 30 + x]).toBeCloseTo(at(y, x), 2);
    // Each channel by itself.
    const coloured = small
      .subarray(80)
      .reduce((all, value, i) => all.fill(value, 3 * i, 3 * i + 1), new Float32Array(240));
    const red = enlarged(
      { values: coloured, image: { height: 8, width: 10, channels: 3 } },
      { height: 16, width: 30, channels: 3 },
    );
    expect([red[3 * 125], red[3 * 125 + 1]]).toEqual([large[480 + 125], 0]);
  });

  it('counts the bits of the pixels alone', async () => {
    const jpeg = (await jpegCodec())!;
    const grey = (of: (i: number) => number) =>
      Uint8Array.from({ length: 4 * 16 * 16 }, (_, i) => (i % 4 === 3 ? 255 : of(Math.floor(i / 4))));
    const picture = (pixels: Uint8Array) => ({ height: 16, width: 16, pixels });
    // Four blocks of three components: no difference of the mean, no frequency, in 2 + 4 bits of brightness and 2 + 2 of either colour;
    // and what fills the last byte up.
    const { bits } = jpeg(picture(grey(() => 128)), 50);
    expect(bits).toBeGreaterThanOrEqual(4 * (2 + 4 + 2 * (2 + 2)));
    expect(bits).toBeLessThanOrEqual(4 * (2 + 4 + 2 * (2 + 2)) + 16);
    const noise = grey((i) => (i * 7919) % 251);
    const [coarse, fine] = [jpeg(picture(noise), 5), jpeg(picture(noise), 95)];
    expect(fine.bits).toBeGreaterThan(3 * coarse.bits);
    const off = ({ pixels }: { readonly pixels: Uint8Array }) =>
      pixels.reduce((sum, value, i) => sum + (value - noise[i]!) ** 2, 0);
    expect(off(fine)).toBeLessThan(0.1 * off(coarse));
  });

  it('codes by as many components, and by JPEG at the bits of the latent', async () => {
    const text = (figure: string, corrupt = ''): string => `autoencoder A {
      input x: [4, 4, 1] in [0, 1]
      ${corrupt}
      encoder { flatten; h: dense(6) }
      latent z ~ normal(2)
      decoder { out: dense(16); reshape(4, 4, 1) }
      reconstruct x by squared_error
      penalty kl(z)
      figure baseline(${figure})
      train { validation 0 }
    }`;
    // A plane in the space of pictures: what PCA of two components keeps wholly, and of one does not.
    const waves = Array.from({ length: 16 * 40 }, (_, at) => {
      const [i, j] = [Math.floor(at / 16), at % 16];
      return 0.5 + 0.2 * Math.sin(i) * Math.sin(j) + 0.2 * Math.cos(2 * i) * Math.cos(j);
    });
    const data = dataOf({ x: { shape: [4, 4, 1], data: waves } });
    const known = (figure: string, corrupt?: string) => modelOf(text(figure, corrupt), data);
    const rowsOf = async (figure: string, corrupt?: string) => tableOf(await drawn(await known(figure, corrupt))).rows;
    const [model, pca] = await rowsOf('pca');
    expect([model![0], pca![0]]).toEqual(['model', 'PCA, 2 components']);
    expect([Number(model![1]) > 0.01, Number(pca![1]) < 1e-10]).toEqual([true, true]);
    const [corrupted, , less] = await rowsOf('pca', 'corrupt x with mask(0.5)');
    // Projects what the networks read.
    expect(Number(less![1])).toBeGreaterThan(0.01);
    expect(Number(less![1])).toBeLessThan(Number(corrupted![1]));
    const figure = await drawn(await known('jpeg'));
    const [ours, theirs] = tableOf(figure).rows;
    const line = chartOf(figure).values;
    expect(line.at(-1)).toMatchObject({ series: 'model', y: expect.closeTo(Number(ours![1]), 4) as number });
    expect(ours![4]).toBeCloseTo(Number(line.at(-1)!['x']), 3);
    const curve = line.slice(0, -1);
    const nearest = [...curve].sort(
      (a, b) => Math.abs(Number(a['x']) - Number(ours![4])) - Math.abs(Number(b['x']) - Number(ours![4])),
    )[0]!;
    expect(Number(theirs![4])).toBeCloseTo(Number(nearest['x']), 3);
    expect(Number(curve.at(-1)!['y'])).toBeLessThan(1e-3);
    // Even pictures of any brightness have no frequency, where they are filled up to a block neither: a difference of means, of at most
    // 9 + 11 bits, and the end of the block, and 4 bits for either colour.
    const even = dataOf({
      x: { shape: [4, 4, 1], data: Array.from({ length: 640 }, (_, at) => (Math.floor(at / 16) % 5) / 4) },
    });
    const evenCurve = chartOf(await drawn(await modelOf(text('jpeg'), even))).values.slice(0, -1);
    for (const { x, y } of evenCurve.slice(-3)) {
      expect(Number(x)).toBeLessThan(34);
      expect(Number(y)).toBeLessThan(1e-4);
    }
  });

  it('enlarges what the networks read in a smaller size; elsewhere it says why there is nothing to draw', async () => {
    const text = (figure: string, networks: string): string => `autoencoder A {
      input x: [8, 8, 1] in [0, 1]
      ${networks}
      reconstruct x by squared_error
      figure baseline(${figure})
      train { validation 0 }
    }`;
    const ramp = Array.from({ length: 64 * 20 }, (_, at) => ((at % 8) + Math.floor(at / 64)) / 32);
    const data = dataOf({ x: { shape: [8, 8, 1], data: ramp } });
    const plain = 'encoder { conv(1, kernel: 1) }\n decoder { conv(1, kernel: 1) }';
    const smaller =
      'corrupt x with downsample(2)\n encoder { conv(1, kernel: 1) }\n decoder { upsample(2); conv(1, kernel: 1) }';
    const figure = await drawn(await modelOf(text('bicubic', smaller), data));
    expect(picturesOf(figure).rows.map(({ title, image }) => [title, image.height])).toEqual([
      ['clean', 8],
      ['read', 4],
      ['model', 8],
      ['bicubic', 8],
    ]);
    // Only its ends are not straight any more.
    expect(Number(tableOf(figure).rows.at(-1)![1])).toBeLessThan(1e-4);
    const why = async (method: string, networks: string) => (await modelOf(text(method, networks), data)).draw();
    expect(await why('bicubic', plain)).toEqual({ unavailable: 'the networks do not read x in a smaller size' });
    expect(await why('median_filter', plain)).toEqual({ unavailable: 'nothing corrupts x' });
    expect(await why('median_filter', smaller)).toEqual({ unavailable: 'the networks read x in another shape' });
    expect(await why('pca', smaller)).toEqual({ unavailable: 'the networks read x in another shape' });
    expect(await why('jpeg', plain)).toMatchObject({ unavailable: expect.stringContaining('no rate') as string });
  });

  it('stands beside the model on the same noise', async () => {
    const text = `autoencoder A {
      input x: [25] in [0, 1]
      corrupt x with salt_and_pepper(0.1)
      encoder { h: dense(25) }
      decoder { out: dense(25) }
      reconstruct x by squared_error
      figure baseline(median_filter)
      train { validation 0 }
    }`;
    const data = dataOf({ x: { shape: [25], data: new Array<number>(25 * 30).fill(0.5) } });
    const known = await modelOf(text, data, { 'encoder.h.kernel': identity(25), 'decoder.out.kernel': identity(25) });
    const [corrupted, copied, filtered] = tableOf(await drawn(known)).rows as [string, number, number, number][];
    // A tenth of the pixels is wrong by a half; the model copies them, the filter mends nearly all.
    expect(corrupted![1]).toBeGreaterThan(0.015);
    expect(copied![1]).toBeCloseTo(corrupted![1], 6);
    expect(filtered![1]).toBeLessThan(0.2 * corrupted![1]);
    expect(corrupted![2]).toBeCloseTo(-10 * Math.log10(corrupted![1]), 6);
  });
});

describe('losses and scatter', () => {
  it('show what was measured, by term', async () => {
    const text = model(2, 'dense(2)', 'figure losses').replace(
      'reconstruct x by squared_error',
      'reconstruct x by squared_error\n  penalty 0.1 * l1(h)',
    );
    const record = (epoch: number) => ({ phase: 'train', epoch, train: [3 / epoch, 1], validation: [4 / epoch, 2] });
    const known = await modelOf(text, dataOf({ x: { shape: [2], data: [1, 2, 3, 4] } }), {}, [record(1), record(2)]);
    const figure = await drawn(known);
    expect(figure.drawings.map((one) => one.title)).toEqual(
      ['loss', 'reconstruct x', 'l1(h)'].map((title) => expect.stringContaining(title.split('(')[0]!) as string),
    );
    expect(chartOf(figure, 1).values).toEqual([
      { x: 1, y: 3, series: 'training' },
      { x: 1, y: 4, series: 'held out' },
      { x: 2, y: 1.5, series: 'training' },
      { x: 2, y: 2, series: 'held out' },
    ]);
    expect(chartOf(figure, 0).values[3]).toEqual({ x: 2, y: 4, series: 'held out' });
  });

  it('are coloured by a category of the file, and flattened by principal components', async () => {
    const data = dataOf({
      x: { shape: [3], data: [0, 0, 0, 10, 0, 1, 20, 0, -1, 30, 0, 0] },
      y: { shape: [], data: [1, 0, 1, 0] },
    });
    const text = model(3, 'dense(3)', 'figure scatter(h)', 'target y: category(2)').replace(
      'reconstruct x by squared_error',
      'head label(h) { dense(2) }\n  reconstruct x by squared_error\n  reconstruct y from label by categorical',
    );
    const figure = await drawn(await modelOf(text, data, { 'encoder.h.kernel': identity(3) }));
    const { values } = chartOf(figure);
    expect(values.map(({ label }) => label)).toEqual([1, 0, 1, 0]);
    const xs = values.map(({ x }) => Number(x));
    // The first component runs along the first number, whichever way.
    const sign = Math.sign(xs[3]! - xs[0]!);
    xs.forEach((x, i) => expect(sign * x).toBeCloseTo(10 * i - 15, 1));
  });
});
