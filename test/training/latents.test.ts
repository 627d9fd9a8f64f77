/** Latents of whole programs by value: every value, several draws, bounds; against sums written out here. */
import { beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import {
  batchTensors,
  initialSnapshot,
  randomAt,
  splitRows,
  type Program,
  type Tensors,
} from '../../src/runtime/index.js';
import type { PhaseSpec } from '../../src/runtime/index.js';
import { splitOf } from '../../src/runtime/batches.js';
import { orderOf } from '../../src/runtime/order.js';
import { normals } from '../../src/runtime/random.js';
import { emitText, useWasm } from '../support/emitted.js';
import { datasetFor, trainText } from '../support/train.js';

const data = 'gaussian:dims=2,count=64';
const rows = 8;

beforeAll(useWasm);

const modelOf = (items: string, train = ''): string => `autoencoder Latents {
  input x: [2] in real
${items}
  train { batch 8; validation 0; optimizer sgd(lr: 1); ${train} }
}`;

interface Ready {
  readonly program: Program;
  readonly weights: Tensors;
  readonly batch: Tensors;
}

async function ready(items: string, given: Parameters<typeof datasetFor>[1] = data): Promise<Ready> {
  const { program } = emitText(modelOf(items));
  const set = datasetFor(program, given);
  const weights = initialSnapshot(program, set, splitRows(set.size, 0, 1)).weights;
  const batch = batchTensors(
    set,
    program.spec.variables,
    Int32Array.from({ length: rows }, (_, i) => i),
  );
  return { program, weights, batch };
}

const moment = { step: 0, epoch: 0, random: randomAt(3, 4) };
const list = (t: tf.Tensor): readonly number[] => Array.from(t.dataSync());
const evaluated = ({ program, batch }: Ready, weights: Tensors): readonly number[] =>
  list(program.evaluate['train']!(weights, batch, moment));

/** x·W + b, rows of numbers. */
function dense(weights: Tensors, name: string, x: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const [kernel, bias] = [weights[`${name}.kernel`]!, weights[`${name}.bias`]!];
  const [w, b] = [list(kernel), list(bias)];
  const width = kernel.shape[1]!;
  return x.map((row) =>
    Array.from({ length: width }, (_, j) => row.reduce((sum, v, i) => sum + v * w[i * width + j]!, b[j]!)),
  );
}

const rowsOf = (t: tf.Tensor): readonly (readonly number[])[] => {
  const [values, width] = [list(t), t.shape[1]!];
  return Array.from({ length: values.length / width }, (_, i) => values.slice(i * width, (i + 1) * width));
};

const squared = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0);
const softmax = (l: readonly number[]): readonly number[] => {
  const e = l.map(Math.exp);
  return e.map((x) => x / e.reduce((a, c) => a + c));
};
const mean = (values: readonly number[]): number => values.reduce((a, c) => a + c, 0) / values.length;

/** Whether a step moves every weight along the slope of the summed terms. */
function expectGradient(at: Ready): void {
  const { program, weights, batch } = at;
  const { state } = program.trainStep['train']!({ weights, slots: {} }, batch, moment);
  for (const name of program.spec.phases[0]!.trains) {
    const before = list(weights[name]!);
    const gradient = list(state.weights[name]!).map((w, i) => before[i]! - w);
    const length = Math.hypot(...gradient);
    expect(length, name).toBeGreaterThan(0);
    const along = (t: number): number => {
      const moved = tf.tensor(
        before.map((w, i) => w + (t * gradient[i]!) / length),
        weights[name]!.shape,
      );
      return evaluated(at, { ...weights, [name]: moved }).reduce((a, c) => a + c, 0);
    };
    const h = 0.02;
    const slope = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h);
    expect(Math.abs(slope / length - 1), name).toBeLessThan(5e-3);
  }
}

/** With what the classifier `classify` of the model says of the rows. */
async function classified(items: string) {
  const at = await ready(items);
  const x = rowsOf(at.batch['x']!);
  return { at, x, q: dense(at.weights, 'classify.c', x).map(softmax) };
}

const bound = `
  decoder(z) { out: dense(2) }
  reconstruct x by squared_error
  penalty kl(z)
  penalty kl(y)`;

