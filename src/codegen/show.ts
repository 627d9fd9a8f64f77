/** Graphs as text: what `aec build --emit graph` and `--emit plan` print. */
import type { Written } from '../diagnostics/written.js';
import type { Graph, Node } from '../ir/graph/graph.js';
import { ops, type Backend } from '../ir/graph/ops/index.js';
import { optimise } from '../ir/graph/passes/index.js';
import { lastUses } from '../ir/graph/passes/lifetimes.js';
import { showShape } from '../ir/graph/shape.js';

const showNode = (node: Node, written: Written): string => {
  const attrs = Object.entries(node.attrs)
    .map(([key, value]) => `${key}: ${brief(value)}`)
    .join(', ');
  const from = node.origin === undefined ? '' : `  // ${written(node.origin).file}:${written(node.origin).line}`;
  const name = node.name === undefined ? '' : ` "${node.name}"`;
  return `%${node.id} = ${node.op}(${node.inputs.map((i) => `%${i.id}`).join(', ')})${attrs === '' ? '' : ` {${attrs}}`} : ${node.dtype}[${showShape(node.shape)}]${name}${from}`;
};

function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** A graph, a node a line. */
export function showGraph(graph: Graph, written: Written): string {
  return [
    `graph ${graph.name} {`,
    ...graph.nodes.map((n) => `  ${showNode(n, written)}`),
    ...graph.outputs.map((o) => `  return ${o.name} = %${o.node.id}`),
    '}',
  ].join('\n');
}

/** A graph after the passes for a set of backends, with lifetimes and with what was rewritten and why. */
export function showPlan(graph: Graph, backends: readonly Backend[], written: Written): string {
  const rewritten = new Map<string, string>();
  for (const node of graph.nodes) {
    for (const backend of backends) {
      const reason = ops[node.op].avoid?.(backend, node);
      if (reason !== undefined) rewritten.set(`${node.op} on ${backend}`, reason);
    }
  }
  const plan = optimise(graph, backends);
  const deaths = lastUses(plan, (node) => node.op === 'Input');
  const lines = plan.nodes.map((node) => {
    const dead = deaths.get(node.id);
    return `  ${showNode(node, written)}${dead === undefined ? '' : `  frees ${dead.map((d) => `%${d.id}`).join(' ')}`}`;
  });
  return [
    `plan ${graph.name} for ${backends.join(', ')} {`,
    ...[...rewritten].map(([what, why]) => `  // rewritten: ${what}: ${why}`),
    ...lines,
    ...plan.outputs.map((o) => `  return ${o.name} = %${o.node.id}`),
    '}',
  ].join('\n');
}
