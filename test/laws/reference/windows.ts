/** Reference kernels: matrix products, convolutions and pooling, by naive loops. */
import type { Attrs } from '../../../src/ir/graph/graph.js';
import type { OpName } from '../../../src/ir/graph/ops/names.js';
import type { Shape } from '../../../src/ir/graph/shape.js';
import { at, each, offset, resolve, tabulate, type Kernel, type Value } from './value.js';

type Pair = readonly [number, number];

const matMul: Kernel = ([x, y], node) => {
  const [ta, tb] = [node.attrs['transposeA'] === true, node.attrs['transposeB'] === true];
  const turned = (transposed: boolean, i: number, j: number): readonly number[] => (transposed ? [j, i] : [i, j]);
  const sides = ({ shape }: Value, transposed: boolean): readonly number[] =>
    turned(transposed, shape.at(-2)!, shape.at(-1)!);
  const [[rows, inner], [, columns]] = [sides(x!, ta), sides(y!, tb)];
  return tabulate([...x!.shape.slice(0, -2), rows!, columns!], (index) => {
    const [lead, i, j] = [index.slice(0, -2), index.at(-2)!, index.at(-1)!];
    let sum = 0;
    for (let k = 0; k < inner!; k++) sum += at(x!, ...lead, ...turned(ta, i, k)) * at(y!, ...lead, ...turned(tb, k, j));
    return sum;
  });
};

/**
 * Every product of a convolution: output (n, i, j, d), input (n, r, s, c) and tap (u, v). The three
 * convolution kernels differ in which of the three they sum into.
 */
function products(
  attrs: Attrs,
  sizes: {
    readonly batch: number;
    readonly out: Pair;
    readonly input: Pair;
    readonly kernel: Pair;
    readonly channels: number;
    readonly depth: number;
  },
  visit: (output: readonly number[], input: readonly number[], tap: readonly number[]) => void,
): void {
  const [strides, dilations] = [attrs['strides'], attrs['dilations']] as unknown as readonly [Pair, Pair];
  const [[top], [left]] = attrs['pads'] as unknown as readonly [Pair, Pair];
  each([sizes.batch, ...sizes.out, ...sizes.kernel, sizes.channels, sizes.depth], ([n, i, j, u, v, c, d]) => {
    const r = i! * strides[0] + u! * dilations[0] - top;
    const s = j! * strides[1] + v! * dilations[1] - left;
    if (r < 0 || s < 0 || r >= sizes.input[0] || s >= sizes.input[1]) return;
    visit([n!, i!, j!, d!], [n!, r, s, c!], [u!, v!, c!, d!]);
  });
}

const spatial = (x: Value, from: number): Pair => [x.shape[from]!, x.shape[from + 1]!];

const accumulate = (out: Value, index: readonly number[], by: number): void => {
  out.data[offset(out.shape, index)!]! += by;
};

const zeros = (shape: readonly number[]): Value => tabulate(shape, () => 0);

const conv2D: Kernel = ([x, w], node) => {
  const [strides, dilations] = [node.attrs['strides'], node.attrs['dilations']] as unknown as readonly [Pair, Pair];
  const pads = node.attrs['pads'] as unknown as readonly [Pair, Pair];
  // Windows are placed one by one for as long as they fit.
  const length = (axis: 0 | 1): number => {
    const reach = (w!.shape[axis]! - 1) * dilations[axis] + 1;
    const room = x!.shape[axis + 1]! + pads[axis][0] + pads[axis][1];
    let n = 0;
    while (n * strides[axis] + reach <= room) n++;
    return n;
  };
  const out: Pair = [length(0), length(1)];
  const y = zeros([x!.shape[0]!, ...out, w!.shape[3]!]);
  products(
    node.attrs,
    {
      batch: x!.shape[0]!,
      out,
      input: spatial(x!, 1),
      kernel: spatial(w!, 0),
      channels: x!.shape[3]!,
      depth: w!.shape[3]!,
    },
    (o, i, t) => accumulate(y, o, at(x!, ...i) * at(w!, ...t)),
  );
  return y;
};