describe('a latent of which every value enters', () => {
  const items = `
  encoder classify(x) { c: dense(3) }
  latent y ~ category(3, from: classify) by enumerated
  decoder { out: dense(2) }
  reconstruct x by squared_error
  penalty kl(y)`;

  it('has the exact sum Σ_y q(y∣x) ‖x − dec(y)‖², and its divergence beside it', async () => {
    const { at, x, q } = await classified(items);
    const decoded = dense(at.weights, 'decoder.out', [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]);
    const expected = mean(q.map((p, i) => p.reduce((sum, w, y) => sum + w * squared(x[i]!, decoded[y]!), 0)));
    const kl = mean(q.map((p) => p.reduce((sum, w) => sum + w * Math.log(3 * w), 0)));
    const [reconstruction, divergence] = evaluated(at, at.weights);
    expect(reconstruction).toBeCloseTo(expected, 4);
    expect(divergence).toBeCloseTo(kl, 5);
  });

  it('has the gradient of that sum', async () => expectGradient(await ready(items)));

  it('on a map takes every value of a place beside every one of the others', async () => {
    const { at, x } = await classified(`
  encoder classify(x) { c: dense(6); reshape(3, 1, 2) }
  latent y ~ category(2, from: classify) by enumerated
  decoder { flatten; out: dense(2) }
  reconstruct x by squared_error
  penalty kl(y)`);
    const places = dense(at.weights, 'classify.c', x).map((row) => [0, 2, 4].map((j) => softmax(row.slice(j, j + 2))));
    const combinations = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [i >> 2, (i >> 1) & 1, i & 1]);
    let [sum, kl] = [0, 0];
    places.forEach((q, i) => {
      for (const chosen of combinations) {
        const weight = chosen.reduce((p, y, place) => p * q[place]![y]!, 1);
        const code = chosen.flatMap((y) => [1 - y, y]);
        sum += (weight * squared(x[i]!, dense(at.weights, 'decoder.out', [code])[0]!)) / rows;
      }
      kl += q.flat().reduce((all, p) => all + p * Math.log(2 * p), 0) / rows;
    });
    const [reconstruction, divergence] = evaluated(at, at.weights);
    expect(reconstruction).toBeCloseTo(sum, 4);
    expect(divergence).toBeCloseTo(kl, 4);
    expectGradient(at);
  });

  it('shares the noise of other latents among the values, which depend on it', async () => {
    const { at, x, q } = await classified(`
  network classify(x) { c: dense(2) }
  latent y ~ category(2, from: classify) by enumerated
  encoder(x, y) { h: dense(3) }
  latent z ~ normal(2)${bound}`);
    // The only draw of the graph is the first stream, one row an example.
    const noise = normals(3, 4, 0, rows * 2);
    let [sum, kl] = [0, 0];
    x.forEach((row, i) => {
      [0, 1].forEach((y) => {
        const h = dense(at.weights, 'encoder.h', [[...row, Number(y === 0), Number(y === 1)]]);
        const [mu] = dense(at.weights, 'z.mean', h);
        const [lv] = dense(at.weights, 'z.log_variance', h);
        const z = mu!.map((m, d) => m + Math.exp(lv![d]! / 2) * noise[i * 2 + d]!);
        const [out] = dense(at.weights, 'decoder.out', [z]);
        sum += (q[i]![y]! * squared(row, out!)) / rows;
        kl += (q[i]![y]! * mu!.reduce((s, m, d) => s + 0.5 * (m * m + Math.exp(lv![d]!) - lv![d]! - 1), 0)) / rows;
      });
    });
    const [reconstruction, divergence] = evaluated(at, at.weights);
    expect(reconstruction).toBeCloseTo(sum, 4);
    expect(divergence).toBeCloseTo(kl, 4);
    expectGradient(at);
  });

  it('enters the divergence of a latent through its prior alone, as in a mixture, and not its draw', async () => {
    const { at, x, q } = await classified(`
  network classify(x) { c: dense(3) }
  latent y ~ category(3, from: classify) by enumerated
  network above(y) { u: dense(3) }
  encoder ez(x) { e: dense(3) }
  latent z ~ normal(2, from: ez)
  prior z ~ normal(from: above)${bound}`);
    const noise = normals(3, 4, 0, rows * 2);
    const normal = (name: string, of: readonly number[]) => ({
      mean: dense(at.weights, `${name}.mean`, [of])[0]!,
      variance: dense(at.weights, `${name}.log_variance`, [of])[0]!.map(Math.exp),
    });
    let [sum, kl] = [0, 0];
    dense(at.weights, 'ez.e', x).forEach((e, i) => {
      const { mean: mu, variance } = normal('z', e);
      const z = mu.map((m, d) => m + Math.sqrt(variance[d]!) * noise[i * 2 + d]!);
      sum += squared(x[i]!, dense(at.weights, 'decoder.out', [z])[0]!) / rows;
      [0, 1, 2].forEach((y) => {
        const prior = normal('z.prior', dense(at.weights, 'above.u', [[0, 1, 2].map((k) => Number(k === y))])[0]!);
        const divergence = mu.reduce((all, m, d) => {
          const ratio = variance[d]! / prior.variance[d]!;
          return all + 0.5 * (ratio - 1 - Math.log(ratio) + (m - prior.mean[d]!) ** 2 / prior.variance[d]!);
        }, 0);
        kl += (q[i]![y]! * divergence) / rows;
      });
    });
    const [reconstruction, divergence] = evaluated(at, at.weights);
    expect(reconstruction).toBeCloseTo(sum, 4);
    expect(divergence).toBeCloseTo(kl, 4);
    expectGradient(at);
  });

  it('reaches a product of experts through the prior among its factors', async () => {
    const { at, x, q } = await classified(`
  network classify(x) { c: dense(3) }
  latent y ~ category(3, from: classify) by enumerated
  network above(y) { u: dense(3) }
  encoder ea(x) { a: dense(3) }
  encoder eb(x) { b: dense(4) }
  latent z ~ normal(2, from: product(ea, eb)) by point
  prior z ~ normal(from: above)${bound}`);
    const [a, b] = [dense(at.weights, 'ea.a', x), dense(at.weights, 'eb.b', x)];
    const normal = (name: string, of: readonly number[]) => ({
      mean: dense(at.weights, `${name}.mean`, [of])[0]!,
      precision: dense(at.weights, `${name}.log_variance`, [of])[0]!.map((v) => Math.exp(-v)),
    });
    let [sum, kl] = [0, 0];
    x.forEach((row, i) => {
      [0, 1, 2].forEach((y) => {
        const above = dense(at.weights, 'above.u', [[0, 1, 2].map((k) => Number(k === y))])[0]!;
        const prior = normal('z.prior', above);
        const factors = [prior, normal('z.expert1', a[i]!), normal('z.expert2', b[i]!)];
        const precision = [0, 1].map((d) => factors.reduce((all, one) => all + one.precision[d]!, 0));
        const mu = precision.map((p, d) => factors.reduce((all, f) => all + f.mean[d]! * f.precision[d]!, 0) / p);
        sum += (q[i]![y]! * squared(row, dense(at.weights, 'decoder.out', [mu])[0]!)) / rows;
        const divergence = mu.reduce((all, m, d) => {
          const ratio = prior.precision[d]! / precision[d]!;
          return all + 0.5 * (ratio - 1 - Math.log(ratio) + prior.precision[d]! * (m - prior.mean[d]!) ** 2);
        }, 0);
        kl += (q[i]![y]! * divergence) / rows;
      });
    });
    const [reconstruction, divergence] = evaluated(at, at.weights);
    expect(reconstruction).toBeCloseTo(sum, 4);
    expect(divergence).toBeCloseTo(kl, 4);
    expectGradient(at);
  });

  it.each(['point', 'relaxed(temperature: 0.5)'])('by %s gives what it decodes: the probabilities', async (by) => {
    const { program, weights, batch } = await ready(items.replace('enumerated', by));
    const q = dense(weights, 'classify.c', rowsOf(batch['x']!)).map(softmax);
    const expected = dense(weights, 'decoder.out', q).flat();
    const code = program.encode!(weights, batch);
    const decoded = [program.decode(weights, code), program.reconstruct!(weights, batch)];
    for (const made of decoded) list(made['x']!).forEach((v, i) => expect(v).toBeCloseTo(expected[i]!, 5));
  });

  it('by relaxed settles when its temperature does, where draws of it are measured', () => {
    const relaxed = items.replace('enumerated', 'relaxed(temperature: warmup(from: 1, to: 0.5, epochs: 4))');
    const phases = 'phase all { epochs 9 } phase last { train classify; minimize l2(classify); epochs 9 }';
    const { spec } = emitText(modelOf(relaxed, phases)).program;
    expect(spec.phases.map(({ settled }) => settled)).toEqual([{ epochs: 4, steps: 0 }, undefined]);
  });

  it('gives the probabilities as its code, and decodes the likeliest class', async () => {
    const { program, weights, batch } = await ready(items);
    const q = dense(weights, 'classify.c', rowsOf(batch['x']!)).map(softmax);
    const code = program.encode!(weights, batch);
    rowsOf(code['y']!).forEach((row, i) => row.forEach((p, j) => expect(p).toBeCloseTo(q[i]![j]!, 5)));
    const decoded = rowsOf(program.decode(weights, code)['x']!);
    const likeliest = q.map((row) => row.map((p) => Number(p === Math.max(...row))));
    dense(weights, 'decoder.out', likeliest).forEach((row, i) =>
      row.forEach((v, j) => expect(decoded[i]![j]).toBeCloseTo(v, 5)),
    );
    expect(program.sample).toBeDefined();
  });
});

