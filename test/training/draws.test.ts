/**
 * Several draws of a latent are, to all that is computed behind it, a batch in which each example stands so often: a step
 * with `samples: 3` is the step without, on such a batch, which draws the same numbers.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { randomAt, reservedSteps, type Program, type Tensors } from '../../src/runtime/index.js';
import { generator } from '../laws/kit.js';
import { emitText, useWasm } from '../support/emitted.js';

const times = 3;
const rows = 5;

beforeAll(useWasm);

const around = (decoder: string, more = ''): string => `input x: [4] in real
  input y: category(3)?
  encoder(x) { dense(5); batchnorm; tanh }
  latent z ~ normal(2) by reparameterized(SAMPLES)
  prior z ~ normal(0, 1)
  decoder { ${decoder}; dense(4) }
  ${more}
  reconstruct x by squared_error
  penalty kl(z)`;

const models: Readonly<Record<string, string>> = {
  'statistics of the batch': around('h: dense(6); batchnorm(momentum: 0.5); relu; dense(5); batchnorm; tanh'),
  'the largest of the batch': around('dense(6); batch_topk(2)'),
  dropout: around('dense(6, tanh); dropout(0.4)'),
  'thresholds that are learned': around(
    'dense(6); jump_relu(threshold: 0.1, bandwidth: 0.5)',
    'penalty 0.1 * weight_decay(all)',
  ),
  'a penalty of units behind it, and one in front': around(
    'h: dense(6, tanh)',
    'head k(encoder) { g: dense(3, tanh) }\n  penalty 0.3 * l1(h) + 0.2 * l1(g)',
  ),
  'a label that some have': around(
    'h: dense(6, tanh)',
    'head c(h) { dense(3) }\n  penalty cross_entropy(c, y) where y.known',
  ),
  'a likelihood that learns its scale': around('dense(6, tanh)').replace('squared_error', 'gaussian(learned: true)'),
  flows: around('dense(6, tanh)').replace('normal(2) by', 'normal(2) through planar(2) by'),
  'a prior of parts': around('dense(6, tanh)').replace('normal(0, 1)', 'mixture(3)'),
  'a network applied behind it': around(
    'h: dense(4, tanh)',
    'network f(x) { dense(3); batchnorm; dense(2) }\n  penalty 0.5 * squared_error(f(decoder), stop(f))',
  ),
  'a latent below it': `input x: [4] in real
  encoder { h: dense(5, tanh) }
  latent z ~ normal(2, from: h) by reparameterized(SAMPLES)
  network lower(z, h) { dense(4); batchnorm; tanh }
  latent w ~ normal(2, from: lower)
  network above(z) { dense(3, tanh) }
  prior w ~ normal(from: above)
  decoder(w) { dense(4) }
  reconstruct x by squared_error; penalty kl(z) + kl(w)`,
  'words that are read one after the other': `input s: sequence(token(vocab: 5), length: 4)
  encoder { embedding(3); batchnorm; gru(4, last: true) }
  latent z ~ normal(2) by reparameterized(SAMPLES)
  prior z ~ normal(0, 1)
  decoder(previous s) { embedding(3); batchnorm; concat(z); gru(4); dense(6) }
  reconstruct s by categorical; penalty kl(z)`,
};

const programOf = (items: string, samples: string): Program =>
  emitText(
    `autoencoder A {\n  ${items.replace('SAMPLES', samples)}\n  train { optimizer sgd(lr: 1); batch ${times * rows} }\n}\n`,
  ).program;

function batchOf({ spec }: Program): Tensors {
  const random = generator(9);
  return Object.fromEntries(
    spec.variables.map(({ name, shape, domain, words }) => {
      const count = rows * shape.reduce((a, b) => a * b, 1);
      if (domain.kind !== 'category')
        return [
          name,
          tf.tensor(
            Float32Array.from({ length: count }, () => 2 * random() - 1),
            [rows, ...shape],
          ),
        ];
      // Of labels some are missing; of words, those behind the end.
      const labels = Int32Array.from({ length: count }, (_, i) =>
        words === true && i % 4 > Math.floor(i / 4) % 4
          ? -1
          : Math.floor(random() * (domain.classes + (words === true ? 0 : 1))) - (words === true ? 0 : 1),
      );
      return [name, tf.tensor(labels, [rows, ...shape], 'int32')];
    }),
  );
}

describe('a step with several draws', () => {
  it.each(Object.entries(models))('is that of a batch in which each example stands so often: %s', (_name, items) => {
    const [several, single] = [programOf(items, `samples: ${times}`), programOf(items, '')];
    const batch = batchOf(several);
    const often = Object.fromEntries(
      Object.entries(batch).map(([name, x]) => [name, tf.concat(Array.from({ length: times }, () => x))]),
    );
    const weights = several.initialize(randomAt(2, reservedSteps.initialize), {});
    const state = { weights, slots: {} };
    const moment = { step: 0, epoch: 0, random: randomAt(3, 4) };
    const found = several.trainStep['train']!(state, batch, moment);
    const expected = single.trainStep['train']!(state, often, moment);
    const close = (a: tf.Tensor, b: tf.Tensor, what: string): void => {
      const [left, right] = [a.dataSync(), b.dataSync()];
      const scale = Math.max(1e-2, ...Array.from(right, Math.abs));
      left.forEach((v, i) => expect(Math.abs(v - right[i]!) / scale, what).toBeLessThan(1e-4));
    };
    close(found.terms, expected.terms, 'terms');
    let moved = 0;
    for (const [name, weight] of Object.entries(expected.state.weights)) {
      close(found.state.weights[name]!, weight, name);
      if (weight !== weights[name]) moved++;
    }
    expect(moved).toBe(Object.keys(weights).length);
  });
});
