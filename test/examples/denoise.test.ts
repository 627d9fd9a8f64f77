/** Denoisers give back more than the noise left. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parameterCount } from '../../src/ir/model/model.js';
import { checkExample, readExample, useWasm } from '../support/emitted.js';
import {
  column,
  corrupted,
  explained,
  heldOut,
  meanOfTraining,
  mse,
  psnr,
  reconstructed,
  trainExample,
  trainText,
  withColumn,
  type Trained,
  type Values,
} from '../support/train.js';

beforeAll(useWasm);

/** PSNR of noisy examples that training has not seen, and of what the network makes of them, in dB. */
async function gains(
  t: Trained,
): Promise<{ readonly noisy: number; readonly output: number; readonly explained: number }> {
  const unseen = heldOut(t);
  const noise = await corrupted(t, unseen);
  const output = await reconstructed(t, withColumn(unseen, 'x', noise));
  return {
    noisy: psnr(noise, column(unseen)),
    output: psnr(output, column(unseen)),
    explained: explained(t, output, unseen),
  };
}

describe.each([
  ['lecture0/denoise-uniform.ae', 'strokes:count=3000', 10, 3],
  ['lecture0/denoise-mask.ae', 'strokes:count=3000', 10, 2],
  ['lecture0/denoise-conv.ae', 'strokes:count=1000', 5, 3],
  ['lecture3/denoise-gaussian.ae', 'strokes:count=3000', 10, 3],
  ['lecture3/denoise-salt-and-pepper.ae', 'strokes:count=3000', 10, 3],
  ['lecture4/denoise-dropout.ae', 'strokes:count=3000', 10, 3],
] as const)('%s', (path, data, epochs, gain) => {
  it(`wins at least ${gain} dB over its input`, async () => {
    const t = await trainExample(path, data, { overrides: { epochs } });
    const { noisy, output, explained: share } = await gains(t);
    t.dispose();
    expect(output).toBeGreaterThan(noisy + gain);
    // Heavy noise is further from the picture than the mean of all pictures is.
    expect(share).toBeGreaterThan(0.2);
  });
});

it('the masked autoencoder fills patches by what it attends to elsewhere', async () => {
  const path = 'well-known/masked-autoencoder.ae';
  const options = { set: { n: 6, d: 16, depth: 1 }, overrides: { epochs: 15 } };
  const filled = async (text: string): Promise<number> => {
    const t = await trainText(text, 'bars:count=1500,n=6', options);
    const unseen = heldOut(t);
    const clean = column(unseen);
    // Noise depends on the step and the place alone: what is hidden of ones is hidden of pictures.
    const ones = withColumn(unseen, 'x', { ...clean, data: clean.data.map(() => 1) });
    const { data: seen } = await corrupted(t, ones);
    const output = await reconstructed(t, withColumn(unseen, 'x', await corrupted(t, unseen)));
    const hidden = (of: Values): Values => ({ ...of, data: of.data.filter((_, i) => seen[i] === 0) });
    const mean = hidden(meanOfTraining(t, unseen));
    t.dispose();
    return 1 - mse(hidden(output), hidden(clean)) / mse(mean, hidden(clean));
  };
  const text = readExample(path);
  expect(await filled(text)).toBeGreaterThan(0.25);
  const deaf = text.replace('  attention(heads: heads)\n', '');
  expect(deaf).not.toBe(text);
  expect(await filled(deaf)).toBeLessThan(0.05);
});

it('corrupts in training only, and anew in every step', async () => {
  const t = await trainExample('lecture0/denoise-mask.ae', 'strokes:count=300', { overrides: { epochs: 1 } });
  const unseen = heldOut(t);
  const [first, again, later] = [
    await corrupted(t, unseen, 0),
    await corrupted(t, unseen, 0),
    await corrupted(t, unseen, 1),
  ];
  expect(first.data).toEqual(again.data);
  expect(first.data).not.toEqual(later.data);
  expect((await reconstructed(t, unseen)).data).toEqual((await reconstructed(t, unseen)).data);
  t.dispose();
});

it('the convolutional denoiser is smaller than the dense one of 50k parameters', () => {
  expect(parameterCount(checkExample('lecture0/denoise-conv.ae').models[0]!)).toBeLessThan(50_992 / 2);
});