describe('labels that may be missing', () => {
  const m2 = (alpha: string, batch = 'batch 8', by = ''): string => `autoencoder M2 {
  input x: [2] in real
  input y: category(3)?
  network classify(x) { c: dense(3) }
  latent y ~ category(3, from: classify) by enumerated
  encoder(x, y) { h: dense(3) }
  latent z ~ normal(2)${by}
  decoder(z, y) { out: dense(2) }
  reconstruct x by gaussian
  penalty kl(z)
  penalty kl(y)
  ${alpha}
  train { ${batch}; validation 0; optimizer sgd(lr: 1) }
}`;
  const labels = [0, -1, 2, 1, -1, -1, 0, 2];
  const inTheirOrder = Int32Array.from(labels, (_, i) => i);
  const [known, missing] = [true, false].map((is) => inTheirOrder.filter((i) => labels[i]! >= 0 === is)) as [
    Int32Array,
    Int32Array,
  ];

  const where = 'penalty 2 * cross_entropy(classify, y) where y.known';

  async function m2Ready(alpha: string, batch?: string, by?: string, order = inTheirOrder, layer = ''): Promise<Ready> {
    const { program } = emitText(m2(alpha, batch, by).replace('h: dense(3)', `h: dense(3)${layer}`));
    const set = datasetFor(program, {
      size: rows,
      columns: {
        x: { shape: [2], data: Float32Array.from({ length: 16 }, (_, i) => Math.sin(i * 1.7)), scale: 1, source: 'x' },
        y: { shape: [], data: Float32Array.from(labels), scale: 1, source: 'y' },
      },
    });
    const weights = initialSnapshot(program, set, splitRows(set.size, 0, 1)).weights;
    return { program, weights, batch: batchTensors(set, program.spec.variables, order) };
  }

  it('have the bounds of Kingma et al. 2014, eq. 6, 7 and 9', async () => {
    const at = await m2Ready(where);
    const x = rowsOf(at.batch['x']!);
    const noise = normals(3, 4, 0, rows * 2);
    const q = dense(at.weights, 'classify.c', x).map(softmax);
    const prior = Math.log(1 / 3);
    let [sum, classified] = [0, 0];
    x.forEach((row, i) => {
      const bound = (y: number): number => {
        const hot = [0, 1, 2].map((k) => Number(k === y));
        const h = dense(at.weights, 'encoder.h', [[...row, ...hot]]);
        const [mu] = dense(at.weights, 'z.mean', h);
        const [lv] = dense(at.weights, 'z.log_variance', h);
        const z = mu!.map((m, d) => m + Math.exp(lv![d]! / 2) * noise[i * 2 + d]!);
        const [out] = dense(at.weights, 'decoder.out', [[...z, ...hot]]);
        const kl = mu!.reduce((s, m, d) => s + 0.5 * (m * m + Math.exp(lv![d]!) - lv![d]! - 1), 0);
        return 0.5 * squared(row, out!) + Math.log(2 * Math.PI) + kl - prior;
      };
      const label = labels[i]!;
      // Known: L(x, y). Missing: Σ q L − H(q).
      sum += label >= 0 ? bound(label) : q[i]!.reduce((s, p, y) => s + p * (bound(y) + Math.log(p)), 0);
      if (label >= 0) classified -= 2 * Math.log(q[i]![label]!);
    });
    const terms = evaluated(at, at.weights);
    expect(terms.slice(0, 3).reduce((a, c) => a + c, 0)).toBeCloseTo(sum / rows, 4);
    expect(terms[3]).toBeCloseTo(classified / rows, 4);
    expectGradient(at);
  });

  it.each([
    ['batch 8 with 5 of y.known', [known, missing], '', where, ''],
    ['batch 8 with 3 of y.missing', [missing, known], '', where, ''],
    ['batch 8 with 5 of y.known', [known, missing], ' by reparameterized(samples: 2)', where, ''],
    ['batch 8 with 5 of y.known', [known, missing], ' by importance(samples: 3)', '', ''],
    // What draws noise is computed of the whole batch.
    ['batch 8 with 5 of y.known', [known, missing], '', where, '; dropout(0.5)'],
  ])(
    '%s: one value for each known row, and the step of all values for all rows',
    async (batch, sections, by, alpha, layer) => {
      const order = Int32Array.from(sections.flatMap((one) => [...one]));
      const step = async (of: string): Promise<readonly number[]> => {
        const at = await m2Ready(alpha, of, by, order, layer);
        const { state, terms } = at.program.trainStep['train']!({ weights: at.weights, slots: {} }, at.batch, moment);
        return [...list(terms), ...Object.values(state.weights).flatMap(list)];
      };
      const [stated, all] = [await step(batch), await step('batch 8')];
      expect(stated).toHaveLength(all.length);
      stated.forEach((value, i) => {
        expect(value).toBeCloseTo(all[i]!, 4);
      });
    },
  );

  it('are no number in a batch that is not as its phase states it', async () => {
    const at = await m2Ready('', 'batch 8 with 5 of y.known');
    const { terms } = at.program.trainStep['train']!({ weights: at.weights, slots: {} }, at.batch, moment);
    expect(list(terms).every(Number.isFinite)).toBe(false);
  });

  it('teach the classifier nothing of known rows without the α of eq. 9', async () => {
    const known = await m2Ready('');
    const step = (at: Ready): readonly number[] =>
      list(
        at.program.trainStep['train']!({ weights: at.weights, slots: {} }, at.batch, moment).state.weights[
          'classify.c.kernel'
        ]!,
      );
    const all = {
      ...known,
      batch: {
        ...known.batch,
        y: tf.tensor(
          labels.map((_, i) => i % 3),
          [rows],
          'int32',
        ),
      },
    };
    expect(step(all)).toEqual(list(known.weights['classify.c.kernel']!));
    expect(step(known)).not.toEqual(list(known.weights['classify.c.kernel']!));
  });

  it('are drawn from the prior where examples are sampled, and not read', async () => {
    const { program, weights } = await m2Ready('');
    expect(program.spec.sampleReads).toEqual([]);
    expect(program.sample!(weights, 4, randomAt(1, 0))['x']!.shape).toEqual([4, 2]);
  });

  it('are read where they are known, and elsewhere the probabilities and the likeliest class in their place', async () => {
    const { program, weights, batch } = await m2Ready('');
    const x = rowsOf(batch['x']!);
    const q = dense(weights, 'classify.c', x).map(softmax);
    const hot = (y: number): readonly number[] => [0, 1, 2].map((k) => Number(k === y));
    const orKnown = (guessed: (p: readonly number[]) => readonly number[]) =>
      q.map((p, i) => (labels[i]! >= 0 ? hot(labels[i]!) : guessed(p)));
    const near = (found: readonly (readonly number[])[], wanted: readonly (readonly number[])[]): void => {
      found.forEach((row, i) => row.forEach((v, j) => expect(v).toBeCloseTo(wanted[i]![j]!, 5)));
    };
    near(
      rowsOf(program.encode!(weights, batch)['y']!),
      orKnown((p) => p),
    );
    const y = orKnown((p) => hot(p.indexOf(Math.max(...p))));
    const h = dense(
      weights,
      'encoder.h',
      x.map((row, i) => [...row, ...y[i]!]),
    );
    const z = dense(weights, 'z.mean', h);
    near(
      rowsOf(program.reconstruct!(weights, batch)['x']!),
      dense(
        weights,
        'decoder.out',
        z.map((row, i) => [...row, ...y[i]!]),
      ),
    );
  });

  it('are refused where they cannot be missing', async () => {
    const { program } = emitText(
      m2('')
        .replace('category(3)?', 'category(3)')
        .replace(/latent y.*\n/, '')
        .replace('penalty kl(y)', ''),
    );
    const columns = {
      x: { shape: [2], data: new Float32Array(4), scale: 1, source: 'x' },
      y: { shape: [], data: Float32Array.of(1, -1), scale: 1, source: 'y' },
    };
    expect(() => datasetFor(program, { size: 2, columns })).toThrow(/a label from 0 to 2/);
  });
});

