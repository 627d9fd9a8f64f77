/** Writes the nodes of an ONNX graph, or of the body of one of its nodes, which sees the values around it. */
import type { DType } from '../../ir/graph/graph.js';
import { showDim, type Dim, type Shape } from '../../ir/graph/shape.js';
import {
  attributeTypes,
  dataTypes,
  type AttributeValue,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './schema.js';

/** A tensor, by its name: every name of a model is given once. */
export type Value = string;

export type Attributes = Readonly<Record<string, number | string | readonly number[] | AttributeValue>>;

/** Numbers of which each has one type, and a tensor of them its bytes. */
type Numbers = { readonly dtype: 'float32' | 'int32' | 'int64'; readonly values: ArrayLike<number> };

/** What a model has once, whichever graph of it is written. */
class Store {
  readonly initializers: TensorProto[] = [];
  readonly constants = new Map<string, Value>();
  readonly #taken = new Set<string>();

  /** A name that no value has yet. */
  fresh(wanted: string): string {
    let name = wanted;
    for (let i = 2; this.#taken.has(name); i++) name = `${wanted}_${i}`;
    this.#taken.add(name);
    return name;
  }
}

export class GraphWriter {
  readonly nodes: NodeProto[] = [];
  readonly #dims = new Map<string, Value>();
  /** What nodes are called after that are written now. */
  scope = '';

  /** @param batch a tensor with a row for each example, or for each row that a body is applied to */
  constructor(
    private readonly batch: Value | undefined,
    private readonly store = new Store(),
  ) {}

  /** For the body of a node. */
  within(batch: Value): GraphWriter {
    return new GraphWriter(batch, this.store);
  }

  get initializers(): readonly TensorProto[] {
    return this.store.initializers;
  }

  /** A node with one result. */
  call(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.results(op, inputs, attributes, 1)[0]!;
  }

  /** A node with several results. */
  results(op: string, inputs: readonly Value[], attributes: Attributes, count: number): readonly Value[] {
    const name = this.fresh(this.scope === '' ? op : `${this.scope}/${op}`);
    const output = [name, ...Array.from({ length: count - 1 }, () => this.fresh(name))];
    this.#add(op, inputs, output, attributes);
    return output;
  }

  /** A value once more, under a name of its own. */
  alias(value: Value, wanted: string): Value {
    const name = this.fresh(wanted);
    this.#add('Identity', [value], [name], {});
    return name;
  }

  fresh(wanted: string): Value {
    return this.store.fresh(wanted);
  }

  /** Numbers that the file holds. */
  tensor(wanted: string, shape: readonly number[], numbers: Numbers): Value {
    const name = this.fresh(wanted);
    this.store.initializers.push({
      name,
      dims: shape,
      dataType: dataTypes[numbers.dtype],
      rawData: bytesOf(numbers),
    });
    return name;
  }

  /** Small ones, each once. */
  constant(dtype: Numbers['dtype'], values: readonly number[], shape: readonly number[] = []): Value {
    const key = `${dtype} ${shape.join()} ${values.map((v) => (Object.is(v, -0) ? '-0' : String(v))).join()}`;
    const known = this.store.constants.get(key) ?? this.tensor('const', shape, { dtype, values });
    this.store.constants.set(key, known);
    return known;
  }

  float(value: number): Value {
    return this.constant('float32', [value]);
  }

  /** int64 of shape [n], as ONNX takes axes, sizes and places. */
  ints(values: readonly number[]): Value {
    return this.constant('int64', values, [values.length]);
  }

  /** A shape as int64 of shape [rank]. */
  shape(shape: Shape): Value {
    const fixed = shape.filter((dim) => typeof dim === 'number');
    return fixed.length === shape.length
      ? this.ints(fixed)
      : this.call(
          'Concat',
          shape.map((dim) => this.dim(dim)),
          { axis: 0 },
        );
  }

  /** A dimension as int64 of shape [1]. */
  dim(dim: Dim): Value {
    if (typeof dim === 'number') return this.ints([dim]);
    const key = showDim(dim);
    const known = this.#dims.get(key) ?? this.#rows(dim);
    this.#dims.set(key, known);
    return known;
  }

  #rows({ batch, section }: Exclude<Dim, number>): Value {
    if (section?.of === 'first') return this.ints([batch * section.count]);
    if (batch !== 1)
      return this.call('Mul', [
        this.dim({ batch: 1, ...(section === undefined ? {} : { section }) }),
        this.ints([batch]),
      ]);
    if (section !== undefined) return this.call('Sub', [this.dim({ batch: 1 }), this.ints([section.count])]);
    if (this.batch === undefined) throw new Error('the graph reads no batch whose size it could depend on');
    return this.call('Shape', [this.batch], { start: 0, end: 1 });
  }

  #add(opType: string, input: readonly Value[], output: readonly Value[], attributes: Attributes): void {
    this.nodes.push({
      name: output[0]!,
      opType,
      input,
      output,
      attribute: Object.entries(attributes).map(([name, value]) => {
        const typed = attributeOf(value);
        const [kind] = Object.keys(typed) as [keyof typeof attributeTypes];
        return { name, ...typed, type: attributeTypes[kind] };
      }),
    });
  }
}

function attributeOf(value: Attributes[string]): AttributeValue {
  if (typeof value === 'number') return { i: value };
  if (typeof value === 'string') return { s: new TextEncoder().encode(value) };
  return isList(value) ? { ints: value } : value;
}

const isList = (value: readonly number[] | AttributeValue): value is readonly number[] => Array.isArray(value);

function bytesOf({ dtype, values }: Numbers): Uint8Array {
  const array =
    dtype === 'float32'
      ? Float32Array.from(values)
      : dtype === 'int32'
        ? Int32Array.from(values)
        : BigInt64Array.from(Array.from(values, BigInt));
  return new Uint8Array(array.buffer);
}

/** What a graph says of a tensor that it takes or gives. */
export const valueInfo = (name: Value, dtype: DType, shape: Shape): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: dataTypes[dtype],
      shape: {
        dim: shape.map((dim) =>
          typeof dim === 'number' ? { dimValue: dim } : dim.batch === 1 ? { dimParam: 'batch' } : {},
        ),
      },
    },
  },
});
