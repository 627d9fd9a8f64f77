/** The comparison can fail: rounding is measured where it is, and whatever else is off is found. */
import { beforeAll, describe, expect, it } from 'vitest';
import { differences } from './compare/agreement.js';
import { cpu } from './compare/backends.js';
import { judge } from './compare/judge.js';
import type { Observed } from './compare/observe.js';
import type { Arrays } from './interpret/forward.js';
import { add, constant, inSingle, mul, withRounding } from './interpret/tape.js';
import { seen } from './laws/pair.js';

beforeAll(() => cpu.start());

describe('a rounded run', () => {
  const unit = 2 ** -24;
  const moved = (seed: number, values: readonly number[]): readonly number[] => [
    ...withRounding(unit, seed, () => constant([values.length], values)).data,
  ];

  it('leaves whole numbers as they are: a class is no other, and 1 − 1 is 0', () => {
    expect(moved(1, [0, 1, -1, 2, 17])).toEqual([0, 1, -1, 2, 17]);
  });

  it('moves others by a unit at most, equal ones equally, and differently with each seed', () => {
    const runs = Array.from({ length: 20 }, (_, seed) => moved(seed, [0.3, 0.3, -0.3]));
    for (const [a, b, c] of runs) {
      expect(a).toBe(b);
      expect(a).toBe(-c!);
      expect(Math.abs(a! - 0.3)).toBeLessThanOrEqual(0.3 * unit);
    }
    expect(new Set(runs.map(([a]) => a)).size).toBe(runs.length);
  });

  it('rounds results, not only what is given', () => {
    const product = (): number => mul(constant([1], [3]), constant([1], [5])).data[0]!;
    expect(withRounding(unit, 1, product)).not.toBe(15);
    const sum = (): number => add(constant([1], [1]), constant([1], [2 ** -30])).data[0]!;
    expect(inSingle(sum)).toBe(1);
  });

  it('measures nothing where it finds no number, which is no agreement', () => {
    expect(differences({ a: [1] }, { a: [1] }, [{ a: [1.1] }])).toEqual([]);
    expect(differences({ a: [1] }, { a: [1] }, [{ a: [1.1] }, { a: [NaN] }])).toHaveLength(1);
  });
});

describe('a quantity that is off by a ten-thousandth', () => {
  const off = (arrays: Arrays): Arrays =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data, (v) => v * 1.0001) },
      ]),
    );
  /** What a program is asked for, each off in its turn. */
  const faults: Readonly<Record<string, (o: Observed) => Observed>> = {
    term: (o) => ({ ...o, slope: { ...o.slope, terms: o.slope.terms.map((v) => v * 1.0001) } }),
    'gradient of': (o) => ({ ...o, slope: { ...o.slope, gradients: off(o.slope.gradients) } }),
    moved: (o) => ({ ...o, moved: { ...o.moved, weights: off(o.moved.weights) } }),
    'evaluated term': (o) => ({
      ...o,
      evaluation: { ...o.evaluation, terms: o.evaluation.terms.map((v) => v * 1.0001) },
    }),
    corrupted: (o) => ({ ...o, corrupted: { ...o.corrupted!, arrays: off(o.corrupted!.arrays) } }),
    drawn: (o) => ({ ...o, drawn: { ...o.drawn!, arrays: off(o.drawn!.arrays) } }),
    code: (o) => ({ ...o, code: off(o.code) }),
    reconstruction: (o) => ({ ...o, reconstruction: off(o.reconstruction) }),
    decoded: (o) => ({ ...o, decoded: off(o.decoded) }),
    layer: (o) => ({ ...o, layers: off(o.layers) }),
    step: (o) => ({
      ...o,
      steps: o.steps.map((one) => ({ ...one, after: { ...one.after, weights: off(one.after.weights) } })),
    }),
  };

  // Classes, masks, normalisations in rows and a channel that is constant: where rounding was once measured as anything at all.
  const text = `input x: [6] in [0, 1]
    input c: category(3)
    corrupt x with gaussian(0.1)
    encoder(x, c) { repeat 3 { batchnorm; layernorm }; dense(5, tanh) }
    latent z ~ normal(3)
    decoder(z, c) { dense(4, tanh); out: dense(6, sigmoid) }
    reconstruct x by huber(limit: 0.3)
    penalty 0.1 * kl(z) + 0.01 * (squared_error(out, x) + 1) ^ 2
    train { optimizer adam(lr: 0.01) }`;

  let known: ReturnType<typeof seen> | undefined;

  it.each(Object.keys(faults))('is found: %s', async (what) => {
    const { case: c, observed } = await (known ??= seen(text));
    expect(judge(c, { cpu: observed }).differences).toEqual([]);
    const { differences: found } = judge(c, { cpu: faults[what]!(observed) });
    expect(found.map((one) => one.what).filter((name) => name.startsWith(`cpu: ${what}`))).not.toEqual([]);
  });
});
