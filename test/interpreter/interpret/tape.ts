/**
 * Reverse-mode differentiation in float64 over plain arrays. A value remembers what it was made of
 * and how a cotangent is pulled back to its parents; cotangents are values too, so a derivative can be
 * differentiated once more (penalties on Jacobians need that).
 *
 * There are few primitives: functions element by element, products of matrices, and linear maps
 * that copy elements (`gather`) or add them up (`scatter`), each of which is the other's adjoint.
 */
export type Shape = readonly number[];

export interface Value {
  readonly shape: Shape;
  readonly data: Float64Array;
  /** Values are numbered in the order of their making, which is an order of evaluation. */
  readonly id: number;
  /** Whether it depends on a variable. */
  readonly moves: boolean;
  readonly parents: readonly Value[];
  /** Cotangents of the parents; only those of parents that move are asked for. */
  readonly pull: (cotangent: Value, parent: number) => Value;
  /**
   * How near the elements that were compared on the way here came to a tie (the 0 of a relu, two equal
   * maxima), as a share of the largest of them: below float32's rounding another implementation
   * may rightly take the other side.
   */
  readonly kink: number;
}

let made = 0;

/** What an operation makes of its result, where rounding is simulated. */
let rounding: ((v: number) => number) | undefined;

function roundedBy<T>(round: (v: number) => number, compute: () => T): T {
  rounding = round;
  try {
    return compute();
  } finally {
    rounding = undefined;
  }
}

const one = new Float64Array(1);
const bits = new Int32Array(one.buffer);

/** Between −1 and 1: by the seed and the size of a number alone. */
function drawnFor(seed: number, v: number): number {
  one[0] = v;
  let h = Math.imul(bits[0]! ^ seed, 0x85ebca6b) ^ Math.imul((bits[1]! & 0x7fffffff) + seed, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 15), 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 13), 0x85ebca6b);
  return (h ^ (h >>> 16)) / 2147483648;
}

/**
 * Monte Carlo arithmetic (Parker 1997): the result of every operation is moved at random by up to `unit` of itself. The spread
 * of a few such runs is what a computation with this rounding may be off by, cancellations included. What is equal is moved
 * equally, as every rounding does: else the variance of equal numbers were not 0, and what is divided by its root smaller.
 */
export const withRounding = <T>(unit: number, seed: number, compute: () => T): T =>
  roundedBy((v) => v * (1 + unit * drawnFor(Math.imul(seed, 0x9e3779b1), v)), compute);

/** The result of every operation in float32: where this overflows, a program may. */
export const inSingle = <T>(compute: () => T): T => roundedBy(Math.fround, compute);

const rounded = (data: Float64Array): Float64Array => {
  if (rounding !== undefined) for (let i = 0; i < data.length; i++) data[i] = rounding(data[i]!);
  return data;
};

/** Whole numbers are what they are: of a mask or of an exponent that is moved, 1 − 1 and (−1)² are something else. */
const given = (data: Float64Array): Float64Array => {
  if (rounding !== undefined)
    for (let i = 0; i < data.length; i++) if (data[i]! % 1 !== 0) data[i] = rounding(data[i]!);
  return data;
};

const nothing = (): never => {
  throw new Error('a constant has no parents');
};

export const size = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Numbers by their index. `Float64Array.from` goes by way of iterators, which takes ten times as long. */
export function filled(length: number, number: (i: number) => number): Float64Array {
  const data = new Float64Array(length);
  for (let i = 0; i < length; i++) data[i] = number(i);
  return data;
}

const leaf = (shape: Shape, data: ArrayLike<number>, moves: boolean): Value => {
  if (data.length !== size(shape)) throw new Error(`${data.length} elements for ${shape.join('×')}`);
  return {
    shape,
    data: given(new Float64Array(data)),
    id: made++,
    moves,
    parents: [],
    pull: nothing,
    kink: Infinity,
  };
};

export const constant = (shape: Shape, data: ArrayLike<number>): Value => leaf(shape, data, false);
export const variable = (shape: Shape, data: ArrayLike<number>): Value => leaf(shape, data, true);
export const fill = (shape: Shape, value: number): Value => constant(shape, new Float64Array(size(shape)).fill(value));
export const scalar = (value: number): Value => constant([], [value]);

