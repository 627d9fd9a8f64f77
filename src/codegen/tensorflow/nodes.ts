/**
 * How the nodes of a graph are spelled as TensorFlow NodeDefs: the op's TensorFlow name from the
 * registry, its attributes, and further operands for what TensorFlow takes as inputs (shapes, axes,
 * paddings). Both writers read this: the tfjs graph model and the SavedModel.
 */
import type { Node } from '../../ir/graph/graph.js';
import { ops } from '../../ir/graph/ops/index.js';
import { samePads } from '../../ir/graph/ops/convolution.js';
import type { OpName } from '../../ir/graph/ops/names.js';
import { fixed, type Dim, type Shape } from '../../ir/graph/shape.js';
import type { DataType } from './schema.js';

/** A constant tensor: an operand, or a literal of the graph. */
export interface Constant {
  readonly dtype: 'int32' | 'float32';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A shape as a tensor; where it holds the batch it is known when the graph runs, and not before. */
export interface ShapeOperand {
  readonly shapeOf: Shape;
}

/** A dimension as a number, likewise. */
export interface DimOperand {
  readonly dim: Dim;
}

export type Attribute =
  | { readonly kind: 'type'; readonly value: DataType }
  | { readonly kind: 'types'; readonly value: readonly DataType[] }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'shape'; readonly value: readonly number[] }
  /** Absent: of any shape. */
  | { readonly kind: 'shapes'; readonly value: readonly (readonly number[] | undefined)[] }
  | { readonly kind: 'function'; readonly value: string }
  | {
      readonly kind: 'tensor';
      readonly dtype: DataType;
      readonly shape: readonly number[];
      readonly content: Uint8Array;
    };

/** An input of the node by position, a constant, or what is known when the graph runs. */
export type Operand = number | Constant | ShapeOperand | DimOperand;