describe('what is held out', () => {
  it('has the share of known labels that the whole has', () => {
    const y = Float32Array.from({ length: 100 }, (_, i) => (i % 10 === 0 ? 1 : -1));
    const set = { size: 100, columns: { y: { shape: [], data: y, scale: 1, source: 'y' } } };
    for (const seed of [1, 2, 3]) {
      const variables = [{ name: 'y', optional: true }] as unknown as Program['spec']['variables'];
      const { train, validation } = splitOf(set, { variables, validation: 0.2, seed });
      expect(validation).toHaveLength(20);
      expect(validation.filter((row) => y[row]! >= 0)).toHaveLength(2);
      expect(new Set([...train, ...validation]).size).toBe(100);
    }
  });
});

describe('batches of a stated composition', () => {
  const labels = Float32Array.from({ length: 40 }, (_, i) => (i < 6 ? i % 2 : -1));
  const data40 = {
    size: 40,
    columns: { y: { shape: [], data: labels, scale: 1, source: 'y' } },
  };
  const phase = { name: 'train', batch: 10, composition: { variable: 'y', is: 'known', count: 4 } } as PhaseSpec;
  const rows40 = Int32Array.from({ length: 40 }, (_, i) => i);

  it('hold as many of each kind as they say, and an epoch passes once over the larger', () => {
    const order = orderOf(phase, data40, rows40, 1);
    if (!order.ok) throw new Error('no order');
    expect(order.value.stepsPerEpoch).toBe(6);
    const seen = Array.from({ length: 6 }, (_, step) => [...order.value.rows(step)]);
    for (const batch of seen) expect(batch.filter((row) => row < 6)).toHaveLength(4);
    expect(new Set(seen.flat().filter((row) => row >= 6)).size).toBe(34);
    // A new order in each pass over the known rows.
    const known = seen.flatMap((batch) => batch.filter((row) => row < 6));
    expect(new Set([0, 1, 2, 3].map((pass) => known.slice(6 * pass, 6 * pass + 6).join())).size).toBeGreaterThan(1);
    for (const pass of [0, 1, 2, 3]) expect(new Set(known.slice(6 * pass, 6 * pass + 6)).size).toBe(6);
    // Six known rows, four a step: each is seen four times.
    for (let row = 0; row < 6; row++) expect(seen.flat().filter((one) => one === row)).toHaveLength(4);
  });

  it('have the size that is stated, where there are fewer examples than that, too', () => {
    const order = orderOf(
      { ...phase, batch: 50, composition: { ...phase.composition!, count: 20 } },
      data40,
      rows40,
      1,
    );
    if (!order.ok) throw new Error('no order');
    expect(order.value.stepsPerEpoch).toBe(2);
    const rows = [...order.value.rows(0)];
    expect(rows.map((row) => row < 6)).toEqual(Array.from({ length: 50 }, (_, i) => i < 20));
    // Both kinds begin again, in passes over all of theirs.
    expect(new Set(rows.slice(20)).size).toBe(30);
    expect(new Set(rows.slice(0, 6)).size).toBe(6);
  });

  it('say what is missing where there is none of a kind', () => {
    const none = { ...data40, columns: { y: { ...data40.columns.y, data: new Float32Array(40).fill(-1) } } };
    const order = orderOf(phase, none, rows40, 1);
    expect(order.ok).toBe(false);
    if (!order.ok) expect(order.error.expected).toContain('y is known');
  });
});