/** The value itself, with which nothing moves any more. */
export const stopped = (x: Value): Value => ({ ...constant(x.shape, x.data), kink: x.kink });

function make(
  shape: Shape,
  data: Float64Array,
  parents: readonly Value[],
  pull: Value['pull'],
  kink = Infinity,
): Value {
  const nearest = parents.reduce((least, parent) => Math.min(least, parent.kink), kink);
  const moves = parents.some((parent) => parent.moves);
  return moves
    ? { shape, data, id: made++, moves, parents, pull, kink: nearest }
    : { shape, data, id: made++, moves, parents: [], pull: nothing, kink: nearest };
}

const same = (a: Value, b: Value): void => {
  if (a.shape.join() !== b.shape.join()) throw new Error(`shapes ${a.shape.join('×')} and ${b.shape.join('×')}`);
};

// ─────────────────────────────────────────────────────────────────── element by element

/** f(x) with its derivative as a value, from x and f(x). */
export function unary(
  x: Value,
  f: (v: number) => number,
  derivative: (x: Value, y: Value) => Value,
  kink = Infinity,
): Value {
  const y: Value = make(x.shape, rounded(x.data.map(f)), [x], (g) => mul(g, derivative(x, y)), kink);
  return y;
}

export function add(a: Value, b: Value): Value {
  same(a, b);
  return make(a.shape, rounded(a.data.map((v, i) => v + b.data[i]!)), [a, b], (g) => g);
}

export function sub(a: Value, b: Value): Value {
  same(a, b);
  return make(a.shape, rounded(a.data.map((v, i) => v - b.data[i]!)), [a, b], (g, parent) =>
    parent === 0 ? g : neg(g),
  );
}

export function mul(a: Value, b: Value): Value {
  same(a, b);
  return make(a.shape, rounded(a.data.map((v, i) => v * b.data[i]!)), [a, b], (g, parent) =>
    mul(g, parent === 0 ? b : a),
  );
}

export function div(a: Value, b: Value): Value {
  same(a, b);
  const y: Value = make(a.shape, rounded(a.data.map((v, i) => v / b.data[i]!)), [a, b], (g, parent) =>
    parent === 0 ? div(g, b) : neg(div(mul(g, y), b)),
  );
  return y;
}

export const scale = (x: Value, factor: number): Value =>
  make(x.shape, rounded(x.data.map((v) => v * factor)), [x], (g) => scale(g, factor));
export const shift = (x: Value, by: number): Value => make(x.shape, rounded(x.data.map((v) => v + by)), [x], (g) => g);
export const neg = (x: Value): Value => scale(x, -1);
export const square = (x: Value): Value => mul(x, x);

export const exp = (x: Value): Value => unary(x, Math.exp, (_x, y) => y);
export const log = (x: Value): Value => unary(x, Math.log, (of) => div(fill(of.shape, 1), of));
export const sqrt = (x: Value): Value => unary(x, Math.sqrt, (_x, y) => div(fill(y.shape, 0.5), y));
export const power = (x: Value, exponent: number): Value =>
  unary(
    x,
    (v) => v ** exponent,
    (of) => scale(power(of, exponent - 1), exponent),
  );

/** x on the elements where `chosen` is true and 0 elsewhere. What is chosen does not move. */
export const where = (x: Value, chosen: (v: number, i: number) => boolean): Value =>
  mul(
    x,
    constant(
      x.shape,
      x.data.map((v, i) => (chosen(v, i) ? 1 : 0)),
    ),
  );

/** The least distance of an element from a tie, as a share of the largest. Elements on the tie are compared exactly by everyone. */
export function nearness(distances: ArrayLike<number>, largest: number): number {
  let least = Infinity;
  for (let i = 0; i < distances.length; i++) {
    const d = Math.abs(distances[i]!);
    if (d > 0 && d < least) least = d;
  }
  return largest === 0 ? Infinity : least / largest;
}

export const largestOf = (data: ArrayLike<number>): number => {
  let largest = 0;
  for (let i = 0; i < data.length; i++) largest = Math.max(largest, Math.abs(data[i]!));
  return largest;
};

