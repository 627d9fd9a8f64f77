/** Reference kernels: element by element, and reductions. */
import type { OpName } from '../../../src/ir/graph/ops/names.js';
import type { Dim } from '../../../src/ir/graph/shape.js';
import {
  at,
  broadcastAt,
  broadcastShape,
  each,
  offset,
  resolve,
  tabulate,
  value,
  type Kernel,
  type Value,
} from './value.js';

/** erf x = 2/√π · e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms share a sign, so that nothing cancels. */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Halves go to the even neighbour. */
const roundHalfEven = (x: number): number => {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
};

const unary =
  (f: (x: number) => number): Kernel =>
  ([x]) =>
    value(x!.shape, x!.data.map(f));

const binary =
  (f: (x: number, y: number) => number): Kernel =>
  ([x, y]) =>
    tabulate(broadcastShape(x!.shape, y!.shape), (index) => f(broadcastAt(x!, index), broadcastAt(y!, index)));

const reduce =
  (start: number, join: (sum: number, x: number) => number): Kernel =>
  ([x], node) => {
    const axes = node.attrs['axes'] as readonly number[];
    const kept = x!.shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
    const out = tabulate(kept, () => start);
    each(x!.shape, (index) => {
      const to = offset(
        kept,
        index.map((n, i) => (axes.includes(i) ? 0 : n)),
      )!;
      out.data[to] = join(out.data[to]!, x!.data[offset(x!.shape, index)!]!);
    });
    return node.attrs['keepDims'] === true
      ? out
      : value(
          x!.shape.filter((_, i) => !axes.includes(i)),
          out.data,
        );
  };

const argMax: Kernel = ([x], node) => {
  const axis = node.attrs['axis'] as number;
  const shape = x!.shape.filter((_, i) => i !== axis);
  return tabulate(shape, (index) => {
    const along = Array.from(
      { length: x!.shape[axis]! },
      (_, k) => x!.data[offset(x!.shape, [...index.slice(0, axis), k, ...index.slice(axis)])!]!,
    );
    return along.indexOf(Math.max(...along));
  });
};

const softmax: Kernel = ([x]) => {
  const width = x!.shape.at(-1)!;
  const out = Float64Array.from(x!.data);
  for (let start = 0; start < out.length; start += width) {
    const row = x!.data.subarray(start, start + width);
    const top = Math.max(...row);
    const sum = row.reduce((a, c) => a + Math.exp(c - top), 0);
    row.forEach((c, i) => (out[start + i] = Math.exp(c - top) / sum));
  }
  return value(x!.shape, out);
};

const select: Kernel = ([c, x, y]): Value =>
  value(
    x!.shape,
    x!.data.map((a, i) => (c!.data[i] === 0 ? y!.data[i]! : a)),
  );

const cast: Kernel = ([x], node) =>
  value(
    x!.shape,
    x!.data.map((a) => ({ float32: a, int32: Math.trunc(a), bool: a === 0 ? 0 : 1 })[node.dtype]),
  );

const topK: Kernel = ([x], node, env) => {
  const [k] = resolve([node.attrs['k'] as Dim], env);
  const lines = Array.from({ length: x!.data.length / x!.shape.at(-1)! }, (_, i) =>
    [...x!.data.subarray(i * x!.shape.at(-1)!, (i + 1) * x!.shape.at(-1)!)].sort((p, q) => q - p).slice(0, k),
  );
  return value([...x!.shape.slice(0, -1), k!], lines.flat());
};

export const elementwise = {
  Identity: unary((x) => x),
  StopGradient: unary((x) => x),
  Cast: cast,
  Neg: unary((x) => -x),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Log1p: unary(Math.log1p),
  Expm1: unary(Math.expm1),
  Sqrt: unary(Math.sqrt),
  Rsqrt: unary((x) => 1 / Math.sqrt(x)),
  Square: unary((x) => x * x),
  Reciprocal: unary((x) => 1 / x),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Floor: unary(Math.floor),
  Round: unary(roundHalfEven),
  Sin: unary(Math.sin),
  Cos: unary(Math.cos),
  Erf: unary(erf),
  Relu: unary((x) => Math.max(x, 0)),
  Sigmoid: unary((x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)))),
  Tanh: unary(Math.tanh),
  Softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  LogicalNot: unary((x) => (x === 0 ? 1 : 0)),
  Add: binary((x, y) => x + y),
  Sub: binary((x, y) => x - y),
  Mul: binary((x, y) => x * y),
  RealDiv: binary((x, y) => x / y),
  Maximum: binary(Math.max),
  Minimum: binary(Math.min),
  Pow: binary((x, y) => x ** y),
  Greater: binary((x, y) => Number(x > y)),
  GreaterEqual: binary((x, y) => Number(x >= y)),
  Less: binary((x, y) => Number(x < y)),
  Equal: binary((x, y) => Number(x === y)),
  LogicalAnd: binary((x, y) => Number(x !== 0 && y !== 0)),
  Select: select,
  Sum: reduce(0, (a, x) => a + x),
  Max: reduce(-Infinity, Math.max),
  ArgMax: argMax,
  TopK: topK,
  CumSum: ([x]) =>
    tabulate(x!.shape, (index) =>
      Array.from({ length: index.at(-1)! + 1 }, (_, i) => at(x!, ...index.slice(0, -1), i)).reduce((a, c) => a + c, 0),
    ),
  Softmax: softmax,
} satisfies Partial<Record<OpName, Kernel>>;