describe('several draws', () => {
  const items = (by: string): string => `
  encoder { h: dense(3) }
  latent z ~ normal(2) by ${by}
  decoder { out: dense(2) }
  reconstruct x by gaussian
  penalty kl(z)`;

  /** Losses of each draw of each example, and its log-densities, written out. */
  function drawsOf(at: Ready, samples: number) {
    const x = rowsOf(at.batch['x']!);
    const h = dense(at.weights, 'encoder.h', x);
    const [mu, lv] = [dense(at.weights, 'z.mean', h), dense(at.weights, 'z.log_variance', h)];
    const noise = normals(3, 4, 0, samples * rows * 2);
    const ln = (z: number, m: number, v: number): number =>
      -0.5 * ((z - m) ** 2 / Math.exp(v) + v + Math.log(2 * Math.PI));
    return x.map((row, i) =>
      Array.from({ length: samples }, (_, k) => {
        const e = [0, 1].map((d) => noise[(k * rows + i) * 2 + d]!);
        const z = e.map((value, d) => mu[i]![d]! + Math.exp(lv[i]![d]! / 2) * value);
        const [out] = dense(at.weights, 'decoder.out', [z]);
        return {
          nll: 0.5 * squared(row, out!) + Math.log(2 * Math.PI),
          kl: z.reduce((sum, v, d) => sum + ln(v, mu[i]![d]!, lv[i]![d]!) - ln(v, 0, 0), 0),
        };
      }),
    );
  }

  it('are averaged', async () => {
    const at = await ready(items('reparameterized(samples: 5)'));
    const [reconstruction] = evaluated(at, at.weights);
    const draws = drawsOf(at, 5);
    expect(reconstruction).toBeCloseTo(mean(draws.map((one) => mean(one.map(({ nll }) => nll)))), 4);
    expectGradient(at);
  });

  it('make the bound of importance weighting, −ln 1/K Σ p(x, z)/q(z∣x)', async () => {
    const at = await ready(items('importance(samples: 5)'));
    const terms = evaluated(at, at.weights);
    expect(at.program.spec.phases[0]!.terms.map(({ name }) => name)).toEqual(['reconstruct x + kl(z)']);
    const expected = mean(drawsOf(at, 5).map((one) => -Math.log(mean(one.map(({ nll, kl }) => Math.exp(-nll - kl))))));
    expect(terms).toHaveLength(1);
    expect(terms[0]).toBeCloseTo(expected, 4);
    expectGradient(at);
  });

  it('bound of an example the terms that hold there', async () => {
    const labels = [0, 1, -1, 1, -1, -1, 0, 1];
    const one = await ready(
      items('importance(samples: 5)')
        .replace('encoder {', 'input c: category(2)?\n  encoder(x) {')
        .replace(
          'reconstruct x by gaussian',
          'reconstruct x by gaussian where c.known\n  reconstruct x by gaussian where c = 1',
        ),
      {
        size: rows,
        columns: {
          x: {
            shape: [2],
            data: Float32Array.from({ length: 16 }, (_, i) => Math.sin(i * 1.7)),
            scale: 1,
            source: 'x',
          },
          c: { shape: [], data: Float32Array.from(labels), scale: 1, source: 'c' },
        },
      },
    );
    const expected = mean(
      drawsOf(one, 5).map((draws, i) => {
        const times = Number(labels[i]! >= 0) + Number(labels[i]! === 1);
        return -Math.log(mean(draws.map(({ nll, kl }) => Math.exp(-times * nll - kl))));
      }),
    );
    const terms = evaluated(one, one.weights);
    expect(terms).toHaveLength(1);
    expect(terms[0]).toBeCloseTo(expected, 4);
    expectGradient(one);
  });

  it('are one where one is asked for, with log q − log p in the place of the closed divergence', async () => {
    const at = await ready(items('importance(samples: 1)'));
    const [bound] = evaluated(at, at.weights);
    expect(bound).toBeCloseTo(mean(drawsOf(at, 1).map(([one]) => one!.nll + one!.kl)), 4);
  });
});

