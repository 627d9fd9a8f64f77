/** What a signature or the body of a loop reads from around it, each thing once. */
import type { Rows, Surroundings } from './body.js';
import type { DataType } from './schema.js';
import type { Resources } from './step.js';
import type { Edge, NodeWriter } from './writer.js';

const missing = (what: string) => (): never => {
  throw new Error(`the graph reads ${what}, which its signature does not have`);
};

/** For graphs that read nothing of the kind. */
export const nothing: Surroundings = {
  parts: 1,
  input: missing('a tensor'),
  inputPart: missing('a tensor'),
  batchSize: missing('the batch size'),
  rows: missing('the batch size'),
  moment: missing('the step'),
  random: missing('random numbers'),
};

/** `random` with its step moved on. */
export const later = (body: NodeWriter, random: Edge, by: Edge): Edge =>
  body.call('AddV2', [random, body.join([body.ints([0, 0]), body.pack([by])])], { name: 'random' });

export interface MomentEdges {
  step(): Edge;
  epoch(): Edge;
  random(): Edge;
}

/** Where a function's batch comes from. */
export interface BatchSource {
  /** All rows of a variable. */
  data(name: string): Edge;
  /** Some rows, where they can be read without the others. */
  dataRows?(name: string, rows: Rows): Edge;
  code?(name: string): Edge;
  /** Number of examples, int32. */
  size(): Edge;
}

/** Variables as one function sees them: each is read once. */
export class Scope implements Resources {
  readonly reads: string[] = [];
  readonly #values = new Map<string, Edge>();

  constructor(
    private readonly writer: NodeWriter,
    readonly handle: (name: string) => Edge,
  ) {}

  read(name: string): Edge {
    return this.#once(name, () =>
      this.writer.call('ReadVariableOp', [this.handle(name)], { dtype: 'float32', name: `read/${name}` }),
    );
  }

  /** Rows of a variable. */
  gather(name: string, rows: Edge, dtype: DataType): Edge {
    return this.#once(`${name} ${rows.text}`, () =>
      this.writer.call('ResourceGather', [this.handle(name), rows], { dtype, name: `batch/${name}` }),
    );
  }

  /** The batch cut into `parts`. */
  surroundings(parts: number, source: BatchSource, moment: MomentEdges): Surroundings {
    const size = (): Edge => this.#once('size', () => source.size());
    const begin = (part: number): Edge =>
      part === 0
        ? this.writer.int(0)
        : part === parts
          ? size()
          : this.#once(`begin ${part}`, () =>
              this.writer.call('FloorDiv', [
                this.writer.call('Mul', [size(), this.writer.int(part)]),
                this.writer.int(parts),
              ]),
            );
    const rows = (part: number): Rows => ({
      from: begin(part),
      count: this.#once(`count ${part}`, () => this.writer.call('Sub', [begin(part + 1), begin(part)])),
    });
    return {
      parts,
      input: (kind, name) => {
        if (kind === 'weight') return this.read(`weights/${name}`);
        if (kind === 'slot') return this.read(`slots/${name}`);
        return kind === 'code' ? (source.code ?? missing('a code'))(name) : source.data(name);
      },
      inputPart: (kind, name, part) => (kind === 'data' ? source.dataRows?.(name, rows(part)) : undefined),
      batchSize: size,
      rows,
      moment: (which) => this.#once(which, () => moment[which]()),
      random: () => this.#once('random', () => moment.random()),
    };
  }

  #once(name: string, make: () => Edge): Edge {
    const edge = this.#values.get(name) ?? make();
    if (!this.#values.has(name) && edge.node !== undefined) this.reads.push(edge.node);
    this.#values.set(name, edge);
    return edge;
  }
}
