/**
 * Writes an op graph as NodeDefs. Scalars that follow from literals, the step and the batch size are
 * computed in double precision, as the JavaScript targets compute them on the host: 1 − β₂ᵗ in single
 * precision would be wrong in the fifth digit.
 */
import type { Graph, Node } from '../../ir/graph.js';
import { onHost } from '../../ir/passes/fold.js';
import type { Dim, Shape } from '../../ir/shape.js';
import { fused } from './fuse.js';
import { spell } from './nodes.js';
import type { Edge, NodeWriter } from './writer.js';

/** What a graph reads from around it. */
export interface Surroundings {
  /** The tensor of an `Input` node. */
  input(kind: string, name: string): Edge;
  /** Number of examples, int32; asked for where something depends on it. */
  batchSize(): Edge;
  /** Steps done, int32, and epochs done, float32. */
  moment(which: 'step' | 'epoch'): Edge;
  /** int32 of shape [3]: the low and the high word of the seed, and the step of the draws. */
  random(): Edge;
}

/** Writes what the outputs need; the edges of the outputs, by name. */
export function writeGraph(writer: NodeWriter, graph: Graph, surroundings: Surroundings): ReadonlyMap<string, Edge> {
  const body = new Body(writer, surroundings);
  for (const node of graph.nodes) body.node(node);
  return new Map(graph.outputs.map(({ name, node }) => [name, body.edge(node)]));
}

class Body {
  readonly #edges = new Map<number, Edge>();
  /** Host scalars, as float64. */
  readonly #doubles = new Map<number, Edge>();
  readonly #dims = new Map<number, Edge>();
  #key: Edge | undefined;

  constructor(
    private readonly writer: NodeWriter,
    private readonly around: Surroundings,
  ) {}

  node(node: Node): void {
    if (!onHost(node)) this.#edges.set(node.id, this.#edge(node));
  }

  edge(node: Node): Edge {
    const known = this.#edges.get(node.id);
    if (known !== undefined) return known;
    const edge = node.op === 'Const' ? this.writer.constant('float32', literals(node)) : this.writer.call('Cast', [this.#double(node)], { dtype: 'float32', ...named(node) });
    this.#edges.set(node.id, edge);
    return edge;
  }

  #double(node: Node): Edge {
    const edge = this.#doubles.get(node.id) ?? this.#makeDouble(node);
    this.#doubles.set(node.id, edge);
    return edge;
  }

  #makeDouble(node: Node): Edge {
    if (node.op === 'Const') return this.writer.constant('float64', literals(node));
    if (node.op === 'Moment') {
      const which = node.attrs['which'] as 'step' | 'epoch' | 'batchSize';
      return this.writer.call('Cast', [which === 'batchSize' ? this.around.batchSize() : this.around.moment(which)], { dtype: 'float64', name: which });
    }
    const inputs = node.inputs.map((input) => this.#double(input));
    return this.writer.call(spell(node).op, inputs, named(node));
  }

  #edge(node: Node): Edge {
    switch (node.op) {
      case 'Input':
        return this.around.input(node.attrs['kind'] as string, node.attrs['name'] as string);
      case 'Const':
        return this.writer.constant('float32', literals(node), node.shape as readonly number[]);
      case 'RandomUniform':
      case 'RandomNormal':
        return this.#draw(node);
      default: {
        const kernel = fused(node);
        if (kernel !== undefined) return this.writer.call(kernel.op, kernel.inputs.map((input) => this.edge(input)), { dtype: node.dtype, ...named(node) });
        const { op, operands, attributes } = spell(node);
        const inputs = operands.map((operand) =>
          typeof operand === 'number' ? this.edge(node.inputs[operand]!) : 'shapeOf' in operand ? this.#shape(operand.shapeOf) : this.writer.constant(operand.dtype, operand.values, operand.shape));
        return this.writer.call(op, inputs, { attr: attributes, dtype: node.dtype, ...named(node) });
      }
    }
  }

  /** As `philox` of the runtime lays it out: key (seed), counter (0, step + 2³² · stream). */
  #draw(node: Node): Edge {
    const { writer } = this;
    const random = this.around.random();
    const words = (from: number, count: number): Edge => writer.call('Slice', [random, writer.ints([from]), writer.ints([count])]);
    this.#key ??= writer.call('Bitcast', [writer.call('Reshape', [words(0, 2), writer.ints([1, 2])])], { dtype: 'uint64', name: 'key' });
    const halves = writer.join([writer.ints([0, 0]), words(2, 1), writer.ints([node.attrs['stream'] as number])]);
    const counter = writer.call('Bitcast', [writer.call('Reshape', [halves, writer.ints([2, 2])])], { dtype: 'uint64', name: 'counter' });
    const philox = writer.int(1);
    return writer.call(spell(node).op, [this.#shape(node.shape), this.#key, counter, philox], { dtype: 'float32', ...named(node) });
  }

  #shape(shape: Shape): Edge {
    const { writer } = this;
    const fixed = shape.filter((dim) => typeof dim === 'number');
    if (fixed.length === shape.length) return writer.ints(fixed);
    return writer.pack(shape.map((dim) => this.#dim(dim)));
  }

  #dim(dim: Dim): Edge {
    const { writer } = this;
    if (typeof dim === 'number') return writer.int(dim);
    if (dim.batch === 1) return this.around.batchSize();
    const known = this.#dims.get(dim.batch) ?? writer.call('Mul', [this.around.batchSize(), writer.int(dim.batch)]);
    this.#dims.set(dim.batch, known);
    return known;
  }
}

const literals = (node: Node): readonly number[] => node.attrs['values'] as readonly number[];
const named = (node: Node): { readonly name?: string } => (node.name === undefined ? {} : { name: node.name });
