/**
 * How the ops of graphs are spelled in ONNX, version 17 of its operators: one row each. Pictures are [N, H, W, C] in
 * graphs and [N, C, H, W] in ONNX, so that transpositions stand around what works on them; ONNX Runtime draws them
 * together when it opens a file.
 */
import type { Attrs, Node } from '../../ir/graph/graph.js';
import { flag, number, numbers, pairs, text } from '../../ir/graph/ops/define.js';
import type { OpName } from '../../ir/graph/ops/names.js';
import { fixed, sameDim, type Dim, type Shape } from '../../ir/graph/shape.js';
import { dataTypes } from './schema.js';
import type { Attributes, GraphWriter, Value } from './writer.js';

/** The opset that the rows below are written in. */
export const opset = 17;

/** What no file can hold, and why. */
const refused = {
  RandomUniform: 'its numbers would be others than those of aec',
  RandomNormal: 'its numbers would be others than those of aec',
  Rows: 'trees are laid out by the program that reads them, and ONNX has no such type',
  Fold: 'trees are laid out by the program that reads them, and ONNX has no such type',
  Unfold: 'trees are laid out by the program that reads them, and ONNX has no such type',
} as const satisfies Partial<Readonly<Record<OpName, string>>>;

/** Ops that legalising for `onnx` leaves none of. */
type Rewritten = 'SegmentSum' | 'Conv2DBackpropFilter' | 'MaxPoolGrad' | 'MaxPoolGradGrad' | 'AvgPoolGrad';

/** Ops that a graph is written around: what enters it, and loops. */
type Structural = 'Input' | 'Scan';

export type WrittenOp = Exclude<OpName, keyof typeof refused | Rewritten | Structural>;

type Lower = (w: GraphWriter, node: Node, inputs: readonly Value[]) => Value;

/** Why a node cannot be exported; undefined where it can. */
export function whyNot({ op, attrs, shape }: Node): string | undefined {
  if (op in refused) return refused[op as keyof typeof refused];
  if (op === 'Moment' && text(attrs, 'which') !== 'batchSize')
    return `it depends on the ${text(attrs, 'which')} of a training`;
  // All that has such rows is made of what is fed.
  return op === 'Input' && shape.some((dim) => typeof dim === 'object' && dim.of !== undefined)
    ? refused.Rows
    : undefined;
}

const plain =
  (op: string, attributes: Attributes = {}): Lower =>
  (w, _node, inputs) =>
    w.call(op, inputs, attributes);

const itself: Lower = (_w, _node, [x]) => x!;

/** A size of −1 is whatever is there. */
const open = (shape: Shape): readonly number[] => shape.map((dim) => (typeof dim === 'number' ? dim : -1));

const reduceAttributes = (attrs: Attrs): Attributes => ({ keepdims: flag(attrs, 'keepDims') ? 1 : 0 });

/** [N, H, W, C] as [N, C, H, W], worked on, and back. */
function withChannelsFirst(w: GraphWriter, x: Value, work: (x: Value) => Value): Value {
  const first = w.call('Transpose', [x], { perm: [0, 3, 1, 2] });
  return w.call('Transpose', [work(first)], { perm: [0, 2, 3, 1] });
}

/** [kh, kw, C, D] as [D, C, kh, kw]: what both a convolution from C to D and its transpose take. */
const kernelOf = (w: GraphWriter, kernel: Value): Value => w.call('Transpose', [kernel], { perm: [3, 2, 0, 1] });

/** Strides, dilations and paddings: all that stand before, then all that stand behind. */
function geometry(attrs: Attrs): Attributes {
  const pads = pairs(attrs, 'pads');
  return {
    strides: numbers(attrs, 'strides'),
    dilations: numbers(attrs, 'dilations'),
    pads: [...pads.map(([before]) => before), ...pads.map(([, after]) => after)],
  };
}

