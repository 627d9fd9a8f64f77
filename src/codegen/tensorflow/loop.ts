/** A loop over batches of loaded examples, in one call of the session. */
import { lowering, type Library } from './functions.js';
import type { DataType } from './schema.js';
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

export interface LoopInputs {
  /** Row numbers of the examples, batch after batch. */
  readonly rows: Edge;
  /** Examples in a batch; the last one may have fewer. */
  readonly batch: Edge;
  readonly terms: number;
  readonly lastLength: number;
  /** Tensors and handles that every round reads, by name. */
  readonly constants: ReadonlyMap<string, Edge>;
}

export interface LoopResult {
  /** Shape [rounds, terms]. */
  readonly terms: Edge;
  readonly proceed: Edge;
  readonly last: Edge;
}

/** `round` gets the number of the round, the batch's row numbers and the constants. */
export function writeLoop(
  writer: NodeWriter,
  library: Library,
  name: string,
  { rows, batch, terms, lastLength, constants }: LoopInputs,
  round: (body: NodeWriter, index: Edge, rows: Edge, constants: ReadonlyMap<string, Edge>) => Round,
): LoopResult {
  const names = [...constants.keys()];
  const count = writer.call('StridedSlice', [writer.call('Shape', [rows], { dtype: 'int32' }), writer.ints([0]), writer.ints([1]), writer.ints([1])], { attr: { shrink_axis_mask: { kind: 'int', value: 1 } } });
  const none = writer.call('BroadcastTo', [writer.constant('float32', [0]), writer.ints([0, terms])]);
  const start: readonly Edge[] = [
    writer.int(0), writer.constant('bool', [1]), none, writer.call('BroadcastTo', [writer.constant('float32', [0]), writer.ints([lastLength])]),
    count, rows, batch, ...names.map((key) => constants.get(key)!),
  ];
  const types: readonly DataType[] = start.map((edge) => edge.dtype);
  const args = ['round', 'proceed', 'terms', 'last', 'count', 'rows', 'batch', ...names].map((arg, i) => ({ name: arg, dtype: types[i]! }));

  const condition = library.define(`${name}_condition`, args, (body, [index, proceed, , , length, , size]) => {
    const more = body.call('Less', [body.call('Mul', [index!, size!]), length!], { dtype: 'bool' });
    return [body.call('LogicalAnd', [more, proceed!])];
  });
  const step = library.define(`${name}_body`, args, (body, [index, , sofar, , length, all, size, ...rest]) => {
    const from = body.call('Mul', [index!, size!]);
    const until = body.call('Minimum', [body.call('AddV2', [from, size!]), length!]);
    const one = { N: { kind: 'int', value: 1 }, axis: { kind: 'int', value: 0 } } as const;
    const part = body.call('Slice', [all!, body.call('Pack', [from], { attr: one }), body.call('Pack', [body.call('Sub', [until, from])], { attr: one })]);
    const done = round(body, index!, part, new Map(names.map((key, i) => [key, rest[i]!])));
    const row = body.call('Reshape', [done.terms, body.ints([1, terms])]);
    const grown = body.call('ConcatV2', [sofar!, row, body.int(0)], { attr: { N: { kind: 'int', value: 2 } } });
    return [body.call('AddV2', [index!, body.int(1)]), done.proceed, grown, done.last, length!, all!, size!, ...rest].map((edge) => (edge.node === undefined ? body.call('Identity', [edge]) : edge));
  });
  const shapes = types.map((_, i) => (i === 0 || i === 1 || i === 4 || i === 6 ? [] : i === 2 ? [-1, terms] : i === 3 ? [lastLength] : i === 5 ? [-1] : undefined));
  const results = writer.results('While', start, types, {
    name,
    attr: {
      T: { kind: 'types', value: types },
      cond: { kind: 'function', value: condition },
      body: { kind: 'function', value: step },
      output_shapes: { kind: 'shapes', value: shapes },
      parallel_iterations: { kind: 'int', value: 1 },
      ...lowering,
    },
  });
  return { proceed: results[1]!, terms: results[2]!, last: results[3]! };
}
