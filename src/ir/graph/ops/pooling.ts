/**
 * Pooling over windows that lie wholly inside the input; padding is a Pad op of its own.
 * Max-unpooling with switches is MaxPoolGrad: it puts each value where its window had its maximum
 * (the first one where several are equal, as TensorFlow does).
 */
import type { Builder } from '../build.js';
import type { Attrs, Node } from '../graph.js';
import { elementsAt, fixed, product, sameShape, scaleDim, type Shape } from '../shape.js';
import { isJavaScript, literal, numbers, type OpGroup } from './define.js';
import { typeText } from './type-text.js';

interface Windows {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
}

function windows(attrs: Attrs): Windows {
  const [kh, kw] = numbers(attrs, 'size');
  const [sh, sw] = numbers(attrs, 'strides');
  return { size: [kh!, kw!], strides: [sh!, sw!] };
}

function pooled(shape: Shape, { size, strides }: Windows): Shape {
  const length = (axis: 0 | 1): number => Math.floor((fixed(shape[axis + 1]) - size[axis]) / strides[axis]) + 1;
  return [shape[0]!, length(0), length(1), shape[3]!];
}

/** The element at offset (i, j) of every window: [N, H, W, C] to [N, OH, OW, C], by slices alone. */
function view(b: Builder, x: Node, { strides: [sh, sw] }: Windows, out: Shape, i: number, j: number): Node {
  const [batch, height, width, channels] = x.shape;
  const [oh, ow, c] = [fixed(out[1]), fixed(out[2]), fixed(channels)];
  // Windows that do not overlap lie side by side: the offset is a place in each.
  const inside = i < sh && j < sw && oh * sh <= fixed(height) && ow * sw <= fixed(width);
  const [di, dj] = inside ? [i, j] : [0, 0];
  const short = inside
    ? ([0, 0] as const)
    : ([Math.max(0, i + oh * sh - fixed(height)), Math.max(0, j + ow * sw - fixed(width))] as const);
  const wide = b.pad(x, [
    [0, 0],
    [0, short[0]],
    [0, short[1]],
    [0, 0],
  ]);
  const cut = b.slice(wide, [0, i - di, j - dj, 0], [-1, oh * sh, ow * sw, -1]);
  const rows = b.slice(b.reshape(cut, [scaleDim(batch!, oh), sh, ow * sw * c]), [0, di, 0], [-1, 1, -1]);
  const columns = b.slice(b.reshape(rows, [scaleDim(batch!, oh * ow), sw * c]), [0, dj * c], [-1, c]);
  return b.reshape(columns, out);
}

/**
 * The adjoint of `view` for all offsets at once: parts[i·kw + j], of shape `out`, back to their places, summed where
 * windows overlap. Each part is made where it is needed, so that few are there at a time.
 */
function scatter(b: Builder, parts: readonly (() => Node)[], w: Windows, out: Shape, shape: Shape): Node {
  const [batch, height, width, channels] = shape;
  const [oh, ow, h, wd, c] = [fixed(out[1]), fixed(out[2]), fixed(height), fixed(width), fixed(channels)];
  const [[kh, kw], [sh, sw]] = [w.size, w.strides];
  if (kh === sh && kw === sw) {
    const rows = Array.from({ length: kh }, (_, i) => {
      const columns = Array.from({ length: kw }, (_, j) =>
        b.reshape(parts[i * kw + j]!(), [scaleDim(batch!, oh * ow), c]),
      );
      return b.reshape(b.concat(columns, 1), [scaleDim(batch!, oh), ow * kw * c]);
    });
    const whole = b.reshape(b.concat(rows, 1), [batch!, oh * kh, ow * kw, c]);
    return b.pad(whole, [
      [0, 0],
      [0, h - oh * kh],
      [0, wd - ow * kw],
      [0, 0],
    ]);
  }
  return parts
    .map((part, index) => {
      const [i, j] = [Math.floor(index / kw), index % kw];
      const columns = b.pad(b.reshape(part(), [scaleDim(batch!, oh * ow), 1, c]), [
        [0, 0],
        [0, sw - 1],
        [0, 0],
      ]);
      const rows = b.pad(b.reshape(columns, [scaleDim(batch!, oh), 1, ow * sw * c]), [
        [0, 0],
        [0, sh - 1],
        [0, 0],
      ]);
      const spread = b.reshape(rows, [batch!, oh * sh, ow * sw, c]);
      const [bottom, right] = [h - i - oh * sh, wd - j - ow * sw];
      const cropped = b.slice(
        spread,
        [0, 0, 0, 0],
        [-1, oh * sh + Math.min(0, bottom), ow * sw + Math.min(0, right), -1],
      );
      return b.pad(cropped, [
        [0, 0],
        [i, Math.max(0, bottom)],
        [j, Math.max(0, right)],
        [0, 0],
      ]);
    })
    .reduce((sum, part) => b.add(sum, part));
}

const offsets = ({ size: [kh, kw] }: Windows): readonly (readonly [number, number])[] =>
  Array.from({ length: kh * kw }, (_, index) => [Math.floor(index / kw), index % kw] as const);

/** For each offset, 1 where the window's first maximum lies there, else 0. */
function switches(b: Builder, x: Node, y: Node, w: Windows): readonly Node[] {
  let free: Node | undefined;
  return offsets(w).map(([i, j]) => {
    const hit = b.indicator('Equal', view(b, x, w, y.shape, i, j), y);
    const first = free === undefined ? hit : b.mul(hit, free);
    free = free === undefined ? b.sub(b.scalar(1), hit) : b.sub(free, first);
    return first;
  });
}

