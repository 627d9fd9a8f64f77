/** Examples of codes that are classes, symbols or bits, and of a bound by several draws. */
import { beforeAll, expect, it } from 'vitest';
import { batchTensors, randomAt, release } from '../../src/runtime/index.js';
import { average } from '../support/algebra.js';
import { emitExample, useWasm } from '../support/emitted.js';
import { accuracy, activation, datasetFor, encoded, explainedUnseen, heldOut, trainExample } from '../support/train.js';

beforeAll(useWasm);

it('M2 tells digits by a few labels, and far fewer without the α of eq. 9', async () => {
  const right = async (alpha: number): Promise<number> => {
    const t = await trainExample('lecture2/m2.ae', 'strokes:count=500,known=60', {
      set: { alpha, units: 100, d: 10 },
      overrides: { validation: { share: 0, clean: false }, epochs: 22 },
    });
    const unseen = datasetFor(t.program, 'strokes:count=300,seed=77');
    const share = accuracy(await activation(t, unseen, 'classify.dense2'), unseen.columns['y']!.data);
    t.dispose();
    return share;
  };
  const [taught, untaught] = [await right(50), await right(0)];
  expect(taught).toBeGreaterThan(0.5);
  expect(untaught).toBeLessThan(taught - 0.2);
});

it('Gumbel-softmax says a picture by a few symbols', async () => {
  const classes = 10;
  const t = await trainExample('well-known/gumbel-softmax.ae', 'strokes:count=1000', {
    set: { groups: 8, classes, units: 128 },
    overrides: { epochs: 60, batch: 50 },
  });
  const { data } = await encoded(t, heldOut(t));
  const rows = Array.from({ length: data.length / classes }, (_, i) => data.subarray(i * classes, (i + 1) * classes));
  const symbols = rows.map((row) => row.indexOf(row.reduce((a, b) => Math.max(a, b))));
  // 0.1 is what says nothing.
  expect(average(rows.length, (i) => Math.max(...rows[i]!))).toBeGreaterThan(0.3);
  const sentences = new Set(Array.from({ length: rows.length / 8 }, (_, i) => symbols.slice(8 * i, 8 * i + 8).join()));
  expect(sentences.size).toBeGreaterThan(rows.length / 8 / 2);
  // A code that says nothing leaves the mean, 0.
  expect(await explainedUnseen(t)).toBeGreaterThan(0.2);
  t.dispose();
});

it('VQ-VAE gives pictures back from symbols of a codebook that is in use', async () => {
  const t = await trainExample('well-known/vq-vae.ae', 'shapes:count=500,n=16', {
    set: { n: 16, units: 24, entries: 32 },
    overrides: { epochs: 12, batch: 20 },
  });
  const { data, shape } = await encoded(t, heldOut(t));
  expect(shape.slice(1)).toEqual([4, 4, 16]);
  const vectors = new Set(
    Array.from({ length: data.length / 16 }, (_, i) => data.subarray(16 * i, 16 * i + 16).join()),
  );
  // As many as there are entries, and no more: what is decoded is of the codebook.
  expect(vectors.size).toBeLessThanOrEqual(32);
  expect(vectors.size).toBeGreaterThan(10);
  expect(await explainedUnseen(t)).toBeGreaterThan(0.5);
  t.dispose();
});

it('compression: fewer bits where they weigh more, and larger errors', async () => {
  const measured: { readonly bits: number; readonly error: number }[] = [];
  for (const beta of [0.003, 1]) {
    const t = await trainExample('lecture0/compressive.ae', 'shapes:count=300,n=16', {
      set: { n: 16, channels: 24, beta },
      overrides: { epochs: 14, batch: 20 },
    });
    const [error, rate] = t.history.at(-1)!.validation as [number, number];
    measured.push({ error, bits: rate / beta });
    expect(await explainedUnseen(t)).toBeGreaterThan(0.2);
    t.dispose();
  }
  const [low, high] = measured as [(typeof measured)[0], (typeof measured)[0]];
  expect(high.bits).toBeLessThan(0.8 * low.bits);
  expect(high.error).toBeGreaterThan(low.error);
});

it('IWAE: more draws give a tighter bound at the same weights', async () => {
  const t = await trainExample('well-known/iwae.ae', 'strokes:count=400', {
    set: { samples: 5, code: 4 },
    overrides: { epochs: 40, batch: 20 },
  });
  const unseen = heldOut(t);
  const bounds: number[] = [];
  for (const samples of [1, 5, 50]) {
    const { program } = emitExample('well-known/iwae.ae', { set: { samples, code: 4 } });
    const rows = Int32Array.from({ length: unseen.size }, (_, i) => i);
    const batch = batchTensors(unseen, program.spec.variables, rows);
    let sum = 0;
    for (let draw = 0; draw < 5; draw++) {
      const terms = program.evaluate['train']!(t.weights, batch, { step: 0, epoch: 0, random: randomAt(5, draw) });
      sum += (await terms.data<'float32'>()).reduce((a, b) => a + b, 0) / 5;
      terms.dispose();
    }
    bounds.push(sum);
    release([batch]);
  }
  expect(bounds[1]!).toBeLessThan(bounds[0]! - 1);
  expect(bounds[2]!).toBeLessThan(bounds[1]! - 0.2);
  expect(await explainedUnseen(t)).toBeGreaterThan(0.1);
  t.dispose();
});
