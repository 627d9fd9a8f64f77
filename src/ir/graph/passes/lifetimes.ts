/** Buffer lifetimes: after which node each value is no longer needed. */
import type { Graph, Node } from '../graph.js';

/**
 * For each node id, the values whose last use it is. Inputs of the graph belong to the caller and
 * outputs outlive it; neither is listed. `sameBuffer` tells which nodes only pass a value on.
 */
export function lastUses(graph: Graph, isHeld: (node: Node) => boolean): ReadonlyMap<number, readonly Node[]> {
  const last = new Map<number, number>();
  for (const node of graph.nodes) for (const input of node.inputs) last.set(input.id, node.id);
  const outputs = new Set(graph.outputs.map((o) => o.node.id));
  const deaths = new Map<number, Node[]>();
  for (const node of graph.nodes) {
    const at = last.get(node.id);
    if (at === undefined || outputs.has(node.id) || isHeld(node)) continue;
    deaths.set(at, [...(deaths.get(at) ?? []), node]);
  }
  return deaths;
}
