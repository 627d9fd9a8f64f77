/** The variables of a SavedModel: weights, what optimisers remember, and data. */
import type { DataType } from './schema.js';
import type { Edge, NodeWriter } from './writer.js';

export class HeldVariables {
  readonly #handles = new Map<string, Edge>();

  constructor(private readonly writer: NodeWriter) {}

  /** In the order in which they came. */
  get names(): readonly string[] {
    return [...this.#handles.keys()];
  }

  handle(name: string): Edge {
    return this.#handles.get(name)!;
  }

  /** A variable of this name, which is made once. */
  declare(name: string, dtype: DataType, shape: readonly number[]): void {
    if (this.#handles.has(name)) return;
    this.#handles.set(
      name,
      this.writer.call('VarHandleOp', [], {
        dtype: 'resource',
        name,
        attr: {
          dtype: { kind: 'type', value: dtype },
          shape: { kind: 'shape', value: shape },
          shared_name: { kind: 'string', value: name },
        },
      }),
    );
  }

  read(name: string): Edge {
    return this.writer.call('ReadVariableOp', [this.handle(name)], { dtype: 'float32', name: `read/${name}` });
  }

  /**
   * A copy for a variable to hold. A fed tensor lies in memory of JavaScript, and a variable takes the tensor
   * that it is assigned as it is; tfjs-node then gives that memory back (DeallocTensor, tfjs_backend.cc: a
   * call of Node's API) on whichever thread drops the variable's value, and the process ends in ruins.
   */
  own(fed: Edge): Edge {
    return this.writer.call('DeepCopy', [fed]);
  }

  /** Assigns and returns a scalar that waits for all of it. */
  assign(values: readonly (readonly [string, Edge])[]): Edge {
    const after = values.map(([name, value]) =>
      this.writer.effect('AssignVariableOp', [this.handle(name), value], { name: `assign/${name}` }),
    );
    return this.writer.call('Identity', [this.writer.int(values.length)], { after, name: 'done' });
  }
}
