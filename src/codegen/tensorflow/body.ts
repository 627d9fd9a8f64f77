/**
 * Writes an op graph as NodeDefs. Scalars that follow from literals, the step and the batch size are
 * computed in double precision, as the JavaScript targets compute them on the host: 1 − β₂ᵗ in single
 * precision would be wrong in the fifth digit.
 *
 * The batch is cut into parts where that is asked for: what may be computed in parts is written once
 * for each, and TensorFlow runs the parts side by side, a thread each. Where a value is needed whole,
 * its parts are joined, or added in their order, so that the sum is the same in every run.
 */
import type { Graph, Node } from '../../ir/graph/graph.js';
import { onHost } from '../../ir/graph/passes/fold.js';
import { mannerOf } from '../../ir/graph/passes/parts.js';
import { beginsWithBatch, type Dim, type Shape } from '../../ir/graph/shape.js';
import { fused } from './fuse.js';
import { spell } from './nodes.js';
import { writeRecursion, writeRows } from './recursion.js';
import { writeScan } from './scan.js';
import type { Edge, NodeWriter } from './writer.js';

/** What a graph reads from around it. */
export interface Surroundings {
  /** Into how many parts the batch is cut. */
  readonly parts: number;
  /** The tensor of an `Input` node. */
  input(kind: string, name: string): Edge;
  /** A part of it, where that can be read without the rest. */
  inputPart(kind: string, name: string, part: number): Edge | undefined;
  /** Number of examples, int32; asked for where something depends on it. */
  batchSize(): Edge;
  /** The rows of a part: the first one's number and how many, int32. */
  rows(part: number): Rows;
  /** Steps done, int32, and epochs done, float32. */
  moment(which: 'step' | 'epoch'): Edge;
  /** int32 of shape [3]: the low and the high word of the seed, and the step of the draws. */
  random(): Edge;
}

export interface Rows {
  readonly from: Edge;
  readonly count: Edge;
}

/** Writes what the outputs need; the edges of the outputs, by name. */
export function writeGraph(writer: NodeWriter, graph: Graph, surroundings: Surroundings): ReadonlyMap<string, Edge> {
  const body = new Body(writer, surroundings);
  for (const node of graph.nodes) body.node(node);
  return new Map(graph.outputs.map(({ name, node }) => [name, body.edge(node)]));
}

/** A value whole, or the rows of one part of the batch. */
type Part = number | 'whole';

class Body {
  readonly #edges = new Map<string, Edge>();
  /** Host scalars, as float64. */
  readonly #doubles = new Map<number, Edge>();
  readonly #dims = new Map<string, Edge>();
  readonly #parts: readonly number[];
  #key: Edge | undefined;

  constructor(
    private readonly writer: NodeWriter,
    private readonly around: Surroundings,
  ) {
    this.#parts = Array.from({ length: around.parts }, (_, i) => i);
  }

