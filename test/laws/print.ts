/** Graphs as JavaScript, printed by the registry as generated programs are. */
import type { Graph, Node } from '../../src/ir/graph/graph.js';
import { ops } from '../../src/ir/graph/ops/index.js';
import { onHost } from '../../src/ir/graph/passes/fold.js';

/** An operand: scalars of the host as one nested expression, everything else by its identifier. */
export function operand(node: Node): string {
  if (node.shape.length === 0 && (node.op === 'Const' || node.op === 'Moment')) return ops[node.op].tfjs([], node);
  return onHost(node) ? ops[node.op].host!(node.inputs.map(operand)) : `v${node.id}`;
}

/** What a printed body refers to. */
export const scope = ['tf', 'random', 'batchSize', 'moment', 'batch', 'weights', 'slots', 'code'] as const;

/** The body of a function that computes a graph; printed as TypeScript, of which `as` has to go to be run. */
export function print(graph: Graph): string {
  const lines = graph.nodes
    .filter((node) => !onHost(node))
    .map((node) => `const v${node.id} = ${ops[node.op].tfjs(node.inputs.map(operand), node)};`);
  return [...lines, `return [${graph.outputs.map(({ node }) => operand(node)).join(', ')}];`]
    .join('\n')
    .replace(/ as tf\.\w+/g, '');
}
