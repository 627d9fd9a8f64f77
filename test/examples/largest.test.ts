/** Sparse codes by the k largest. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { dictionaryAtoms } from '../../src/runtime/synthetic/vectors.js';
import { average } from '../support/algebra.js';
import { useWasm } from '../support/emitted.js';
import { encoded, explainedUnseen, heldOut, trainExample, type Values } from '../support/train.js';

beforeAll(useWasm);

const activeOf = ({ data, shape }: Values): readonly number[] =>
  Array.from(
    { length: shape[0]! },
    (_, i) =>
      data.subarray((i * data.length) / shape[0]!, ((i + 1) * data.length) / shape[0]!).filter((v) => v !== 0).length,
  );

const [atoms, width] = [64, 32];

/** A decoder's kernel [units, width] as that of an encoder. */
const transposed = (kernel: tf.Tensor): Float32Array => tf.tidy(() => tf.transpose(kernel).dataSync<'float32'>());

/** Of the atoms behind the set, those to which a column of the kernel [width, units] comes nearer than a cosine of 0.9. */
function found(kernel: Float32Array, units: number): number {
  const known = dictionaryAtoms(atoms, width, 0);
  const cosine = (atom: number, unit: number): number => {
    let [along, square] = [0, 0];
    for (let j = 0; j < width; j++) {
      along += kernel[j * units + unit]! * known[atom * width + j]!;
      square += kernel[j * units + unit]! ** 2;
    }
    return along / Math.sqrt(square);
  };
  return Array.from({ length: atoms }, (_, a) => a).filter((a) =>
    Array.from({ length: units }, (_, u) => u).some((u) => cosine(a, u) > 0.9),
  ).length;
}

describe('a known dictionary', () => {
  it.each(['topk', 'batch-topk'])('%s finds its atoms, and keeps k', async (name) => {
    const of = async (epochs: number) => {
      const t = await trainExample(`well-known/${name}-sae.ae`, 'dictionary:count=5000', { overrides: { epochs } });
      const result = {
        atoms: found(t.weights['encoder.h.kernel']!.dataSync<'float32'>(), 96),
        explained: await explainedUnseen(t),
        active: activeOf(await encoded(t, heldOut(t))),
      };
      t.dispose();
      return result;
    };
    const [begun, trained] = [await of(1), await of(30)];
    expect(begun.atoms).toBeLessThan(atoms / 4);
    expect(trained.atoms).toBeGreaterThanOrEqual((atoms * 3) / 4);
    expect(trained.explained).toBeGreaterThan(0.7);
    const mean = average(trained.active.length, (i) => trained.active[i]!);
    if (name === 'topk') expect(new Set(trained.active)).toEqual(new Set([3]));
    else {
      expect(mean).toBeGreaterThan(2.5);
      expect(mean).toBeLessThan(3.5);
      expect(new Set(trained.active).size).toBeGreaterThan(2);
    }
  });
});

it('JumpReLU finds the atoms, and as few units as its cost asks for', async () => {
  const of = async (lambda: number) => {
    const t = await trainExample('well-known/jump-relu-sae.ae', 'dictionary:count=5000', { set: { lambda } });
    const active = activeOf(await encoded(t, heldOut(t)));
    const result = {
      atoms: found(transposed(t.weights['decoder.out.kernel']!), 96),
      explained: await explainedUnseen(t),
      active: average(active.length, (i) => active[i]!),
    };
    t.dispose();
    return result;
  };
  const [free, costly] = [await of(0), await of(0.05)];
  expect(costly.atoms).toBeGreaterThanOrEqual((atoms * 3) / 4);
  expect(free.atoms).toBeLessThan(atoms / 2);
  expect(costly.explained).toBeGreaterThan(0.7);
  expect(costly.active).toBeLessThan(free.active / 3);
});

it('k-sparse: k units are active, and they say what the picture is', async () => {
  const t = await trainExample('well-known/k-sparse.ae', 'strokes:count=1000', {
    set: { units: 200, k: 15 },
    overrides: { epochs: 30, batch: 32 },
  });
  expect(new Set(activeOf(await encoded(t, heldOut(t))))).toEqual(new Set([15]));
  expect(await explainedUnseen(t)).toBeGreaterThan(0.5);
  t.dispose();
});
