/**
 * Builds graphs. `make` is the only place where nodes come to be: it computes shape and dtype from
 * the op's definition. The other methods spell common ops and leave out what is known to do
 * nothing (x·1, x+0), so that derivatives stay readable.
 */
import type { Attrs, DType, Graph, Node, Origin, Output } from './graph.js';
import { ops } from './ops/index.js';
import type { OpName } from './ops/names.js';
import {
  broadcastAxes,
  fixed,
  product,
  sameDim,
  sameShape,
  sectionOf,
  showDim,
  type Dim,
  type Section,
  type Shape,
} from './shape.js';

export class Builder {
  readonly #nodes: Node[] = [];
  readonly #scalars = new Map<number, Node>();
  #origin: Origin | undefined;
  #streams = 0;

  /** Nodes made inside `body` carry this origin. */
  at<T>(origin: Origin | undefined, body: () => T): T {
    const before = this.#origin;
    this.#origin = origin ?? before;
    try {
      return body();
    } finally {
      this.#origin = before;
    }
  }

  /** Nodes made inside `body` are what an entry of the registry computes, in the place that others have around them. */
  as<T>(entry: string, body: () => T): T {
    return this.at(this.#origin && { ...this.#origin, entry }, body);
  }

  /** A misfit here is our own bug (the checker has seen the model before), hence an exception. */
  make(op: OpName, inputs: readonly Node[], attrs: Attrs = {}, name?: string, body?: Graph): Node {
    const result = ops[op].infer(inputs, attrs);
    if (typeof result === 'string') {
      throw new Error(`${op}(${inputs.map((i) => `${i.op}#${i.id}`).join(', ')}): ${result}`);
    }
    const node: Node = {
      id: this.#nodes.length,
      op,
      inputs,
      attrs,
      shape: result.shape,
      dtype: result.dtype,
      ...(name === undefined ? {} : { name }),
      ...(body === undefined ? {} : { body }),
      ...(this.#origin === undefined ? {} : { origin: this.#origin }),
    };
    this.#nodes.push(node);
    return node;
  }

  /** The same value under a reader's name. */
  named(node: Node, name: string): Node {
    return this.make('Identity', [node], {}, name);
  }

  finish(name: string, outputs: readonly Output[]): Graph {
    return { name, nodes: [...this.#nodes], outputs };
  }

  // ───────────────────────────────────────────────────────────────────────── sources

  input(
    kind: 'data' | 'weight' | 'slot' | 'code' | 'given' | 'grown' | 'pair' | 'sum',
    name: string,
    shape: Shape,
    dtype: DType = 'float32',
  ): Node {
    return this.make('Input', [], { kind, name, shape, dtype }, name);
  }

  scalar(value: number): Node {
    const known = this.#scalars.get(value);
    if (known !== undefined) return known;
    const node = this.make('Const', [], { values: [value], shape: [] });
    this.#scalars.set(value, node);
    return node;
  }

  constant(values: readonly number[], shape: readonly number[]): Node {
    return this.make('Const', [], { values, shape });
  }

  fill(value: number, shape: Shape): Node {
    return this.broadcastTo(this.scalar(value), shape);
  }

  /** Steps done before this one. */
  step(): Node {
    return this.make('Moment', [], { which: 'step' });
  }

  epoch(): Node {
    return this.make('Moment', [], { which: 'epoch' });
  }

  batchSize(): Node {
    return this.make('Moment', [], { which: 'batchSize' });
  }

  /** How many rows a tensor has, as a number. */
  rowsIn({ shape: [rows] }: Node): Node {
    if (typeof rows === 'number') return this.scalar(rows);
    if (rows?.of !== undefined || rows?.section !== undefined) throw new Error(`nobody counts ${showDim(rows)}`);
    return this.scale(this.batchSize(), rows?.batch ?? 1);
  }

  /** Uniform on [0, 1); each call draws from a stream of its own, unless it names one. */
  uniform(shape: Shape, stream: number = this.#streams++): Node {
    return this.make('RandomUniform', [], { shape, stream });
  }

  normal(shape: Shape, stream: number = this.#streams++): Node {
    return this.make('RandomNormal', [], { shape, stream });
  }

  // ─────────────────────────────────────────────────────────────────────── elementwise

  unary(op: OpName, x: Node): Node {
    return this.make(op, [x]);
  }

  neg(x: Node): Node {
    return this.make('Neg', [x]);
  }

  add(x: Node, y: Node): Node {
    if (isScalar(x, 0)) return y;
    if (isScalar(y, 0)) return x;
    return this.make('Add', [x, y]);
  }

  sub(x: Node, y: Node): Node {
    return isScalar(y, 0) ? x : this.make('Sub', [x, y]);
  }

  mul(x: Node, y: Node): Node {
    if (isScalar(x, 1)) return y;
    if (isScalar(y, 1)) return x;
    return this.make('Mul', [x, y]);
  }

  div(x: Node, y: Node): Node {
    return isScalar(y, 1) ? x : this.make('RealDiv', [x, y]);
  }

  scale(x: Node, by: number): Node {
    return this.mul(x, this.scalar(by));
  }

  shift(x: Node, by: number): Node {
    return this.add(x, this.scalar(by));
  }

  square(x: Node): Node {
    return this.make('Square', [x]);
  }

  select(condition: Node, x: Node, y: Node): Node {
    return this.make('Select', [condition, x, y]);
  }

  cast(x: Node, dtype: DType): Node {
    return x.dtype === dtype ? x : this.make('Cast', [x], { dtype });
  }

  /** 1 where the comparison holds, else 0. */
  indicator(op: 'Greater' | 'GreaterEqual' | 'Less' | 'Equal', x: Node, y: Node): Node {
    return this.cast(this.make(op, [x, y]), 'float32');
  }

  // ───────────────────────────────────────────────────────────────────────── reductions

  sum(x: Node, axes: readonly number[] = x.shape.map((_, i) => i), keepDims = false): Node {
    return axes.length === 0 ? x : this.make('Sum', [x], { axes, keepDims });
  }

  max(x: Node, axes: readonly number[], keepDims = false): Node {
    return this.make('Max', [x], { axes, keepDims });
  }

  /** The sum over all that follows the rows: [rows]. */
  sumRows(x: Node): Node {
    return this.sum(
      x,
      x.shape.slice(1).map((_, i) => i + 1),
    );
  }

  /** The mean over the batch of a per-example sum: the one reduction of aec's losses. */
  batchMean(x: Node): Node {
    return this.div(this.sum(x), this.batchSize());
  }

  // ──────────────────────────────────────────────────────────────────── shape and order

  reshape(x: Node, shape: Shape): Node {
    return sameShape(x.shape, shape) ? x : this.make('Reshape', [x], { shape });
  }

  transpose(x: Node, perm: readonly number[]): Node {
    return perm.every((p, i) => p === i) ? x : this.make('Transpose', [x], { perm });
  }

  broadcastTo(x: Node, shape: Shape): Node {
    return sameShape(x.shape, shape) ? x : this.make('BroadcastTo', [x], { shape });
  }

  /** The adjoint of broadcasting: sums over the repeated axes. */
  sumTo(x: Node, shape: Shape): Node {
    if (sameShape(x.shape, shape)) return x;
    return this.reshape(this.sum(x, broadcastAxes(shape, x.shape)), shape);
  }

  /** `size` −1 means "to the end". */
  slice(x: Node, begin: readonly number[], size: readonly number[]): Node {
    const full: Dim[] = x.shape.map((dim, i) =>
      size[i] === -1 ? (typeof dim === 'number' ? dim - begin[i]! : dim) : size[i]!,
    );
    return sameShape(full, x.shape) ? x : this.make('Slice', [x], { begin, size: full });
  }

  /** Some rows of an axis that counts those of a batch; of a tensor that has none, all of it. */
  section(x: Node, axis: number, section: Section | undefined): Node {
    const dim = x.shape[axis];
    if (section === undefined || typeof dim !== 'object') return x;
    const own = sectionOf(dim, section);
    // Flat on both sides: no backend cuts tensors of more than four axes.
    const row = product(x.shape.slice(axis + 1).map(fixed));
    const flat = this.reshape(x, [...x.shape.slice(0, axis), dim, row]);
    const begin = flat.shape.map((_, i) => (i === axis && section.of === 'behind' ? section.count : 0));
    const size = flat.shape.map((other, i) => (i === axis ? own : other));
    return this.reshape(this.make('Slice', [flat], { begin, size }), [
      ...x.shape.slice(0, axis),
      own,
      ...x.shape.slice(axis + 1),
    ]);
  }

  pad(x: Node, paddings: readonly (readonly [number, number])[], value = 0): Node {
    return paddings.every(([a, b]) => a === 0 && b === 0) ? x : this.make('Pad', [x], { paddings, value });
  }

  concat(xs: readonly Node[], axis: number): Node {
    return xs.length === 1 ? xs[0]! : (cutFrom(xs, axis) ?? this.make('Concat', xs, { axis }));
  }

  reverse(x: Node, axes: readonly number[]): Node {
    return this.make('Reverse', [x], { axes });
  }

  // ────────────────────────────────────────────────────────────────────────────── linear

  matMul(x: Node, y: Node, transposeA = false, transposeB = false): Node {
    return this.make('MatMul', [x, y], { transposeA, transposeB });
  }
}

export const isScalar = (node: Node, value: number): boolean =>
  node.op === 'Const' && node.shape.length === 0 && (node.attrs['values'] as readonly number[])[0] === value;

/** The tensor of which these are the parts, in their order; undefined where they are not. */
function cutFrom(parts: readonly Node[], axis: number): Node | undefined {
  const whole = parts[0]!.op === 'Slice' ? parts[0]!.inputs[0]! : undefined;
  if (whole === undefined) return undefined;
  let at = 0;
  for (const part of parts) {
    const begin = part.op === 'Slice' && part.inputs[0] === whole ? (part.attrs['begin'] as readonly number[]) : [];
    const size = part.shape[axis];
    if (typeof size !== 'number' || begin[axis] !== at) return undefined;
    if (!part.shape.every((dim, i) => i === axis || sameDim(dim, whole.shape[i]!))) return undefined;
    at += size;
  }
  return whole.shape[axis] === at ? whole : undefined;
}