/** How one node is spelled; type attributes follow from the kernel's table. */
export interface Spelling {
  readonly op: string;
  readonly operands: readonly Operand[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const ints = (values: readonly number[]): Constant => ({ dtype: 'int32', shape: [values.length], values });
const int = (value: number): Constant => ({ dtype: 'int32', shape: [], values: [value] });
const float = (value: number): Constant => ({ dtype: 'float32', shape: [], values: [value] });
/** Reshape and Slice read −1 as "whatever is there"; the first rows of a batch are as many as they are. */
const open = (shape: Shape): readonly number[] =>
  shape.map((dim) =>
    typeof dim === 'number' ? dim : dim.section?.of === 'first' ? dim.batch * dim.section.count : -1,
  );
const shape = (dims: Shape): ShapeOperand => ({ shapeOf: dims });
const shapes = (shape: Shape): boolean => shape.filter((dim) => typeof dim !== 'number').length <= 1;
const list = (node: Node, name: string): readonly number[] => node.attrs[name] as readonly number[];
const bool = (value: boolean): Attribute => ({ kind: 'bool', value });
const axesAttrs = (node: Node): Spelling['attributes'] => ({ keep_dims: bool(node.attrs['keepDims'] === true) });
const plain = (node: Node, attributes: Spelling['attributes'] = {}): Spelling => ({
  op: ops[node.op].tensorflow,
  operands: node.inputs.map((_, i) => i),
  attributes,
});
const withConstants = (
  node: Node,
  constants: readonly Operand[],
  attributes: Spelling['attributes'] = {},
): Spelling => ({
  op: ops[node.op].tensorflow,
  operands: [...node.inputs.map((_, i) => i), ...constants],
  attributes,
});

/** Strides, dilations and padding as NHWC attributes; `size` and `kernel` are those of the convolution, or of the one whose adjoint this is. */
function convolution(node: Node, size: Shape, kernel: Shape): Spelling['attributes'] {
  const [strides, dilations] = [list(node, 'strides'), list(node, 'dilations')];
  const pads = node.attrs['pads'] as readonly (readonly [number, number])[];
  const same = pads.every(([before, after], i) => {
    const [a, b] = samePads(fixed(size[i]), fixed(kernel[i]), strides[i]!, dilations[i]!);
    return a === before && b === after;
  });
  const valid = pads.every(([a, b]) => a === 0 && b === 0);
  return {
    strides: { kind: 'ints', value: [1, ...strides, 1] },
    dilations: { kind: 'ints', value: [1, ...dilations, 1] },
    padding: { kind: 'string', value: valid ? 'VALID' : same ? 'SAME' : 'EXPLICIT' },
    ...(valid || same ? {} : { explicit_paddings: { kind: 'ints', value: [0, 0, ...pads.flat(), 0, 0] } as const }),
    data_format: { kind: 'string', value: 'NHWC' },
  };
}

const pool = (node: Node): Spelling['attributes'] => ({
  ksize: { kind: 'ints', value: [1, ...list(node, 'size'), 1] },
  strides: { kind: 'ints', value: [1, ...list(node, 'strides'), 1] },
  padding: { kind: 'string', value: 'VALID' },
  data_format: { kind: 'string', value: 'NHWC' },
});

/** Ops that need more than their name and inputs. */
const spellings: Partial<Readonly<Record<OpName, (node: Node) => Spelling>>> = {
  Sum: (node) => withConstants(node, [ints(list(node, 'axes'))], axesAttrs(node)),
  Max: (node) => withConstants(node, [ints(list(node, 'axes'))], axesAttrs(node)),
  ArgMax: (node) => withConstants(node, [int(node.attrs['axis'] as number)]),
  Reshape: (node) => withConstants(node, [shapes(node.shape) ? ints(open(node.shape)) : shape(node.shape)]),
  Transpose: (node) => withConstants(node, [ints(list(node, 'perm'))]),
  Concat: (node) =>
    withConstants(node, [int(node.attrs['axis'] as number)], { N: { kind: 'int', value: node.inputs.length } }),
  Slice: (node) => withConstants(node, [ints(list(node, 'begin')), ints(open(node.attrs['size'] as Shape))]),
  Pad: (node) => {
    const paddings = node.attrs['paddings'] as readonly (readonly [number, number])[];
    return withConstants(node, [
      { dtype: 'int32', shape: [paddings.length, 2], values: paddings.flat() },
      float(node.attrs['value'] as number),
    ]);
  },
  Reverse: (node) => withConstants(node, [ints(list(node, 'axes'))]),
  BroadcastTo: (node) => withConstants(node, [shape(node.shape)]),
  Gather: (node) => withConstants(node, [int(0)]),
  OneHot: (node) =>
    withConstants(node, [int(node.attrs['depth'] as number), float(1), float(0)], { axis: { kind: 'int', value: -1 } }),
  TopK: (node) => {
    const k = node.attrs['k'] as Dim;
    return withConstants(node, [typeof k === 'number' ? int(k) : { dim: k }], { sorted: bool(true) });
  },
  CumSum: (node) => withConstants(node, [int(node.shape.length - 1)], { exclusive: bool(false), reverse: bool(false) }),
  MatMul: (node) => {
    const [a, b] = [bool(node.attrs['transposeA'] === true), bool(node.attrs['transposeB'] === true)];
    return node.shape.length === 2
      ? plain(node, { transpose_a: a, transpose_b: b })
      : { ...plain(node, { adj_x: a, adj_y: b }), op: 'BatchMatMulV2' };
  },
  Conv2D: (node) => plain(node, convolution(node, node.inputs[0]!.shape.slice(1, 3), node.inputs[1]!.shape)),
  MaxPool: (node) => plain(node, pool(node)),
  MaxPoolGrad: (node) => plain(node, pool(node)),
  MaxPoolGradGrad: (node) => plain(node, pool(node)),
  AvgPool: (node) => plain(node, pool(node)),
  AvgPoolGrad: (node) => ({ op: ops[node.op].tensorflow, operands: [shape(node.shape), 0], attributes: pool(node) }),
  SegmentSum: (node) => withConstants(node, [int(node.attrs['segments'] as number)]),
  Conv2DBackpropInput: (node) => ({
    op: ops[node.op].tensorflow,
    operands: [shape(node.shape), 0, 1],
    attributes: convolution(node, node.shape.slice(1, 3), node.inputs[0]!.shape),
  }),
  Conv2DBackpropFilter: (node) => ({
    op: ops[node.op].tensorflow,
    operands: [0, shape(node.shape), 1],
    attributes: convolution(node, node.inputs[0]!.shape.slice(1, 3), node.shape),
  }),
};

/** The NodeDef of a node that has operands; what enters a graph (inputs, constants, draws) each writer spells in its own way. */
export const spell = (node: Node): Spelling => spellings[node.op]?.(node) ?? plain(node);
