import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decode } from 'fast-png';
import * as tf from '@tensorflow/tfjs-core';
import { tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitDataset } from '../../src/runtime/fit.js';
import { fitPca, mostRows, project, reconstruct, type Pca } from '../../src/runtime/figures/pca.js';
import { imageShape } from '../../src/runtime/figures/images.js';
import { symmetricEigen } from '../../src/runtime/eigen.js';
import { evaluateProgram } from '../../src/runtime/node/report/evaluate.js';
import { writeReport } from '../../src/runtime/node/report/report.js';
import { normals, randomAt } from '../../src/runtime/random.js';
import { renderDataError } from '../../src/runtime/result.js';
import { generateSet } from '../../src/runtime/synthetic/specification.js';
import { release } from '../../src/runtime/tensors.js';
import { train } from '../../src/runtime/train.js';
import { useCpu } from './backend.js';
import { folder } from './folder.js';
import { tinyProgram, vector, type TinyOptions } from './tiny.js';

beforeAll(useCpu);

const x = { kind: 'variable', name: 'x', shape: [2] } as const;

async function report(
  set: string,
  options: TinyOptions,
): Promise<{ readonly html: string; readonly out: string; readonly remarks: readonly string[] }> {
  const program = tinyProgram({ rate: 0.01, validation: 0.2, ...options });
  const raw = generateSet(set);
  const data = raw.ok ? fitDataset(raw.value, program.spec.variables) : raw;
  if (!data.ok) throw new Error(renderDataError(data.error));
  const outcome = await train(program, data.value);
  if (!outcome.ok) throw new Error(renderDataError(outcome.error));
  const { weights, slots, best, progress } = outcome.value.snapshot;
  const before = tf.memory().numTensors;
  const out = folder();
  // Of an earlier report, and of somebody else.
  const [old, other] = ['manifold-3-1.svg', 'manifold.txt'].map((name) => join(out, 'figures', name));
  mkdirSync(join(out, 'figures'));
  for (const file of [old!, other!]) writeFileSync(file, '');
  const written = await writeReport({
    program,
    weights,
    data: data.value,
    history: progress.history,
    path: join(out, 'report.html'),
    picture: join(out, 'reconstructions.png'),
    origin: { command: 'aec train tiny.ae', sources: [{ name: 'tiny.ae', text: 'autoencoder <Tiny> {}' }] },
    settings: { data: '<set>' },
  });
  expect(tf.memory().numTensors).toBe(before);
  expect([old!, other!].map(existsSync)).toEqual([false, true]);
  release([weights, slots, best]);
  if (!written.ok) throw new Error(renderDataError(written.error));
  expect(written.value.baselines[0]!.error).toBeGreaterThan(0);
  const remarks = written.value.verdict.remarks.map(({ text }) => text);
  return { html: readFileSync(join(out, 'report.html'), 'utf8'), out, remarks };
}

describe('writeReport', () => {
  it('shows pictures, curves, codes and samples of images, and loads nothing', async () => {
    const { html, out } = await report('bars:count=120,n=6', {
      variable: { ...vector(36), domain: { kind: 'binary' } },
      generative: true,
      code: 3,
    });
    for (const title of ['Architecture', 'Source', 'Loss', 'Reconstructions', 'Code', 'Samples', 'Settings'])
      expect(html).toContain(`<h2>${title}</h2>`);
    expect(html).toContain('PCA, 3 components');
    expect(html).toContain('corrupted');
    expect(html).toContain('&#60;set&#62;');
    expect(html).not.toMatch(/<script|src="(?!data:)|href="(?!figures\/)/);
    expect(html.indexOf('>Architecture<')).toBeLessThan(html.indexOf('>Loss<'));
    expect(html).toContain('Trained by: aec train tiny.ae');
    expect(html).toContain('autoencoder &#60;Tiny&#62; {}');
    expect(html).toContain('Shown because images are restored from gaussian(0.1).');
    expect(html).not.toContain('NaN');
    const png = decode(readFileSync(join(out, 'reconstructions.png')));
    expect(png.width).toBe(10 * 6 * 14 + 9 * 4);
    expect(png.height).toBe(4 * 6 * 14 + 3 * 4);
    expect(readdirSync(out).sort()).toEqual(['figures', 'reconstructions.png', 'report.html']);
  });

  it('shows points of the plane as points', async () => {
    const { html, out, remarks } = await report('circle:count=60', {
      variable: { ...vector(2), domain: { kind: 'real' } },
      code: 1,
      generative: true,
      figures: [{ name: 'confusion', text: 'confusion(code, x)', origin: 'a.ae:9', args: { of: x, by: x } }],
      phases: [
        { name: 'one', epochs: 1 },
        { name: 'two', epochs: 1 },
      ],
    });
    expect(html).toContain('x and its reconstruction');
    expect(html).toContain('x and samples');
    const missing = 'figure confusion(code, x) is not drawn: x is no category with one class an example';
    expect(remarks).toContain(missing);
    expect(html).toContain(missing);
    expect(html).toContain('two: decay');
    expect(readdirSync(out)).toEqual(['figures', 'report.html']);
  });

  it('says where it cannot write', async () => {
    const program = tinyProgram({ variable: vector(8) });
    const weights = program.initialize(
      { seed: 0, step: 0, uniform: (_s, shape) => tf.zeros([...shape]), normal: (_s, shape) => tf.zeros([...shape]) },
      {},
    );
    const set = generateSet('identity:n=8');
    if (!set.ok) throw new Error('identity');
    const path = join(folder(), 'no', 'such', 'report.html');
    expect(await writeReport({ program, weights, data: set.value, history: [], path })).toMatchObject({
      ok: false,
      error: { place: { path: join(dirname(path), 'figures') } },
    });
    release([weights]);
  });
});

