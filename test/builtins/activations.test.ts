/** Laws of activations and initialisers. */
import { describe, expect, it } from 'vitest';
import type { Args } from '../../src/builtins/arguments.js';
import { compiledEntries } from '../../src/builtins/index.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { Kit, list, layoutOf } from '../laws/kit.js';
import type { Value } from '../laws/reference.js';
import { defaultCall } from './defaults.js';
import { gramError, mean, variance } from './statistics.js';

describe.each(compiledEntries('activation').map((a) => [a.name, a] as const))('%s', (name, definition) => {
  const { args } = defaultCall('activation', name);
  const points = Array.from({ length: 4001 }, (_, i) => (i - 2000) / 40);

  it('has its range: no value outside, values near both ends', () => {
    const kit = new Kit();
    // Softmax sees pairs (0, x), whose values are those of a sigmoid.
    const x =
      name === 'softmax'
        ? kit.x([points.length, 2], list(...points.flatMap((p) => [0, p])))
        : kit.x([points.length], list(...points));
    const [values] = kit.evaluate(definition.lower(kit.b, x, args));
    const [low, high] = definition.range;
    const [least, most] = [Math.min(...values!.data), Math.max(...values!.data)];
    expect(least).toBeGreaterThanOrEqual(low);
    expect(most).toBeLessThanOrEqual(high);
    if (Number.isFinite(low)) expect(least - low).toBeLessThan(0.03);
    if (Number.isFinite(high)) expect(high - most).toBeLessThan(0.03);
    else expect(most).toBeGreaterThan(40);
  });

  it('stays finite far out, and so does its derivative', () => {
    if (name === 'exponential') return;
    const kit = new Kit();
    const x = kit.x([2, 2], list(-900, 0, 900, 1));
    const y = definition.lower(kit.b, x, args);
    for (const { data } of kit.evaluate(y, ...gradients(kit.b, kit.weighted(y), [x])))
      for (const v of data) expect(v).toSatisfy(Number.isFinite);
  });
});

// ─────────────────────────────────────────────────────────────────────── initialisers

function initial(name: string, shape: readonly number[], args: Args = {}): Value {
  const call = defaultCall('initializer', name);
  const kit = new Kit();
  return kit.evaluate(call.definition.lower(kit.b, layoutOf(shape), { ...call.args, ...args }))[0]!;
}

describe('initialisers', () => {
  const fans: Readonly<Record<string, (fanIn: number, fanOut: number) => number>> = {
    glorot_uniform: (i, o) => 2 / (i + o),
    glorot_normal: (i, o) => 2 / (i + o),
    he_uniform: (i) => 2 / i,
    he_normal: (i) => 2 / i,
    lecun_uniform: (i) => 1 / i,
    lecun_normal: (i) => 1 / i,
    normal: () => 0.05 ** 2,
    uniform: () => 0.05 ** 2 / 3,
  };

  it.each(Object.keys(fans))('%s has the mean and variance of its formula', (name) => {
    for (const [shape, fanIn, fanOut] of [
      [[100, 80], 100, 80],
      [[3, 3, 20, 50], 180, 450],
    ] as const) {
      const { data } = initial(name, shape);
      const expected = fans[name]!(fanIn, fanOut);
      expect(Math.abs(mean(data))).toBeLessThan(4 * Math.sqrt(expected / data.length));
      expect(variance(data) / expected).toBeGreaterThan(0.93);
      expect(variance(data) / expected).toBeLessThan(1.07);
      if (name !== 'normal') {
        const limit = name.includes('uniform') ? Math.sqrt(3) : 2 / 0.9594;
        expect(Math.max(...data.map(Math.abs)) / Math.sqrt(expected)).toBeLessThanOrEqual(limit + 1e-6);
      }
    }
  });

  it('he_normal of a transposed convolution counts what comes into a unit, wherever its axes stand', () => {
    // [rows, columns, filters, channels]
    const layout = { shape: [2, 3, 50, 20], axes: ['window', 'window', 'output', 'input'] } as const;
    const { definition, args } = defaultCall('initializer', 'he_normal');
    const kit = new Kit();
    const { data } = kit.evaluate(definition.lower(kit.b, layout, args))[0]!;
    expect(variance(data) / (2 / (2 * 3 * 20))).toBeGreaterThan(0.93);
    expect(variance(data) / (2 / (2 * 3 * 20))).toBeLessThan(1.07);
  });

  it.each(compiledEntries('initializer').map((i) => i.name))('%s gives finite numbers for a vector', (name) => {
    for (const v of initial(name, [16]).data) expect(v).toSatisfy(Number.isFinite);
  });

  it('constants are constant', () => {
    expect([
      ...initial('zeros', [3]).data,
      ...initial('ones', [2]).data,
      ...initial('constant', [2], { value: -1.5 }).data,
    ]).toEqual([0, 0, 0, 1, 1, -1.5, -1.5]);
    expect([...initial('identity', [3, 2]).data]).toEqual([1, 0, 0, 1, 0, 0]);
    // A unit that has one number has the one of its own.
    expect([...initial('identity', [3]).data]).toEqual([1, 1, 1]);
  });

  it.each([[[30, 20]], [[20, 30]], [[32, 32]], [[3, 3, 4, 8]], [[2, 2, 2, 20]]])(
    'orthogonal is, of shape %j',
    (shape) => {
      const { data } = initial('orthogonal', shape);
      expect(gramError(data, shape)).toBeLessThan(1e-5);
    },
  );

  it('two weights of a program differ', () => {
    const kit = new Kit();
    const { definition, args } = defaultCall('initializer', 'glorot_uniform');
    const [x, y] = kit.evaluate(
      definition.lower(kit.b, layoutOf([4, 4]), args),
      definition.lower(kit.b, layoutOf([4, 4]), args),
    );
    expect(x!.data).not.toEqual(y!.data);
  });
});
