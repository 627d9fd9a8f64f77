/** Lecture 2: local fields of three sublayers, and what excites their units most; units that copy. */
import { beforeAll, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { release } from '../../src/runtime/index.js';
import { useWasm } from '../support/emitted.js';
import { activation, column, datasetFor, encoded, reconstructed, trainExample, withColumn } from '../support/train.js';

beforeAll(useWasm);

it('Le et al.: sublayers learn one after the other, and a stimulus is found that excites more than the data do', async () => {
  const t = await trainExample('lecture2/le2013.ae', 'strokes:count=150', {
    set: { maps: 2 },
    overrides: { epochs: 4, batch: 20 },
  });
  for (const phase of ['first', 'second', 'third']) {
    const own = t.history.filter((record) => record.phase === phase).map(({ validation }) => validation![0]!);
    expect(own.at(-1)!, phase).toBeLessThan(0.85 * own[0]!);
  }
  const pictures = column(t.data);
  const units = await activation(t, t.data, 'encoder.h');
  const width = units.data.length / t.data.size;
  // Of a unit in the middle of the last map: the data that excite it most, and a climb from there at the same length.
  const unit = Math.floor(width / 2);
  const excited = Array.from({ length: t.data.size }, (_, i) => units.data[i * width + unit]!);
  const best = excited.indexOf(Math.max(...excited));
  const start = pictures.data.slice(784 * best, 784 * (best + 1));
  const mean = t.weights['x.mean']!.dataSync<'float32'>();
  const centred = (x: Float32Array): Float32Array => x.map((v, j) => v - mean[j]!);
  const length = (x: Float32Array): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0));
  const norm = length(centred(start));
  let x = start;
  const shape = [1, ...units.shape.slice(1)];
  const cotangent = tf.tensor(
    Float32Array.from({ length: width }, (_, j) => Number(j === unit)),
    shape,
  );
  for (let step = 0; step < 20; step++) {
    const batch = { x: tf.tensor(x, [1, 28, 28, 1]) };
    const pulled = t.program.pullback!(t.weights, batch, { h: cotangent });
    const gradient = Object.values(pulled)[0]!.dataSync<'float32'>();
    const moved = centred(x).map((v, j) => v + (0.1 * norm * gradient[j]!) / length(gradient));
    const scale = norm / length(moved);
    x = moved.map((v, j) => v * scale + mean[j]!);
    release([batch, pulled]);
  }
  const found = await activation(
    t,
    withColumn({ ...t.data, size: 1 }, 'x', { shape: [1, 28, 28, 1], data: x }),
    'encoder.h',
  );
  expect(found.data[unit]!).toBeGreaterThan(1.1 * excited[best]!);
  t.dispose();
});

it('the trivial solution gives every pattern back, and from its code', async () => {
  const t = await trainExample('lecture2/trivial.ae', 'identity:n=3');
  const patterns = Float32Array.from({ length: 24 }, (_, i) => (Math.floor(i / 3) >> (i % 3)) & 1);
  const all = datasetFor(t.program, {
    size: 8,
    columns: { v: { shape: [3], data: patterns, scale: 1, source: 'patterns' } },
  });
  expect((await encoded(t, all)).data).toEqual(patterns);
  expect((await reconstructed(t, all, 'v')).data).toEqual(patterns);
  t.dispose();
});