const backpropInput: Kernel = ([w, dy], node) => {
  const input = node.attrs['size'] as unknown as Pair;
  const dx = zeros([dy!.shape[0]!, ...input, w!.shape[2]!]);
  products(
    node.attrs,
    {
      batch: dy!.shape[0]!,
      out: spatial(dy!, 1),
      input,
      kernel: spatial(w!, 0),
      channels: w!.shape[2]!,
      depth: w!.shape[3]!,
    },
    (o, i, t) => accumulate(dx, i, at(dy!, ...o) * at(w!, ...t)),
  );
  return dx;
};

const backpropFilter: Kernel = ([x, dy], node) => {
  const kernel = node.attrs['kernel'] as unknown as Pair;
  const dw = zeros([...kernel, x!.shape[3]!, dy!.shape[3]!]);
  products(
    node.attrs,
    {
      batch: x!.shape[0]!,
      out: spatial(dy!, 1),
      input: spatial(x!, 1),
      kernel,
      channels: x!.shape[3]!,
      depth: dy!.shape[3]!,
    },
    (o, i, t) => accumulate(dw, t, at(x!, ...i) * at(dy!, ...o)),
  );
  return dw;
};

/** Indices of a window of [N, H, W, C], row-major. */
function window(attrs: Attrs, [n, i, j, c]: readonly number[]): readonly (readonly number[])[] {
  const [[kh, kw], [sh, sw]] = [attrs['size'], attrs['strides']] as unknown as readonly [Pair, Pair];
  return Array.from({ length: kh * kw }, (_, k) => [n!, i! * sh + Math.floor(k / kw), j! * sw + (k % kw), c!]);
}

function pooledShape(x: Value, attrs: Attrs): readonly number[] {
  const [size, strides] = [attrs['size'], attrs['strides']] as unknown as readonly [Pair, Pair];
  const length = (axis: 0 | 1): number => {
    let n = 0;
    while (n * strides[axis] + size[axis] <= x.shape[axis + 1]!) n++;
    return n;
  };
  return [x.shape[0]!, length(0), length(1), x.shape[3]!];
}

/** Index of the first largest element of a window. */
function winner(x: Value, attrs: Attrs, at_: readonly number[]): readonly number[] {
  const places = window(attrs, at_);
  const values = places.map((index) => at(x, ...index));
  return places[values.indexOf(Math.max(...values))]!;
}

const maxPoolGrad: Kernel = ([x, , v], node) => {
  const out = zeros(x!.shape);
  each(v!.shape, (index) => accumulate(out, winner(x!, node.attrs, index), at(v!, ...index)));
  return out;
};

const avgPoolGrad: Kernel = ([dy], node, env) => {
  const out = zeros(resolve(node.attrs['shape'] as Shape, env));
  each(dy!.shape, (index) => {
    const places = window(node.attrs, index);
    for (const place of places) accumulate(out, place, at(dy!, ...index) / places.length);
  });
  return out;
};

export const windows = {
  MatMul: matMul,
  Conv2D: conv2D,
  Conv2DBackpropInput: backpropInput,
  Conv2DBackpropFilter: backpropFilter,
  MaxPool: ([x], node) => tabulate(pooledShape(x!, node.attrs), (index) => at(x!, ...winner(x!, node.attrs, index))),
  MaxPoolGrad: maxPoolGrad,
  MaxPoolGradGrad: ([x, , g], node) =>
    tabulate(pooledShape(x!, node.attrs), (index) => at(g!, ...winner(x!, node.attrs, index))),
  AvgPool: ([x], node) =>
    tabulate(pooledShape(x!, node.attrs), (index) => {
      const places = window(node.attrs, index);
      return places.reduce((sum, place) => sum + at(x!, ...place), 0) / places.length;
    }),
  AvgPoolGrad: avgPoolGrad,
} satisfies Partial<Record<OpName, Kernel>>;
