/** Models of phrases tell hidden words, write down what they have read, and write phrases of their own. */
import { beforeAll, expect, it } from 'vitest';
import { batchTensors, randomAt, release, type Dataset, type Tensors } from '../../src/runtime/index.js';
import { normals } from '../../src/runtime/random.js';
import { isPhrase } from '../../src/runtime/synthetic/phrases.js';
import { useWasm } from '../support/emitted.js';
import {
  corrupted,
  encoded,
  heldOut,
  reconstructed,
  trainExample,
  type Trained,
  type Values,
} from '../support/train.js';

beforeAll(useWasm);

/** The likeliest word at each place; −1 where there is none. */
function wordsOf({ shape: [rows, length, classes], data }: Values): readonly (readonly number[])[] {
  return Array.from({ length: rows! }, (_, n) =>
    Array.from({ length: length! }, (_v, t) => {
      const from = (n * length! + t) * classes!;
      const row = data.subarray(from, from + classes!);
      return row.indexOf(row.reduce((a, b) => Math.max(a, b)));
    }),
  );
}

const given = ({ columns: { s } }: Dataset): readonly (readonly number[])[] =>
  Array.from({ length: s!.data.length / 6 }, (_, n) => [...s!.data.slice(6 * n, 6 * n + 6)]);

const share = (hits: readonly boolean[]): number => hits.filter(Boolean).length / hits.length;

/** The first words of a line, as they are written. */
const spelled = ({ data }: Trained, tokens: readonly number[]): readonly string[] =>
  tokens.map((token) => data.vocabularies!['s']![token - 1] ?? '');

it('the token denoiser tells masked words by the others', async () => {
  const t = await trainExample('lecture2/token-denoiser.ae', 'phrases:count=1500', { overrides: { epochs: 16 } });
  const unseen = heldOut(t);
  const clean = given(unseen);
  const seen = given(t.data);
  const mark = 39;
  const best = Array.from({ length: 6 }, (_, place) => {
    const counts = new Map<number, number>();
    for (const line of seen) counts.set(line[place]!, (counts.get(line[place]!) ?? 0) + Number(line[place]! >= 0));
    return [...counts].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  });
  const [told, guessed]: [boolean[], boolean[]] = [[], []];
  for (let step = 0; step < 4; step++) {
    const noise = await corrupted(t, unseen, step, 's');
    const hidden: Dataset = {
      ...unseen,
      columns: { ...unseen.columns, s: { ...unseen.columns['s']!, data: Int32Array.from(noise.data) } },
    };
    const found = wordsOf(await reconstructed(t, hidden, 's'));
    clean.forEach((line, n) =>
      line.forEach((word, place) => {
        if (noise.data[6 * n + place] !== mark) return;
        expect(word).toBeGreaterThanOrEqual(0);
        told.push(found[n]![place] === word);
        guessed.push(best[place] === word);
      }),
    );
  }
  t.dispose();
  // 12 % of the words of 150 phrases, four times.
  expect(told.length).toBeGreaterThan(200);
  expect(share(guessed)).toBeLessThan(0.4);
  expect(share(told)).toBeGreaterThan(share(guessed) + 0.2);
});

it('the sequence autoencoder writes down what it has read', async () => {
  const t = await trainExample('well-known/gru-autoencoder.ae', 'phrases:count=1500', { overrides: { epochs: 20 } });
  const unseen = heldOut(t);
  const lines = given(unseen);
  const same = (written: readonly number[], line: readonly number[]): boolean =>
    line.every((word, place) => word < 0 || word === written[place]);
  const written = wordsOf(await reconstructed(t, unseen, 's'));
  expect(share(lines.map((line, n) => same(written[n]!, line)))).toBeGreaterThan(0.9);
  // Decoded from the code of the phrase behind it, each is that phrase.
  const moved = wordsOf(await decodedFrom(t, unseen, 1));
  expect(share(lines.map((_, n) => same(moved[n]!, lines[(n + 1) % lines.length]!)))).toBeGreaterThan(0.9);
  expect(share(lines.map((line, n) => same(moved[n]!, line)))).toBeLessThan(0.2);
  t.dispose();
});

