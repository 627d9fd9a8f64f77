/** Laws of corruptions: statistics of the draws, exact values, shapes, and what they hide. */
import { describe, expect, it } from 'vitest';
import type { Args, ExampleShape, TensorRef } from '../../src/builtins/arguments.js';
import { compiledEntries, find } from '../../src/builtins/index.js';
import { isMisfit } from '../../src/builtins/layers/shapes.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import type { Node } from '../../src/ir/graph/graph.js';
import { B, product } from '../../src/ir/graph/shape.js';
import { gradientError, Kit, list, positive, signed, type Draw } from '../laws/kit.js';
import type { Value } from '../laws/reference.js';
import { stream } from '../interpreter/compare/random.js';
import { corruptionContext, high, low } from './contexts.js';
import { defaultCall } from './defaults.js';
import { drawnShape, faultIn, valueOf } from './draws.js';
import { deviations, mean, variance } from './statistics.js';

interface Tried {
  readonly x: Float64Array;
  readonly y: Value;
  /** What was hidden, over the elements of x. */
  readonly hidden: Float64Array | undefined;
}

const batch = 2000;

function corrupt(name: string, more: Args = {}, shape: ExampleShape = [5], draw: Draw = positive, rows = batch): Tried {
  const { definition, args } = defaultCall('corruption', name);
  const kit = new Kit(rows);
  const input = kit.x([B, ...shape], draw);
  // Half of the examples at 0.1 and half at 0.4.
  const level = (): Node =>
    kit.k([B], (_random, size) => Array.from({ length: size }, (_, i) => (i % 2 === 0 ? 0.1 : 0.4)));
  const { value, hidden } = definition.lower(corruptionContext(kit, shape, level), input, { ...args, ...more });
  const ruled = definition.shape(shape, { ...args, ...more });
  if (isMisfit(ruled)) throw new Error(`${name}: expected ${ruled.expected}`);
  expect(value.shape, name).toEqual([B, ...ruled]);
  const everywhere = hidden === undefined ? [] : [kit.b.broadcastTo(hidden, input.shape)];
  const [x, y, where] = kit.evaluate(input, value, ...everywhere);
  return { x: x!.data, y: y!, hidden: where?.data };
}

const share = (data: Float64Array, test: (v: number, i: number) => boolean): number =>
  data.filter(test).length / data.length;

const level: TensorRef = { kind: 'variable', name: 's' };

