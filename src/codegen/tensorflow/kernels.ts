/**
 * What TensorFlow's op registry says of the kernels that aec's graphs call, as far as a NodeDef needs
 * it: the name of the result, by which the nodes of a function refer to it, and the type attributes
 * that follow from the operands.
 */
import type { DataType } from './schema.js';

export interface Kernel {
  /** Name of the (first) result in the op's definition. */
  readonly result: string;
  /** Type attributes: the type of the operand at a position, a fixed type, or the result's. */
  readonly types: Readonly<Record<string, number | DataType | 'result'>>;
}

const same: Kernel = { result: 'output', types: { T: 0 } };
const unary: Kernel = { result: 'y', types: { T: 0 } };
const binary: Kernel = { result: 'z', types: { T: 0 } };
const activation: Kernel = { result: 'activations', types: { T: 0 } };
const reduction: Kernel = { result: 'output', types: { T: 0, Tidx: 'int32' } };
const update: Kernel = { result: '', types: { T: 'float32' } };
const draw: Kernel = { result: 'output', types: { dtype: 'float32', Tshape: 'int32' } };

const kernels: Readonly<Record<string, Kernel>> = {
  Const: { result: 'output', types: { dtype: 'result' } },
  Placeholder: { result: 'output', types: { dtype: 'result' } },
  Neg: unary,
  Exp: unary,
  Log: unary,
  Log1p: unary,
  Expm1: unary,
  Sqrt: unary,
  Rsqrt: unary,
  Square: unary,
  Reciprocal: unary,
  Abs: unary,
  Sign: unary,
  Floor: unary,
  Round: unary,
  Sin: unary,
  Cos: unary,
  Erf: unary,
  Sigmoid: unary,
  Tanh: unary,
  IsFinite: unary,
  Relu: activation,
  Softplus: activation,
  LogicalNot: { result: 'y', types: {} },
  LogicalAnd: { result: 'z', types: {} },
  Cast: { result: 'y', types: { SrcT: 0, DstT: 'result' } },
  Bitcast: { result: 'output', types: { T: 0, type: 'result' } },
  AddV2: binary,
  Sub: binary,
  Mul: binary,
  RealDiv: binary,
  Maximum: binary,
  Minimum: binary,
  Pow: binary,
  FloorDiv: binary,
  Greater: binary,
  GreaterEqual: binary,
  Less: binary,
  Equal: binary,
  SelectV2: { result: 'output', types: { T: 1 } },
  ReluGrad: { result: 'backprops', types: { T: 0 } },
  SigmoidGrad: binary,
  TanhGrad: binary,
  Sum: reduction,
  Max: reduction,
  ArgMax: { result: 'output', types: { T: 0, Tidx: 'int32', output_type: 'result' } },
  TopKV2: { result: 'values', types: { T: 0, Tk: 'int32', index_type: 'int32' } },
  Cumsum: { result: 'out', types: { T: 0, Tidx: 'int32' } },
  Softmax: { result: 'softmax', types: { T: 0 } },
  Reshape: { result: 'output', types: { T: 0, Tshape: 'int32' } },
  Transpose: { result: 'y', types: { T: 0, Tperm: 'int32' } },
  BroadcastTo: { result: 'output', types: { T: 0, Tidx: 'int32' } },
  Tile: { result: 'output', types: { T: 0, Tmultiples: 'int32' } },
  ConcatV2: { result: 'output', types: { T: 0, Tidx: 'int32' } },
  Pack: same,
  DeepCopy: unary,
  AddN: { result: 'sum', types: { T: 0 } },
  Slice: { result: 'output', types: { T: 0, Index: 'int32' } },
  StridedSlice: { result: 'output', types: { T: 0, Index: 'int32' } },
  Shape: { result: 'output', types: { T: 0, out_type: 'int32' } },
  PadV2: { result: 'output', types: { T: 0, Tpaddings: 'int32' } },
  ReverseV2: { result: 'output', types: { T: 0, Tidx: 'int32' } },
  GatherV2: { result: 'output', types: { Tparams: 0, Tindices: 1, Taxis: 'int32' } },
  Range: { result: 'output', types: { Tidx: 0 } },
  TensorScatterUpdate: { result: 'output', types: { T: 0, Tindices: 1 } },
  UnsortedSegmentSum: { result: 'output', types: { T: 0, Tindices: 1, Tnumsegments: 'int32' } },
  OneHot: { result: 'output', types: { T: 'result', TI: 0 } },
  MatMul: { result: 'product', types: { T: 0 } },
  BatchMatMulV2: same,
  BiasAdd: same,
  BiasAddGrad: same,
  Conv2D: same,
  MaxPool: same,
  MaxPoolGrad: same,
  MaxPoolGradGrad: same,
  AvgPool: same,
  Conv2DBackpropInput: { result: 'output', types: { T: 1 } },
  Conv2DBackpropFilter: same,
  AvgPoolGrad: { result: 'output', types: { T: 1 } },
  Identity: same,
  StatelessRandomUniformV2: draw,
  StatelessRandomNormalV2: draw,
  VarHandleOp: { result: 'resource', types: { dtype: 'float32' } },
  ReadVariableOp: { result: 'value', types: { dtype: 'result' } },
  ResourceGather: { result: 'output', types: { dtype: 'result', Tindices: 1 } },
  AssignVariableOp: { result: '', types: { dtype: 1 } },
  AssignSubVariableOp: { result: '', types: { dtype: 1 } },
  ResourceApplyGradientDescent: update,
  ResourceApplyMomentum: update,
  ResourceApplyRMSProp: update,
  ResourceApplyAdam: update,
  If: { result: 'output', types: { Tcond: 0 } },
  While: { result: 'output', types: {} },
};

/** Throws for an op that is not listed: which ops occur is ours to know. */
export function kernel(op: string): Kernel {
  const found = kernels[op];
  if (found === undefined) throw new Error(`no kernel ${op} is described`);
  return found;
}

/** The type attributes of a node with operands of the given types. */
export const typeAttributes = (
  op: string,
  operands: readonly DataType[],
  result: DataType,
): Readonly<Record<string, DataType>> =>
  Object.fromEntries(
    Object.entries(kernel(op).types).map(([key, from]) => [
      key,
      from === 'result' ? result : typeof from === 'number' ? operands[from]! : from,
    ]),
  );