it('the VAE writes phrases of the grammar, about what z says', async () => {
  const t = await trainExample('well-known/text-vae.ae', 'phrases:count=1500', { overrides: { epochs: 24 } });
  const drawn = t.program.sample!(t.weights, 200, randomAt(3, 1));
  const words = wordsOf({ shape: drawn['s']!.shape, data: await drawn['s']!.data<'float32'>() });
  release([drawn]);
  expect(share(words.map((line) => isPhrase(spelled(t, line))))).toBeGreaterThan(0.6);
  // Untrained, no line is a phrase, and a decoder that no code reaches writes one line for all.
  expect(new Set(words.map((line) => line.join())).size).toBeGreaterThan(30);
  const unseen = heldOut(t);
  const creature = (line: readonly number[]): string => {
    const noun = spelled(t, line).find((word) => /^(cat|dog|bird|fox|cow|bee)(s|es)?$/.test(word));
    return (noun ?? '').replace(/e?s$/, '');
  };
  const lines = given(unseen);
  const written = wordsOf(await reconstructed(t, unseen, 's'));
  const moved = wordsOf(await decodedFrom(t, unseen, 1));
  expect(share(lines.map((line, n) => creature(written[n]!) === creature(line)))).toBeGreaterThan(0.8);
  expect(share(lines.map((line, n) => creature(moved[n]!) === creature(line)))).toBeLessThan(0.4);
  t.dispose();
});

it('the adversarially regularised autoencoder makes codes as its encoder does, and writes phrases from them', async () => {
  const t = await trainExample('lecture2/arae.ae', 'phrases:count=1000', {
    set: { units: 32, d: 16, noise: 8, rate: 0.01 },
    overrides: { epochs: 40 },
  });
  const made = t.program.sample!(t.weights, 200, randomAt(3, 1));
  const words = wordsOf({ shape: made['s']!.shape, data: await made['s']!.data<'float32'>() });
  expect(share(words.map((line) => isPhrase(spelled(t, line))))).toBeGreaterThan(0.4);
  expect(new Set(words.map((line) => line.join())).size).toBeGreaterThan(40);
  // A good decoder writes phrases of any code, so that the codes are held against those of phrases.
  const { data, shape } = await encoded(t, t.data);
  const codes = Array.from({ length: shape[0]! }, (_, n) => [...data.slice(16 * n, 16 * n + 16)]);
  const first = t.program.initialize(randomAt(1, 0), {});
  const apart = async (weights: Tensors): Promise<number> => between(codes, await generated(weights));
  expect(await apart(t.weights)).toBeLessThan((await apart(first)) / 3);
  release([made, first]);
  t.dispose();
});

/** Codes of the generator of ARAE, written out: two layers with relu, one without, on the unit sphere. */
async function generated(weights: Tensors): Promise<readonly (readonly number[])[]> {
  const numbers = async (name: string): Promise<ArrayLike<number>> => weights[`generator.${name}`]!.data();
  let rows = Array.from({ length: 500 }, (_, n) => [...normals(7, n, 0, 8)]);
  for (const [i, name] of ['dense', 'dense2', 'dense3'].entries()) {
    const [kernel, bias] = [await numbers(`${name}.kernel`), await numbers(`${name}.bias`)];
    rows = rows.map((row) =>
      Array.from(bias, (b, j) => {
        const sum = row.reduce((all, value, k) => all + value * kernel[k * bias.length + j]!, b);
        return i < 2 ? Math.max(0, sum) : sum;
      }),
    );
  }
  return rows.map((row) => row.map((value) => value / Math.hypot(...row)));
}

/** The energy distance of two samples, 2 E‖a − b‖ − E‖a − a′‖ − E‖b − b′‖ (Székely & Rizzo 2013). */
function between(left: readonly (readonly number[])[], right: readonly (readonly number[])[]): number {
  const mean = (some: typeof left, others: typeof left): number => {
    let sum = 0;
    for (const a of some) for (const b of others) sum += Math.hypot(...a.map((v, i) => v - b[i]!));
    return sum / some.length / others.length;
  };
  return 2 * mean(left, right) - mean(left, left) - mean(right, right);
}

/** What is written from the code of the example `by` places behind each. */
async function decodedFrom(t: Trained, on: Dataset, by: number): Promise<Values> {
  const rows = Int32Array.from({ length: on.size }, (_, n) => (n + by) % on.size);
  const batch = batchTensors(on, t.program.spec.variables, rows);
  const code: Tensors = t.program.encode!(t.weights, batch);
  const result = t.program.decode(t.weights, code);
  const values = { shape: result['s']!.shape, data: await result['s']!.data<'float32'>() };
  release([batch, code, result]);
  return values;
}