describe('noise', () => {
  it('gaussian adds noise of its deviation', () => {
    const { x, y } = corrupt('gaussian', { sigma: 0.3 });
    const noise = y.data.map((v, i) => v - x[i]!);
    expect(mean(noise)).toBeCloseTo(0, 1);
    expect(Math.sqrt(variance(noise))).toBeCloseTo(0.3, 2);
  });

  it('uniform adds noise within its limit', () => {
    const { x, y } = corrupt('uniform', { limit: 0.4 });
    const noise = y.data.map((v, i) => v - x[i]!);
    expect(Math.max(...noise.map(Math.abs))).toBeLessThanOrEqual(0.4 + 1e-9);
    expect(mean(noise)).toBeCloseTo(0, 1);
    expect(variance(noise)).toBeCloseTo(0.16 / 3, 2);
  });

  it.each([0, 0.25, 1])('mask puts a share of %d to zero and leaves the others as they are', (p) => {
    const { x, y } = corrupt('mask', { p });
    if (p === 0.25)
      expect(
        deviations(
          share(y.data, (v) => v === 0),
          p,
          y.data.length,
        ),
      ).toBeLessThan(4);
    expect(y.data.every((v, i) => v === 0 || v === x[i]!)).toBe(true);
    if (p !== 0.25) expect(share(y.data, (v) => v === 0)).toBe(p);
  });

  it('dropout scales what survives, so that the mean stays', () => {
    const { x, y } = corrupt('dropout', { p: 0.4 });
    expect(
      deviations(
        share(y.data, (v) => v === 0),
        0.4,
        y.data.length,
      ),
    ).toBeLessThan(4);
    y.data.forEach((v, i) => expect(v === 0 || Math.abs(v - x[i]! / 0.6) < 1e-12).toBe(true));
    expect(mean(y.data) / mean(x)).toBeCloseTo(1, 1);
  });

  it('salt_and_pepper gives the smallest or largest value of the feature, equally often', () => {
    const { x, y } = corrupt('salt_and_pepper', { p: 0.3 });
    const pepper = (v: number, i: number): boolean => v === low - (i % 5);
    const salt = (v: number, i: number): boolean => v === high + (i % 5);
    expect(deviations(share(y.data, pepper), 0.15, y.data.length)).toBeLessThan(4);
    expect(deviations(share(y.data, salt), 0.15, y.data.length)).toBeLessThan(4);
    expect(y.data.every((v, i) => v === x[i]! || pepper(v, i) || salt(v, i))).toBe(true);
  });

  it.each([
    [[4, 6, 3], 2],
    [
      [4, 6, 3],
      [4, 3],
    ],
    [[6, 2], 3],
  ] as const)('mask of %j hides whole patches of %j', (shape, patch) => {
    const { x, y, hidden } = corrupt('mask', { p: 0.75, patch: patch as number }, shape, positive, 200);
    const [height, width, channels] = shape.length === 3 ? shape : [shape[0], 1, shape[1]];
    const [rows, columns] = typeof patch === 'number' ? [patch, shape.length === 3 ? patch : 1] : patch;
    const first = new Map<string, number>();
    hidden!.forEach((v, i) => {
      const [example, row, column] = [
        Math.floor(i / (height * width * channels)),
        Math.floor(i / (width * channels)) % height,
        Math.floor(i / channels) % width,
      ];
      const of = `${example} ${Math.floor(row / rows)} ${Math.floor(column / columns)}`;
      first.set(of, first.get(of) ?? v);
      expect(v).toBe(first.get(of));
      expect(y.data[i]).toBe(v === 1 ? 0 : x[i]);
    });
    expect(mean(Float64Array.from(first.values()))).toBeCloseTo(0.75, 1);
  });

  it.each([
    ['gaussian', 'sigma', (noise: Float64Array) => Math.sqrt(variance(noise))],
    ['uniform', 'limit', (noise: Float64Array) => Math.sqrt(3 * variance(noise))],
  ] as const)('%s takes its level from each example', (name, param, levelOf) => {
    const { x, y } = corrupt(name, { [param]: level });
    const noise = y.data.map((v, i) => v - x[i]!);
    const of = (parity: number): Float64Array => noise.filter((_, i) => Math.floor(i / 5) % 2 === parity);
    expect(levelOf(of(0))).toBeCloseTo(0.1, 1);
    expect(levelOf(of(1))).toBeCloseTo(0.4, 1);
  });

  it.each([
    ['mask', [5]],
    ['dropout', [5]],
    ['salt_and_pepper', [5]],
    ['mask', [4, 4, 1]],
  ] as const)('%s of %j takes its probability from each example', (name, shape) => {
    const { hidden } = corrupt(name, { p: level, ...(shape.length === 3 ? { patch: 2 } : {}) }, shape);
    const size = product(shape);
    const of = (parity: number): Float64Array => hidden!.filter((_, i) => Math.floor(i / size) % 2 === parity);
    expect(mean(of(0))).toBeCloseTo(0.1, 1);
    expect(mean(of(1))).toBeCloseTo(0.4, 1);
  });
});

describe('degradations', () => {
  it.each([
    [[4, 6, 2], 2, [1, 2, 2, 3]],
    [
      [5, 5, 1],
      [1, 3],
      [2, 2, 1, 3],
    ],
  ] as const)(
    'hole of %j, size %j, is zero inside and untouched outside',
    (shape, size, [top, bottom, left, right]) => {
      const { x, y, hidden } = corrupt('hole', { size }, shape, positive, 2);
      const [height, width, channels] = shape;
      y.data.forEach((v, i) => {
        const [row, column] = [Math.floor(i / (width * channels)) % height, Math.floor(i / channels) % width];
        const inside = row >= top && row <= bottom && column >= left && column <= right;
        expect(v).toBe(inside ? 0 : x[i]!);
        expect(hidden![i]).toBe(Number(inside));
      });
    },
  );

  it('downsample takes the mean of each cell', () => {
    const { y } = corrupt('downsample', { factor: [2, 3] }, [2, 3, 1], list(1, 2, 3, 4, 5, 9), 1);
    expect([...y.data]).toEqual([4]);
  });

  it('grayscale takes the luma', () => {
    const { y } = corrupt('grayscale', {}, [1, 2, 3], list(1, 0, 0, 1, 1, 1), 1);
    y.data.forEach((v, i) => expect(v).toBeCloseTo([0.299, 1][i]!, 12));
  });
});

it.each([
  ['hole', { size: 5 }, [5, 5, 1]],
  ['hole', { size: 1 }, [5]],
  ['downsample', { factor: 2 }, [5, 4, 1]],
  ['grayscale', {}, [4, 4, 1]],
  ['mask', { patch: 2 }, [4, 5, 1]],
  ['mask', { patch: 2 }, [4]],
  ['mask', { patch: [2, 2] }, [4, 2]],
] as const)('%s %j refuses %j', (name, args, shape) => {
  expect(isMisfit(find('corruption', name)!.shape(shape, args) as object)).toBe(true);
});