/** Rows and columns that the forward convolution did not reach are the last ones. */
function outputPadding(node: Node): readonly number[] {
  const [kernel, dy] = node.inputs as readonly [Node, Node];
  const pads = pairs(node.attrs, 'pads');
  return [0, 1].map((i) => {
    const reach = (fixed(kernel.shape[i]) - 1) * numbers(node.attrs, 'dilations')[i]! + 1;
    const made = numbers(node.attrs, 'strides')[i]! * (fixed(dy.shape[i + 1]) - 1) + reach;
    return fixed(node.shape[i + 1]) + pads[i]![0] + pads[i]![1] - made;
  });
}

const pool =
  (op: string): Lower =>
  (w, { attrs }, [x]) =>
    withChannelsFirst(w, x!, (y) =>
      w.call(op, [y], { kernel_shape: numbers(attrs, 'size'), strides: numbers(attrs, 'strides') }),
    );

/** Axes run from their begins for as many steps as the result has. */
function slice(w: GraphWriter, { attrs, shape, inputs: [x] }: Node, value: Value): Value {
  const begin = numbers(attrs, 'begin');
  const axes = shape.flatMap((dim, i) => (sameDim(dim, x!.shape[i]!) ? [] : [i]));
  const ends = axes.map((i) => {
    const dim = shape[i]!;
    if (typeof dim === 'number') return begin[i]! + dim;
    return dim.section?.of === 'first' ? dim.section.count : 2 ** 31 - 1;
  });
  return w.call('Slice', [value, w.ints(axes.map((i) => begin[i]!)), w.ints(ends), w.ints(axes)]);
}

/** The product of two matrices, of which either may be transposed. */
const matMul: Lower = (w, { attrs, shape, inputs }, values) => {
  const transposed = [flag(attrs, 'transposeA'), flag(attrs, 'transposeB')];
  if (!transposed.includes(true)) return w.call('MatMul', values);
  if (shape.length === 2)
    return w.call('Gemm', values, { transA: transposed[0] === true ? 1 : 0, transB: transposed[1] === true ? 1 : 0 });
  const sides = values.map((value, i) => {
    const last = inputs[i]!.shape.length - 1;
    const perm = inputs[i]!.shape.map((_, axis) => (axis < last - 1 ? axis : 2 * last - 1 - axis));
    return transposed[i] === true ? w.call('Transpose', [value], { perm }) : value;
  });
  return w.call('MatMul', sides);
};

