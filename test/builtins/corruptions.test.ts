/** Laws of corruptions and preprocessing: statistics of the draws, exact values, shapes. */
import { describe, expect, it } from 'vitest';
import type { Args, ExampleShape } from '../../src/builtins/arguments.js';
import { loweringOf, type CorruptionContext } from '../../src/builtins/define.js';
import { compiledEntries, find } from '../../src/builtins/index.js';
import { isMisfit } from '../../src/builtins/layers/shapes.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { defaultCall } from './defaults.js';
import { B } from '../../src/ir/graph/shape.js';
import { gradientError, Kit, list, positive, signed, type Draw } from '../laws/kit.js';
import type { Value } from '../laws/reference.js';
import { mean, variance } from './statistics.js';

const [low, high] = [-5, 7];

const contextOf = (kit: Kit, shape: ExampleShape): CorruptionContext => ({
  b: kit.b,
  // The minimum and maximum of feature i are low − i and high + i, so that features are told apart.
  statistic: (kind) => kit.k(shape, (_random, size) => Array.from({ length: size }, (_, i) => ({ min: low - i, max: high + i, mean: 0.5 * i, std: 2 + i })[kind])),
});

interface Corrupted {
  readonly x: Float64Array;
  readonly y: Value;
  readonly kit: Kit;
}

function corrupt(name: string, more: Args = {}, shape: ExampleShape = [5], batch = 2000, draw: Draw = positive): Corrupted {
  const { definition, args } = defaultCall('corruption', name);
  const kit = new Kit(batch);
  const input = kit.x([B, ...shape], draw);
  const output = definition.lower(contextOf(kit, shape), input, { ...args, ...more });
  const ruled = definition.shape(shape, { ...args, ...more });
  if (isMisfit(ruled)) throw new Error(`${name}: expected ${ruled.expected}`);
  expect(output.shape, name).toEqual([B, ...ruled]);
  const [x, y] = kit.evaluate(input, output);
  return { kit, x: x!.data, y: y! };
}

const share = (data: Float64Array, test: (v: number, i: number) => boolean): number => data.filter(test).length / data.length;

describe('corruptions', () => {
  it('gaussian adds noise of its deviation', () => {
    const { x, y } = corrupt('gaussian', { sigma: 0.3 });
    const noise = y.data.map((v, i) => v - x[i]!);
    expect(mean(noise)).toBeCloseTo(0, 1);
    expect(Math.sqrt(variance(noise))).toBeCloseTo(0.3, 2);
  });

  it('uniform adds noise within its amplitude', () => {
    const { x, y } = corrupt('uniform', { amplitude: 0.4 });
    const noise = y.data.map((v, i) => v - x[i]!);
    expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(0.4 + 1e-9);
    expect(mean(noise)).toBeCloseTo(0, 1);
    expect(variance(noise)).toBeCloseTo(0.16 / 3, 2);
  });

  it.each([0, 0.25, 1])('mask puts a share of %d to zero and leaves the others as they are', (fraction) => {
    const { x, y } = corrupt('mask', { fraction });
    expect(share(y.data, (v) => v === 0)).toBeCloseTo(fraction, 1);
    expect(y.data.every((v, i) => v === 0 || v === x[i]!)).toBe(true);
    if (fraction !== 0.25) expect(share(y.data, (v) => v === 0)).toBe(fraction);
  });

  it('dropout scales what survives, so that the mean stays', () => {
    const { x, y } = corrupt('dropout', { rate: 0.4 });
    expect(share(y.data, (v) => v === 0)).toBeCloseTo(0.4, 1);
    y.data.forEach((v, i) => expect(v === 0 || Math.abs(v - x[i]! / 0.6) < 1e-12).toBe(true));
    expect(mean(y.data) / mean(x)).toBeCloseTo(1, 1);
  });

  it('salt_and_pepper gives the smallest or largest value of the feature, equally often', () => {
    const { x, y } = corrupt('salt_and_pepper', { fraction: 0.3 });
    const is = (kind: 'pepper' | 'salt') => (v: number, i: number): boolean => v === (kind === 'pepper' ? low - (i % 5) : high + (i % 5));
    expect(share(y.data, is('pepper'))).toBeCloseTo(0.15, 1);
    expect(share(y.data, is('salt'))).toBeCloseTo(0.15, 1);
    expect(y.data.every((v, i) => v === x[i]! || is('pepper')(v, i) || is('salt')(v, i))).toBe(true);
  });

  it.each([[[4, 6, 2], 2, [1, 2, 2, 3]], [[5, 5, 1], [1, 3], [2, 2, 1, 3]]] as const)('hole of %j, size %j, is zero inside and untouched outside', (shape, size, [top, bottom, left, right]) => {
    const { x, y, kit } = corrupt('hole', { size }, shape, 2);
    const [hidden] = kit.evaluate(loweringOf(find('corruption', 'hole')!).hidden!(kit.b, shape, { size }));
    const [height, width, channels] = shape;
    y.data.forEach((v, i) => {
      const [row, column] = [Math.floor(i / (width * channels)) % height, Math.floor(i / channels) % width];
      const inside = row >= top && row <= bottom && column >= left && column <= right;
      expect(v).toBe(inside ? 0 : x[i]!);
      expect(hidden!.data[i % (height * width * channels)]).toBe(Number(inside));
    });
  });

  it('downsample takes the mean of each cell', () => {
    const { y } = corrupt('downsample', { factor: [2, 3] }, [2, 3, 1], 1, list(1, 2, 3, 4, 5, 9));
    expect([...y.data]).toEqual([4]);
  });

  it('grayscale takes the luma', () => {
    const { y } = corrupt('grayscale', {}, [1, 2, 3], 1, list(1, 0, 0, 1, 1, 1));
    y.data.forEach((v, i) => expect(v).toBeCloseTo([0.299, 1][i]!, 12));
  });

  it.each([['hole', { size: 5 }, [5, 5, 1]], ['hole', { size: 1 }, [5]], ['downsample', { factor: 2 }, [5, 4, 1]], ['grayscale', {}, [4, 4, 1]]] as const)('%s %j refuses %j', (name, args, shape) => {
    expect(isMisfit(find('corruption', name)!.shape(shape, args) as object)).toBe(true);
  });

  it.each(compiledEntries('corruption').map((c) => c.name))('%s has the right derivative in its input', (name) => {
    const { definition, args } = defaultCall('corruption', name);
    const kit = new Kit();
    const x = kit.x([B, 4, 4, 3], signed);
    const loss = kit.weighted(definition.lower(contextOf(kit, [4, 4, 3]), x, { ...args, ...(name === 'hole' ? { size: 2 } : {}) }));
    expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
  });
});

describe('preprocessing', () => {
  it.each(compiledEntries('preprocessing').map((p) => p.name))('%s is undone by its inverse and follows its formula', (name) => {
    const { definition, args } = defaultCall('preprocessing', name);
    const kit = new Kit(3);
    const x = kit.x([B, 4], signed);
    const context = contextOf(kit, [4]);
    const forward = definition.forward(context, x, args);
    const [before, between, after] = kit.evaluate(x, forward, definition.backward(context, forward, args));
    before!.data.forEach((v, i) => {
      const feature = i % 4;
      expect(after!.data[i]).toBeCloseTo(v, 12);
      expect(between!.data[i]).toBeCloseTo((v - 0.5 * feature) / (name === 'center' ? 1 : 2 + feature), 7);
    });
  });
});
