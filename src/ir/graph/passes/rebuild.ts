/** The shared frame of the passes: a graph is read in order and built anew, node by node. */
import { Builder } from '../build.js';
import type { Graph, Node } from '../graph.js';

/**
 * Builds a graph anew. `visit` gets each old node with its new inputs and returns its new value;
 * `keep` copies the node as it is. Outputs and origins are carried over.
 */
export function rebuild(
  graph: Graph,
  visit: (b: Builder, node: Node, inputs: readonly Node[], keep: () => Node) => Node,
): Graph {
  const b = new Builder();
  const fresh = new Map<number, Node>();
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((input) => fresh.get(input.id)!);
    const keep = (): Node => b.make(node.op, inputs, node.attrs, node.name, node.body);
    fresh.set(
      node.id,
      b.at(node.origin, () => visit(b, node, inputs, keep)),
    );
  }
  return b.finish(
    graph.name,
    graph.outputs.map(({ name, node }) => ({ name, node: fresh.get(node.id)! })),
  );
}
