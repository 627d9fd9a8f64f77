/**
 * A graph as TensorFlow NodeDefs: the op's TensorFlow name from the registry, its attributes, and
 * constant operands for what TensorFlow takes as inputs (shapes, axes, paddings). A dimension that is
 * a multiple of the batch is written as −1, which Reshape and Slice read as "whatever is there".
 */
import type { DType, Node } from '../../ir/graph.js';
import { ops } from '../../ir/ops/index.js';
import { samePads } from '../../ir/ops/linear.js';
import type { OpName } from '../../ir/ops/names.js';
import { fixed, type Shape } from '../../ir/shape.js';

/** A constant tensor: an operand, or a literal of the graph. */
export interface Constant {
  readonly dtype: 'int32' | 'float32';
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export type Attribute =
  | { readonly kind: 'type'; readonly value: DType }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string };

/** How one node is spelled: its op, its operands (inputs of the node by position, or constants), its attributes. */
export interface Spelling {
  readonly op: string;
  readonly operands: readonly (number | Constant)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const ints = (values: readonly number[]): Constant => ({ dtype: 'int32', shape: [values.length], values });
const int = (value: number): Constant => ({ dtype: 'int32', shape: [], values: [value] });
const float = (value: number): Constant => ({ dtype: 'float32', shape: [], values: [value] });
const open = (shape: Shape): readonly number[] => shape.map((dim) => (typeof dim === 'number' ? dim : -1));
const list = (node: Node, name: string): readonly number[] => node.attrs[name] as readonly number[];
const bool = (value: boolean): Attribute => ({ kind: 'bool', value });
const axesAttrs = (node: Node): Spelling['attributes'] => ({ keep_dims: bool(node.attrs['keepDims'] === true) });
const plain = (node: Node, attributes: Spelling['attributes'] = {}): Spelling => ({ op: ops[node.op].tensorflow, operands: node.inputs.map((_, i) => i), attributes });
const withConstants = (node: Node, constants: readonly Constant[], attributes: Spelling['attributes'] = {}): Spelling => ({
  op: ops[node.op].tensorflow,
  operands: [...node.inputs.map((_, i) => i), ...constants],
  attributes,
});

/** Strides, dilations and padding as NHWC attributes. */
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

/** Repetitions along each axis; undefined where they depend on the batch. */
function repetitions(node: Node): readonly number[] | undefined {
  const from = node.inputs[0]!.shape;
  const lead = node.shape.length - from.length;
  const times = node.shape.map((to, i) => {
    const dim = i < lead ? 1 : from[i - lead]!;
    if (typeof dim === 'number' && typeof to === 'number') return to / dim;
    return typeof dim === 'object' && typeof to === 'object' ? to.batch / dim.batch : Number.NaN;
  });
  return lead === 0 && times.every(Number.isInteger) ? times : undefined;
}

/** Ops that need more than their name and inputs. */
const spellings: Partial<Readonly<Record<OpName, (node: Node) => Spelling | string>>> = {
  Cast: (node) => plain(node, { SrcT: { kind: 'type', value: node.inputs[0]!.dtype }, DstT: { kind: 'type', value: node.dtype } }),
  Sum: (node) => withConstants(node, [ints(list(node, 'axes'))], axesAttrs(node)),
  Max: (node) => withConstants(node, [ints(list(node, 'axes'))], axesAttrs(node)),
  ArgMax: (node) => withConstants(node, [int(node.attrs['axis'] as number)], { output_type: { kind: 'type', value: 'int32' } }),
  Reshape: (node) => withConstants(node, [ints(open(node.shape))]),
  Transpose: (node) => withConstants(node, [ints(list(node, 'perm'))]),
  Concat: (node) => withConstants(node, [int(node.attrs['axis'] as number)], { N: { kind: 'int', value: node.inputs.length } }),
  Slice: (node) => withConstants(node, [ints(list(node, 'begin')), ints(open(node.attrs['size'] as Shape))]),
  Pad: (node) => {
    const paddings = node.attrs['paddings'] as readonly (readonly [number, number])[];
    return withConstants(node, [{ dtype: 'int32', shape: [paddings.length, 2], values: paddings.flat() }, float(node.attrs['value'] as number)]);
  },
  Reverse: (node) => withConstants(node, [ints(list(node, 'axes'))]),
  BroadcastTo: (node) => {
    const times = repetitions(node);
    return times === undefined ? 'its shape depends on the batch' : { op: 'Tile', operands: [0, ints(times)], attributes: {} };
  },
  Gather: (node) => withConstants(node, [int(0)]),
  OneHot: (node) => withConstants(node, [int(node.attrs['depth'] as number), float(1), float(0)], { axis: { kind: 'int', value: -1 } }),
  MatMul: (node) => plain(node, { transpose_a: bool(node.attrs['transposeA'] === true), transpose_b: bool(node.attrs['transposeB'] === true) }),
  Conv2D: (node) => plain(node, convolution(node, node.inputs[0]!.shape.slice(1, 3), node.inputs[1]!.shape)),
  MaxPool: (node) => plain(node, pool(node)),
  AvgPool: (node) => ({ ...plain(node, pool(node)) }),
};

/** Ops that only training needs, or that TensorFlow spells with inputs that are not written yet. */
const unspelled: ReadonlySet<OpName> = new Set<OpName>([
  'Moment', 'RandomUniform', 'RandomNormal', 'SegmentSum', 'Conv2DBackpropInput', 'Conv2DBackpropFilter', 'MaxPoolGrad', 'MaxPoolGradGrad', 'AvgPoolGrad',
]);

/** The NodeDef of a node; a reason where it has none. */
export function spell(node: Node): Spelling | string {
  if (unspelled.has(node.op)) return `${node.op} has no NodeDef here`;
  return spellings[node.op]?.(node) ?? plain(node);
}