  /** Inputs and host scalars are written where they are read. */
  node(node: Node): void {
    if (onHost(node) || node.op === 'Input') return;
    const manner = this.#parts.length === 1 ? 'whole' : mannerOf(node);
    if (manner === 'whole') this.#keep(node, 'whole', this.#write(node, 'whole'));
    else if (manner === 'joined') this.#parts.forEach((part) => this.#keep(node, part, this.#write(node, part)));
    else
      this.#keep(
        node,
        'whole',
        this.writer.sum(
          this.#parts.map((part) => this.#write(node, part)),
          node.name,
        ),
      );
  }

  edge(node: Node, part: Part = 'whole'): Edge {
    return this.#edges.get(`${node.id} ${part}`) ?? this.#keep(node, part, this.#convert(node, part));
  }

  #keep(node: Node, part: Part, edge: Edge): Edge {
    this.#edges.set(`${node.id} ${part}`, edge);
    return edge;
  }

  /** What `node` has not written: inputs, host scalars, parts of what is whole and the reverse. */
  #convert(node: Node, part: Part): Edge {
    if (node.op === 'Input') {
      const [kind, name] = [node.attrs['kind'] as string, node.attrs['name'] as string];
      const edge = part === 'whole' ? this.around.input(kind, name) : this.around.inputPart(kind, name, part);
      if (edge !== undefined) return edge;
    }
    if (node.op === 'Const') return this.#write(node, 'whole');
    if (onHost(node)) return this.writer.call('Cast', [this.#double(node)], { dtype: 'float32', ...named(node, part) });
    if (part === 'whole') {
      // What is made of no batch (a fill) is made anew.
      const fromParts = node.inputs.some((input) => beginsWithBatch(input.shape));
      return fromParts
        ? this.writer.join(
            this.#parts.map((i) => this.edge(node, i)),
            node.name,
          )
        : this.#write(node, part);
    }
    const { batch } = node.shape[0] as { readonly batch: number };
    const whole = this.edge(node);
    const { from, count } = this.around.rows(part);
    const times = (rows: Edge): Edge => (batch === 1 ? rows : this.writer.call('Mul', [rows, this.writer.int(batch)]));
    return this.writer.rows(whole, node.shape.length, times(from), times(count));
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
      return this.writer.call('Cast', [which === 'batchSize' ? this.around.batchSize() : this.around.moment(which)], {
        dtype: 'float64',
        name: which,
      });
    }
    const inputs = node.inputs.map((input) => this.#double(input));
    return this.writer.call(spell(node).op, inputs, named(node, 'whole'));
  }

  #write(node: Node, part: Part): Edge {
    const read = (input: Node): Edge => this.edge(input, beginsWithBatch(input.shape) ? part : 'whole');
    switch (node.op) {
      case 'Const':
        return this.writer.constant('float32', literals(node), node.shape as readonly number[]);
      case 'RandomUniform':
      case 'RandomNormal':
        return this.#draw(node);
      case 'Rows':
        return writeRows(this.writer, node, node.inputs.map(read));
      case 'Fold':
      case 'Unfold':
        return writeRecursion(this.writer, node, node.inputs.map(read));
      case 'Scan':
        return writeScan(this.writer, node, node.inputs.map(read));
      default: {
        const kernel = fused(node);
        if (kernel !== undefined)
          return this.writer.call(kernel.op, kernel.inputs.map(read), { dtype: node.dtype, ...named(node, part) });
        const { op, operands, attributes } = spell(node);
        const inputs = operands.map((operand) =>
          typeof operand === 'number'
            ? read(node.inputs[operand]!)
            : 'shapeOf' in operand
              ? this.#shape(operand.shapeOf, part)
              : 'dim' in operand
                ? this.#dim(operand.dim, part)
                : this.writer.constant(operand.dtype, operand.values, operand.shape),
        );
        return this.writer.call(op, inputs, { attr: attributes, dtype: node.dtype, ...named(node, part) });
      }
    }
  }

  /** As `philox` of the runtime lays it out: key (seed), counter (0, step + 2³² · stream). */
  #draw(node: Node): Edge {
    const { writer } = this;
    const random = this.around.random();
    const words = (from: number, count: number): Edge =>
      writer.call('Slice', [random, writer.ints([from]), writer.ints([count])]);
    this.#key ??= writer.call('Bitcast', [writer.call('Reshape', [words(0, 2), writer.ints([1, 2])])], {
      dtype: 'uint64',
      name: 'key',
    });
    const halves = writer.join([writer.ints([0, 0]), words(2, 1), writer.ints([node.attrs['stream'] as number])]);
    const counter = writer.call('Bitcast', [writer.call('Reshape', [halves, writer.ints([2, 2])])], {
      dtype: 'uint64',
      name: 'counter',
    });
    const philox = writer.int(1);
    return writer.call(spell(node).op, [this.#shape(node.shape, 'whole'), this.#key, counter, philox], {
      dtype: 'float32',
      ...named(node, 'whole'),
    });
  }

  #shape(shape: Shape, part: Part): Edge {
    const { writer } = this;
    const fixed = shape.filter((dim) => typeof dim === 'number');
    if (fixed.length === shape.length) return writer.ints(fixed);
    return writer.pack(shape.map((dim) => this.#dim(dim, part)));
  }

  #dim(dim: Dim, part: Part): Edge {
    const { writer } = this;
    if (typeof dim === 'number') return writer.int(dim);
    const { batch, of, section } = dim;
    if (section?.of === 'first') return writer.int(batch * section.count);
    const key = `${batch} ${of ?? ''} ${part} ${section?.count ?? 0}`;
    const known = this.#dims.get(key) ?? this.#times(this.#behind(this.#rows(of, part), section?.count), batch);
    this.#dims.set(key, known);
    return known;
  }

  #times(rows: Edge, by: number): Edge {
    return by === 1 ? rows : this.writer.call('Mul', [rows, this.writer.int(by)]);
  }

  #behind(rows: Edge, count: number | undefined): Edge {
    return count === undefined ? rows : this.writer.call('Sub', [rows, this.writer.int(count)]);
  }

  #rows(of: string | undefined, part: Part): Edge {
    if (of !== undefined) return this.writer.length(this.around.input('data', of));
    return part === 'whole' ? this.around.batchSize() : this.around.rows(part).count;
  }
}

const literals = (node: Node): readonly number[] => node.attrs['values'] as readonly number[];
const named = (node: Node, part: Part): { readonly name?: string } =>
  node.name === undefined ? {} : { name: part === 'whole' ? node.name : `${node.name}/${part + 1}` };
