/** Graphs as JavaScript, printed by the registry as generated programs are. */
import type { Graph, Node } from '../../src/ir/graph/graph.js';
import { ops } from '../../src/ir/graph/ops/index.js';
import { bodyInput, loopOf } from '../../src/ir/graph/ops/loops.js';
import { typesLeftOut } from '../../src/ir/graph/ops/type-text.js';
import { onHost } from '../../src/ir/graph/passes/fold.js';

/** An operand: scalars of the host as one nested expression, everything else by its identifier. */
export function operand(node: Node): string {
  if (node.shape.length === 0 && (node.op === 'Const' || node.op === 'Moment')) return ops[node.op].tfjs([], node);
  return onHost(node) ? ops[node.op].host!(node.inputs.map(operand)) : `v${node.id}`;
}

/** What a printed body refers to. */
export const scope = ['tf', 'random', 'batchSize', 'moment', 'batch', 'weights', 'slots', 'code', 'kernels'] as const;

/** A body as a function; what it reads as a whole stands around it, under names that its own do not hide. */
function bodyOf(node: Node, body: Graph): string {
  const { rows, whole } = loopOf(node);
  const given = new Map([
    [bodyInput.start, 'start'],
    ...rows.map((_, i): readonly [string, string] => [bodyInput.row(i), `rows[${i}]`]),
    ...whole.map((input, i): readonly [string, string] => [bodyInput.whole(i), operand(input)]),
  ]);
  const text = (one: Node): string =>
    one.op === 'Input' ? given.get(one.attrs['name'] as string)! : onHost(one) ? operand(one) : `w${one.id}`;
  const lines = body.nodes
    .filter((one) => !onHost(one) && one.op !== 'Input')
    .map((one) => `const w${one.id} = ${ops[one.op].tfjs(one.inputs.map(text), one)};`);
  return `(start, rows) => { const batchSize = start.shape[0]; ${lines.join(' ')} return ${text(body.outputs[0]!.node)}; }`;
}

/** The body of a function that computes a graph; without what TypeScript alone reads. */
export function print(graph: Graph): string {
  const lines = graph.nodes
    .filter((node) => !onHost(node))
    .map((node) => {
      const args = [...node.inputs.map(operand), ...(node.body === undefined ? [] : [bodyOf(node, node.body)])];
      return `const v${node.id} = ${ops[node.op].tfjs(args, node)};`;
    });
  return typesLeftOut([...lines, `return [${graph.outputs.map(({ node }) => operand(node)).join(', ')}];`].join('\n'));
}