describe('a code that is no latent', () => {
  it.each([
    ['a draw', '', 'p', (z: readonly (readonly number[])[]) => z],
    ['what a generator makes of one', 'network maker(p) { g: dense(2) }', 'maker', undefined],
  ])('is sampled as %s that a critic is given in its place', async (_what, network, like, by) => {
    const at = await ready(`
  draw p ~ normal(2, sigma: 2)
  encoder { code: dense(2) }
  decoder { out: dense(2) }
  ${network}
  network critic(code) { dense(1) }
  reconstruct x by squared_error
  network other(x) { dense(2) }
  penalty l2(critic(other)) + cross_entropy(critic(code), 0) + cross_entropy(critic(${like}), 1)`);
    const drawn = rowsOf(at.program.sample!(at.weights, 3, randomAt(1, 2))['x']!);
    const noise = normals(1, 2, 1 << 16, 6);
    const z = [0, 1, 2].map((i) => [2 * noise[2 * i]!, 2 * noise[2 * i + 1]!]);
    const codes = by === undefined ? dense(at.weights, 'maker.g', z) : by(z);
    const decoded = dense(at.weights, 'decoder.out', codes).flat();
    drawn.flat().forEach((value, i) => {
      expect(value).toBeCloseTo(decoded[i]!, 4);
    });
  });
});

