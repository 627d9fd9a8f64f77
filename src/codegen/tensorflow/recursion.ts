/**
 * Recursion along trees as a loop over levels. It carries the vectors of all nodes in one tensor, in which each round
 * puts those of a level: TensorFlow writes them in place, as nobody else holds that tensor any more.
 */
import type { Node } from '../../ir/graph/graph.js';
import { recursionOf, structure } from '../../ir/graph/ops/tree-loops.js';
import { fixed } from '../../ir/graph/shape.js';
import { carriedOf, writeRound, writeWhile, type Carried } from './while.js';
import type { Edge, NodeWriter } from './writer.js';

/** `edges` are those of the node's inputs. */
export function writeRecursion(writer: NodeWriter, node: Node, edges: readonly Edge[]): Edge {
  const isFold = node.op === 'Fold';
  const { rows } = recursionOf(node);
  const size = fixed(node.shape[1]);
  const array = (name: (typeof structure)[number]): Edge => edges[1 + structure.indexOf(name)]!;
  const start = edges[0]!;
  const own = edges.slice(1 + structure.length);
  const leaves = writer.length(array('leaves'));
  const zeros = (count: Edge): Edge =>
    writer.call('BroadcastTo', [writer.constant('float32', [0]), writer.pack([count, writer.int(size)])]);
  const first = isFold
    ? writer.join([start, zeros(writer.length(array('inner')))])
    : put(writer, zeros(writer.length(array('parents'))), array('roots'), start);
  const last = writer.call('Sub', [writer.length(array('levels')), writer.int(1)]);
  // The deepest level has no inner nodes.
  const level = isFold ? writer.int(1) : writer.call('Sub', [last, writer.int(1)]);
  const state: readonly Carried[] = [
    { name: 'level', first: level, shape: [] },
    { name: 'vectors', first, shape: [-1, size] },
    { name: 'end', first: isFold ? last : writer.int(0), shape: [] },
    { name: 'leaves', first: leaves, shape: [] },
    { name: 'levels', first: array('levels'), shape: [-1, 2] },
    { name: 'children', first: array('children'), shape: [-1] },
    ...carriedOf(own, rows.length),
  ];
  const [, found] = writeWhile(writer, node.name ?? node.op.toLowerCase(), state, {
    proceed: (body, [at, , end]) => body.call(isFold ? 'Less' : 'Greater', [at!, end!], { dtype: 'bool' }),
    round: (body, [at, vectors, end, before, levels, children, ...rest]) => {
      const offset = (of: Edge): Edge =>
        body.call('Reshape', [
          body.call('Slice', [levels!, body.pack([of, body.int(1)]), body.ints([1, 1])]),
          body.ints([]),
        ]);
      const from = offset(at!);
      const count = body.call('Sub', [offset(body.call('AddV2', [at!, body.int(1)])), from]);
      const double = (x: Edge): Edge => body.call('Mul', [x, body.int(2)]);
      const below = body.rows(children!, 1, double(from), double(count));
      const begin = body.call('AddV2', [before!, from]);
      const here = body.call('Range', [begin, body.call('AddV2', [begin, count]), body.int(1)]);
      const read = body.call('GatherV2', [vectors!, isFold ? below : here, body.int(0)]);
      const input = isFold ? body.call('Reshape', [read, body.ints([-1, 2 * size])]) : read;
      const made = writeRound(body, node.body!, input, { rows, carried: rest, from, count });
      const vector = isFold ? made : body.call('Reshape', [made, body.ints([-1, size])]);
      return [
        body.call('AddV2', [at!, body.int(isFold ? 1 : -1)]),
        put(body, vectors!, isFold ? here : below, vector),
        end!,
        before!,
        levels!,
        children!,
        ...rest,
      ];
    },
  });
  return found!;
}

/** A table with other rows at some places. */
const put = (writer: NodeWriter, table: Edge, places: Edge, rows: Edge): Edge =>
  writer.call('TensorScatterUpdate', [table, writer.call('Reshape', [places, writer.ints([-1, 1])]), rows]);

/** Rows by number, of which one beyond the last is zeros; the lines of a matrix of numbers are added. */
export function writeRows(writer: NodeWriter, node: Node, [table, indices]: readonly Edge[]): Edge {
  const zero = writer.constant(
    table!.dtype === 'int32' ? 'int32' : 'float32',
    Array.from({ length: size(node) }, () => 0),
    [1, ...node.shape.slice(1).map(fixed)],
  );
  const found = writer.call('GatherV2', [writer.join([table!, zero]), indices!, writer.int(0)]);
  return node.inputs[1]!.shape.length === 1
    ? found
    : writer.call('Sum', [found, writer.ints([0])], { attr: { keep_dims: { kind: 'bool', value: false } } });
}

const size = (node: Node): number => node.shape.slice(1).reduce<number>((n, dim) => n * fixed(dim), 1);
