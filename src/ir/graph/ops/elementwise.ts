/** Ops that work element by element, with NumPy broadcasting where they take two inputs. */
import type { Builder } from '../build.js';
import type { DType, Node } from '../graph.js';
import { broadcast, sameShape, showShape } from '../shape.js';
import { text, type Inferred, type OpDefinition, type OpGroup } from './define.js';
import { beyondFour, flat } from './ranks.js';

type Vjp = (b: Builder, x: Node, y: Node, dy: Node) => Node;

/** `derivative` gets x, the result y and dy; absent where the derivative is zero almost everywhere. */
function unary(summary: string, tensorflow: string, tfjs: string, vjp?: Vjp, host?: string): OpDefinition {
  return {
    summary,
    tensorflow,
    infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
    parts: () => 'joined',
    ...(vjp === undefined ? {} : { vjp: (b, node, dy) => [vjp(b, node.inputs[0]!, node, dy)] }),
    tfjs: ([x]) => `tf.${tfjs}(${x})`,
    ...(host === undefined ? {} : { host: ([x]) => host.replaceAll('$x', () => x!) }),
  };
}

function broadcasting(x: Node, y: Node, dtype: DType): Inferred | string {
  const shape = broadcast(x.shape, y.shape);
  return shape === undefined
    ? `shapes ${showShape(x.shape)} and ${showShape(y.shape)} do not broadcast`
    : { shape, dtype };
}

type BinaryVjp = (b: Builder, x: Node, y: Node, out: Node, dy: Node) => readonly [() => Node, () => Node];

function binary(summary: string, tensorflow: string, tfjs: string, host: string, vjp: BinaryVjp): OpDefinition {
  return {
    summary,
    tensorflow,
    infer: ([x, y]) => broadcasting(x!, y!, x!.dtype),
    parts: () => 'joined',
    vjp: (b, node, dy, needs) => {
      const [x, y] = node.inputs as readonly [Node, Node];
      const sides = vjp(b, x, y, node, dy);
      return [x, y].map((side, i) => (needs[i] === true ? b.sumTo(sides[i]!(), side.shape) : null));
    },
    tfjs: ([x, y]) => `tf.${tfjs}(${x}, ${y})`,
    host: ([x, y]) => host.replaceAll(/\$[xy]/g, (side) => (side === '$x' ? x! : y!)),
  };
}

function comparison(summary: string, tensorflow: string, tfjs: string): OpDefinition {
  return {
    summary,
    tensorflow,
    infer: ([x, y]) => broadcasting(x!, y!, 'bool'),
    parts: () => 'joined',
    tfjs: ([x, y]) => `tf.${tfjs}(${x}, ${y})`,
  };
}

