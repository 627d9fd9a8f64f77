/** The four models as one writes them by hand for TensorFlow.js: Layers with `trainOnBatch`, and `optimizer.minimize` for the VAE. */
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';

export interface Contestant {
  /** One training step; resolves when its loss is on the host. */
  readonly step: () => Promise<number>;
  readonly dispose: () => void;
}

const { conv2d, conv2dTranspose, dense, flatten, maxPooling2d, reshape, upSampling2d } = layers.layers;
type Stack = Parameters<layers.Sequential['add']>[0];

function fitted(stack: readonly Stack[], shape: readonly number[], batch: number): Contestant {
  const model = layers.sequential({ layers: [...stack] });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'binaryCrossentropy' });
  const x = tf.randomUniform([batch, ...shape], 0, 1, 'float32', 7);
  return {
    step: async () => Number(await model.trainOnBatch(x, x)),
    dispose: () => {
      model.dispose();
      x.dispose();
    },
  };
}

const relu = 'relu';
const same = { kernelSize: 3, padding: 'same', activation: relu } as const;

export const handwritten: Readonly<Record<'a' | 'b' | 'c' | 'd', () => Contestant>> = {
  a: () =>
    fitted(
      [
        dense({ units: 128, activation: relu, inputShape: [784] }),
        dense({ units: 64, activation: relu }),
        dense({ units: 128, activation: relu }),
        dense({ units: 784, activation: 'sigmoid' }),
      ],
      [784],
      128,
    ),
  b: () =>
    fitted(
      [
        conv2d({ ...same, filters: 16, strides: 2, inputShape: [28, 28, 1] }),
        conv2d({ ...same, filters: 8, strides: 2 }),
        flatten(),
        dense({ units: 32, activation: relu }),
        dense({ units: 392, activation: relu }),
        reshape({ targetShape: [7, 7, 8] }),
        conv2dTranspose({ ...same, filters: 16, strides: 2 }),
        conv2dTranspose({ ...same, filters: 1, strides: 2, activation: 'sigmoid' }),
      ],
      [28, 28, 1],
      64,
    ),
  c: () =>
    fitted(
      [
        conv2d({ ...same, filters: 16, inputShape: [28, 28, 1] }),
        maxPooling2d({ poolSize: 2 }),
        conv2d({ ...same, filters: 8 }),
        maxPooling2d({ poolSize: 2 }),
        flatten(),
        dense({ units: 32, activation: relu }),
        dense({ units: 392, activation: relu }),
        reshape({ targetShape: [7, 7, 8] }),
        conv2d({ ...same, filters: 8 }),
        upSampling2d({ size: [2, 2] }),
        conv2d({ ...same, filters: 16 }),
        upSampling2d({ size: [2, 2] }),
        conv2d({ ...same, filters: 1, activation: 'sigmoid' }),
      ],
      [28, 28, 1],
      64,
    ),
  d: variational,
};

function variational(): Contestant {
  const [batch, width, hidden, size] = [128, 784, 400, 20];
  const glorot = (rows: number, columns: number): tf.Variable =>
    tf.variable(tf.randomNormal([rows, columns], 0, Math.sqrt(2 / (rows + columns))));
  const zeros = (n: number): tf.Variable => tf.variable(tf.zeros([n]));
  const w = {
    e: glorot(width, hidden),
    m: glorot(hidden, size),
    s: glorot(hidden, size),
    d: glorot(size, hidden),
    o: glorot(hidden, width),
  };
  const b = { e: zeros(hidden), m: zeros(size), s: zeros(size), d: zeros(hidden), o: zeros(width) };
  const x = tf.randomUniform([batch, width], 0, 1, 'float32', 7);
  const optimizer = tf.train.adam(1e-3);
  const loss = (): tf.Scalar => {
    const h = tf.relu(tf.add(tf.matMul(x, w.e), b.e));
    const mean = tf.add(tf.matMul(h, w.m), b.m);
    const logVariance = tf.add(tf.matMul(h, w.s), b.s);
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tf.randomNormal([batch, size])));
    const logits = tf.add(tf.matMul(tf.relu(tf.add(tf.matMul(z, w.d), b.d)), w.o), b.o);
    const reconstruction = tf.div(tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits))), batch);
    const kl = tf.div(
      tf.sum(tf.mul(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1)), 0.5)),
      batch,
    );
    return tf.add(reconstruction, kl);
  };
  return {
    step: async () => {
      const value = optimizer.minimize(loss, true)!;
      const [result] = await value.data();
      value.dispose();
      return result!;
    },
    dispose: () => tf.dispose([...Object.values(w), ...Object.values(b), x]),
  };
}
