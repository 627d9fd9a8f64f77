/** A prior that is made of posteriors of inputs that it learns. */
import { beforeAll, expect, it } from 'vitest';
import { randomAt, release } from '../../src/runtime/index.js';
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
