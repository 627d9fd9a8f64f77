/**
 * Convolutions, pooling and its inverses, from docs/language.md §5 and Dumoulin & Visin 2016. Images
 * are [batch, height, width, channels]; a window that reaches past the border reads the index −1.
 */
import { addAll, broadcast, joined, mask, part, permute, reshape, sum } from './arrays.js';
import {
  add,
  constant,
  div,
  gather,
  matmul,
  mul,
  near,
  nearness,
  largestOf,
  scale,
  scatter,
  shift,
  size,
  sqrt,
  square,
  sub,
  type Shape,
  type Value,
} from './tape.js';

export type Pair = readonly [number, number];
export type Padding = 'same' | 'valid' | number | readonly number[];

export interface Geometry {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Zeros before and behind each axis. */
  readonly pads: readonly [Pair, Pair];
}

/** §5: `same` gives ⌈n/stride⌉, the odd zero at the end; `valid` has none; a number p has p on each side. */
export function geometry(sizes: Pair, kernel: Pair, stride: Pair, padding: Padding, dilation: Pair = [1, 1]): Geometry {
  const pads = ([0, 1] as const).map((axis): Pair => {
    if (padding === 'valid') return [0, 0];
    if (padding === 'same') {
      const reach = dilation[axis] * (kernel[axis] - 1) + 1;
      const total = Math.max(0, (Math.ceil(sizes[axis] / stride[axis]) - 1) * stride[axis] + reach - sizes[axis]);
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    }
    const p = typeof padding === 'number' ? padding : padding[axis]!;
    return [p, p];
  });
  return { kernel, stride, dilation, pads: [pads[0]!, pads[1]!] };
}

/** ⌊(n + p + p′ − k)/stride⌋ + 1 with k = dilation·(kernel − 1) + 1. */
export const windowsAlong = (n: number, { kernel, stride, dilation, pads }: Geometry, axis: 0 | 1): number =>
  Math.floor((n + pads[axis][0] + pads[axis][1] - (dilation[axis] * (kernel[axis] - 1) + 1)) / stride[axis]) + 1;

interface Windows {
  /** [batch, rows, columns, kernel rows, kernel columns, channels]; −1 in the padding. */
  readonly index: Int32Array;
  readonly shape: readonly [number, number, number, number, number, number];
}

function windows(shape: Shape, g: Geometry): Windows {
  const [batch, height, width, channels] = shape as readonly [number, number, number, number];
  const [rows, columns] = [windowsAlong(height, g, 0), windowsAlong(width, g, 1)];
  const full = [batch, rows, columns, g.kernel[0], g.kernel[1], channels] as const;
  const index = new Int32Array(size(full));
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let u = 0; u < g.kernel[0]; u++)
          for (let v = 0; v < g.kernel[1]; v++) {
            const y = i * g.stride[0] + u * g.dilation[0] - g.pads[0][0];
            const x = j * g.stride[1] + v * g.dilation[1] - g.pads[1][0];
            const inside = y >= 0 && y < height && x >= 0 && x < width;
            for (let c = 0; c < channels; c++)
              index[at++] = inside ? ((b * height + y) * width + x) * channels + c : -1;
          }
  return { index, shape: full };
}

/** y[i,j,d] = Σ x[s·i + u, s·j + v, c]·W[u,v,c,d]; in groups, each with its share of channels and filters. */
export function convolution(x: Value, kernel: Value, g: Geometry, groups: number): Value {
  const [inputs, filters] = [x.shape[3]! / groups, kernel.shape[3]! / groups];
  const parts = Array.from({ length: groups }, (_, group): Value => {
    const own = part(x, 3, group * inputs, inputs);
    const { index, shape } = windows(own.shape, g);
    const [batch, rows, columns, u, v, c] = shape;
    const patches = gather(own, [batch * rows * columns, u * v * c], index);
    const weights = reshape(part(kernel, 3, group * filters, filters), [u * v * c, filters]);
    return reshape(matmul(patches, weights), [batch, rows, columns, filters]);
  });
  return parts.length === 1 ? parts[0]! : joined(parts, 3);
}