describe('a flow', () => {
  it('stands behind the posterior alone: what is sampled is a draw of the prior, decoded', async () => {
    const at = await ready(`
  encoder { dense(3) }
  latent z ~ normal(2) through planar(2)
  decoder { out: dense(2) }
  reconstruct x by squared_error
  penalty kl(z)`);
    const drawn = rowsOf(at.program.sample!(at.weights, 5, randomAt(1, 2))['x']!);
    const noise = normals(1, 2, 0, 10);
    const decoded = dense(
      at.weights,
      'decoder.out',
      [0, 1, 2, 3, 4].map((i) => [noise[2 * i]!, noise[2 * i + 1]!]),
    );
    drawn.flat().forEach((value, i) => {
      expect(value).toBeCloseTo(decoded.flat()[i]!, 4);
    });
  });

  it.each(['planar(2)', 'radial(2)'])('%s: log q − ln|det| − log p at the value drawn', async (flow) => {
    const at = await ready(`
  encoder { h: dense(3) }
  latent z ~ normal(2) through ${flow}
  decoder { out: dense(2) }
  reconstruct x by squared_error
  penalty kl(z)`);
    const x = rowsOf(at.batch['x']!);
    const h = dense(at.weights, 'encoder.h', x);
    const [mu, lv] = [dense(at.weights, 'z.mean', h), dense(at.weights, 'z.log_variance', h)];
    const noise = normals(3, 4, 0, rows * 2);
    const name = flow.slice(0, -3);
    const of = (weight: string): readonly number[] => list(at.weights[`z.${name}.${weight}`]!);
    const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((s, v, i) => s + v * b[i]!, 0);
    const steps: readonly ((z: readonly number[]) => readonly number[])[] = [0, 1].map((k) => (z) => {
      const pair = (weight: string): readonly number[] => of(weight).slice(2 * k, 2 * k + 2);
      if (name === 'planar') {
        const [u, w] = [pair('u'), pair('w')];
        const shift = (Math.log1p(Math.exp(dot(w, u))) - 1 - dot(w, u)) / dot(w, w);
        const t = Math.tanh(dot(w, z) + of('b')[k]!);
        return z.map((v, i) => v + t * (u[i]! + shift * w[i]!));
      }
      const apart = z.map((v, i) => v - pair('centre')[i]!);
      const alpha = Math.exp(of('log_alpha')[k]!);
      const beta = Math.log1p(Math.exp(of('beta')[k]!)) - alpha;
      return z.map((v, i) => v + (beta * apart[i]!) / (alpha + Math.hypot(...apart)));
    });
    const through = (z: readonly number[]): readonly number[] => steps.reduce((v, step) => step(v), z);
    const ln = (z: number, m: number, v: number): number =>
      -0.5 * ((z - m) ** 2 / Math.exp(v) + v + Math.log(2 * Math.PI));
    let [sum, flowed] = [0, 0];
    x.forEach((_, i) => {
      const z = [0, 1].map((d) => mu[i]![d]! + Math.exp(lv[i]![d]! / 2) * noise[i * 2 + d]!);
      const e = 1e-5;
      const slopes = [0, 1].map((d) => {
        const [up, down] = [e, -e].map((s) => through(z.map((v, j) => v + (j === d ? s : 0))));
        return up!.map((v, j) => (v - down![j]!) / (2 * e));
      });
      const det = slopes[0]![0]! * slopes[1]![1]! - slopes[0]![1]! * slopes[1]![0]!;
      flowed += Math.abs(Math.log(Math.abs(det)));
      const end = through(z);
      sum +=
        z.reduce((s, v, d) => s + ln(v, mu[i]![d]!, lv[i]![d]!), 0) -
        Math.log(Math.abs(det)) -
        end.reduce((s, v) => s + ln(v, 0, 0), 0);
    });
    expect(flowed / rows).toBeGreaterThan(1e-3);
    expect(evaluated(at, at.weights)[1]).toBeCloseTo(sum / rows, 4);
  });
});

