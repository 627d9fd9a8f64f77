/** A prior that is made of posteriors of inputs that it learns. */
import { beforeAll, expect, it } from 'vitest';
import { normals, randomAt, release } from '../../src/runtime/index.js';
import { emitText, useWasm } from '../support/emitted.js';
import { trainText } from '../support/train.js';

beforeAll(useWasm);

const text = `autoencoder A {
  input x: [2] in real
  encoder { dense(16, tanh) }
  latent z ~ normal(1)
  prior z ~ vamp(4)
  decoder { dense(16, tanh); dense(2) }
  reconstruct x by gaussian(sigma: 0.2)
  penalty kl(z)
  train { optimizer adam(lr: 1e-2); batch 100; epochs 30 }
}`;

it('draws from the posteriors of its inputs', async () => {
  const { program } = emitText(
    text.replace('decoder { dense(16, tanh); dense(2) }', 'decoder { out: dense(2, bias: false) }'),
  );
  const first = program.initialize(randomAt(1, 0), {});
  const pseudo = first['z.prior.inputs.x']!;
  expect(pseudo.shape).toEqual([4, 2]);
  const means = program.activations(first, { x: pseudo });
  const [mean, logVariance] = [means['z.mean']!.dataSync(), means['z.log_variance']!.dataSync()];
  const kernel = first['decoder.out.kernel']!.dataSync();
  const drawn = program.sample!(first, 20_000, randomAt(5, 3))['x']!;
  const values = drawn.dataSync();
  const z = Array.from({ length: 20_000 }, (_, n) => values[2 * n]! / kernel[0]!);
  const average = z.reduce((a, b) => a + b) / z.length;
  const second = z.reduce((a, b) => a + b * b, 0) / z.length;
  const expected = [...mean].reduce((a, b) => a + b) / 4;
  expect(average).toBeCloseTo(expected, 1);
  expect(second).toBeCloseTo([...mean].reduce((sum, m, i) => sum + m * m + Math.exp(logVariance[i]!), 0) / 4, 1);
  release([means, { drawn }, first]);
});

it('is nearer to the codes of a circle than one normal is', async () => {
  const lossOf = async (one: string): Promise<number> => {
    const { history, dispose } = await trainText(one, 'circle:count=1000,noise=0');
    const { validation, train } = history.at(-1)!;
    dispose();
    return (validation ?? train).reduce((a, b) => a + b);
  };
  const vamp = await lossOf(text);
  expect(vamp).toBeLessThan(await lossOf(text.replace('prior z ~ vamp(4)', '')));
});

it('learns inputs of what its encoder reads, and of nothing else', () => {
  const { program } = emitText(
    text
      .replace('input x: [2] in real', 'input x: [2] in real\n  target y: [3] in real')
      .replace('decoder {', 'network guess(z) { dense(3) }\n  decoder {')
      .replace('penalty kl(z)', 'penalty kl(z)\n  penalty squared_error(guess, y)'),
  );
  const weights = program.initialize(randomAt(1, 0), {});
  expect(Object.keys(weights).filter((name) => name.startsWith('z.prior'))).toEqual(['z.prior.inputs.x']);
  const drawn = program.sample!(weights, 3, randomAt(5, 3));
  expect(drawn['x']!.shape).toEqual([3, 2]);
  release([weights, drawn]);
});

it('has the statistics of its inputs, as the batch has its own', () => {
  const { program } = emitText(
    text
      .replace('encoder { dense(16, tanh) }', 'encoder { h: dense(5); batchnorm(epsilon: 0.001); tanh }')
      .replace('adam(lr: 1e-2)', 'sgd(lr: 1)'),
  );
  const weights = program.initialize(randomAt(1, 0), {});
  // Of a batch of those very inputs, posteriors are the parts of the prior.
  const x = weights['z.prior.inputs.x']!;
  const step = program.trainStep['train']!(
    { weights, slots: {} },
    { x },
    { step: 0, epoch: 0, random: randomAt(3, 4) },
  );
  const numbers = (name: string): readonly number[] => Array.from(weights[name]!.dataSync());
  const rows = Array.from({ length: 4 }, (_, i) => Array.from(x.dataSync()).slice(2 * i, 2 * i + 2));
  const dense = (of: readonly (readonly number[])[], name: string): readonly (readonly number[])[] => {
    const [kernel, bias] = [numbers(`${name}.kernel`), numbers(`${name}.bias`)];
    return of.map((row) => bias.map((b, j) => row.reduce((sum, v, i) => sum + v * kernel[i * bias.length + j]!, b)));
  };
  const h = dense(rows, 'encoder.h');
  const code = h.map((row) =>
    row.map((v, j) => {
      const column = h.map((other) => other[j]!);
      const mean = column.reduce((a, b) => a + b) / 4;
      const variance = column.reduce((a, b) => a + (b - mean) ** 2, 0) / 4;
      return Math.tanh((v - mean) / Math.sqrt(variance + 0.001));
    }),
  );
  const [mean, logVariance] = [dense(code, 'z.mean').flat(), dense(code, 'z.log_variance').flat()];
  const noise = normals(3, 4, 0, 4);
  const logDensity = (z: number, k: number): number =>
    -0.5 * (Math.log(2 * Math.PI) + logVariance[k]! + (z - mean[k]!) ** 2 / Math.exp(logVariance[k]!));
  const divergences = mean.map((m, b) => {
    const z = m + Math.exp(logVariance[b]! / 2) * noise[b]!;
    const parts = mean.map((_, k) => Math.exp(logDensity(z, k)));
    return logDensity(z, b) - Math.log(parts.reduce((a, c) => a + c) / 4);
  });
  expect(step.terms.dataSync()[1]).toBeCloseTo(divergences.reduce((a, b) => a + b) / 4, 4);
  release([step.state.weights, weights, { terms: step.terms }]);
});
