/** Examples with several players: what a generator makes is like the data, and codes are like a prior. */
import { beforeAll, expect, it } from 'vitest';
import { randomAt } from '../../src/runtime/index.js';
import { average } from '../support/algebra.js';
import { checkExample, useWasm } from '../support/emitted.js';
import {
  activation,
  column,
  encoded,
  explainedUnseen,
  heldOut,
  mse,
  trainExample,
  type Trained,
} from '../support/train.js';

beforeAll(useWasm);

it('the GAN makes points of the whole circle, and its judge is at a loss', async () => {
  const t = await trainExample('lecture3/gan.ae', 'circle', {
    set: { n: 2, code: 4, units: 64 },
    overrides: { epochs: 300, batch: 64 },
  });
  const { least, away } = await aroundCircle(t, 'generator');
  expect(least).toBeGreaterThan(0.02);
  expect(away).toBeLessThan(0.12);
  // ln 2 of each is what a judge has who guesses.
  for (const loss of t.history.at(-1)!.validation!) expect(Math.abs(loss - Math.LN2)).toBeLessThan(0.1);
  t.dispose();
});

/** Where points lie: the least share of an eighth of the circle, and how far from it they are on average. */
async function aroundCircle(t: Trained, name: string): Promise<{ readonly least: number; readonly away: number }> {
  const count = 1000;
  const points = await t.program.sample!(t.weights, count, randomAt(1, 0))[name]!.data<'float32'>();
  const eighths = new Array<number>(8).fill(0);
  for (let i = 0; i < count; i++) {
    const angle = Math.atan2(points[2 * i + 1]!, points[2 * i]!) + Math.PI;
    eighths[Math.min(7, Math.floor((8 * angle) / (2 * Math.PI)))]! += 1 / count;
  }
  return {
    least: Math.min(...eighths),
    away: average(count, (i) => Math.abs(Math.hypot(points[2 * i]!, points[2 * i + 1]!) - 1)),
  };
}

it('a critic of slope 1 leads points to all sides of the circle', async () => {
  const t = await trainExample('well-known/wgan-gp.ae', 'circle', {
    set: { n: 2, code: 2, units: 64, rate: 1e-3, lambda: 0.1 },
    overrides: { epochs: 250 },
  });
  const { least, away } = await aroundCircle(t, 'generator');
  expect(least).toBeGreaterThan(0.02);
  expect(away).toBeLessThan(0.12);
  t.dispose();
});

it('VAE-GAN makes points of the whole circle, and gives points back from their codes', async () => {
  const learned = await trainExample('well-known/vae-gan.ae', 'circle', { overrides: { epochs: 75 } });
  const { least, away } = await aroundCircle(learned, 'decoder');
  expect(least).toBeGreaterThan(0.04);
  expect(away).toBeLessThan(0.12);
  expect(await squaredError(learned)).toBeLessThan(0.03);
  learned.dispose();

  const untrained = await trainExample('well-known/vae-gan.ae', 'circle', { overrides: { epochs: 0 } });
  expect((await aroundCircle(untrained, 'decoder')).away).toBeGreaterThan(0.5);
  expect(await squaredError(untrained)).toBeGreaterThan(0.4);
  untrained.dispose();
});

/** Of what is decoded from the codes of points; nothing in the file says that it is x. */
async function squaredError(t: Trained): Promise<number> {
  const unseen = heldOut(t);
  return mse(await activation(t, unseen, 'decoder.out'), column(unseen));
}

it('DCGAN goes from 4×4 to 64×64 and back', () => {
  const { networks } = checkExample('lecture3/dcgan.ae').models[0]!;
  const sides = (name: string): readonly number[] => [
    ...new Set(
      networks
        .find((network) => network.name === name)!
        .layers.flatMap(({ outputs }) => (outputs[0]!.length === 3 ? [outputs[0]![0]!] : [])),
    ),
  ];
  expect(sides('generator')).toEqual([4, 8, 16, 32, 64]);
  expect(sides('critic')).toEqual([32, 16, 8, 4]);
  expect(networks.find(({ name }) => name === 'generator')!.layers[1]!.outputs[0]).toEqual([4, 4, 1024]);
});

it('codes of the adversarial autoencoder have the moments of the prior, and say what they encode', async () => {
  const t = await trainExample('well-known/aae.ae', 'strokes:count=600', {
    set: { d: 2, units: 64 },
    overrides: { epochs: 60, batch: 10 },
  });
  const { data, shape } = await encoded(t, t.data);
  const mean = (f: (a: number, b: number) => number): number =>
    average(shape[0]!, (i) => f(data[2 * i]!, data[2 * i + 1]!));
  for (const moment of [mean((a) => a), mean((_a, b) => b), mean((a, b) => a * b)])
    expect(Math.abs(moment)).toBeLessThan(0.3);
  for (const square of [mean((a) => a * a), mean((_a, b) => b * b)]) {
    expect(square).toBeGreaterThan(0.6);
    expect(square).toBeLessThan(1.7);
  }
  expect(await explainedUnseen(t)).toBeGreaterThan(0.08);
  t.dispose();
});
