/**
 * Legalising: a graph that each of the given backends runs right and fast. Ops whose kernel one of
 * them lacks, computes wrongly or computes slowly are replaced by their rewrite, until none is left.
 */
import type { Builder } from '../build.js';
import type { Graph, Node } from '../graph.js';
import { ops, type Backend } from '../ops/index.js';
import { rebuild } from './rebuild.js';

export function legalise(graph: Graph, backends: readonly Backend[]): Graph {
  let current = graph;
  // A rewrite may use an op that needs one itself; each round resolves one level.
  while (current.nodes.some((node) => isAvoided(node, backends))) {
    current = rebuild(current, (b, node, inputs, keep) =>
      isAvoided(node, backends) ? rewrite(b, node, inputs) : keep(),
    );
  }
  return current;
}

const isAvoided = (node: Node, backends: readonly Backend[]): boolean =>
  backends.some((backend) => ops[node.op].avoid?.(backend, node) !== undefined);

function rewrite(b: Builder, node: Node, inputs: readonly Node[]): Node {
  const definition = ops[node.op];
  if (definition.rewrite === undefined) throw new Error(`${node.op} is to be avoided but has no rewrite`);
  const { origin } = node;
  const tagged =
    origin === undefined || origin.instead !== undefined
      ? origin
      : { ...origin, instead: { op: node.op, id: node.id } };
  const value = b.at(tagged, () => definition.rewrite!(b, { ...node, inputs }));
  return node.name === undefined ? value : b.named(value, node.name);
}
