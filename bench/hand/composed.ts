/** Models beyond one network and one loss, as one writes them by hand for TensorFlow.js: two players, missing labels, trees. */
import * as tf from '@tensorflow/tfjs-core';
import { forest, leavesOf, vocabulary, type Tree } from '../trees.js';
import type { Contestant } from './plain.js';

/** A dense layer's weights, and their product with an input. */
class Dense {
  readonly kernel: tf.Variable;
  readonly bias: tf.Variable;

  constructor(inputs: number, units: number) {
    this.kernel = tf.variable(tf.randomNormal([inputs, units], 0, Math.sqrt(2 / (inputs + units))));
    this.bias = tf.variable(tf.zeros([units]));
  }

  of = (x: tf.Tensor2D): tf.Tensor2D => tf.add(tf.matMul(x, this.kernel as tf.Tensor2D), this.bias);

  get weights(): tf.Variable[] {
    return [this.kernel, this.bias];
  }
}

async function numberOf(value: tf.Scalar): Promise<number> {
  const [result] = await value.data();
  value.dispose();
  return result!;
}

/** Σ over elements of softplus(l) − t·l, a mean over rows. */
const bernoulli = (logits: tf.Tensor, target: tf.Tensor | number): tf.Scalar =>
  tf.div(tf.sum(tf.sub(tf.softplus(logits), tf.mul(target, logits))), logits.shape[0]!);

function gan(): Contestant {
  const [batch, width, noise, hidden] = [128, 784, 100, 128];
  const [g1, g2, c1, c2] = [
    new Dense(noise, hidden),
    new Dense(hidden, width),
    new Dense(width, hidden),
    new Dense(hidden, 1),
  ];
  const x = tf.randomUniform<tf.Rank.R2>([batch, width], 0, 1, 'float32', 7);
  const generator = (z: tf.Tensor2D): tf.Tensor2D => tf.sigmoid(g2.of(tf.relu(g1.of(z))));
  const critic = (of: tf.Tensor2D): tf.Tensor2D => c2.of(tf.leakyRelu(c1.of(of), 0.2));
  const [judge, artist] = [tf.train.adam(2e-4, 0.5), tf.train.adam(2e-4, 0.5)];
  return {
    step: async () => {
      const z = tf.randomNormal<tf.Rank.R2>([batch, noise]);
      const ofJudge = tf.variableGrads(
        () => tf.add(bernoulli(critic(x), 1), bernoulli(critic(generator(z)), 0)),
        [...c1.weights, ...c2.weights],
      );
      const ofArtist = tf.variableGrads(() => bernoulli(critic(generator(z)), 1), [...g1.weights, ...g2.weights]);
      judge.applyGradients(ofJudge.grads as Record<string, tf.Variable>);
      artist.applyGradients(ofArtist.grads as Record<string, tf.Variable>);
      tf.dispose([z, ofJudge.grads, ofArtist.grads]);
      return (await numberOf(ofJudge.value)) + (await numberOf(ofArtist.value));
    },
    dispose: () => tf.dispose([x, ...[g1, g2, c1, c2].flatMap((one) => one.weights)]),
  };
}

