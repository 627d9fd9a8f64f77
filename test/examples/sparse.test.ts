/** Sparse codes: each penalty does what its formula says. */
import { beforeAll, describe, expect, it } from 'vitest';
import { average } from '../support/algebra.js';
import { useWasm } from '../support/emitted.js';
import { encoded, explainedUnseen, heldOut, trainExample, type Values } from '../support/train.js';

beforeAll(useWasm);

const data = 'strokes:count=1000';

interface Learned {
  readonly code: Values;
  /** The share of the variance of unseen examples. */
  readonly explained: number;
}

async function learned(path: string, set: Readonly<Record<string, number>>, epochs = 12): Promise<Learned> {
  const t = await trainExample(path, data, { set, overrides: { batch: 32, epochs } });
  const found = { code: await encoded(t, heldOut(t)), explained: await explainedUnseen(t) };
  t.dispose();
  return found;
}

const codeOf = async (path: string, set: Readonly<Record<string, number>>): Promise<Values> =>
  (await learned(path, set)).code;

const mean = (code: Values): number => average(code.data.length, (i) => code.data[i]!);
const active = (code: Values): number => average(code.data.length, (i) => (code.data[i]! > 1e-3 ? 1 : 0));
const squares = (code: Values): number => average(code.data.length, (i) => code.data[i]! ** 2);

describe('penalties on relu activations', () => {
  it('L1: activations and the share of active units fall as λ grows', async () => {
    const codes = [];
    for (const lambda of [0, 0.08, 0.8]) codes.push(await codeOf('lecture1/sparse-l1.ae', { lambda }));
    const [none, some, much] = codes as [Values, Values, Values];
    expect(mean(some)).toBeLessThan(mean(none));
    expect(mean(much)).toBeLessThan(mean(some));
    expect(active(some)).toBeLessThan(active(none));
    expect(active(much)).toBeLessThan(active(some));
  });

  it('L2: the sum of squares falls as λ grows', async () => {
    const codes = [];
    for (const lambda of [0, 0.05, 0.5]) codes.push(squares(await codeOf('lecture2/sparse-l2.ae', { lambda })));
    expect(codes[1]!).toBeLessThan(codes[0]!);
    expect(codes[2]!).toBeLessThan(codes[1]!);
  });
});

describe('penalties on the mean activation', () => {
  it.each(['lecture2/sparse-kl.ae', 'lecture3/sparse-squared.ae'])('%s brings it to ρ', async (path) => {
    const free = mean(await codeOf(path, { beta: 0 }));
    const sparse = await learned(path, {}, 30);
    const held = mean(sparse.code);
    const other = mean(await codeOf(path, { rho: 0.2 }));
    // Biases alone could bring the means there.
    expect(sparse.explained).toBeGreaterThan(0.1);
    expect(free).toBeGreaterThan(0.3);
    expect(held).toBeGreaterThan(0.07);
    expect(held).toBeLessThan(0.14);
    expect(other).toBeGreaterThan(0.16);
    expect(other).toBeLessThan(0.24);
  });
});
