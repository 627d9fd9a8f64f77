/** Tensors of the reference interpreter: row-major, float64 whatever the dtype (bools are 0 and 1). */
import type { Node } from '../../../src/ir/graph/graph.js';
import type { Shape } from '../../../src/ir/graph/shape.js';

export interface Value {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export interface Environment {
  readonly batch: number;
  /** What Input nodes read, by name. */
  readonly feeds: Readonly<Record<string, Value>>;
  readonly seed?: number;
  readonly step?: number;
  readonly epoch?: number;
}

export type Kernel = (inputs: readonly Value[], node: Node, env: Environment) => Value;

export const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

export const value = (shape: readonly number[], data: ArrayLike<number>): Value => {
  if (data.length !== count(shape)) throw new Error(`${data.length} numbers for ${shape.join('×')}`);
  return { shape, data: Float64Array.from(data) };
};

/** The numbers that a shape stands for; rows of a fed array are counted there. */
export const resolve = (shape: Shape, { batch, feeds }: Pick<Environment, 'batch' | 'feeds'>): readonly number[] =>
  shape.map((dim) => {
    if (typeof dim === 'number') return dim;
    const all = dim.of === undefined ? batch : feeds[dim.of]!.shape[0]!;
    const { section } = dim;
    if (section?.of === 'first') return dim.batch * section.count;
    return dim.batch * (all - (section?.count ?? 0));
  });

export const strides = (shape: readonly number[]): readonly number[] => {
  const out = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) out[i] = out[i + 1]! * shape[i + 1]!;
  return out;
};

/** Position of an index in the data; undefined outside. */
export function offset(shape: readonly number[], index: readonly number[]): number | undefined {
  let at = 0;
  for (let i = 0; i < shape.length; i++) {
    if (index[i]! < 0 || index[i]! >= shape[i]!) return undefined;
    at = at * shape[i]! + index[i]!;
  }
  return at;
}

/** The element at an index, zero outside: how convolutions see their padding. */
export const at = (x: Value, ...index: readonly number[]): number => {
  const position = offset(x.shape, index);
  return position === undefined ? 0 : x.data[position]!;
};

/** The tensor whose element at each index is given by a function. */
export function tabulate(shape: readonly number[], element: (index: readonly number[]) => number): Value {
  const data = new Float64Array(count(shape));
  const index = shape.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    data[i] = element(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

/** Visits every index of a shape. */
export const each = (shape: readonly number[], visit: (index: readonly number[]) => void): void => {
  tabulate(shape, (index) => {
    visit(index);
    return 0;
  });
};

/** NumPy's broadcasting rule, written apart from the compiler's own. */
export function broadcastShape(...shapes: readonly (readonly number[])[]): readonly number[] {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    const dims = shapes.map((s) => s[s.length - rank + i] ?? 1);
    const dim = dims.find((d) => d !== 1) ?? 1;
    if (dims.some((d) => d !== 1 && d !== dim))
      throw new Error(`${shapes.map((s) => s.join('×')).join(' and ')} do not broadcast`);
    return dim;
  });
}

/** The element that broadcasting puts at an index of a larger shape. */
export const broadcastAt = (x: Value, index: readonly number[]): number => {
  const lead = index.length - x.shape.length;
  return at(x, ...x.shape.map((dim, i) => (dim === 1 ? 0 : index[lead + i]!)));
};
