/** What a signature is fed for a graph: an input by the name of each tensor that the graph reads. */
import type { Graph, Node } from '../../ir/graph/graph.js';
import { isBatch } from '../../ir/graph/shape.js';
import type { VariableSpec } from '../../runtime/program.js';
import type { DataType } from './schema.js';
import type { MomentEdges } from './scope.js';
import type { Inputs } from './signature-writer.js';
import type { Edge } from './writer.js';

/** Tensors that no variable of the session holds. */
const isGiven = ({ op, attrs }: Node): boolean =>
  op === 'Input' && !['weight', 'slot'].includes(attrs['kind'] as string);

export class Feeds {
  readonly #read: ReadonlyMap<string, Node>;
  /** Names that stand for rows in its shapes. */
  readonly #counted: ReadonlySet<string>;
  readonly #made = new Map<string, Edge>();

  constructor(
    private readonly input: Inputs,
    graph: Graph,
  ) {
    this.#read = new Map(graph.nodes.filter(isGiven).map((node) => [node.attrs['name'] as string, node]));
    this.#counted = new Set(
      graph.nodes.flatMap(({ shape }) =>
        shape.flatMap((dim) => (typeof dim === 'number' || dim.of === undefined ? [] : [dim.of])),
      ),
    );
  }

  /** What the graph reads under a name, or counts rows by: an array of a tree, one number a row. */
  readonly tensor = (name: string): Edge => {
    const node = this.#read.get(name);
    if (node === undefined && !this.#counted.has(name)) throw new Error(`the graph reads no ${name}`);
    if (node === undefined) return this.other(name, 'int32', [-1]);
    return this.other(
      name,
      node.dtype === 'int32' ? 'int32' : 'float32',
      node.shape.map((dim) => (typeof dim === 'number' ? dim : -1)),
    );
  };

  /** What no node of the graph stands for. */
  other(name: string, dtype: DataType, shape: readonly number[]): Edge {
    const edge = this.#made.get(name) ?? this.input(name, dtype, shape);
    this.#made.set(name, edge);
    return edge;
  }

  /** Something that has a row for each example: what the graph reads, or else what counts the examples of a variable. */
  ofExamples(instead: () => Edge): Edge {
    const [name] = [...this.#read].find(([, { shape }]) => shape[0] !== undefined && isBatch(shape[0])) ?? [];
    return name === undefined ? instead() : this.tensor(name);
  }

  readonly moment: MomentEdges = {
    step: () => this.other('step', 'int32', []),
    epoch: () => this.other('epoch', 'float32', []),
    random: () => this.other('random', 'int32', [3]),
  };
}

/** What has a row for each example of a variable: the variable, or of trees their roots. */
export const counting = (feeds: Feeds, { name, tree, domain, shape, degraded }: VariableSpec, clean: boolean): Edge =>
  tree === undefined
    ? feeds.other(name, domain.kind === 'category' ? 'int32' : 'float32', [
        -1,
        ...(clean ? shape : (degraded ?? shape)),
      ])
    : feeds.other(`${tree.of}.roots`, 'int32', [-1]);
