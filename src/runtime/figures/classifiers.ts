/** Classifiers that say how much of a label a code holds. */
import * as tf from '@tensorflow/tfjs-core';
import { nearest } from './distances.js';
import type { Rows } from './pca.js';

/** The most frequent label among the k nearest rows; of several, that of the nearest. */
export function kNearest(known: Rows, labels: readonly number[], asked: Rows, k: number): readonly number[] {
  return Array.from({ length: asked.n }, (_, i) => {
    const near = nearest(asked, i, known, k).map(({ row }) => labels[row]!);
    const votes = new Map<number, number>();
    for (const label of near) votes.set(label, (votes.get(label) ?? 0) + 1);
    return near.reduce((best, label) => (votes.get(label)! > votes.get(best)! ? label : best), near[0]!);
  });
}

const steps = 150;
const rate = 0.1;
const decay = 1e-4;

/**
 * How far scores are from right, by the derivative of a loss in them: of multinomial logistic regression, or of a linear support vector
 * machine for each class against the others, with the squared hinge max(0, 1 − t·s)² (L2-SVM, as LIBLINEAR has it unless told otherwise).
 */
const losses = {
  logistic: (scores: tf.Tensor2D, truth: tf.Tensor2D): tf.Tensor => tf.sub(tf.softmax(scores), truth),
  svm(scores: tf.Tensor2D, truth: tf.Tensor2D): tf.Tensor {
    const sign = tf.sub(tf.mul(truth, 2), 1);
    return tf.mul(tf.mul(sign, -2), tf.relu(tf.sub(1, tf.mul(sign, scores))));
  },
} as const;

/** A linear classifier on standardised features: 150 steps of Adam on all rows, with a weight decay of 1e-4. Labels are whole numbers below `classes`. */
export async function linear(
  loss: keyof typeof losses,
  known: Rows,
  labels: readonly number[],
  asked: Rows,
  classes: number,
): Promise<readonly number[]> {
  const predicted = tf.tidy(() => {
    const x = tf.tensor2d(known.values, [known.n, known.d]);
    const { mean, variance } = tf.moments(x, 0, true);
    // What never changes says nothing.
    const scale = tf.where(tf.greater(variance, 1e-12), tf.rsqrt(tf.add(variance, 1e-12)), tf.zerosLike(variance));
    const one = (rows: tf.Tensor2D): tf.Tensor2D =>
      tf.concat([tf.mul(tf.sub(rows, mean), scale), tf.ones([rows.shape[0], 1])], 1) as tf.Tensor2D;
    const [seen, truth] = [one(x), tf.oneHot(tf.tensor1d([...labels], 'int32'), classes) as tf.Tensor2D];
    let state = Array.from({ length: 3 }, () => tf.zeros([known.d + 1, classes]) as tf.Tensor2D);
    for (let step = 1; step <= steps; step++) {
      const next = tf.tidy(() => {
        const [w, m, v] = state as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        const residual = losses[loss](tf.matMul(seen, w), truth) as tf.Tensor2D;
        const gradient = tf.add(tf.div(tf.matMul(seen, residual, true), known.n), tf.mul(decay, w));
        const m1 = tf.add(tf.mul(0.9, m), tf.mul(0.1, gradient));
        const v1 = tf.add(tf.mul(0.999, v), tf.mul(0.001, tf.square(gradient)));
        const moved = tf.div(tf.div(m1, 1 - 0.9 ** step), tf.add(tf.sqrt(tf.div(v1, 1 - 0.999 ** step)), 1e-8));
        return [tf.sub(w, tf.mul(rate, moved)), m1, v1] as tf.Tensor2D[];
      });
      tf.dispose(state);
      state = next;
    }
    const scores = tf.matMul(one(tf.tensor2d(asked.values, [asked.n, asked.d])), state[0]!);
    return tf.argMax(scores, 1);
  });
  const found = Array.from(await predicted.data());
  predicted.dispose();
  return found;
}
