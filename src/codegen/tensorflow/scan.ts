/**
 * A scan as a loop over positions. It carries the state, and the states of all positions in one tensor, in which each
 * round puts its own: TensorFlow writes them in place, as nobody else holds that tensor any more.
 */
import type { Node } from '../../ir/graph/graph.js';
import { flag, number } from '../../ir/graph/ops/define.js';
import { loopOf } from '../../ir/graph/ops/loops.js';
import { fixed } from '../../ir/graph/shape.js';
import { carriedOf, writeRound, writeWhile } from './while.js';
import type { Edge, NodeWriter } from './writer.js';

/** `edges` are those of the node's inputs. */
export function writeScan(writer: NodeWriter, node: Node, edges: readonly Edge[]): Edge {
  const { rows } = loopOf(node);
  const [length, reverse] = [number(node.attrs, 'length'), flag(node.attrs, 'reverse')];
  const size = fixed(node.shape[1]);
  const start = edges[0]!;
  const zeros = writer.call('BroadcastTo', [
    writer.constant('float32', [0]),
    writer.pack([writer.int(length), writer.length(start), writer.int(size)]),
  ]);
  const state = [
    { name: 'position', first: writer.int(reverse ? length - 1 : 0), shape: [] },
    { name: 'state', first: start, shape: [-1, size] },
    { name: 'states', first: zeros, shape: [length, -1, size] },
    ...carriedOf(edges.slice(1), rows.length),
  ];
  const [, , states] = writeWhile(writer, node.name ?? 'scan', state, {
    proceed: (body, [at]) =>
      reverse
        ? body.call('GreaterEqual', [at!, body.int(0)], { dtype: 'bool' })
        : body.call('Less', [at!, body.int(length)], { dtype: 'bool' }),
    round: (body, [at, before, all, ...rest]) => {
      const count = body.length(before!);
      const from = body.call('Mul', [at!, count]);
      const made = writeRound(body, node.body!, before!, { rows, carried: rest, from, count });
      const put = body.call('TensorScatterUpdate', [
        all!,
        body.call('Reshape', [at!, body.ints([1, 1])]),
        body.call('Reshape', [made, body.ints([1, -1, size])]),
      ]);
      return [body.call('AddV2', [at!, body.int(reverse ? -1 : 1)]), made, put, ...rest];
    },
  });
  return writer.call('Reshape', [states!, writer.ints([-1, size])]);
}
