/** Constraints, from the table of docs/language.md §8: projections after each step. */
import { strided, stridesOf } from './arrays.js';
import type { Array64 } from './forward.js';
import { layoutOf, type Layout } from './kernels.js';
import { num, storedOf, word, type BuiltinCall, type Model } from './model.js';

type Projection = (w: Float64Array, shape: readonly number[], layout: Layout, call: BuiltinCall) => Float64Array;

/** The position of element i along an axis. */
const along = (shape: readonly number[], axis: number) => {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  return (i: number): number => Math.floor(i / inner) % shape[axis]!;
};

/** Norms of what belongs to each position of an axis. */
function norms(w: Float64Array, shape: readonly number[], axis: number): { readonly of: (i: number) => number } {
  const at = along(shape, axis);
  const squares = new Array<number>(shape[axis]!).fill(0);
  w.forEach((value, i) => (squares[at(i)] = squares[at(i)]! + value * value));
  return { of: (i) => Math.sqrt(squares[at(i)]!) };
}

const projections: Readonly<Record<string, Projection>> = {
  // wⱼ/‖wⱼ‖: of the weights that come into each unit, or of those that leave each input.
  unit_norm: (w, shape, layout, { args }) => {
    const { of } = norms(w, shape, word(args, 'per') === 'input' ? layout.input : layout.unit);
    return w.map((value, i) => value / of(i));
  },
  // wⱼ·min(1, c/‖wⱼ‖)
  max_norm: (w, shape, layout, { args }) => {
    const { of } = norms(w, shape, layout.unit);
    return w.map((value, i) => value * Math.min(1, num(args, 'limit') / of(i)));
  },
  non_negative: (w) => w.map((value) => Math.max(0, value)),
  clip: (w, _shape, _layout, { args }) =>
    w.map((value) => Math.max(-num(args, 'limit'), Math.min(num(args, 'limit'), value))),
  // W(WᵀW)^(−½): the nearest orthonormal columns, or rows.
  orthogonal: (w, shape, { unit }) => {
    const order = [...shape.map((_, axis) => axis).filter((axis) => axis !== unit), unit];
    const columns = shape[unit]!;
    return reordered(
      polar(reordered(w, shape, order), w.length / columns, columns),
      order.map((axis) => shape[axis]!),
      order.map((_, axis) => order.indexOf(axis)),
    );
  },
};

/** The elements with the axes in another order: axis i of the result is axis `order[i]`. */
function reordered(w: Float64Array, shape: readonly number[], order: readonly number[]): Float64Array {
  const strides = stridesOf(shape);
  return Float64Array.from(
    strided(
      order.map((axis) => shape[axis]!),
      order.map((axis) => strides[axis]!),
    ),
    (at) => w[at]!,
  );
}

/**
 * The orthogonal factor of the polar decomposition by Newton's iteration on the smaller Gram matrix's
 * inverse root: W ← W·(3I − WᵀW)/2 (Björck & Bowie 1971) from W scaled below its convergence radius.
 */
export function polar(w: Float64Array, rows: number, columns: number): Float64Array {
  if (rows < columns) return flipped(polar(flipped(w, rows, columns), columns, rows), columns, rows);
  const frobenius = Math.sqrt(w.reduce((sum, value) => sum + value * value, 0));
  let x: Float64Array = w.map((value) => value / frobenius);
  for (let step = 0; step < 200; step++) {
    const gram = product(flipped(x, rows, columns), x, columns, rows, columns);
    const correction = gram.map((value, i) => ((i % (columns + 1) === 0 ? 3 : 0) - value) / 2);
    const next = product(x, correction, rows, columns, columns);
    const moved = next.reduce((largest, value, i) => Math.max(largest, Math.abs(value - x[i]!)), 0);
    x = next;
    if (moved < 1e-14) break;
  }
  return x;
}

const flipped = (w: Float64Array, rows: number, columns: number): Float64Array =>
  Float64Array.from({ length: w.length }, (_, i) => w[(i % rows) * columns + Math.floor(i / rows)]!);

function product(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * k + l]! * b[l * n + j]!;
  return out;
}

/** A stored weight after its constraints, in the order of their statements. One on a tied weight holds for the stored one, seen as the tied one is. */
export function constrained(model: Model, name: string, { shape, data }: Array64): Array64 {
  let now: Float64Array = Float64Array.from(data);
  for (const { weight, call } of model.constraints) {
    const { name: stored, order, sign } = storedOf(model, weight);
    if (stored !== name) continue;
    const seen = order.map((axis) => shape[axis]!);
    const projection = projections[call.definition.name];
    if (projection === undefined) throw new Error(`the interpreter knows no constraint ${call.definition.name}`);
    const w = reordered(now, shape, order).map((value) => sign * value);
    const projected = projection(w, seen, layoutOf(model, weight, seen), call).map((value) => sign * value);
    now = reordered(
      projected,
      seen,
      order.map((_, axis) => order.indexOf(axis)),
    );
  }
  return { shape, data: now };
}
