/** What a signature or the body of a loop reads from around it, each thing once. */
import type { Surroundings } from './body.js';
import type { DataType } from './schema.js';
import type { Resources } from './step.js';
import type { Edge, NodeWriter } from './writer.js';

const missing = (what: string) => (): never => {
  throw new Error(`the graph reads ${what}, which its signature does not have`);
};

/** For graphs that read nothing of the kind. */
export const nothing: Surroundings = { input: missing('a tensor'), batchSize: missing('the batch size'), moment: missing('the step'), random: missing('random numbers') };

/** `random` with its step moved on. */
export const later = (body: NodeWriter, random: Edge, by: Edge): Edge =>
  body.call('AddV2', [random, body.join([body.ints([0, 0]), body.pack([by])])], { name: 'random' });

export interface MomentEdges {
  step(): Edge;
  epoch(): Edge;
  random(): Edge;
}

/** Variables as one function sees them: each is read once. */
export class Scope implements Resources {
  readonly reads: string[] = [];
  readonly #values = new Map<string, Edge>();
  /** The first batch that was asked for, and its number of rows. */
  #rows: Edge | undefined;
  #size: Edge | undefined;

  constructor(
    private readonly writer: NodeWriter,
    readonly handle: (name: string) => Edge,
  ) {}

  read(name: string): Edge {
    return this.#once(name, () => this.writer.call('ReadVariableOp', [this.handle(name)], { dtype: 'float32', name: `read/${name}` }));
  }

  /** Rows of a variable. */
  gather(name: string, rows: Edge, dtype: DataType): Edge {
    return this.#once(name, () => this.writer.call('ResourceGather', [this.handle(name), rows], { dtype, name: `batch/${name}` }));
  }

  /** `data` gives the batch of a variable; its number of rows is the batch size, unless `size` is given. */
  surroundings(data: (name: string) => Edge, moment: MomentEdges, size?: () => Edge, code: (name: string) => Edge = missing('a code')): Surroundings {
    return {
      input: (kind, name) => {
        if (kind === 'weight') return this.read(`weights/${name}`);
        if (kind === 'slot') return this.read(`slots/${name}`);
        const edge = kind === 'code' ? code(name) : data(name);
        this.#rows ??= edge;
        return edge;
      },
      batchSize: () => (this.#size ??= size?.() ?? this.#count()),
      moment: (which) => this.#once(which, () => moment[which]()),
      random: () => this.#once('random', () => moment.random()),
    };
  }

  #count(): Edge {
    if (this.#rows === undefined) throw new Error('the batch size is asked for before any batch');
    return this.writer.length(this.#rows, 'batchSize');
  }

  #once(name: string, make: () => Edge): Edge {
    const edge = this.#values.get(name) ?? make();
    if (!this.#values.has(name) && edge.node !== undefined) this.reads.push(edge.node);
    this.#values.set(name, edge);
    return edge;
  }
}
