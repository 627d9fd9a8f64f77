/**
 * The op graph: dataflow over tensor ops with static shapes and a symbolic batch. Its vocabulary
 * (src/ir/ops) is the kernel vocabulary that TensorFlow and TensorFlow.js share, so that every
 * target prints it one to one. A derivative is more of the same graph.
 */
import type { Place } from '../../diagnostics/place.js';
import type { Dim, Shape } from './shape.js';
import type { OpName } from './ops/names.js';

export type DType = 'float32' | 'int32' | 'bool';

/** Where a node comes from in the .ae source. */
export interface Origin {
  readonly place: Place;
  /** What is computed there, by its name in the registry: `dense`; of a term `term`. */
  readonly entry?: string;
  /** Whether it belongs to the derivative of that. */
  readonly isAdjoint?: true;
  /** Of what stands in the place of an op that a backend lacks: which op, and which of them. */
  readonly instead?: { readonly op: OpName; readonly id: number };
}

export type AttrValue = number | string | boolean | readonly AttrValue[] | Dim | Shape;
export type Attrs = Readonly<Record<string, AttrValue>>;

export interface Node {
  /** Position in `Graph.nodes`; inputs have smaller ids, so ids are a topological order. */
  readonly id: number;
  readonly op: OpName;
  readonly inputs: readonly Node[];
  readonly attrs: Attrs;
  /** What the op applies to rows: a graph of its own, whose batch they are. */
  readonly body?: Graph;
  readonly shape: Shape;
  readonly dtype: DType;
  /** What a reader would call it: `encoder.code`, `∂encoder.code.kernel`. */
  readonly name?: string;
  readonly origin?: Origin;
}

export interface Output {
  readonly name: string;
  readonly node: Node;
}

export interface Graph {
  readonly name: string;
  readonly nodes: readonly Node[];
  readonly outputs: readonly Output[];
}