/** The kernel [rows, columns, u, v, channels, filters] differs from place to place; over a signal its columns are left out. */
export function unshared(x: Value, kernel: Value, g: Geometry): Value {
  const { index, shape } = windows(x.shape, g);
  const [batch, rows, columns, u, v, c] = shape;
  const [places, taps, filters] = [rows * columns, u * v * c, kernel.shape.at(-1)!];
  const seen = permute(gather(x, [batch, places, taps], index), [1, 0, 2]);
  const own = reshape(kernel, [places, taps, filters]);
  const at = (place: number): Value =>
    matmul(reshape(part(seen, 0, place, 1), [batch, taps]), reshape(part(own, 0, place, 1), [taps, filters]));
  const all = joined(
    Array.from({ length: places }, (_, place) => reshape(at(place), [1, batch, filters])),
    0,
  );
  return reshape(permute(all, [1, 0, 2]), [batch, rows, columns, filters]);
}

/** v / max(c, σ): each place less the mean of its window, over the deviation of its window, or the usual one of the picture. */
export function contrast(x: Value, kernel: Pair): Value {
  const g = geometry([x.shape[1]!, x.shape[2]!], kernel, [1, 1], 'same');
  const beside = (y: Value): Value => reshape(y, [...y.shape, 1]);
  const mean = (y: Value): Value => averagePool(beside(scale(sum(y, [3]), 1 / y.shape[3]!)), g);
  const v = sub(x, broadcast(mean(x), x.shape));
  const sigma = sqrt(shift(mean(square(v)), 1e-8));
  const c = scale(sum(sigma, [1, 2, 3]), 1 / (x.shape[1]! * x.shape[2]!));
  const usual = broadcast(reshape(c, [c.shape[0]!, 1, 1, 1]), sigma.shape);
  return div(v, broadcast(larger(sigma, usual), v.shape));
}

/** The larger of two values; of equal ones both have half of the derivative. */
function larger(a: Value, b: Value): Value {
  const gaps = a.data.map((v, i) => v - b.data[i]!);
  const share = (sign: number): Value =>
    constant(
      a.shape,
      gaps.map((d) => (d * sign > 0 ? 1 : d === 0 ? 0.5 : 0)),
    );
  return near(add(mul(a, share(1)), mul(b, share(-1))), nearness(gaps, largestOf(a.data)));
}

/** The kernel [u, v, filters, channels] is stamped for every input element, and overlaps are summed. */
export function stamped(x: Value, kernel: Value, to: Pair, g: Geometry): Value {
  const [batch, height, width, channels] = x.shape as readonly [number, number, number, number];
  const [u, v, filters] = kernel.shape as readonly [number, number, number];
  const stamps = matmul(
    reshape(x, [batch * height * width, channels]),
    reshape(permute(kernel, [3, 0, 1, 2]), [channels, u * v * filters]),
  );
  const target = [batch, to[0], to[1], filters];
  // The places that a convolution of the result would read for this element.
  const { index, shape } = windows(target, g);
  if (shape[1] !== height || shape[2] !== width)
    throw new Error(`a convolution takes ${to.join('×')} to ${shape[1]}×${shape[2]}, not to ${height}×${width}`);
  return scatter(stamps, target, index);
}

/** Where each window has its maximum, the first of equal ones; and how near another comes to it. */
function switches(x: Value, g: Geometry): { readonly index: Int32Array; readonly shape: Shape; readonly kink: number } {
  const { index, shape } = windows(x.shape, g);
  const [batch, rows, columns, u, v, channels] = shape;
  const out = new Int32Array(batch * rows * columns * channels);
  const gaps: number[] = [];
  for (let place = 0; place < batch * rows * columns; place++) {
    for (let c = 0; c < channels; c++) {
      let best = -1;
      let [high, second] = [-Infinity, -Infinity];
      for (let tap = 0; tap < u * v; tap++) {
        const from = index[(place * u * v + tap) * channels + c]!;
        if (from < 0) continue;
        const value = x.data[from]!;
        if (value > high) {
          [best, second, high] = [from, high, value];
        } else if (value < high && value > second) second = value;
      }
      out[place * channels + c] = best;
      if (second > -Infinity) gaps.push(high - second);
    }
  }
  return { index: out, shape: [batch, rows, columns, channels], kink: nearness(gaps, largestOf(x.data)) };
}

export function maxPool(x: Value, g: Geometry): Value {
  const { index, shape, kink } = switches(x, g);
  return near(gather(x, shape, index), kink);
}

