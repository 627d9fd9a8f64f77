/** Loops of a graph: a `While` with functions for its condition and its round, and the round's body from the op's own graph. */
import type { Graph, Node } from '../../ir/graph/graph.js';
import { bodyInput } from '../../ir/graph/ops/loops.js';
import { writeGraph } from './body.js';
import { lowering } from './functions.js';
import { nothing } from './scope.js';
import type { Edge, NodeWriter } from './writer.js';

/** What a loop carries from round to round. */
export interface Carried {
  readonly name: string;
  readonly first: Edge;
  /** Of all rounds, where it does not stand still; −1 is open. */
  readonly shape?: readonly number[];
}

interface Rounds {
  proceed(body: NodeWriter, state: readonly Edge[]): Edge;
  round(body: NodeWriter, state: readonly Edge[]): readonly Edge[];
}

/** A loop; what it carries, when it is over. */
export function writeWhile(
  writer: NodeWriter,
  name: string,
  state: readonly Carried[],
  { proceed, round }: Rounds,
): readonly Edge[] {
  const args = state.map(({ name, first: { dtype } }) => ({ name, dtype }));
  const { library } = writer;
  const condition = library.define(`${name}_condition`, args, (body, edges) => [proceed(body, edges)]);
  // A function may not give an argument as it is.
  const rounds = library.define(`${name}_round`, args, (body, edges) =>
    round(body, edges).map((edge) => (edge.node === undefined ? body.call('Identity', [edge]) : edge)),
  );
  const types = state.map(({ first }) => first.dtype);
  return writer.results(
    'While',
    state.map(({ first }) => first),
    types,
    {
      name,
      attr: {
        T: { kind: 'types', value: types },
        cond: { kind: 'function', value: condition },
        body: { kind: 'function', value: rounds },
        output_shapes: { kind: 'shapes', value: state.map(({ shape }) => shape) },
        parallel_iterations: { kind: 'int', value: 1 },
        ...lowering,
      },
    },
  );
}

/** What rounds read and leave as it is: first those of which each round has rows of its own, then those that are read whole. */
export const carriedOf = (edges: readonly Edge[], rows: number): readonly Carried[] =>
  edges.map((first, i) => ({ name: i < rows ? bodyInput.row(i) : bodyInput.whole(i - rows), first }));

interface Round {
  /** The nodes of which each round has rows of its own. */
  readonly rows: readonly Node[];
  /** What `carriedOf` let the loop carry. */
  readonly carried: readonly Edge[];
  /** Which rows those of this round are: from one on, so many. */
  readonly from: Edge;
  readonly count: Edge;
}

/** The body of an op's round on what the rounds before made. */
export function writeRound(writer: NodeWriter, body: Graph, start: Edge, { rows, carried, from, count }: Round): Edge {
  const given = new Map<string, Edge>([
    [bodyInput.start, start],
    ...carried.map((edge, i): readonly [string, Edge] => {
      const row = rows[i];
      return row === undefined
        ? [bodyInput.whole(i - rows.length), edge]
        : [bodyInput.row(i), writer.rows(edge, row.shape.length, from, count)];
    }),
  ]);
  return writeGraph(writer, body, {
    ...nothing,
    input: (_kind, name) => given.get(name)!,
    batchSize: () => count,
  }).get('result')!;
}
