/** What the formulas need of arrays, spelled by the two linear maps of the tape. Row-major, examples first. */
import {
  constant,
  div,
  exp,
  fill,
  filled,
  gather,
  largestOf,
  log,
  mul,
  near,
  nearness,
  reshape,
  scale,
  scatter,
  shift,
  size,
  sqrt,
  square,
  sub,
  where,
  type Shape,
  type Value,
} from './tape.js';

/** Index of each element of `shape` in an array that is read with `strides` from `offset`. */
export function strided(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  const out = new Int32Array(size(shape));
  const place = new Array<number>(shape.length).fill(0);
  let at = offset;
  for (let i = 0; i < out.length; i++) {
    out[i] = at;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at += strides[axis]!;
      if (++place[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      place[axis] = 0;
    }
  }
  return out;
}

export const stridesOf = (shape: Shape): readonly number[] => shape.map((_, axis) => size(shape.slice(axis + 1)));

export { reshape };

/** Repeats along the axes where it has length 1, or none: NumPy's rule, from the last axis. */
export function broadcast(x: Value, shape: Shape): Value {
  if (x.shape.join() === shape.join()) return x;
  const strides = stridesOf(x.shape);
  const missing = shape.length - x.shape.length;
  return gather(
    x,
    shape,
    strided(
      shape,
      shape.map((n, axis) =>
        axis < missing || (x.shape[axis - missing] === 1 && n !== 1) ? 0 : strides[axis - missing]!,
      ),
    ),
  );
}

/** Sums over the named axes, which disappear. */
export function sum(x: Value, axes: readonly number[] = x.shape.map((_, i) => i)): Value {
  const kept = x.shape.filter((_, axis) => !axes.includes(axis));
  const strides = stridesOf(kept);
  let at = 0;
  return scatter(
    x,
    kept,
    strided(
      x.shape,
      x.shape.map((_, axis) => (axes.includes(axis) ? 0 : strides[at++]!)),
    ),
  );
}

export const mean = (x: Value, axes: readonly number[] = x.shape.map((_, i) => i)): Value =>
  scale(sum(x, axes), 1 / size(axes.map((axis) => x.shape[axis]!)));

export function permute(x: Value, axes: readonly number[]): Value {
  const strides = stridesOf(x.shape);
  return gather(
    x,
    axes.map((axis) => x.shape[axis]!),
    strided(
      axes.map((axis) => x.shape[axis]!),
      axes.map((axis) => strides[axis]!),
    ),
  );
}

export const transposed = (x: Value): Value => permute(x, [1, 0]);

/** The part of an axis from `start`, `length` long. */
export function part(x: Value, axis: number, start: number, length: number): Value {
  const strides = stridesOf(x.shape);
  const shape = x.shape.map((n, i) => (i === axis ? length : n));
  return gather(x, shape, strided(shape, strides, start * strides[axis]!));
}

/** Joined along an axis. */
export function joined(xs: readonly Value[], axis: number): Value {
  const length = xs.reduce((total, x) => total + x.shape[axis]!, 0);
  const shape = xs[0]!.shape.map((n, i) => (i === axis ? length : n));
  const strides = stridesOf(shape);
  let start = 0;
  const places = xs.map((x) => {
    const index = strided(x.shape, strides, start * strides[axis]!);
    start += x.shape[axis]!;
    return scatter(x, shape, index);
  });
  return places.reduce((all, one) => addAll([all, one]));
}

export const addAll = (xs: readonly Value[]): Value =>
  xs.reduce((a, b) => {
    const shape = a.shape.length >= b.shape.length ? a.shape : b.shape;
    return plus(broadcast(a, shape), broadcast(b, shape));
  });

const plus = (a: Value, b: Value): Value => sub(a, scale(b, -1));

/** a ∘ b with the shorter one repeated. */
export const times = (a: Value, b: Value): Value => mul(a, broadcast(b, a.shape));
export const minus = (a: Value, b: Value): Value => sub(a, broadcast(b, a.shape));
export const over = (a: Value, b: Value): Value => div(a, broadcast(b, a.shape));

/** A vector along the last axis with a length-1 axis kept: the sums that softmax and layer normalisation divide by. */
const lastKept = (x: Value, reduced: Value): Value => reshape(reduced, [...x.shape.slice(0, -1), 1]);

/** e^xᵢ / Σⱼ e^xⱼ along the last axis; shifted by the maximum, which changes nothing. */
export function softmax(x: Value): Value {
  const powers = exp(minus(x, constant([...x.shape.slice(0, -1), 1], maxima(x))));
  return over(powers, lastKept(x, sum(powers, [x.shape.length - 1])));
}

/** ln Σⱼ e^xⱼ along the last axis, which disappears. */
export function logSumExp(x: Value): Value {
  const highest = constant([...x.shape.slice(0, -1), 1], maxima(x));
  const total = log(sum(exp(minus(x, highest)), [x.shape.length - 1]));
  return addAll([total, reshape(highest, total.shape)]);
}

function maxima(x: Value): Float64Array {
  const width = x.shape.at(-1)!;
  return filled(x.data.length / width, (row) => Math.max(...x.data.subarray(row * width, (row + 1) * width)));
}

/** (x − mean)/√(variance + ε) over the named axes, with both moments, of shape of what is left. */
export function standardised(
  x: Value,
  axes: readonly number[],
  epsilon: number,
  there?: readonly boolean[],
): { readonly y: Value; readonly mean: Value; readonly variance: Value } {
  const kept = x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n));
  const width = x.data.length / x.shape[0]!;
  const rows = there?.filter(Boolean).length ?? 0;
  const mean_ = (of: Value): Value =>
    there === undefined
      ? mean(of, axes)
      : scale(
          sum(
            where(of, (_, i) => there[Math.floor(i / width)]!),
            axes,
          ),
          axes.reduce((n, axis) => (axis === 0 ? n : n / x.shape[axis]!), 1 / Math.max(rows, 1)),
        );
  const average = mean_(x);
  const centred = minus(x, reshape(average, kept));
  const variance = mean_(square(centred));
  return { y: over(centred, sqrt(shift(reshape(variance, kept), epsilon))), mean: average, variance };
}

/** |x|; the sign of 0 is 0. */
export const abs = (x: Value): Value =>
  near(mul(x, constant(x.shape, x.data.map(Math.sign))), nearness(x.data, largestOf(x.data)));

/** max(x, least): the derivative is 1 above and 0 at `least` and below. */
export function atLeast(x: Value, least: number): Value {
  const distance = x.data.map((v) => v - least);
  const above = where(shift(x, -least), (v) => v > 0);
  return near(shift(above, least), nearness(distance, Math.max(largestOf(x.data), Math.abs(least))));
}

export const atMost = (x: Value, most: number): Value => scale(atLeast(scale(x, -1), -most), -1);

/** Ones on the chosen places. */
export const mask = (shape: Shape, chosen: (i: number) => boolean): Value =>
  constant(
    shape,
    filled(size(shape), (i) => (chosen(i) ? 1 : 0)),
  );

export const ones = (shape: Shape): Value => fill(shape, 1);