const print = (node: Node): string => `${literal(node.attrs['size']!)}, ${literal(node.attrs['strides']!)}, 'valid'`;
const perWindow = (node: Node, batch: number): number =>
  elementsAt(
    node.op.endsWith('Grad') && node.op !== 'MaxPoolGradGrad' ? node.inputs.at(-1)!.shape : node.shape,
    batch,
  ) * product(numbers(node.attrs, 'size'));

export const pooling = {
  MaxPool: {
    summary: 'the largest element of each window',
    tensorflow: 'MaxPool',
    parts: () => 'joined',
    infer: ([x], attrs) => ({ shape: pooled(x!.shape, windows(attrs)), dtype: 'float32' }),
    vjp: (b, node, dy) => [b.make('MaxPoolGrad', [node.inputs[0]!, node, dy], node.attrs)],
    flops: perWindow,
    tfjs: ([x], node) => `tf.maxPool(${x}${typeText(' as T4')}, ${print(node)})`,
  },
  MaxPoolGrad: {
    summary: '(x, MaxPool(x), v): v at the place of each maximum of x, zero elsewhere; max-unpooling',
    tensorflow: 'MaxPoolGrad',
    parts: () => 'joined',
    infer: ([x]) => ({ shape: x!.shape, dtype: 'float32' }),
    vjp: (b, node, ct) => [null, null, b.make('MaxPoolGradGrad', [node.inputs[0]!, node.inputs[1]!, ct], node.attrs)],
    avoid: (backend) => {
      if (backend === 'onnx')
        return 'ONNX has no gradient of pooling, and its unpooling wants the indices of the maxima';
      return isJavaScript(backend)
        ? 'the WASM kernel misses maxima ≤ 0, and other backends break ties differently'
        : undefined;
    },
    rewrite: (b, node) => {
      const [x, y, v] = node.inputs as readonly [Node, Node, Node];
      const w = windows(node.attrs);
      return scatter(
        b,
        switches(b, x, y, w).map((s) => () => b.mul(s, v)),
        w,
        v.shape,
        x.shape,
      );
    },
    flops: perWindow,
    tfjs: ([x, y, v], node) => `kernels.maxPoolGradient(${x}, ${y}, ${v}, ${print(node)})`,
  },
  MaxPoolGradGrad: {
    summary: '(x, MaxPool(x), g): g at the place of each maximum of x; the adjoint of MaxPoolGrad',
    tensorflow: 'MaxPoolGradGrad',
    parts: () => 'joined',
    infer: ([, y]) => ({ shape: y!.shape, dtype: 'float32' }),
    vjp: (b, node, ct) => [null, null, b.make('MaxPoolGrad', [node.inputs[0]!, node.inputs[1]!, ct], node.attrs)],
    avoid: (backend, node) => {
      if (backend !== 'graph') return 'neither TensorFlow.js nor tfjs-node nor ONNX has a kernel for it';
      return sameShape(node.shape, node.inputs[2]!.shape)
        ? 'libtensorflow clears its third operand, whose buffer it takes for the result where the shapes are equal'
        : undefined;
    },
    rewrite: (b, node) => {
      const [x, y, g] = node.inputs as readonly [Node, Node, Node];
      const w = windows(node.attrs);
      const masks = switches(b, x, y, w);
      return offsets(w)
        .map(([i, j], index) => b.mul(masks[index]!, view(b, g, w, y.shape, i, j)))
        .reduce((sum, part) => b.add(sum, part));
    },
    flops: perWindow,
    tfjs: () => {
      throw new Error('MaxPoolGradGrad is rewritten before it is printed');
    },
  },
  AvgPool: {
    summary: 'the mean of each window',
    tensorflow: 'AvgPool',
    parts: () => 'joined',
    infer: ([x], attrs) => ({ shape: pooled(x!.shape, windows(attrs)), dtype: 'float32' }),
    vjp: (b, node, dy) => [b.make('AvgPoolGrad', [dy], { ...node.attrs, shape: node.inputs[0]!.shape })],
    flops: perWindow,
    tfjs: ([x], node) => `tf.avgPool(${x}${typeText(' as T4')}, ${print(node)})`,
  },
  AvgPoolGrad: {
    summary: 'the adjoint of AvgPool: each value spread evenly over its window',
    tensorflow: 'AvgPoolGrad',
    parts: () => 'joined',
    infer: (_inputs, attrs) => ({ shape: attrs['shape'] as Shape, dtype: 'float32' }),
    vjp: (b, node, ct) => {
      const { shape: _shape, ...attrs } = node.attrs;
      return [b.make('AvgPool', [ct], attrs)];
    },
    avoid: (backend) =>
      backend === 'graph'
        ? undefined
        : 'JavaScript kernels differ at borders; tfjs-node wants a tensor of the input only for its shape; ONNX has none',
    rewrite: (b, node) => {
      const w = windows(node.attrs);
      const share = b.scale(node.inputs[0]!, 1 / product(w.size));
      return scatter(
        b,
        offsets(w).map(() => () => share),
        w,
        share.shape,
        node.shape,
      );
    },
    flops: perWindow,
    tfjs: () => {
      throw new Error('AvgPoolGrad is rewritten before it is printed');
    },
  },
} satisfies OpGroup;
