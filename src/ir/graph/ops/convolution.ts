/** Convolutions and their adjoints: bilinear ops, each closed under its own derivatives. */
import type { Builder } from '../build.js';
import type { Attrs, Node } from '../graph.js';
import { beginsWithBatch, elementsAt, fixed, sameDim, scaleDim, showShape, type Shape } from '../shape.js';
import { isJavaScript, literal, numbers, pairs, type Backend, type OpDefinition, type OpGroup } from './define.js';
import { typeText } from './type-text.js';

/** Strides, dilations and explicit padding of a 2-D convolution, each as [rows, columns]. */
export interface ConvGeometry {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: readonly [readonly [number, number], readonly [number, number]];
}

export const convAttrs = (g: ConvGeometry): Attrs => ({ strides: g.strides, dilations: g.dilations, pads: g.pads });

function geometry(attrs: Attrs): ConvGeometry {
  const [sh, sw] = numbers(attrs, 'strides');
  const [dh, dw] = numbers(attrs, 'dilations');
  const [rows, columns] = pairs(attrs, 'pads');
  return { strides: [sh!, sw!], dilations: [dh!, dw!], pads: [rows!, columns!] };
}

/** Output length of a convolution along one axis. */
export const convLength = (
  length: number,
  kernel: number,
  stride: number,
  dilation: number,
  pads: readonly [number, number],
): number => Math.floor((length + pads[0] + pads[1] - (kernel - 1) * dilation - 1) / stride) + 1;

