/** Dead code: drops what no output needs. */
import type { Graph, Node } from '../graph.js';

export function prune(graph: Graph): Graph {
  const live = new Set<number>();
  const mark = (node: Node): void => {
    const stack = [node];
    while (stack.length > 0) {
      const next = stack.pop()!;
      if (live.has(next.id)) continue;
      live.add(next.id);
      stack.push(...next.inputs);
    }
  };
  graph.outputs.forEach(({ node }) => mark(node));
  const fresh = new Map<number, Node>();
  for (const node of graph.nodes) {
    if (!live.has(node.id)) continue;
    fresh.set(node.id, { ...node, id: fresh.size, inputs: node.inputs.map((input) => fresh.get(input.id)!) });
  }
  return {
    name: graph.name,
    nodes: [...fresh.values()],
    outputs: graph.outputs.map((o) => ({ ...o, node: fresh.get(o.node.id)! })),
  };
}
