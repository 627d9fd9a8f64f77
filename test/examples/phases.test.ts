/** Examples that train one part after the other: what stands still, what is copied, and what it is good for. */
import { beforeAll, describe, expect, it } from 'vitest';
import { useWasm, type EmitOptions, type Overrides } from '../support/emitted.js';
import {
  accuracy,
  activation,
  bytesOf,
  column,
  datasetFor,
  explainedUnseen,
  heldOut,
  lossAt,
  mse,
  trainExample,
  type Trained,
  type Values,
} from '../support/train.js';

beforeAll(useWasm);

const bits = ({ weights }: Trained, layers: readonly string[]) =>
  bytesOf(
    Object.fromEntries(Object.entries(weights).filter(([name]) => layers.some((layer) => name.startsWith(layer)))),
  );

const layersOf = (...layers: readonly string[]) => layers.map((layer) => `${layer}.`);

it('one layer after the other in a single graph: a phase moves what it names, and nothing else', async () => {
  const after = (...only: readonly string[]) =>
    trainExample('lecture3/single-graph.ae', 'strokes:count=400', { overrides: { only, batch: 40 } });
  const [one, two, all] = [
    await after('first'),
    await after('first', 'second'),
    await after('first', 'second', 'tune'),
  ];
  const fixed = layersOf('encoder.h1', 'decoder.out');
  expect(await bits(two, fixed)).toEqual(await bits(one, fixed));
  for (const moved of ['encoder.h2', 'decoder.h3'])
    expect(await bits(two, layersOf(moved))).not.toEqual(await bits(one, layersOf(moved)));
  // Hidden 3 comes near hidden 1, so that the output in front of which it stands has a meaning.
  const mimicked = two.history.filter(({ phase }) => phase === 'second').map(({ validation }) => validation![0]!);
  expect(mimicked.at(-1)!).toBeLessThan(0.7 * mimicked[0]!);
  expect(await explainedUnseen(one)).toBeLessThan(0);
  expect(await explainedUnseen(two)).toBeGreaterThan(0.1);
  expect(await explainedUnseen(all)).toBeGreaterThan((await explainedUnseen(two)) + 0.2);
  for (const t of [one, two, all]) t.dispose();
});

it('networks that are copied: the stacked one begins with what they give one after the other', async () => {
  const after = (...only: readonly string[]) =>
    trainExample('lecture3/incremental.ae', 'strokes:count=400', { overrides: { only, batch: 40 } });
  const [parts, all] = [await after('one', 'two'), await after('one', 'two', 'stack')];
  const unseen = heldOut(parts);
  const error = 784 * mse(await stacked(parts, column(unseen)), column(unseen));
  const own = layersOf('first', 'second');
  expect(await bits(all, own)).toEqual(await bits(parts, own));
  const [first, last] = [all.history.findIndex(({ phase }) => phase === 'stack'), -1];
  expect(lossAt(all, first)).toBeLessThan(error);
  expect(lossAt(all, first)).toBeGreaterThan(0.5 * error);
  expect(error).toBeLessThan(0.8 * lossAt(all, 0));
  expect(lossAt(all, last)).toBeLessThan(0.8 * error);
  for (const t of [parts, all]) t.dispose();
});

/** x → first.h1 → second.h2 → second.h3 → first.out, with elu in between. */
async function stacked(t: Trained, x: Values): Promise<Values> {
  let values = x;
  for (const [name, phi] of [
    ['first.h1', true],
    ['second.h2', true],
    ['second.h3', true],
    ['first.out', false],
  ] as const) {
    const [kernel, bias] = [t.weights[`${name}.kernel`]!, t.weights[`${name}.bias`]!.dataSync<'float32'>()];
    const [width, units] = kernel.shape as [number, number];
    const w = kernel.dataSync<'float32'>();
    const rows = values.shape[0]!;
    const data = new Float32Array(rows * units);
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < units; j++) {
        let sum = bias[j]!;
        for (let k = 0; k < width; k++) sum += values.data[i * width + k]! * w[k * units + j]!;
        data[i * units + j] = phi && sum < 0 ? Math.expm1(sum) : sum;
      }
    values = { shape: [rows, units], data };
  }
  return values;
}

describe('with few labels', () => {
  const trained = (path: string, known: number, overrides: Overrides, set: EmitOptions['set'] = {}) =>
    trainExample(path, `strokes:count=800,known=${known}`, {
      set,
      overrides: { validation: { share: 0, clean: false }, ...overrides },
    });
  const right = async (t: Trained, output: string) => {
    const unseen = datasetFor(t.program, 'strokes:count=400,seed=77');
    return accuracy(await activation(t, unseen, output), unseen.columns['y']!.data);
  };

  it('layers of an autoencoder are copied to a classifier, which moves them alone', async () => {
    const after = (...only: readonly string[]) =>
      trained('lecture3/semi-supervised.ae', 60, { only, batch: 50, epochs: 8 });
    const [before, t] = [await after('unsupervised'), await after('unsupervised', 'supervised')];
    expect(await bits(t, layersOf('encoder', 'decoder'))).toEqual(await bits(before, layersOf('encoder', 'decoder')));
    for (const layer of ['h1', 'h2']) {
      const [from, to, drawn] = [
        t.weights[`encoder.${layer}.kernel`]!,
        t.weights[`classifier.${layer}.kernel`]!,
        before.weights[`classifier.${layer}.kernel`]!,
      ].map((w) => w.dataSync<'float32'>());
      const far = (a: Float32Array, b: Float32Array): number =>
        Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]!) ** 2, 0));
      expect(far(from!, to!)).toBeGreaterThan(0);
      expect(far(from!, to!)).toBeLessThan(0.5 * far(drawn!, to!));
    }
    expect(await right(t, 'classifier.dense')).toBeGreaterThan(0.5);
    for (const one of [before, t]) one.dispose();
  });

  it('stacked denoising layers make a classifier of what stays at chance without them', async () => {
    const shares: number[] = [];
    for (const only of [['first', 'second', 'third', 'classify'], ['classify']]) {
      const t = await trained('lecture0/stacked-classifier.ae', 200, { only, batch: 20, epochs: 25 }, { n: 128 });
      shares.push(await right(t, 'label.dense'));
      t.dispose();
    }
    expect(shares[0]!).toBeGreaterThan(0.6);
    expect(shares[1]!).toBeLessThan(0.2);
  });
});

it('the deep autoencoder explains unseen digits behind its phases, and stays at their mean without them', async () => {
  const seen: number[] = [];
  for (const only of [undefined, ['tune']]) {
    const t = await trainExample('lecture2/deep.ae', 'strokes:count=700', {
      set: { a: 96, b: 48, c: 24, z: 6 },
      overrides: { batch: 20, epochs: 24, ...(only === undefined ? {} : { only }) },
    });
    seen.push(await explainedUnseen(t));
    t.dispose();
  }
  expect(seen[0]!).toBeGreaterThan(0.1);
  expect(seen[1]!).toBeLessThan(0.05);
});