describe('training', () => {
  it.each([
    ['a codebook', 'latent z ~ codebook(8)', 'penalty 0.25 * commitment(z)'],
    ['categories by relaxation', 'latent z ~ category(8) by relaxed(temperature: 0.5)', 'penalty 0.01 * kl(z)'],
    ['binary units', 'latent z ~ bernoulli(8)', 'penalty 0.01 * kl(z)'],
    ['a flow', 'latent z ~ normal(2) through planar(4)', 'penalty 0.01 * kl(z)'],
    ['a mixture as prior', 'latent z ~ normal(2)\n  prior z ~ mixture(3)', 'penalty 0.01 * kl(z)'],
    ['rounded codes', 'latent z ~ mixture(3)', 'penalty 0.001 * rate(z)'],
    ['all classes', 'latent z ~ category(6) by enumerated', 'penalty 0.01 * kl(z)'],
  ])('explains the circle by %s', async (_name, latent, penalty) => {
    const trained = await trainText(
      `autoencoder Circle {
  input x: [2] in real
  encoder { dense(16, tanh); dense(2) }
  ${latent}
  decoder { dense(16, tanh); out: dense(2) }
  reconstruct x by squared_error
  ${penalty}
  train { batch 50; epochs 30; optimizer adam(lr: 0.01) }
}`,
      'circle:count=1000,noise=0',
    );
    const last = trained.history.at(-1)!.validation!;
    // The mean of the circle explains nothing of its squared length 1.
    expect(last[0]).toBeLessThan(0.5);
    trained.dispose();
  });
});

describe('statistics of the batch behind several draws', () => {
  it('are of all draws of all examples', async () => {
    const one = await ready(`
  encoder { dense(3, tanh) }
  latent z ~ normal(2) by reparameterized(samples: 3)
  prior z ~ normal(0, 1)
  decoder { inner: dense(2); n: batchnorm(momentum: 0); out: dense(2) }
  reconstruct x by squared_error
  penalty kl(z)`);
    // Of draws that all give one value, the mean is that value and the variance 0.
    const same = {
      ...one.weights,
      'decoder.inner.kernel': tf.zeros([2, 2]),
      'decoder.inner.bias': tf.tensor1d([1.5, -2]),
    };
    const slots = {};
    const { state } = one.program.trainStep['train']!({ weights: same, slots }, one.batch, moment);
    expect(list(state.weights['decoder.n.moving_mean']!)).toEqual([1.5, -2]);
    expect(list(state.weights['decoder.n.moving_variance']!)).toEqual([0, 0]);
    // Of others, the squared distances from the mean of all 24 rows, over 24.
    const { state: other } = one.program.trainStep['train']!({ weights: one.weights, slots }, one.batch, moment);
    const draws = drawsOf(one);
    const inner = dense(one.weights, 'decoder.inner', draws);
    for (const j of [0, 1]) {
      const column = inner.map((row) => row[j]!);
      const mean = column.reduce((a, c) => a + c, 0) / column.length;
      const variance = column.reduce((a, c) => a + (c - mean) ** 2, 0) / column.length;
      expect(list(other.weights['decoder.n.moving_mean']!)[j]).toBeCloseTo(mean, 5);
      expect(list(other.weights['decoder.n.moving_variance']!)[j]).toBeCloseTo(variance, 5);
    }
  });

  /** The values of z in a step: all examples, and again for the next draw. */
  function drawsOf({ weights, batch }: Ready): readonly (readonly number[])[] {
    const h = dense(weights, 'encoder.dense', rowsOf(batch['x']!)).map((row) => row.map(Math.tanh));
    const [mean, logVariance] = [dense(weights, 'z.mean', h), dense(weights, 'z.log_variance', h)];
    const noise = normals(3, 4, 0, 3 * rows * 2);
    return Array.from({ length: 3 * rows }, (_, i) =>
      [0, 1].map((j) => mean[i % rows]![j]! + Math.exp(logVariance[i % rows]![j]! / 2) * noise[2 * i + j]!),
    );
  }
});
