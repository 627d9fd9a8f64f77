/** Examples whose bound is held against the entropy of their data, and against what a smaller model can have at best. */
import { beforeAll, expect, it } from 'vitest';
import { batchTensors, randomAt, release } from '../../src/runtime/index.js';
import { average, spectrum } from '../support/algebra.js';
import { readExample, useWasm, type EmitOptions } from '../support/emitted.js';
import { column, heldOut, trainText, type Trained } from '../support/train.js';

beforeAll(useWasm);

/** The loss on examples that training did not see, behind all warm-ups: term by term, as the mean of draws. */
async function termsUnseen(t: Trained): Promise<readonly number[]> {
  const [unseen, draws] = [heldOut(t), 30];
  const rows = Int32Array.from({ length: unseen.size }, (_, i) => i);
  const batch = batchTensors(unseen, t.program.spec.variables, rows);
  const sums: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const moment = { step: 1e6, epoch: 1e6, random: randomAt(5, draw) };
    const terms = t.program.evaluate['train']!(t.weights, batch, moment);
    (await terms.data<'float32'>()).forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value / draws));
    terms.dispose();
  }
  release([batch]);
  return sums;
}

interface Bounded {
  readonly bound: number;
  readonly terms: readonly number[];
  /** What the prior and the decoder make. */
  readonly points: Float32Array;
  /** Of a normal with the moments of the data, which no linear decoder of one normal can pass. */
  readonly normal: number;
}

async function boundOf(text: string, data: string, options: EmitOptions = {}): Promise<Bounded> {
  const t = await trainText(text, data, options);
  const terms = await termsUnseen(t);
  const samples = t.program.sample!(t.weights, 1000, randomAt(1, 0));
  const points = Float32Array.from(await samples['x']!.data<'float32'>());
  release([samples]);
  const { values } = spectrum(column(heldOut(t)));
  t.dispose();
  return {
    bound: terms.reduce((a, b) => a + b, 0),
    terms,
    points,
    normal: values.reduce((sum, value) => sum + 0.5 * Math.log(2 * Math.PI * Math.E * value), 0),
  };
}

/** The text of an example without what it shows. */
function without(path: string, part: string, instead = ''): string {
  const text = readExample(path);
  expect(text).toContain(part);
  return text.replace(part, instead);
}

/** Of k places far from each other, normal around each of them with this deviation in two directions. */
const entropyOfPlaces = (k: number, noise: number): number => Math.log(k) + Math.log(2 * Math.PI * Math.E * noise ** 2);

/** The least share of a place, and how far points are from the nearest, on average. */
function aroundPlaces(points: Float32Array, k: number): { readonly least: number; readonly away: number } {
  const count = points.length / 2;
  const shares = new Array<number>(k).fill(0);
  const away = average(count, (i) => {
    const distances = shares.map((_, place) => {
      const angle = (2 * Math.PI * place) / k;
      return Math.hypot(points[2 * i]! - Math.cos(angle), points[2 * i + 1]! - Math.sin(angle));
    });
    const nearest = Math.min(...distances);
    shares[distances.indexOf(nearest)]! += 1 / count;
    return nearest;
  });
  return { least: Math.min(...shares), away };
}

it('flows make the posterior of two causes of one number exact, which independent ones cannot be', async () => {
  // x = z₁ + z₂ + ε with σ = 0.3.
  const data = `gaussian:dims=1,scale=${Math.sqrt(2.09)}`;
  const flow = await boundOf(readExample('well-known/planar-flow.ae'), data);
  expect(flow.bound).toBeGreaterThan(flow.normal - 0.01);
  expect(flow.bound).toBeLessThan(flow.normal + 0.06);

  const independent = await boundOf(without('well-known/planar-flow.ae', ' through planar(flows)'), data);
  const precision = 1 / 0.3 ** 2;
  const gap = 0.5 * Math.log((1 + precision) ** 2 / (1 + 2 * precision));
  expect(independent.bound).toBeGreaterThan(flow.normal + gap - 0.03);
});

it('a mixture as the prior says what is not normal about the data', async () => {
  const mixed = await boundOf(readExample('well-known/mixture-prior.ae'), 'mixture');
  const entropy = entropyOfPlaces(8, 0.05);
  expect(mixed.bound).toBeGreaterThan(entropy - 0.05);
  expect(mixed.bound).toBeLessThan(entropy + 0.6);
  const { least, away } = aroundPlaces(mixed.points, 8);
  expect(least).toBeGreaterThan(0.06);
  expect(away).toBeLessThan(0.15);

  const one = await boundOf(without('well-known/mixture-prior.ae', 'prior z ~ mixture(components)'), 'mixture', {
    overrides: { epochs: 20 },
  });
  expect(one.bound).toBeGreaterThan(one.normal - 0.05);
  expect(aroundPlaces(one.points, 8).away).toBeGreaterThan(0.3);
});

it('the upper level of a hierarchy says the place, and the lower one where around it', async () => {
  const data = 'mixture:k=4';
  const two = await boundOf(readExample('well-known/hierarchical-vae.ae'), data);
  expect(two.bound).toBeGreaterThan(entropyOfPlaces(4, 0.05) - 0.05);
  expect(two.bound).toBeLessThan(two.normal - 1.5);
  // ln 4 is what says which place.
  expect(two.terms[2]).toBeGreaterThan(Math.log(4) - 0.1);
  const { least, away } = aroundPlaces(two.points, 4);
  expect(least).toBeGreaterThan(0.12);
  expect(away).toBeLessThan(0.25);
});
