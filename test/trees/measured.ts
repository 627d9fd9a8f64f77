/** A step of a batched program beside its oracle: the loss, and the slope in each weight. */
import { expect } from 'vitest';
import type { WeightSpec } from '../../src/runtime/index.js';
import { generator } from '../laws/kit.js';
import { value, type Value } from '../laws/reference.js';
import type { Weights } from './oracle.js';

export const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Weights of single precision, within 0.8 of 0. */
export function drawn(weights: readonly WeightSpec[], seed = 5): Readonly<Record<string, Value>> {
  const random = generator(seed);
  return Object.fromEntries(
    weights.map(({ name, shape }) => [
      name,
      value(
        shape,
        Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => Math.fround(1.6 * random() - 0.8)),
      ),
    ]),
  );
}

/** The slope of a loss in each weight, by differences of five points. */
function slopes(loss: (weights: Weights) => number, weights: Weights): (name: string, i: number) => number {
  const moved = (name: string, i: number, h: number): number => {
    const data = Float64Array.from(weights[name]!.data);
    data[i]! += h;
    return loss({ ...weights, [name]: { ...weights[name]!, data } });
  };
  const h = 1e-3;
  return (name, i) =>
    (8 * (moved(name, i, h) - moved(name, i, -h)) - (moved(name, i, 2 * h) - moved(name, i, -2 * h))) / (12 * h);
}

/**
 * Holds the outputs of a step of plain gradient descent with lr = 1 to a loss: what a weight loses is its gradient.
 *
 * @param found `terms`, and `weights/…` after the step
 */
export function compared(
  loss: (weights: Weights) => number,
  weights: Weights,
  found: Readonly<Record<string, Pick<Value, 'data'>>>,
  tolerance: number,
): void {
  const right = loss(weights);
  const slope = slopes(loss, weights);
  expect(Math.abs(sum([...found['terms']!.data]) - right) / Math.abs(right)).toBeLessThan(tolerance);
  let largest = 0;
  for (const [name, { data }] of Object.entries(weights)) {
    const after = found[`weights/${name}`]!;
    for (let i = 0; i < data.length; i++) {
      const own = slope(name, i);
      largest = Math.max(largest, Math.abs(own));
      expect(Math.abs(data[i]! - after.data[i]! - own), `${name}[${i}]`).toBeLessThan(
        tolerance * Math.max(1, Math.abs(own)),
      );
    }
  }
  expect(largest).toBeGreaterThan(0.01);
}
