/** Kernels as matrices from inputs to units, whatever the order of their axes. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { fixed, product } from '../ir/graph/shape.js';
import type { Axis, WeightLayout } from './define.js';

const where = (axes: readonly Axis[], ...wanted: readonly Axis[]): readonly number[] =>
  axes.flatMap((axis, i) => (wanted.includes(axis) ? [i] : []));

/** The axes along which the incoming weights of one unit lie. */
export const incoming = (axes: readonly Axis[]): readonly number[] => where(axes, 'window', 'input');

/** The axes along which the weights lie that leave one input. */
export const outgoing = (axes: readonly Axis[]): readonly number[] => where(axes, 'window', 'output');

/**
 * Weights that come into a unit, and weights that leave an input (Glorot & Bengio 2010, §4.2.1); of a weight without
 * inputs, all.
 */
export function fans({ shape, axes }: WeightLayout): { readonly fanIn: number; readonly fanOut: number } {
  const size = (along: readonly number[]): number => product(along.map((i) => shape[i]!));
  if (!axes.includes('input')) return { fanIn: product(shape), fanOut: product(shape) };
  return { fanIn: size(incoming(axes)), fanOut: size(outgoing(axes)) };
}

/** Axes in the order inputs, then units. */
const inOrder = (axes: readonly Axis[]): readonly number[] => [...incoming(axes), ...where(axes, 'place', 'output')];

export const inverse = (perm: readonly number[]): readonly number[] => perm.map((_, i) => perm.indexOf(i));

/** A kernel as a matrix [inputs of a unit, units]. */
export function asMatrix(b: Builder, weight: Node, axes: readonly Axis[]): Node {
  const rows = product(incoming(axes).map((i) => fixed(weight.shape[i])));
  return b.reshape(b.transpose(weight, inOrder(axes)), [rows, product(weight.shape.map(fixed)) / rows]);
}

/** The kernel behind such a matrix. */
export function fromMatrix(b: Builder, matrix: Node, { shape, axes }: WeightLayout): Node {
  const order = inOrder(axes);
  return b.transpose(
    b.reshape(
      matrix,
      order.map((i) => shape[i]!),
    ),
    inverse(order),
  );
}

/**
 * How the kernel of a layer is reordered for its adjoint, whose inputs are its units: an order of axes, or undefined
 * where reordering alone does not lead there (a convolution's adjoint also turns the kernel round, unless its own
 * layout does that).
 */
export function adjointOrder(own: readonly Axis[], of: readonly Axis[]): readonly number[] | undefined {
  const swapped: Readonly<Record<Axis, Axis>> = { input: 'output', output: 'input', window: 'window', place: 'place' };
  const used = new Set<number>();
  const order = own.map((axis) => {
    const at = of.findIndex((other, i) => other === swapped[axis] && !used.has(i));
    used.add(at);
    return at;
  });
  const moved = order.some((at, i) => at !== i);
  return order.includes(-1) || own.length !== of.length || (moved && own.includes('window')) ? undefined : order;
}