/** TensorFlow's SAME padding along one axis: as even as possible, the odd one behind. */
export function samePads(length: number, kernel: number, stride: number, dilation: number): readonly [number, number] {
  const total = Math.max((Math.ceil(length / stride) - 1) * stride + (kernel - 1) * dilation + 1 - length, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** How a padding is called: 'valid', 'same', or explicit. `size` and `kernel` belong to the forward convolution. */
function padding(g: ConvGeometry, size: readonly number[], kernel: readonly number[]): 'valid' | 'same' | 'explicit' {
  if (g.pads.every(([a, b]) => a === 0 && b === 0)) return 'valid';
  const same = [0, 1].every((i) => {
    const [before, after] = samePads(size[i]!, kernel[i]!, g.strides[i]!, g.dilations[i]!);
    return before === g.pads[i]![0] && after === g.pads[i]![1];
  });
  return same ? 'same' : 'explicit';
}

/** Sizes of the forward convolution that a node belongs to: its input and its kernel. */
function forwardSizes(node: Node): { readonly size: readonly number[]; readonly kernel: readonly number[] } {
  const hw = (shape: Shape, from: number): readonly number[] => [fixed(shape[from]), fixed(shape[from + 1])];
  if (node.op === 'Conv2D') return { size: hw(node.inputs[0]!.shape, 1), kernel: hw(node.inputs[1]!.shape, 0) };
  if (node.op === 'Conv2DBackpropInput') return { size: hw(node.shape, 1), kernel: hw(node.inputs[0]!.shape, 0) };
  return { size: hw(node.inputs[0]!.shape, 1), kernel: hw(node.shape, 0) };
}

function printPadding(node: Node): string {
  const g = geometry(node.attrs);
  const { size, kernel } = forwardSizes(node);
  const kind = padding(g, size, kernel);
  return kind === 'explicit' ? `[[0, 0], ${literal(g.pads[0])}, ${literal(g.pads[1])}, [0, 0]]` : `'${kind}'`;
}

/** tfjs-node's convolutions know 'valid' and 'same' alone (src/nodejs_kernel_backend.ts). */
function explicitUnder(backend: Backend, node: Node): boolean {
  const { size, kernel } = forwardSizes(node);
  return backend === 'tensorflow' && padding(geometry(node.attrs), size, kernel) === 'explicit';
}

const strided = (node: Node): boolean => geometry(node.attrs).strides.some((s) => s !== 1);

const isDilated = (node: Node): boolean => geometry(node.attrs).dilations.some((d) => d !== 1);

/** 'same' padding where a stride steps over rows that no tap sees. */
function skipsUnderSame(node: Node): boolean {
  const g = geometry(node.attrs);
  const { size, kernel } = forwardSizes(node);
  return padding(g, size, kernel) === 'same' && g.strides.some((stride, i) => stride > kernel[i]!);
}

const noPads: ConvGeometry['pads'] = [
  [0, 0],
  [0, 0],
];

function convFlops(node: Node, batch: number): number {
  // Multiply-adds of the forward convolution: (N·OH·OW·Cout) · (kh·kw·Cin), whichever of the three this is.
  const [x, y] = node.inputs as readonly [Node, Node];
  if (node.op === 'Conv2D') return 2 * elementsAt(node.shape, batch) * elementsAt(y.shape.slice(0, 3), batch);
  if (node.op === 'Conv2DBackpropInput') return 2 * elementsAt(y.shape, batch) * elementsAt(x.shape.slice(0, 3), batch);
  return 2 * elementsAt(y.shape, batch) * elementsAt(node.shape.slice(0, 3), batch);
}

const conv2D: OpDefinition = {
  summary: 'cross-correlation of [N, H, W, C] with a kernel [kh, kw, C, D]',
  tensorflow: 'Conv2D',
  parts: ({ inputs: [, w] }) => (beginsWithBatch(w!.shape) ? undefined : 'joined'),
  infer: ([x, w], attrs) => {
    const g = geometry(attrs);
    if (x!.shape.length !== 4 || w!.shape.length !== 4 || !sameDim(x!.shape[3]!, w!.shape[2]!))
      return `${showShape(x!.shape)} with kernel ${showShape(w!.shape)}`;
    const size = [0, 1].map((i) =>
      convLength(fixed(x!.shape[i + 1]), fixed(w!.shape[i]), g.strides[i]!, g.dilations[i]!, g.pads[i]!),
    );
    return size.some((n) => n < 1)
      ? 'the kernel is larger than the input'
      : { shape: [x!.shape[0]!, ...size, w!.shape[3]!], dtype: 'float32' };
  },
  vjp: (b, node, dy, needs) => {
    const [x, w] = node.inputs as readonly [Node, Node];
    return [
      needs[0] === true ? b.make('Conv2DBackpropInput', [w, dy], { ...node.attrs, size: x.shape.slice(1, 3) }) : null,
      needs[1] === true
        ? b.make('Conv2DBackpropFilter', [x, dy], { ...node.attrs, kernel: w.shape.slice(0, 2) })
        : null,
    ];
  },
  avoid: (backend, node) => {
    if (explicitUnder(backend, node)) return 'tfjs-node has no explicit padding';
    return backend === 'wasm' && skipsUnderSame(node)
      ? 'WASM computes same padding wrongly where the stride exceeds the kernel'
      : undefined;
  },
  rewrite: (b, node) => {
    const g = geometry(node.attrs);
    const [x, w] = node.inputs as readonly [Node, Node];
    return b.make('Conv2D', [b.pad(x, [[0, 0], ...g.pads, [0, 0]]), w], convAttrs({ ...g, pads: noPads }));
  },
  flops: convFlops,
  tfjs: ([x, w], node) => {
    const g = geometry(node.attrs);
    const dilated = g.dilations.some((d) => d !== 1);
    return `tf.conv2d(${x}${typeText(' as T4')}, ${w}${typeText(' as T4')}, ${literal(g.strides)}, ${printPadding(node)}${dilated ? `, 'NHWC', ${literal(g.dilations)}` : ''})`;
  },
};

const backpropInput: OpDefinition = {
  summary: 'the adjoint of Conv2D in its input: (kernel, dy) to [N, H, W, C]; a transposed convolution',
  tensorflow: 'Conv2DBackpropInput',
  parts: ({ inputs: [w] }) => (beginsWithBatch(w!.shape) ? undefined : 'joined'),
  infer: ([w, dy], attrs) => {
    const [h, width] = numbers(attrs, 'size');
    return { shape: [dy!.shape[0]!, h!, width!, w!.shape[2]!], dtype: 'float32' };
  },
  vjp: (b, node, ct, needs) => {
    const [w, dy] = node.inputs as readonly [Node, Node];
    const { size: _size, ...geometryAttrs } = node.attrs;
    return [
      needs[0] === true
        ? b.make('Conv2DBackpropFilter', [ct, dy], { ...geometryAttrs, kernel: w.shape.slice(0, 2) })
        : null,
      needs[1] === true ? b.make('Conv2D', [ct, w], geometryAttrs) : null,
    ];
  },
  avoid: (backend, node) => {
    if (isJavaScript(backend))
      return 'a scalar loop on WASM; a plain convolution is faster and equal on every JavaScript backend';
    if (backend === 'graph' && strided(node)) return 'oneDNN takes longer over it than over a sub-pixel convolution';
    if (explicitUnder(backend, node)) return 'tfjs-node has no explicit padding';
    return isDilated(node) ? 'tfjs has no dilated transposed convolution, nor has libtensorflow on the CPU' : undefined;
  },
  rewrite: (b, node) => {
    const g = geometry(node.attrs);
    return g.strides.every((s) => s === 1) ? denseAdjoint(b, node, g) : subPixelAdjoint(b, node, g);
  },
  flops: convFlops,
  tfjs: ([w, dy], node) => {
    const { strides } = geometry(node.attrs);
    return `tf.conv2dTranspose(${dy}${typeText(' as T4')}, ${w}${typeText(' as T4')}, ${literal(node.shape)}, ${literal(strides)}, ${printPadding(node)})`;
  },
};

/** Crops or zero-extends the spatial axes to [begin, begin + length). `begin` may be negative. */
function window2D(b: Builder, x: Node, begins: readonly [number, number], lengths: readonly [number, number]): Node {
  const pads = [0, 1].map((i) => {
    const length = fixed(x.shape[i + 1]);
    return [Math.max(0, -begins[i]!), Math.max(0, begins[i]! + lengths[i]! - length)] as const;
  });
  const padded = b.pad(x, [[0, 0], pads[0]!, pads[1]!, [0, 0]]);
  return b.slice(padded, [0, begins[0] + pads[0]![0], begins[1] + pads[1]![0], 0], [-1, ...lengths, -1]);
}

/** Stride 1: a convolution of dy with the kernel turned by 180° and its channels exchanged. */
function denseAdjoint(b: Builder, node: Node, g: ConvGeometry): Node {
  const [w, dy] = node.inputs as readonly [Node, Node];
  const turned = b.transpose(b.reverse(w, [0, 1]), [0, 1, 3, 2]);
  const reach = [0, 1].map((i) => (fixed(w.shape[i]) - 1) * g.dilations[i]!) as [number, number];
  // The full correlation, then the part that the forward convolution's padding left standing.
  const begin = [-(reach[0] - g.pads[0][0]), -(reach[1] - g.pads[1][0])] as [number, number];
  const size = numbers(node.attrs, 'size') as [number, number];
  const pads = [0, 1].map((i) => {
    const after = size[i]! - fixed(dy.shape[i + 1]) + begin[i]! + reach[i]!;
    return [-begin[i]!, after] as const;
  });
  if (pads.every(([before, after]) => before >= 0 && after >= 0)) {
    return b.make(
      'Conv2D',
      [dy, turned],
      convAttrs({ strides: [1, 1], dilations: g.dilations, pads: [pads[0]!, pads[1]!] }),
    );
  }
  const wide = window2D(b, dy, begin, [size[0] + reach[0], size[1] + reach[1]]);
  return b.make('Conv2D', [wide, turned], convAttrs({ strides: [1, 1], dilations: g.dilations, pads: noPads }));
}

/**
 * Stride s > 1, by phases: output row s·q + r (before cropping the padding) sees the kernel rows
 * r, r + s, r + 2s, …, so each of the s² phases is a plain convolution of dy; all of them are one
 * convolution with s² times the channels, whose result is then interleaved by a transposition
 * (DepthToSpace would do the same 20 times slower on WASM).
 */
function subPixelAdjoint(b: Builder, node: Node, g: ConvGeometry): Node {
  const [w, dy] = node.inputs as readonly [Node, Node];
  if (g.dilations.some((d) => d !== 1)) throw new Error('a convolution has either a stride or a dilation');
  const [sh, sw] = g.strides;
  const taps = [Math.ceil(fixed(w.shape[0]) / sh), Math.ceil(fixed(w.shape[1]) / sw)] as const;
  const [kh, kw, channels, depth] = w.shape.map(fixed) as [number, number, number, number];
  const padded = b.pad(w, [
    [0, taps[0] * sh - kh],
    [0, taps[1] * sw - kw],
    [0, 0],
    [0, 0],
  ]);
  const phases = b.transpose(b.reshape(padded, [taps[0], sh, taps[1], sw, channels, depth]), [0, 2, 5, 1, 3, 4]);
  const kernel = b.reshape(b.reverse(b.reshape(phases, [taps[0], taps[1], depth, sh * sw * channels]), [0, 1]), [
    taps[0],
    taps[1],
    depth,
    sh * sw * channels,
  ]);
  const size = numbers(node.attrs, 'size') as [number, number];
  // Groups of s output rows, from the first that the forward convolution's padding leaves standing to the last.
  const first = [0, 1].map((i) => Math.min(Math.floor(g.pads[i]![0] / g.strides[i]!), taps[i]! - 1)) as [
    number,
    number,
  ];
  const pads = [0, 1].map((i) => {
    const groups = Math.ceil((g.pads[i]![0] + size[i]!) / g.strides[i]!) - first[i]!;
    const before = taps[i]! - 1 - first[i]!;
    return [before, Math.max(0, groups + taps[i]! - 1 - fixed(dy.shape[i + 1]) - before)] as const;
  });
  const full = b.make(
    'Conv2D',
    [dy, kernel],
    convAttrs({ strides: [1, 1], dilations: [1, 1], pads: [pads[0]!, pads[1]!] }),
  );
  const [rows, columns] = [fixed(full.shape[1]), fixed(full.shape[2])];
  const batch = full.shape[0]!;
  const split = b.reshape(full, [scaleDim(batch, rows), columns, sh, sw * channels]);
  const interleaved = b.reshape(b.transpose(split, [0, 2, 1, 3]), [batch, rows * sh, columns * sw, channels]);
  return window2D(b, interleaved, [g.pads[0][0] - first[0] * sh, g.pads[1][0] - first[1] * sw], size);
}

const backpropFilter: OpDefinition = {
  summary: 'the adjoint of Conv2D in its kernel: (x, dy) to [kh, kw, C, D]',
  tensorflow: 'Conv2DBackpropFilter',
  parts: () => 'added',
  infer: ([x, dy], attrs) => {
    const [kh, kw] = numbers(attrs, 'kernel');
    return { shape: [kh!, kw!, x!.shape[3]!, dy!.shape[3]!], dtype: 'float32' };
  },
  vjp: (b, node, ct, needs) => {
    const [x, dy] = node.inputs as readonly [Node, Node];
    const { kernel: _kernel, ...geometryAttrs } = node.attrs;
    return [
      needs[0] === true
        ? b.make('Conv2DBackpropInput', [ct, dy], { ...geometryAttrs, size: x.shape.slice(1, 3) })
        : null,
      needs[1] === true ? b.make('Conv2D', [x, ct], geometryAttrs) : null,
    ];
  },
  avoid: (backend, node) => {
    if (isJavaScript(backend))
      return 'missing on WASM, and 10 to 80 times slower than a plain convolution on the cpu backend';
    if (backend === 'onnx') return 'ONNX has no gradient of a filter';
    if (explicitUnder(backend, node)) return 'tfjs-node has no explicit padding';
    return isDilated(node)
      ? 'tfjs-node drops the dilation, and libtensorflow has no such kernel for the CPU'
      : undefined;
  },
  // Batch and channels exchange roles: the gradient of tap (i, j) is a correlation of x with dy, spread by the stride.
  rewrite: (b, node) => {
    const g = geometry(node.attrs);
    const [x, dy] = node.inputs as readonly [Node, Node];
    const [kh, kw] = numbers(node.attrs, 'kernel') as readonly [number, number];
    const swapped = b.make(
      'Conv2D',
      [b.transpose(x, [3, 1, 2, 0]), b.transpose(dy, [1, 2, 0, 3])],
      convAttrs({
        strides: g.dilations,
        dilations: g.strides,
        pads: g.pads,
      }),
    );
    return b.transpose(b.slice(swapped, [0, 0, 0, 0], [-1, kh, kw, -1]), [1, 2, 0, 3]);
  },
  flops: convFlops,
  tfjs: ([x, dy], node) => {
    const { strides } = geometry(node.attrs);
    return `kernels.conv2dFilterGradient(${x}, ${dy}, ${literal(node.shape)}, ${literal(strides)}, ${printPadding(node)})`;
  },
};

export const convolution = {
  Conv2D: conv2D,
  Conv2DBackpropInput: backpropInput,
  Conv2DBackpropFilter: backpropFilter,
} satisfies OpGroup;