it('errors are in the units that the networks read, those of the mean and of PCA too', async () => {
  const tiny = tinyProgram({ variable: vector(8), code: 2 });
  const set = generateSet('identity:n=8');
  if (!set.ok) throw new Error('identity');
  const data = fitDataset(set.value, tiny.spec.variables);
  if (!data.ok) throw new Error(renderDataError(data.error));
  const std = { name: 'x.std', shape: [8], trainable: false, statistic: { variable: 'x', kind: 'std' } } as const;
  const scaled = { ...tiny, spec: { ...tiny.spec, weights: [...tiny.spec.weights, std] } };
  const weights = tiny.initialize(randomAt(1, 0), {});
  const widths = tensor1d([2, 2, 2, 2, 2, 2, 2, 0]);
  const [plain] = (await evaluateProgram(tiny, weights, data.value, 0)).baselines;
  const [own] = (await evaluateProgram(scaled, { ...weights, 'x.std': widths }, data.value, 0)).baselines;
  release([weights, { widths }]);
  expect([plain!.isScaled, own!.isScaled]).toEqual([false, true]);
  own!.byElement.forEach(({ error, mean }, j) => {
    // What never changes is divided by nothing.
    const share = j === 7 ? 1 : 4;
    expect(error).toBeCloseTo(plain!.byElement[j]!.error / share, 6);
    expect(mean).toBeCloseTo(plain!.byElement[j]!.mean / share, 6);
  });
  const all = own!.byElement.reduce((sum, { error }) => sum + error, 0);
  expect(own!.error).toBeCloseTo(all / 8, 6);
  // Shown as data are.
  expect(Math.max(...own!.pca!.values)).toBeGreaterThan(0.5);
});

describe('PCA', () => {
  const noise = normals(1, 0, 0, 300 * 2);
  const flat = (n: number, d: number): Float32Array =>
    Float32Array.from({ length: n * d }, (_, at) => {
      const [i, j] = [Math.floor(at / d), at % d];
      return 3 + noise[i * 2]! * Math.sin(j + 1) + 0.3 * noise[i * 2 + 1]! * Math.cos(2 * j);
    });

  it.each([
    ['features', 200, 5],
    ['examples', 60, 100],
    ['the first directions of features', 300, 200],
    ['the first directions of examples', 200, 300],
  ])('finds a plane by way of %s', async (_way, n, d) => {
    const rows = { values: flat(n, d), n, d };
    const pca = await fitPca(rows, 4, symmetricEigen);
    expect(pca.k).toBe(2);
    const back = await reconstruct(pca, rows);
    rows.values.forEach((value, i) => expect(back[i]).toBeCloseTo(value, 4));
    for (let a = 0; a < 2; a++) {
      for (let b = 0; b < 2; b++) {
        let dot = 0;
        for (let j = 0; j < d; j++) dot += pca.components[a * d + j]! * pca.components[b * d + j]!;
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 8);
      }
    }
    const codes = project(pca, rows);
    const spread = (c: number): number =>
      Array.from({ length: n }, (_, i) => codes[i * 2 + c]! ** 2).reduce((x, y) => x + y);
    expect(spread(0)).toBeGreaterThan(spread(1));
  });

  it('keeps as much as all eigenvectors would, of data without a plane', async () => {
    const [n, d, k] = [300, 160, 12];
    const raw = normals(2, 0, 0, n * d);
    // Deviations fall slowly: what is searched for is hard to tell from the rest.
    const values = raw.map((value, at) => value * 0.97 ** (at % d));
    const rows = { values, n, d };
    const lost = async (pca: Pca): Promise<number> =>
      (await reconstruct(pca, rows)).reduce((sum, value, i) => sum + (value - values[i]!) ** 2, 0);
    const all = await fitPca(rows, d, symmetricEigen);
    const best = { ...all, k, components: all.components.subarray(0, k * d) };
    const found = await fitPca(rows, k, symmetricEigen);
    expect(found.k).toBe(k);
    const ratio = (await lost(found)) / (await lost(best));
    expect(ratio).toBeGreaterThan(1 - 1e-4);
    expect(ratio).toBeLessThan(1.002);
  });

  it('costs about the same however wide the data are, of enough examples for what is asked', () => {
    for (const d of [2, 20, 300, 784, 1024, 1500, 12_288, 150_528]) {
      const n = mostRows(d, 64);
      expect(n * d * Math.min(n, d), `width ${d}`).toBeLessThan(6.1e9);
      expect(n, `width ${d}`).toBeGreaterThan(140);
    }
    expect(mostRows(150_528, 300)).toBeGreaterThanOrEqual(600);
  });
});

it('imageShape knows what can be looked at', () => {
  expect(imageShape([784])).toEqual({ height: 28, width: 28, channels: 1 });
  expect(imageShape([16, 12, 3])).toEqual({ height: 16, width: 12, channels: 3 });
  expect(imageShape([28, 28])).toEqual({ height: 28, width: 28, channels: 1 });
  expect([[10], [4], [8, 8, 2], [2, 2, 2, 2], []].map(imageShape)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
