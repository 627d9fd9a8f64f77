/**
 * Kernels of TensorFlow that do the work of several nodes at once. The vocabulary of graphs stays small
 * for the sake of the other targets; here its patterns are recognised. What a fused kernel leaves
 * unread is not run: a session runs what its outputs need.
 */
import { isScalar } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { sameShape } from '../../ir/graph/shape.js';

export interface Fused {
  readonly op: string;
  readonly inputs: readonly Node[];
}

/** The kernel for a node and what leads to it; undefined where there is none. */
export function fused(node: Node): Fused | undefined {
  if (node.dtype !== 'float32') return undefined;
  switch (node.op) {
    case 'Add':
      return bias(node);
    case 'Sum':
      return biasGradient(node);
    case 'Mul':
      return activationGradient(node);
    default:
      return undefined;
  }
}

/** x + b, with one b for each of the last axis. */
function bias({ inputs }: Node): Fused | undefined {
  const [x, y] = inputs as readonly [Node, Node];
  const fits = (value: Node, b: Node): boolean =>
    value.shape.length >= 2 &&
    value.shape.length <= 5 &&
    b.shape.length === 1 &&
    typeof b.shape[0] === 'number' &&
    b.shape[0] === value.shape.at(-1);
  if (fits(x, y)) return { op: 'BiasAdd', inputs: [x, y] };
  return fits(y, x) ? { op: 'BiasAdd', inputs: [y, x] } : undefined;
}

/** The sum over all axes but the last; with few channels TensorFlow's own sum is ten times as fast. */
function biasGradient({ inputs, attrs }: Node): Fused | undefined {
  const x = inputs[0]!;
  const axes = attrs['axes'] as readonly number[];
  const rank = x.shape.length;
  const channels = x.shape.at(-1)!;
  const all =
    typeof channels === 'number' &&
    channels >= 4 &&
    rank >= 2 &&
    rank <= 5 &&
    attrs['keepDims'] !== true &&
    axes.length === rank - 1 &&
    axes.every((axis) => axis < rank - 1);
  return all ? { op: 'BiasAddGrad', inputs: [x] } : undefined;
}

/** dy · f′, where f′ is written with y = f(x). */
function activationGradient({ inputs }: Node): Fused | undefined {
  const [x, y] = inputs as readonly [Node, Node];
  for (const [dy, slope] of [
    [x, y],
    [y, x],
  ] as const) {
    if (dy.shape.length === 0 || !sameShape(dy.shape, slope.shape)) continue;
    const relu = ofRelu(slope);
    if (relu !== undefined) return { op: 'ReluGrad', inputs: [dy, relu] };
    const sigmoid = ofSigmoid(slope);
    if (sigmoid !== undefined) return { op: 'SigmoidGrad', inputs: [sigmoid, dy] };
    const tanh = ofTanh(slope);
    if (tanh !== undefined) return { op: 'TanhGrad', inputs: [tanh, dy] };
  }
  return undefined;
}

/** y of (y > 0) as numbers. */
function ofRelu(slope: Node): Node | undefined {
  const comparison = slope.op === 'Cast' ? slope.inputs[0]! : undefined;
  return comparison?.op === 'Greater' && isScalar(comparison.inputs[1]!, 0) ? comparison.inputs[0] : undefined;
}

/** y of y · (1 − y). */
function ofSigmoid(slope: Node): Node | undefined {
  if (slope.op !== 'Mul') return undefined;
  const [y, rest] = slope.inputs as readonly [Node, Node];
  return rest.op === 'Sub' && isScalar(rest.inputs[0]!, 1) && rest.inputs[1] === y ? y : undefined;
}

/** y of 1 − y². */
function ofTanh(slope: Node): Node | undefined {
  if (slope.op !== 'Sub' || !isScalar(slope.inputs[0]!, 1)) return undefined;
  const square = slope.inputs[1]!;
  return square.op === 'Square' ? square.inputs[0] : undefined;
}
