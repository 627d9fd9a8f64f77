/**
 * Writes NodeDefs, in the main graph or in the body of a function. The two differ in one thing: how a
 * node names another's result (`node:1` there, `node:output:1` here).
 */
import type { Library } from './functions.js';
import { kernel, typeAttributes } from './kernels.js';
import type { Attribute } from './nodes.js';
import { dataTypes, shapeOf, type AttrValue, type DataType, type NodeDef } from './schema.js';

/** A tensor that a node reads. */
export interface Edge {
  readonly text: string;
  readonly dtype: DataType;
  /** The node that makes it; an argument of a function has none. */
  readonly node?: string;
}

export interface CallOptions {
  readonly attr?: Readonly<Record<string, Attribute>>;
  /** Type of the result; the first operand's unless given. */
  readonly dtype?: DataType;
  readonly name?: string;
  /** Nodes that run before this one. */
  readonly after?: readonly string[];
}

export class NodeWriter {
  readonly nodes: NodeDef[] = [];
  readonly #taken = new Set<string>();
  readonly #constants = new Map<string, Edge>();

  constructor(
    private readonly place: 'graph' | 'function',
    /** The functions that its nodes may call. */
    readonly library: Library,
  ) {}

  /** A node with one result. */
  call(op: string, inputs: readonly Edge[], options: CallOptions = {}): Edge {
    return this.results(op, inputs, [options.dtype ?? inputs[0]!.dtype], options)[0]!;
  }

  /** A node without a result: its name, for others to wait for. */
  effect(op: string, inputs: readonly Edge[], options: CallOptions = {}): string {
    return this.#add(op, inputs, options.dtype ?? 'float32', options);
  }

  /** A node with as many results as there are types. */
  results(op: string, inputs: readonly Edge[], types: readonly DataType[], options: CallOptions = {}): readonly Edge[] {
    const name = this.#add(op, inputs, types[0] ?? 'float32', options);
    return types.map((dtype, i) => ({
      text: this.place === 'graph' ? (i === 0 ? name : `${name}:${i}`) : `${name}:${kernel(op).result}:${i}`,
      dtype,
      node: name,
    }));
  }

  constant(
    dtype: 'float32' | 'float64' | 'int32' | 'bool',
    values: readonly number[],
    shape: readonly number[] = [],
  ): Edge {
    const key = `${dtype} ${shape.join()} ${values.map((v) => (Object.is(v, -0) ? '-0' : String(v))).join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const value = { kind: 'tensor', dtype, shape, content: bytesOf(dtype, values) } as const;
    const made = this.call('Const', [], { dtype, name: 'const', attr: { value } });
    this.#constants.set(key, made);
    return made;
  }

  int(value: number): Edge {
    return this.constant('int32', [value]);
  }

  ints(values: readonly number[]): Edge {
    return this.constant('int32', values, [values.length]);
  }

  /** Scalars as a vector. */
  pack(scalars: readonly Edge[], name?: string): Edge {
    const attr = { N: { kind: 'int', value: scalars.length }, axis: { kind: 'int', value: 0 } } as const;
    return this.call('Pack', scalars, { attr, ...(name === undefined ? {} : { name }) });
  }

  /** Tensors joined along their first axis. */
  join(parts: readonly Edge[], name?: string): Edge {
    return this.call('ConcatV2', [...parts, this.int(0)], {
      attr: { N: { kind: 'int', value: parts.length } },
      ...(name === undefined ? {} : { name }),
    });
  }

  /** Tensors of one shape added, in their order. */
  sum(parts: readonly Edge[], name?: string): Edge {
    return this.call('AddN', parts, {
      attr: { N: { kind: 'int', value: parts.length } },
      ...(name === undefined ? {} : { name }),
    });
  }

  /** Rows of a tensor, by the first one's number and how many. */
  rows(x: Edge, rank: number, from: Edge, count: Edge): Edge {
    const others = (value: number): readonly Edge[] => Array.from({ length: rank - 1 }, () => this.int(value));
    return this.call('Slice', [x, this.pack([from, ...others(0)]), this.pack([count, ...others(-1)])]);
  }

  /** Length of the first axis, int32. */
  length(x: Edge, name = 'length'): Edge {
    const shape = this.call('Shape', [x], { dtype: 'int32' });
    return this.call('StridedSlice', [shape, this.ints([0]), this.ints([1]), this.ints([1])], {
      name,
      attr: { shrink_axis_mask: { kind: 'int', value: 1 } },
    });
  }

  /** A name that no node or argument has yet, of the characters that TensorFlow takes. */
  fresh(wanted: string): string {
    const plain = wanted.replace(/[^A-Za-z0-9_./]+/g, '_').replace(/^[^A-Za-z0-9.]+/, '') || 'node';
    let name = plain;
    for (let i = 1; this.#taken.has(name.toLowerCase()); i++) name = `${plain}_${i}`;
    // Summaries and some passes fold case.
    this.#taken.add(name.toLowerCase());
    return name;
  }

  #add(op: string, inputs: readonly Edge[], result: DataType, { attr = {}, name, after = [] }: CallOptions): string {
    const types = Object.entries(
      typeAttributes(
        op,
        inputs.map((edge) => edge.dtype),
        result,
      ),
    );
    const unique = this.fresh(name ?? op);
    const waits = [...new Set(after)].filter((node) => !inputs.some((input) => input.node === node));
    this.nodes.push({
      name: unique,
      op,
      input: [...inputs.map((edge) => edge.text), ...waits.map((node) => `^${node}`)],
      attr: {
        ...Object.fromEntries(types.map(([key, type]) => [key, { type: dataTypes[type] }])),
        ...Object.fromEntries(Object.entries(attr).map(([key, value]) => [key, attrValue(value)])),
      },
    });
    return unique;
  }
}

function bytesOf(dtype: 'float32' | 'float64' | 'int32' | 'bool', values: readonly number[]): Uint8Array {
  if (dtype === 'bool') return Uint8Array.from(values);
  const array =
    dtype === 'float32'
      ? Float32Array.from(values)
      : dtype === 'float64'
        ? Float64Array.from(values)
        : Int32Array.from(values);
  return new Uint8Array(array.buffer);
}

function attrValue(attribute: Attribute): AttrValue {
  switch (attribute.kind) {
    case 'type':
      return { type: dataTypes[attribute.value] };
    case 'types':
      return { list: { type: attribute.value.map((type) => dataTypes[type]) } };
    case 'bool':
      return { b: attribute.value };
    case 'int':
      return { i: attribute.value };
    case 'ints':
      return { list: { i: attribute.value } };
    case 'string':
      return { s: new TextEncoder().encode(attribute.value) };
    case 'shape':
      return { shape: shapeOf(attribute.value) };
    case 'shapes':
      return {
        list: {
          shape: attribute.value.map((shape) =>
            shape === undefined ? ({ unknownRank: true } as const) : shapeOf(shape),
          ),
        },
      };
    case 'function':
      return { func: { name: attribute.value } };
    case 'tensor':
      return {
        tensor: {
          dtype: dataTypes[attribute.dtype],
          tensorShape: shapeOf(attribute.shape),
          tensorContent: attribute.content,
        },
      };
  }
}