export const elementwise = {
  Identity: {
    ...unary('x itself', 'Identity', 'identity', (_b, _x, _y, dy) => dy),
    tfjs: ([x]) => x!,
    host: ([x]) => x!,
  },
  /** A constant for the derivative: `stop(x)`. */
  StopGradient: { ...unary('x, taken as a constant', 'StopGradient', 'identity'), tfjs: ([x]) => x! },
  Neg: unary('−x', 'Neg', 'neg', (b, _x, _y, dy) => b.neg(dy), '(-($x))'),
  Exp: unary('eˣ', 'Exp', 'exp', (b, _x, y, dy) => b.mul(dy, y), 'Math.exp($x)'),
  Log: unary('ln x', 'Log', 'log', (b, x, _y, dy) => b.div(dy, x), 'Math.log($x)'),
  Log1p: unary('ln(1 + x)', 'Log1p', 'log1p', (b, x, _y, dy) => b.div(dy, b.shift(x, 1)), 'Math.log1p($x)'),
  Expm1: unary('eˣ − 1', 'Expm1', 'expm1', (b, _x, y, dy) => b.mul(dy, b.shift(y, 1)), 'Math.expm1($x)'),
  Sqrt: unary('√x', 'Sqrt', 'sqrt', (b, _x, y, dy) => b.div(b.scale(dy, 0.5), y), 'Math.sqrt($x)'),
  Rsqrt: unary('1/√x', 'Rsqrt', 'rsqrt', (b, x, y, dy) => b.mul(dy, b.scale(b.div(y, x), -0.5))),
  Square: unary('x²', 'Square', 'square', (b, x, _y, dy) => b.mul(dy, b.scale(x, 2)), '(($x) ** 2)'),
  Reciprocal: unary('1/x', 'Reciprocal', 'reciprocal', (b, _x, y, dy) => b.neg(b.mul(dy, b.square(y)))),
  Abs: unary('|x|', 'Abs', 'abs', (b, x, _y, dy) => b.mul(dy, b.unary('Sign', x)), 'Math.abs($x)'),
  Sign: unary('−1, 0 or 1', 'Sign', 'sign'),
  Floor: unary('⌊x⌋', 'Floor', 'floor', undefined, 'Math.floor($x)'),
  Round: unary('x to the nearest integer, halves to even', 'Round', 'round'),
  Sin: unary('sin x', 'Sin', 'sin', (b, x, _y, dy) => b.mul(dy, b.unary('Cos', x)), 'Math.sin($x)'),
  Cos: unary('cos x', 'Cos', 'cos', (b, x, _y, dy) => b.neg(b.mul(dy, b.unary('Sin', x))), 'Math.cos($x)'),
  Erf: unary('the error function', 'Erf', 'erf', (b, x, _y, dy) =>
    b.mul(dy, b.scale(b.unary('Exp', b.neg(b.square(x))), 2 / Math.sqrt(Math.PI))),
  ),
  Relu: unary('max(x, 0)', 'Relu', 'relu', (b, _x, y, dy) => b.mul(dy, b.indicator('Greater', y, b.scalar(0)))),
  Sigmoid: unary('1/(1 + e⁻ˣ)', 'Sigmoid', 'sigmoid', (b, _x, y, dy) => b.mul(dy, b.mul(y, b.sub(b.scalar(1), y)))),
  Tanh: unary('tanh x', 'Tanh', 'tanh', (b, _x, y, dy) => b.mul(dy, b.sub(b.scalar(1), b.square(y)))),
  Softplus: unary('ln(1 + eˣ)', 'Softplus', 'softplus', (b, x, _y, dy) => b.mul(dy, b.unary('Sigmoid', x))),
  LogicalNot: { ...unary('not x', 'LogicalNot', 'logicalNot') },
  Cast: {
    summary: 'x in another type',
    tensorflow: 'Cast',
    infer: ([x], attrs) => ({ shape: x!.shape, dtype: text(attrs, 'dtype') as DType }),
    parts: () => 'joined',
    tfjs: ([x], node) => `tf.cast(${x}, '${node.dtype}')`,
  },

  Add: binary('x + y', 'AddV2', 'add', '($x + $y)', (_b, _x, _y, _o, dy) => [() => dy, () => dy]),
  Sub: binary('x − y', 'Sub', 'sub', '($x - $y)', (b, _x, _y, _o, dy) => [() => dy, () => b.neg(dy)]),
  Mul: binary('x · y', 'Mul', 'mul', '($x * $y)', (b, x, y, _o, dy) => [() => b.mul(dy, y), () => b.mul(dy, x)]),
  RealDiv: binary('x / y', 'RealDiv', 'div', '($x / $y)', (b, _x, y, out, dy) => [
    () => b.div(dy, y),
    () => b.neg(b.mul(dy, b.div(out, y))),
  ]),
  /** Where x = y the whole cotangent goes to x, so that a sum of both sides counts it once. */
  Maximum: binary('max(x, y)', 'Maximum', 'maximum', 'Math.max($x, $y)', (b, x, y, _o, dy) => [
    () => b.mul(dy, b.indicator('GreaterEqual', x, y)),
    () => b.mul(dy, b.indicator('Less', x, y)),
  ]),
  Minimum: binary('min(x, y)', 'Minimum', 'minimum', 'Math.min($x, $y)', (b, x, y, _o, dy) => [
    () => b.mul(dy, b.indicator('GreaterEqual', y, x)),
    () => b.mul(dy, b.indicator('Less', y, x)),
  ]),
  Pow: binary('xʸ', 'Pow', 'pow', '(($x) ** ($y))', (b, x, y, out, dy) => [
    () => b.mul(dy, b.mul(y, b.make('Pow', [x, b.shift(y, -1)]))),
    () => b.mul(dy, b.mul(out, b.unary('Log', x))),
  ]),

  Greater: comparison('x > y', 'Greater', 'greater'),
  GreaterEqual: comparison('x ≥ y', 'GreaterEqual', 'greaterEqual'),
  Less: comparison('x < y', 'Less', 'less'),
  Equal: comparison('x = y', 'Equal', 'equal'),
  LogicalAnd: comparison('x and y', 'LogicalAnd', 'logicalAnd'),
  Select: {
    summary: 'x where the condition holds, else y; all of one shape',
    tensorflow: 'SelectV2',
    infer: ([c, x, y]) =>
      c!.dtype === 'bool' && sameShape(c!.shape, x!.shape) && sameShape(x!.shape, y!.shape)
        ? { shape: x!.shape, dtype: x!.dtype }
        : `condition ${showShape(c!.shape)}, values ${showShape(x!.shape)} and ${showShape(y!.shape)}`,
    parts: () => 'joined',
    vjp: (b, node, dy) => {
      const zero = b.fill(0, node.shape);
      return [null, b.select(node.inputs[0]!, dy, zero), b.select(node.inputs[0]!, zero, dy)];
    },
    avoid: (backend, node) =>
      beyondFour(backend, node, { webgl: 'throws beyond rank 4', webgpu: 'throws beyond rank 4' }),
    rewrite: (b, node) => {
      const [c, x, y] = node.inputs.map((input) => b.reshape(input, [flat(node.shape)])) as [Node, Node, Node];
      return b.reshape(b.select(c, x, y), node.shape);
    },
    tfjs: ([c, x, y]) => `tf.where(${c}, ${x}, ${y})`,
  },
} satisfies OpGroup;
