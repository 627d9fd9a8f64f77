/** A float64 interpreter of op graphs in plain loops: what the compiler's output is measured against. */
import type { Graph, Node } from '../../src/ir/graph/graph.js';
import type { OpName } from '../../src/ir/graph/ops/names.js';
import { elementwise } from './reference/elementwise.js';
import { movement } from './reference/movement.js';
import { trees } from './reference/trees.js';
import { resolve, value, type Environment, type Kernel, type Value } from './reference/value.js';
import { windows } from './reference/windows.js';

export { count, value, type Environment, type Value } from './reference/value.js';

const kernels: Readonly<Record<OpName, Kernel>> = {
  ...elementwise,
  ...movement,
  ...windows,
  ...trees((nodes, env) => evaluateNodes(nodes, env)),
};

/** The values of nodes by id. Nodes must stand in order, inputs first; a shape other than the inferred one is an error. */
export function evaluateNodes(nodes: readonly Node[], env: Environment): ReadonlyMap<number, Value> {
  const known = new Map<number, Value>();
  for (const node of nodes) {
    const result = kernels[node.op](
      node.inputs.map((input) => known.get(input.id)!),
      node,
      env,
    );
    const inferred = resolve(node.shape, env);
    if (inferred.join() !== result.shape.join()) {
      throw new Error(`${node.op}: inferred ${inferred.join('×')}, computed ${result.shape.join('×')}`);
    }
    known.set(node.id, result);
  }
  return known;
}

/** The outputs of a graph by name. */
export function evaluate(graph: Graph, env: Environment): Readonly<Record<string, Value>> {
  const known = evaluateNodes(graph.nodes, env);
  return Object.fromEntries(graph.outputs.map(({ name, node }) => [name, known.get(node.id)!]));
}

/** As float32 holds it: what overflows there is no error of a backend. */
export const rounded = (x: Value): Value => value(x.shape, Float32Array.from(x.data));