it('token_mask refuses probabilities whose sum is above 1', () => {
  const { conflict } = find('corruption', 'token_mask')!;
  expect(conflict!({ mask: 0.8, random: 0.3, keep: 0.1 })).toBeDefined();
  expect(conflict!({ mask: 0.8, random: 0.1, keep: 0.1 })).toBeUndefined();
});

it('token_mask hides as many words as it says, and never padding', () => {
  const { definition, args } = defaultCall('corruption', 'token_mask');
  const [classes, rows, length] = [11, 4000, 10];
  const kit = new Kit(rows);
  const labels = kit.k(
    [B, length],
    (_random, size) => Array.from({ length: size }, (_, i) => (i % length < 7 ? 1 + (i % (classes - 1)) : -1)),
    'int32',
  );
  const { value, hidden } = definition.lower({ ...corruptionContext(kit, [length]), classes }, labels, args);
  const [x, y, chosen] = kit.evaluate(labels, value, hidden!);
  const words = [...x!.data.keys()].filter((i) => i % length < 7);
  const of = (test: (i: number) => boolean): number => words.filter(test).length / words.length;
  expect(of((i) => chosen!.data[i] === 1)).toBeCloseTo(0.15, 2);
  expect(of((i) => y!.data[i] === classes)).toBeCloseTo(0.12, 2);
  // One in ten random words is the word itself.
  const others = words.filter((i) => y!.data[i] !== x!.data[i] && y!.data[i] !== classes);
  expect(others.length / words.length).toBeCloseTo(0.015 * 0.9, 2);
  expect(new Set(others.map((i) => y!.data[i]))).toEqual(new Set(Array.from({ length: classes - 1 }, (_, i) => i + 1)));
  for (const i of x!.data.keys()) {
    if (i % length >= 7) expect([y!.data[i], chosen!.data[i]]).toEqual([-1, 0]);
    else if (chosen!.data[i] === 0) expect(y!.data[i]).toBe(x!.data[i]);
  }
});

describe.each(
  compiledEntries('corruption')
    .filter((entry) => entry.of === 'numbers')
    .map((entry) => [entry.name, entry] as const),
)('%s', (name, definition) => {
  const more: Args = name === 'hole' ? { size: 2 } : {};

  it('has the right derivative in its input', () => {
    const kit = new Kit();
    const x = kit.x([B, 4, 4, 3], signed);
    const { args } = defaultCall('corruption', name);
    const { value } = definition.lower(corruptionContext(kit, [4, 4, 3]), x, { ...args, ...more });
    const loss = kit.weighted(value);
    expect(gradientError(kit, loss, gradients(kit.b, loss, kit.wrt))).toBeLessThan(1e-6);
  });

  it('says what it hides where it hides something, and elsewhere changes nothing else', () => {
    const { x, y, hidden } = corrupt(name, more, [4, 4, 3]);
    expect(hidden !== undefined).toBe(definition.hides);
    if (hidden === undefined) return;
    // As `explain` says it: of the elements, so many.
    const said = definition.share?.({ ...defaultCall('corruption', name).args, ...more }, [4, 4, 3]) ?? NaN;
    expect(Math.abs(mean(hidden) - said)).toBeLessThan(0.01);
    if (name === 'dropout') return;
    y.data.forEach((v, i) => expect(hidden[i] === 1 || v === x[i]!).toBe(true));
  });
});

// Words are hidden by classes, which a data set gives.
const ofNumbers = compiledEntries('corruption').flatMap(({ name }) => (name === 'token_mask' ? [] : [name]));

it.each(ofNumbers)('%s is as its shape rule says, whatever it accepts', (name) => {
  const { definition, args: defaults } = defaultCall('corruption', name);
  const r = stream(name.length);
  let accepted = 0;
  for (let i = 0; i < 100; i++) {
    const args = Object.fromEntries(
      definition.params.flatMap((param) => {
        const drawn = param.type.kind === 'float' ? undefined : valueOf(r, param);
        return drawn === undefined || (param.default !== undefined && r.chance(0.3)) ? [] : [[param.name, drawn]];
      }),
    );
    const shape = drawnShape(r);
    const ruled = definition.shape(shape, { ...defaults, ...args });
    const title = `${name} of ${shape.join('×')} ${JSON.stringify(args)}`;
    if (isMisfit(ruled)) {
      expect(faultIn(ruled), title).toBeUndefined();
      continue;
    }
    accepted += 1;
    expect(() => corrupt(name, args, shape, positive, 2), title).not.toThrow();
  }
  expect(accepted).toBeGreaterThan(0);
});
