/** A trained model: its functions on its weights, what degrades read as networks read it, and nothing left behind. */
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, expect, it } from 'vitest';
import { encodeWeights, openModel, trainedModel } from '../../src/runtime/index.js';
import { emitText } from '../support/emitted.js';

beforeAll(() => tf.setBackend('cpu'));

const program = () =>
  emitText(`autoencoder Wide {
  input x: [4, 4, 1] in [0, 1]
  corrupt x with downsample(2)
  encoder { flatten; code: dense(2, bias: false) }
  decoder { dense(16, bias: false); reshape(4, 4, 1) }
  reconstruct x by squared_error
}`).program;

const weights = () => ({
  'encoder.code.kernel': tf.tensor([1, 0, 0, 1, 1, 0, 0, 1], [4, 2]),
  'decoder.dense.kernel': tf.ones([2, 16]),
});

it('reads what the networks read: degraded, and releases that', async () => {
  const model = trainedModel(program(), weights());
  // Four blocks of four pixels, whose means are 1, 2, 3, 4 tenths: the code is the sum of two each.
  const x = tf.tensor4d([0.1, 0.2, 0.3, 0.4], [1, 2, 2, 1]);
  const wide = tf.image.resizeNearestNeighbor(x, [4, 4]);
  const before = tf.memory().numTensors;
  const { code } = model.encode!({ x: wide }) as { readonly code: tf.Tensor };
  expect([...(await code.data())].map((v) => v.toFixed(4))).toEqual(['0.4000', '0.6000']);
  const again = model.reconstruct!({ x: wide })['x']!;
  expect([...(await again.data())].every((v) => Math.abs(v - 1) < 1e-6)).toBe(true);
  tf.dispose([code, again]);
  expect(tf.memory().numTensors).toBe(before);
  expect(model.sample).toBeUndefined();
  model.dispose();
  expect(tf.memory().numTensors).toBe(before - 2);
});

it('opens bytes, and says whose they are not', async () => {
  const made = weights();
  const bytes = await encodeWeights(program().spec, made);
  const model = await openModel(program(), bytes);
  expect([...(await model.weights['encoder.code.kernel']!.data())]).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
  model.dispose();
  const other = emitText(
    'autoencoder Other { input x: [4]; encoder { dense(2) }; decoder { dense(4) }; reconstruct x by squared_error }'.replaceAll(
      '; ',
      '\n',
    ),
  ).program;
  await expect(openModel(other, bytes)).rejects.toThrow(
    /weights\n  expected the weights of Other\n  found    missing: /,
  );
});
