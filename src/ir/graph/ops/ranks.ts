/** Tensors of more than four axes: for some ops WebGL and WebGPU have no kernel for them, or a wrong one. */
import type { Builder } from '../build.js';
import type { Node } from '../graph.js';
import { elements, type Dim, type Shape } from '../shape.js';
import type { Backend } from './define.js';

/** One axis for all of a shape. */
export function flat(shape: Shape): Dim {
  const { count, power } = elements(shape);
  if (power > 1) throw new Error('two axes of the batch do not make one');
  const rows = shape.find((dim) => typeof dim === 'object');
  return rows === undefined ? count : { ...rows, batch: count };
}

/** For `avoid`. */
export const beyondFour = (
  backend: Backend,
  node: Node,
  why: Readonly<Partial<Record<Backend, string>>>,
): string | undefined => (node.shape.length > 4 ? why[backend] : undefined);

/** Works along one axis after the other, each of them as the middle one of three. */
export const axisByAxis = (
  b: Builder,
  x: Node,
  axes: readonly number[],
  work: (middle: Node, axis: number) => Node,
): Node =>
  axes.reduce((y, axis) => {
    const [before, after] = [y.shape.slice(0, axis), y.shape.slice(axis + 1)];
    const done = work(b.reshape(y, [flat(before), y.shape[axis]!, flat(after)]), axis);
    return b.reshape(done, [...before, done.shape[1]!, ...after]);
  }, x);
