/** Writes an op graph as the nodes of an ONNX graph. */
import type { Graph, Node } from '../../ir/graph/graph.js';
import { text } from '../../ir/graph/ops/define.js';
import { lowerings, whyNot, type WrittenOp } from './ops.js';
import { writeScan } from './scan.js';
import type { GraphWriter, Value } from './writer.js';

/** A node that no ONNX file can hold. */
export interface Unwritable {
  readonly node: Node;
  readonly reason: string;
}

/** A node of a graph, or of the bodies in it, that cannot be written: an op before what it reads. */
export function unwritableIn({ nodes }: Graph): Unwritable | undefined {
  const all = nodes.flatMap((node): readonly Unwritable[] => {
    const reason = whyNot(node);
    if (reason !== undefined) return [{ node, reason }];
    const inside = node.body === undefined ? undefined : unwritableIn(node.body);
    return inside === undefined ? [] : [inside];
  });
  return all.find(({ node }) => node.op !== 'Input') ?? all[0];
}

/**
 * Writes a graph of which everything can be; `input` says what tensor an input of it is. The tensors of its outputs,
 * by name.
 */
export function writeGraph(
  writer: GraphWriter,
  graph: Graph,
  input: (kind: string, name: string) => Value,
): ReadonlyMap<string, Value> {
  const values = new Map<number, Value>();
  for (const node of graph.nodes) {
    writer.scope = node.name ?? '';
    const inputs = node.inputs.map(({ id }) => values.get(id)!);
    const value =
      node.op === 'Input'
        ? input(text(node.attrs, 'kind'), text(node.attrs, 'name'))
        : node.op === 'Scan'
          ? writeScan(writer, node, inputs)
          : lowerings[node.op as WrittenOp](writer, node, inputs);
    values.set(node.id, value);
  }
  return new Map(graph.outputs.map(({ name, node }) => [name, values.get(node.id)!]));
}
