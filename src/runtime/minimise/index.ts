/** One iteration of a method over all weights at once: a direction, and the place along it that the line search finds. */
import type { MethodSpec } from '../spec.js';
import { conjugateGradient } from './conjugate-gradient.js';
import { lbfgs } from './lbfgs.js';
import { dot, downhill, type Measured, type Memory, type Method } from './method.js';
import { searchLine, type Place } from './wolfe.js';

/** Under the language's names of optimisers. */
export const methods: Readonly<Record<string, (args: MethodSpec['args']) => Method>> = {
  lbfgs: ({ history }) => lbfgs(history!),
  conjugate_gradient: () => conjugateGradient,
};

/** A place that the weights were at, or could be at. */
export interface Position {
  readonly weights: Float32Array;
  readonly measured: Measured;
}

interface Tried extends Place, Position {}

/** Where an iteration leads to; undefined where neither its direction nor that of the gradient leads anywhere. */
export async function iterate(
  method: Method,
  memory: Memory,
  here: Position,
  measure: (weights: Float32Array) => Promise<Measured>,
): Promise<{ readonly position: Position; readonly memory: Memory } | undefined> {
  const { gradient, loss } = here.measured;
  const along = async (direction: Float64Array, first: number): Promise<Tried | undefined> => {
    const slope = dot(gradient, direction);
    if (!(slope < 0)) return undefined;
    return searchLine<Tried>({ length: 0, value: loss, slope, ...here }, first, method.wolfe, async (length) => {
      const weights = here.weights.map((x, i) => x + length * direction[i]!);
      const measured = await measure(weights);
      return { length, value: measured.loss, slope: dot(measured.gradient, direction), weights, measured };
    });
  };
  const ended = (found: Tried, direction: Float64Array, kept: Memory) => ({
    position: { weights: found.weights, measured: found.measured },
    memory: method.remember(kept, {
      direction,
      step: found.weights.map((x, i) => x - here.weights[i]!),
      before: gradient,
      after: found.measured.gradient,
    }),
  });
  const direction = method.direction(gradient, memory);
  if (direction !== undefined) {
    const found = await along(direction, method.length(gradient, direction, memory));
    if (found !== undefined) return ended(found, direction, memory);
  }
  const down = downhill(gradient);
  const found = await along(down, Math.min(1, 1 / gradient.reduce((sum, x) => sum + Math.abs(x), 0)));
  return found === undefined ? undefined : ended(found, down, forgotten(memory));
}

const forgotten = (memory: Memory): Memory =>
  Object.fromEntries(Object.entries(memory).map(([name, values]) => [name, new Float32Array(values.length)]));
