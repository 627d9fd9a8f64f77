/** A loop over batches of loaded examples, in one call of the session. */
import { writeWhile, type Carried } from './while.js';
import type { Edge, NodeWriter } from './writer.js';

/** What one round of the loop gives. */
export interface Round {
  /** A row of the result, shape [terms]. */
  readonly terms: Edge;
  /** False ends the loop after this round. */
  readonly proceed: Edge;
  /** Kept from the last round, of shape [weights]. */
  readonly last: Edge;
}

/** What goes from one round to the next. */
export interface LoopState {
  /** Rounds done. */
  readonly rounds: Edge;
  readonly proceed: Edge;
  /** Shape [rounds, terms]. */
  readonly terms: Edge;
  readonly last: Edge;
}

export interface LoopInputs {
  /** Row numbers of the examples, batch after batch. */
  readonly rows: Edge;
  /** Examples in a batch; the last one may have fewer. */
  readonly batch: Edge;
  /** The fewest examples of a batch that a round takes; the loop ends before one with less. */
  readonly fewest: number;
  readonly terms: number;
  readonly lastLength: number;
  /** Where another loop over these rows has ended; the beginning unless given. */
  readonly from?: LoopState;
  /** Tensors and handles that every round reads, by name. */
  readonly constants: ReadonlyMap<string, Edge>;
}

export type RoundWriter = (body: NodeWriter, index: Edge, rows: Edge, constants: ReadonlyMap<string, Edge>) => Round;

/** `round` gets the number of the round, the batch's row numbers and the constants. */
export function writeLoop(
  writer: NodeWriter,
  name: string,
  { rows, batch, fewest, terms, lastLength, from, constants }: LoopInputs,
  round: RoundWriter,
): LoopState {
  const names = [...constants.keys()];
  const zeros = (shape: readonly number[]): Edge =>
    writer.call('BroadcastTo', [writer.constant('float32', [0]), writer.ints(shape)]);
  // What goes round, in the order of the functions' arguments; a dimension of −1 changes or is open.
  const state: readonly Carried[] = [
    { name: 'rounds', first: from?.rounds ?? writer.int(0), shape: [] },
    { name: 'proceed', first: from?.proceed ?? writer.constant('bool', [1]), shape: [] },
    { name: 'terms', first: from?.terms ?? zeros([0, terms]), shape: [-1, terms] },
    { name: 'last', first: from?.last ?? zeros([lastLength]), shape: [lastLength] },
    { name: 'count', first: writer.length(rows), shape: [] },
    { name: 'rows', first: rows, shape: [-1] },
    { name: 'batch', first: batch, shape: [] },
    ...names.map((key) => ({ name: key, first: constants.get(key)! })),
  ];
  const [rounds, proceed, measured, last] = writeWhile(writer, name, state, {
    proceed: (body, [index, going, , , length, , size]) => {
      const left = body.call('Sub', [length!, body.call('Mul', [index!, size!])]);
      const more = body.call('GreaterEqual', [body.call('Minimum', [left, size!]), body.int(fewest)], {
        dtype: 'bool',
      });
      return body.call('LogicalAnd', [more, going!]);
    },
    round: (body, [index, , sofar, , length, all, size, ...rest]) => {
      const begin = body.call('Mul', [index!, size!]);
      const end = body.call('Minimum', [body.call('AddV2', [begin, size!]), length!]);
      const part = body.rows(all!, 1, begin, body.call('Sub', [end, begin]));
      const done = round(body, index!, part, new Map(names.map((key, i) => [key, rest[i]!])));
      const row = body.call('Reshape', [done.terms, body.ints([1, terms])]);
      return [
        body.call('AddV2', [index!, body.int(1)]),
        done.proceed,
        body.join([sofar!, row]),
        done.last,
        length!,
        all!,
        size!,
        ...rest,
      ];
    },
  });
  return { rounds: rounds!, proceed: proceed!, terms: measured!, last: last! };
}