/** A row for every op that can be written. */
export const lowerings: Readonly<Record<WrittenOp, Lower>> = {
  Const: (w, { attrs, shape }) => w.constant('float32', numbers(attrs, 'values'), shape as readonly number[]),
  Moment: (w) => w.call('Cast', [w.call('Reshape', [w.dim({ batch: 1 }), w.ints([])])], { to: dataTypes.float32 }),

  Identity: itself,
  StopGradient: itself,
  Cast: (w, { dtype }, inputs) => w.call('Cast', inputs, { to: dataTypes[dtype] }),
  Neg: plain('Neg'),
  Exp: plain('Exp'),
  Log: plain('Log'),
  Log1p: (w, _node, [x]) => w.call('Log', [w.call('Add', [x!, w.float(1)])]),
  // tanh(x/2) · (eˣ + 1), which is eˣ − 1 without the difference that loses digits near 0.
  Expm1: (w, _node, [x]) =>
    w.call('Mul', [
      w.call('Tanh', [w.call('Mul', [x!, w.float(0.5)])]),
      w.call('Add', [w.call('Exp', [x!]), w.float(1)]),
    ]),
  Sqrt: plain('Sqrt'),
  Rsqrt: (w, _node, [x]) => w.call('Reciprocal', [w.call('Sqrt', [x!])]),
  Square: (w, _node, [x]) => w.call('Mul', [x!, x!]),
  Reciprocal: plain('Reciprocal'),
  Abs: plain('Abs'),
  Sign: plain('Sign'),
  Floor: plain('Floor'),
  Round: plain('Round'),
  Sin: plain('Sin'),
  Cos: plain('Cos'),
  Erf: plain('Erf'),
  Relu: plain('Relu'),
  Sigmoid: plain('Sigmoid'),
  Tanh: plain('Tanh'),
  Softplus: plain('Softplus'),
  LogicalNot: plain('Not'),
  Add: plain('Add'),
  Sub: plain('Sub'),
  Mul: plain('Mul'),
  RealDiv: plain('Div'),
  Maximum: plain('Max'),
  Minimum: plain('Min'),
  Pow: plain('Pow'),
  Greater: plain('Greater'),
  GreaterEqual: plain('GreaterOrEqual'),
  Less: plain('Less'),
  Equal: plain('Equal'),
  LogicalAnd: plain('And'),
  Select: plain('Where'),

  Sum: (w, { attrs }, [x]) => w.call('ReduceSum', [x!, w.ints(numbers(attrs, 'axes'))], reduceAttributes(attrs)),
  // Until version 18 the axes of this one are an attribute.
  Max: (w, { attrs }, [x]) => w.call('ReduceMax', [x!], { axes: numbers(attrs, 'axes'), ...reduceAttributes(attrs) }),
  ArgMax: (w, { attrs }, [x]) =>
    w.call('Cast', [w.call('ArgMax', [x!], { axis: number(attrs, 'axis'), keepdims: 0 })], { to: dataTypes.int32 }),
  TopK: (w, { attrs }, [x]) => w.results('TopK', [x!, w.dim(attrs['k'] as Dim)], {}, 2)[0]!,
  CumSum: (w, { shape }, [x]) => w.call('CumSum', [x!, w.constant('int64', [shape.length - 1])]),
  Softmax: plain('Softmax', { axis: -1 }),

  Reshape: (w, { shape }, [x]) => {
    const unknown = shape.filter((dim) => typeof dim !== 'number').length;
    return w.call('Reshape', [x!, unknown <= 1 ? w.ints(open(shape)) : w.shape(shape)]);
  },
  Transpose: (w, { attrs }, inputs) => w.call('Transpose', inputs, { perm: numbers(attrs, 'perm') }),
  // An axis that is long enough already is asked for as 1: less of the shape is to be computed.
  BroadcastTo: (w, { shape, inputs: [from] }, [x]) => {
    const lead = shape.length - from!.shape.length;
    const wanted = shape.map((dim, i) => (i >= lead && sameDim(dim, from!.shape[i - lead]!) ? 1 : dim));
    return w.call('Expand', [x!, w.shape(wanted)]);
  },
  Concat: (w, { attrs }, inputs) => w.call('Concat', inputs, { axis: number(attrs, 'axis') }),
  Slice: (w, node, [x]) => slice(w, node, x!),
  Pad: (w, { attrs }, [x]) => {
    const paddings = pairs(attrs, 'paddings');
    const all = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
    return w.call('Pad', [x!, w.ints(all), w.float(number(attrs, 'value'))]);
  },
  Reverse: (w, { attrs }, [x]) => {
    const axes = numbers(attrs, 'axes');
    const all = (value: number): Value => w.ints(axes.map(() => value));
    // From the last element to beyond the first, as far as integers of 32 bits say.
    return w.call('Slice', [x!, all(-1), all(-(2 ** 31)), w.ints(axes), all(-1)]);
  },
  Gather: plain('Gather', { axis: 0 }),
  // ONNX's own counts negative indices from the end; here they are of no class.
  OneHot: (w, { attrs, shape }, [x]) => {
    const classes = w.constant('int32', [...Array(number(attrs, 'depth')).keys()], [number(attrs, 'depth')]);
    const beside = w.call('Unsqueeze', [x!, w.ints([shape.length - 1])]);
    return w.call('Cast', [w.call('Equal', [beside, classes])], { to: dataTypes.float32 });
  },

  MatMul: matMul,
  Conv2D: (w, { attrs }, [x, kernel]) =>
    withChannelsFirst(w, x!, (y) => w.call('Conv', [y, kernelOf(w, kernel!)], geometry(attrs))),
  Conv2DBackpropInput: (w, node, [kernel, dy]) =>
    withChannelsFirst(w, dy!, (y) =>
      w.call('ConvTranspose', [y, kernelOf(w, kernel!)], {
        ...geometry(node.attrs),
        output_padding: outputPadding(node),
      }),
    ),
  MaxPool: pool('MaxPool'),
  AvgPool: pool('AveragePool'),
};