/** Each value of `y` returns to where the pool of `x` found its maximum; zero elsewhere. */
export function unpooled(y: Value, x: Value, g: Geometry): Value {
  const { index, kink } = switches(x, g);
  return near(scatter(y, x.shape, index), kink);
}

/** Windows as [batch, rows, columns, taps, channels], and how many of each are real. */
function tapped(x: Value, g: Geometry): { readonly taps: Value; readonly real: Value } {
  const { index, shape } = windows(x.shape, g);
  const [batch, rows, columns, u, v, channels] = shape;
  const full = [batch, rows, columns, u * v, channels];
  return { taps: gather(x, full, index), real: mask(full, (i) => index[i]! >= 0) };
}

/** The mean of each window; padding does not count. */
export function averagePool(x: Value, g: Geometry): Value {
  const { taps, real } = tapped(x, g);
  const counts = sum(real, [3]);
  return mul(
    sum(taps, [3]),
    constant(
      counts.shape,
      counts.data.map((n) => 1 / n),
    ),
  );
}

/** √(ε + Σ x²), ε = 1e-8. */
export const rootPool = (x: Value, g: Geometry): Value => sqrt(shift(sum(square(tapped(x, g).taps), [3]), 1e-8));

/** Reads rows and columns of an image by tables. */
function reread(x: Value, rows: readonly number[], columns: readonly number[]): Value {
  const [batch, height, width, channels] = x.shape as readonly [number, number, number, number];
  const shape = [batch, rows.length, columns.length, channels];
  const index = new Int32Array(size(shape));
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (const row of rows)
      for (const column of columns)
        for (let c = 0; c < channels; c++)
          index[at++] = row < 0 || column < 0 ? -1 : ((b * height + row) * width + column) * channels + c;
  return gather(x, shape, index);
}

/** y[i, j] = x[⌊i/f⌋, ⌊j/f⌋], cropped to the size `to`, or its border repeated. */
export function nearest(x: Value, factor: Pair, to: Pair): Value {
  const table = (axis: 0 | 1): readonly number[] =>
    Array.from({ length: to[axis] }, (_, i) => Math.min(Math.floor(i / factor[axis]), x.shape[axis + 1]! - 1));
  return reread(x, table(0), table(1));
}

/** Half-pixel centres: row i of the result lies at (i + ½)/f − ½ of the input, between two rows that the border holds. */
export function bilinear(x: Value, factor: Pair, to: Pair): Value {
  const along = (axis: 0 | 1) => {
    const n = x.shape[axis + 1]!;
    const held = (i: number): number => Math.min(Math.max(i, 0), n - 1);
    // Beyond the enlarged image its last row is repeated.
    const centres = Array.from(
      { length: to[axis] },
      (_, i) => (Math.min(i, n * factor[axis] - 1) + 0.5) / factor[axis] - 0.5,
    );
    return centres.map((at) => ({
      low: held(Math.floor(at)),
      high: held(Math.floor(at) + 1),
      share: at - Math.floor(at),
    }));
  };
  const [rows, columns] = [along(0), along(1)];
  const corner = (down: boolean, right: boolean): Value => {
    const read = reread(
      x,
      rows.map((r) => (down ? r.high : r.low)),
      columns.map((c) => (right ? c.high : c.low)),
    );
    const channels = x.shape[3]!;
    return mul(
      read,
      constant(
        read.shape,
        read.data.map((_, i) => {
          const [column, row] = [
            columns[Math.floor(i / channels) % columns.length]!,
            rows[Math.floor(i / channels / columns.length) % rows.length]!,
          ];
          return (down ? row.share : 1 - row.share) * (right ? column.share : 1 - column.share);
        }),
      ),
    );
  };
  return addAll([corner(false, false), corner(false, true), corner(true, false), corner(true, true)]);
}

/** y[f·i, f·j] = x[i, j], 0 elsewhere. */
export function spread(x: Value, factor: Pair): Value {
  const table = (axis: 0 | 1): readonly number[] =>
    Array.from({ length: x.shape[axis + 1]! * factor[axis] }, (_, i) =>
      i % factor[axis] === 0 ? i / factor[axis] : -1,
    );
  return reread(x, table(0), table(1));
}
