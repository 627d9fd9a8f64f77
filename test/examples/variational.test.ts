/** Variational examples: the closed KL, samples, and a condition that is used. */
import { beforeAll, expect, it } from 'vitest';
import { batchTensors, normals, randomAt, release, type Dataset } from '../../src/runtime/index.js';
import { average } from '../support/algebra.js';
import { useWasm } from '../support/emitted.js';
import { activation, explainedUnseen, heldOut, lossAt, trainExample, type Trained } from '../support/train.js';

beforeAll(useWasm);

/** The terms over all examples of a set. */
async function terms(t: Trained, on: Dataset): Promise<readonly number[]> {
  const batch = batchTensors(
    on,
    t.program.spec.variables,
    Int32Array.from({ length: on.size }, (_, i) => i),
  );
  const result = t.program.evaluate['train']!(t.weights, batch, { step: 0, epoch: 0, random: randomAt(3, 0) });
  const values = Array.from(await result.data<'float32'>());
  release([batch, { result }]);
  return values;
}

it('the VAE: KL in closed form is KL by sampling, the bound improves, the prior decodes', async () => {
  const t = await trainExample('lecture2/vae.ae', 'strokes:count=1000', {
    set: { d: 10 },
    overrides: { batch: 32, epochs: 8 },
  });
  const unseen = heldOut(t);
  expect(lossAt(t, -1)).toBeLessThan(0.9 * lossAt(t, 0));
  expect(await explainedUnseen(t)).toBeGreaterThan(0.1);

  const [mean, logVariance] = [await activation(t, unseen, 'z.mean'), await activation(t, unseen, 'z.log_variance')];
  const draws = 400;
  const sampled = average(draws, (draw) => {
    const noise = normals(9, draw, 0, mean.data.length);
    // ln q(z) − ln p(z) at z = μ + σε; the constants cancel.
    const sum = mean.data.reduce(
      (total, mu, i) =>
        total -
        0.5 * (logVariance.data[i]! + noise[i]! ** 2) +
        0.5 * (mu + Math.exp(0.5 * logVariance.data[i]!) * noise[i]!) ** 2,
      0,
    );
    return sum / unseen.size;
  });
  const [, closed] = await terms(t, unseen);
  expect(Math.abs(closed! - sampled) / closed!).toBeLessThan(0.01);

  const samples = t.program.sample!(t.weights, 8, randomAt(1, 0));
  expect(samples['x']!.shape).toEqual([8, 784]);
  const values = await samples['x']!.data<'float32'>();
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThanOrEqual(1);
  expect(Math.max(...values)).toBeGreaterThan(0.5);
  release([samples]);
  t.dispose();
});

it('β weighs the KL term', async () => {
  const kls: number[] = [];
  for (const beta of [1, 8]) {
    const t = await trainExample('lecture2/vae.ae', 'strokes:count=600', {
      set: { d: 4, beta },
      overrides: { batch: 64, epochs: 5 },
    });
    kls.push((await terms(t, heldOut(t)))[1]! / beta);
    t.dispose();
  }
  expect(kls[1]!).toBeLessThan(kls[0]!);
  // A code that says nothing costs nothing.
  expect(kls[0]!).toBeGreaterThan(1);
});

it('the conditional VAE does worse when it is told a wrong class', async () => {
  const t = await trainExample('lecture2/cvae.ae', 'strokes:count=1500', { overrides: { batch: 64, epochs: 10 } });
  const unseen = heldOut(t);
  const labels = unseen.columns['c']!;
  const wrong: Dataset = {
    ...unseen,
    columns: { ...unseen.columns, c: { ...labels, data: Int32Array.from(labels.data, (label) => (label + 5) % 10) } },
  };
  const loss = async (on: Dataset): Promise<number> => (await terms(t, on)).reduce((a, b) => a + b, 0);
  const [told, lied] = [await loss(unseen), await loss(wrong)];
  expect(lied).toBeGreaterThan(told + 5);
  // The prior is the condition's: one mean for each class.
  const means = await activation(t, unseen, 'z.prior.mean');
  const first = Array.from({ length: unseen.size }, (_, i) => means.data[i * 8]!.toFixed(4));
  expect(new Set(first).size).toBe(10);
  t.dispose();
});
