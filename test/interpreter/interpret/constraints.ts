/** Constraints, from the table of docs/language.md §8: projections after each step. */
import type { Array64 } from './forward.js';
import { layersOf, num, storedOf, type BuiltinCall, type Model } from './model.js';

/** A weight as a matrix with a column of incoming weights for each unit. */
interface Columns {
  readonly units: number;
  /** The unit that element i of the weight comes into. */
  readonly unitOf: (i: number) => number;
}

/** Units are the last axis of a kernel, but the last but one of conv_transpose's [rows, columns, filters, channels]. */
function columnsOf(model: Model, weight: string, shape: readonly number[]): Columns {
  const layer = layersOf(model).find((l) => l.weights.some((w) => `${l.id}.${w.name}` === weight));
  const axis = layer?.definition.name === 'conv_transpose' ? shape.length - 2 : shape.length - 1;
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const units = shape[axis]!;
  return { units, unitOf: (i) => Math.floor(i / inner) % units };
}

type Projection = (w: Float64Array, shape: readonly number[], columns: Columns, call: BuiltinCall) => Float64Array;

const norms = (w: Float64Array, { units, unitOf }: Columns): readonly number[] => {
  const squares = new Array<number>(units).fill(0);
  w.forEach((value, i) => (squares[unitOf(i)] = squares[unitOf(i)]! + value * value));
  return squares.map(Math.sqrt);
};

const projections: Readonly<Record<string, Projection>> = {
  // wⱼ/‖wⱼ‖
  unit_norm: (w, _shape, columns) => {
    const lengths = norms(w, columns);
    return w.map((value, i) => value / lengths[columns.unitOf(i)]!);
  },
  // wⱼ·min(1, c/‖wⱼ‖)
  max_norm: (w, _shape, columns, { args }) => {
    const lengths = norms(w, columns);
    return w.map((value, i) => value * Math.min(1, num(args, 'limit') / lengths[columns.unitOf(i)]!));
  },
  non_negative: (w) => w.map((value) => Math.max(0, value)),
  // W(WᵀW)^(−½): the nearest orthonormal columns, or rows.
  orthogonal: (w, shape) => {
    const columns = shape.at(-1)!;
    return polar(w, w.length / columns, columns);
  },
};

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

const flipped = (w: Float64Array, rows: number, columns: number): Float64Array => Float64Array.from({ length: w.length }, (_, i) => w[(i % rows) * columns + Math.floor(i / rows)]!);

function product(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let l = 0; l < k; l++) for (let j = 0; j < n; j++) out[i * n + j]! += a[i * k + l]! * b[l * n + j]!;
  return out;
}

/** A stored weight after its constraints, in the order of their statements. One on a tied weight holds for the stored one, seen through the tie. */
export function constrained(model: Model, name: string, { shape, data }: Array64): Array64 {
  let now: Float64Array = Float64Array.from(data);
  for (const { weight, call } of model.constraints) {
    const path = storedOf(model, weight);
    if (path.name !== name) continue;
    const turned = path.transposed && shape.length === 2;
    const seen = turned ? [shape[1]!, shape[0]!] : shape;
    const projection = projections[call.definition.name];
    if (projection === undefined) throw new Error(`the interpreter knows no constraint ${call.definition.name}`);
    const w = turned ? flipped(now, shape[0]!, shape[1]!) : now;
    const projected = projection(w, seen, columnsOf(model, weight, seen), call);
    now = turned ? flipped(projected, shape[1]!, shape[0]!) : projected;
  }
  return { shape, data: now };
}
