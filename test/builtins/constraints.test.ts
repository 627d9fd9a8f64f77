/** Laws of constraints: they hold after projection, which projects no further. */
import { expect, it } from 'vitest';
import { compiledEntries } from '../../src/builtins/index.js';
import { integers, Kit, layoutOf, signed, type Draw } from '../laws/kit.js';
import { defaultCall } from './defaults.js';
import { gramError } from './statistics.js';

function project(name: string, shape: readonly number[], draw: Draw, times = 1): Float64Array {
  const kit = new Kit();
  const { definition, args } = defaultCall('constraint', name);
  let w = kit.x(shape, draw);
  for (let i = 0; i < times; i++) w = definition.project(kit.b, w, args, layoutOf(shape).axes);
  return kit.evaluate(w)[0]!.data;
}

const scaled =
  (by: number): Draw =>
  (random, size) =>
    signed(random, size).map((v) => v * by);

/** Two of four columns a thousandth of the others: 18 iterations reach condition numbers of about 10⁴. */
const skewed: Draw = (random, size) => signed(random, size).map((v, i) => v * (i % 2 === 0 ? 1 : 1e-3));

const shapes = [
  [5, 3],
  [3, 5],
  [4, 4],
  [3, 3, 2, 4],
];

const norms = (data: Float64Array, shape: readonly number[]): readonly number[] => {
  const width = shape.at(-1)!;
  return Array.from({ length: width }, (_, j) => Math.hypot(...data.filter((_, i) => i % width === j)));
};

const holds: Readonly<Record<string, (data: Float64Array, shape: readonly number[]) => boolean>> = {
  unit_norm: (data, shape) => norms(data, shape).every((n) => Math.abs(n - 1) < 1e-9),
  max_norm: (data, shape) => norms(data, shape).every((n) => n <= 3 + 1e-9),
  non_negative: (data) => data.every((v) => v >= 0),
  clip: (data) => data.every((v) => Math.abs(v) <= 0.01),
  orthogonal: (data, shape) => gramError(data, shape) < 1e-6,
};

const names = compiledEntries('constraint').map((c) => c.name);

it.each(names)('%s holds after projection, from small, plain and large starts, and projects no further', (name) => {
  for (const shape of shapes) {
    for (const by of [1e-3, 1, 50]) {
      const [once, twice] = [project(name, shape, scaled(by)), project(name, shape, scaled(by), 2)];
      expect(holds[name]!(once, shape), `${shape.join('×')} times ${by}`).toBe(true);
      once.forEach((v, i) => expect(twice[i]).toBeCloseTo(v, 8));
    }
  }
});

it.each(names)('%s bounds the squares of a kernel as it says', (name) => {
  const { definition, args } = defaultCall('constraint', name);
  for (const own of [args, { ...args, limit: 0.2 }, { ...args, per: 'input' }]) {
    for (const shape of shapes) {
      const kit = new Kit();
      const layout = layoutOf(shape);
      const projected = definition.project(kit.b, kit.x(shape, scaled(50)), own, layout.axes);
      const energy = kit.evaluate(projected)[0]!.data.reduce((sum, v) => sum + v * v, 0);
      const [low, high] = definition.energy?.(layout, own) ?? [0, Infinity];
      expect(energy).toBeGreaterThan(low - 1e-6);
      expect(energy).toBeLessThan(high + 1e-6);
    }
  }
});

it('says what its squares are where it bounds them', () => {
  const bounded = names.filter((name) => defaultCall('constraint', name).definition.energy !== undefined);
  expect(bounded).toEqual(['unit_norm', 'max_norm', 'orthogonal', 'clip']);
});

it('orthogonal holds from a badly conditioned start', () => {
  expect(gramError(project('orthogonal', [6, 4], skewed), [6, 4])).toBeLessThan(1e-6);
});

it.each(names)('%s leaves a kernel of zeros finite', (name) => {
  for (const v of project(name, [3, 2], integers(1))) expect(v).toSatisfy(Number.isFinite);
});

it.each(names)('%s admits kernels', (name) => {
  const { admits } = defaultCall('constraint', name).definition;
  expect(admits(layoutOf([4, 3]))).toBeUndefined();
  if (name !== 'non_negative' && name !== 'clip') expect(admits(layoutOf([4]))).toBeDefined();
});

it('max_norm leaves short columns alone', () => {
  const start = scaled(0.1)(new Kit().random, 6).map(Math.fround);
  project('max_norm', [3, 2], scaled(0.1)).forEach((v, i) => expect(v).toBeCloseTo(start[i]!, 12));
});

it('unit_norm of what leaves an input takes its row', () => {
  const kit = new Kit();
  const { definition, args } = defaultCall('constraint', 'unit_norm');
  const w = definition.project(kit.b, kit.x([3, 2], signed), { ...args, per: 'input' }, ['input', 'output']);
  const { data } = kit.evaluate(w)[0]!;
  for (const row of [0, 1, 2]) expect(Math.hypot(data[2 * row]!, data[2 * row + 1]!)).toBeCloseTo(1, 9);
});