/** Kingma et al. 2014, eq. 6–9: the known half of the batch, and the other half ten times, once for each class. */
function m2(): Contestant {
  const [known, width, hidden, size, classes] = [100, 784, 500, 50, 10];
  const [k1, k2] = [new Dense(width, hidden), new Dense(hidden, classes)];
  const [e, m, s] = [new Dense(width + classes, hidden), new Dense(hidden, size), new Dense(hidden, size)];
  const [d, o] = [new Dense(size + classes, hidden), new Dense(hidden, width)];
  const x = tf.randomUniform<tf.Rank.R2>([2 * known, width], 0, 1, 'float32', 7);
  const labels = Int32Array.from({ length: known }, (_, i) => i % classes);
  const optimizer = tf.train.adam(3e-4);
  const hot = (indices: tf.TensorLike): tf.Tensor2D =>
    tf.cast(tf.oneHot(tf.tensor1d(indices as number[], 'int32'), classes) as tf.Tensor2D, 'float32');
  const y = tf.keep(hot(labels));
  const every = tf.keep(hot(Int32Array.from({ length: known * classes }, (_, i) => Math.floor(i / known))));
  /** −log p(x | y, z) + KL(z), a number a row. */
  const bound = (rows: tf.Tensor2D, of: tf.Tensor2D): tf.Tensor1D => {
    const h = tf.softplus(e.of(tf.concat([rows, of], 1)));
    const [mean, logVariance] = [m.of(h), s.of(h)];
    const z = tf.add(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tf.randomNormal(mean.shape))) as tf.Tensor2D;
    const logits = o.of(tf.softplus(d.of(tf.concat([z, of], 1))));
    const kl = tf.mul(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1)), 0.5);
    return tf.add(tf.sum(tf.sub(tf.softplus(logits), tf.mul(rows, logits)), 1), tf.sum(kl, 1));
  };
  const loss = (): tf.Scalar => {
    const [labelled, unlabelled] = [tf.slice(x, [0, 0], [known, width]), tf.slice(x, [known, 0], [known, width])];
    const logQ = tf.logSoftmax(k2.of(tf.softplus(k1.of(x))));
    const [ofKnown, ofOthers] = [
      tf.slice(logQ, [0, 0], [known, classes]),
      tf.slice(logQ, [known, 0], [known, classes]),
    ];
    const q = tf.exp(ofOthers);
    const each = tf.transpose(tf.reshape(bound(tf.tile(unlabelled, [classes, 1]), every), [classes, known]));
    const others = tf.sum(tf.mul(q, tf.add(tf.add(each, ofOthers), Math.log(classes))));
    const ours = tf.add(tf.sum(bound(labelled, y)), known * Math.log(classes));
    const classified = tf.mul(tf.neg(tf.sum(tf.mul(y, ofKnown))), 50 / known);
    return tf.add(tf.div(tf.add(others, ours), 2 * known), classified);
  };
  return {
    step: () => numberOf(optimizer.minimize(loss, true)!),
    dispose: () => tf.dispose([x, y, every, ...[k1, k2, e, m, s, d, o].flatMap((one) => one.weights)]),
  };
}

/** A recursive autoencoder, node by node, as it is written down: one gather for all words of a batch, and a call a node. */
function tree(): Contestant {
  const [d, batch] = [50, 16];
  const table = tf.variable(tf.randomUniform([vocabulary, d], -0.05, 0.05));
  const [join, part] = [new Dense(2 * d, d), new Dense(d, 2 * d)];
  const optimizer = tf.train.adam(1e-3);
  const { trees } = forest();
  let at = 0;
  return {
    step: async () => {
      const chosen = Array.from({ length: batch }, (_, i) => trees[(at * batch + i) % trees.length]!);
      at += 1;
      const words = chosen.flatMap(leavesOf);
      const loss = (): tf.Scalar => {
        const leaves = tf.split<tf.Tensor2D>(tf.gather(table, tf.tensor1d(words, 'int32')), words.length);
        const terms: tf.Scalar[] = [];
        let next = 0;
        const composed = (one: Tree): tf.Tensor2D => {
          if (typeof one === 'number') return leaves[next++]!;
          const left = composed(one[0]);
          const both: tf.Tensor2D = tf.concat([left, composed(one[1])], 1);
          const h = tf.tanh(join.of(both)) as tf.Tensor2D;
          const vector = tf.div(h, tf.sqrt(tf.sum(tf.square(h)))) as tf.Tensor2D;
          terms.push(tf.mul(tf.sum(tf.squaredDifference(tf.tanh(part.of(vector)), both)), 0.5));
          return vector;
        };
        chosen.forEach(composed);
        return tf.div(tf.addN(terms), batch);
      };
      return numberOf(optimizer.minimize(loss, true)!);
    },
    dispose: () => tf.dispose([table, ...join.weights, ...part.weights]),
  };
}

export const composed: Readonly<Record<'gan' | 'm2' | 'tree', () => Contestant>> = { gan, m2, tree };