/** Marks a value as having been compared with ties. */
export const near = (x: Value, kink: number): Value => ({ ...x, kink: Math.min(x.kink, kink) });

// ───────────────────────────────────────────────────────────────────────── linear maps

/** y[i] = x[index[i]], and 0 where the index is −1. */
export function gather(x: Value, shape: Shape, index: Int32Array): Value {
  const data = new Float64Array(index.length);
  for (let i = 0; i < index.length; i++) if (index[i]! >= 0) data[i] = x.data[index[i]!]!;
  return make(shape, data, [x], (g) => scatter(g, x.shape, index));
}

/** y[index[i]] = the sum of the x[i] that are sent there; those with the index −1 are dropped. */
export function scatter(x: Value, shape: Shape, index: Int32Array): Value {
  const data = new Float64Array(size(shape));
  // A running sum of equal numbers is rounded the same way again and again.
  const tilt = rounding === undefined ? 1 : 1 + 0.1 * (rounding(1) - 1);
  for (let i = 0; i < index.length; i++)
    if (index[i]! >= 0) {
      const sum = data[index[i]!]! + x.data[i]!;
      data[index[i]!] = rounding === undefined ? sum : rounding(sum) * tilt;
    }
  return make(shape, data, [x], (g) => gather(g, x.shape, index));
}

/** The same elements in another shape. */
export const reshape = (x: Value, shape: Shape): Value => {
  if (size(shape) !== size(x.shape)) throw new Error(`${x.shape.join('×')} as ${shape.join('×')}`);
  return make(shape, x.data, [x], (g) => reshape(g, x.shape));
};

/** A product of two matrices, either of which may be read transposed. */
export function matmul(a: Value, b: Value, transposeA = false, transposeB = false): Value {
  const [m, k] = transposeA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [inner, n] = transposeB ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  if (inner !== k) throw new Error(`a product of ${a.shape.join('×')} and ${b.shape.join('×')}`);
  const [left, right] = [transposeA ? flipped(a.data, k, m) : a.data, transposeB ? flipped(b.data, n, k) : b.data];
  const data = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) {
      const factor = left[i * k + l]!;
      if (factor === 0) continue;
      for (let j = 0; j < n; j++) {
        const sum = data[i * n + j]! + factor * right[l * n + j]!;
        data[i * n + j] = rounding === undefined ? sum : rounding(sum);
      }
    }
  }
  // With A′ and B′ as they are read: ∂A′ = g·B′ᵀ, ∂B′ = A′ᵀ·g, and the transposes of these where the operand is one.
  return make([m, n], data, [a, b], (g, parent) => {
    if (parent === 0) return transposeA ? matmul(b, g, transposeB, true) : matmul(g, b, false, !transposeB);
    return transposeB ? matmul(g, a, true, transposeA) : matmul(a, g, !transposeA, false);
  });
}

function flipped(data: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = data[i * columns + j]!;
  return out;
}

// ────────────────────────────────────────────────────────────────────────── derivatives

/** Σ seedᵢ ∂yᵢ/∂w for each w, as values that can be differentiated again. */
export function pulledBack(y: Value, seed: Value, wrt: readonly Value[]): readonly Value[] {
  const cotangents = new Map<number, Value>([[y.id, seed]]);
  const involved = new Map<number, Value>();
  const pending = y.moves ? [y] : [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (involved.has(next.id)) continue;
    involved.set(next.id, next);
    pending.push(...next.parents.filter((parent) => parent.moves));
  }
  for (const node of [...involved.values()].sort((a, b) => b.id - a.id)) {
    const cotangent = cotangents.get(node.id);
    if (cotangent === undefined) continue;
    node.parents.forEach((parent, i) => {
      if (!parent.moves) return;
      const part = node.pull(cotangent, i);
      const known = cotangents.get(parent.id);
      cotangents.set(parent.id, known === undefined ? part : add(known, part));
    });
  }
  return wrt.map((w) => cotangents.get(w.id) ?? fill(w.shape, 0));
}

/** The gradient of a scalar. */
export const gradients = (y: Value, wrt: readonly Value[]): readonly Value[] => pulledBack(y, fill(y.shape, 1), wrt);
