/** Runs a legal graph on a real TensorFlow.js backend, printed by the registry as generated programs are. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Node } from '../../src/ir/graph.js';
import { ops } from '../../src/ir/ops/index.js';
import { onHost } from '../../src/ir/passes/fold.js';
import { randomAt } from '../../src/runtime/random.js';
import { value, type Environment, type Value } from './reference.js';

/** An operand: scalars of the host as one nested expression, everything else by its identifier. */
export function operand(node: Node): string {
  if (node.shape.length === 0 && (node.op === 'Const' || node.op === 'Moment')) return ops[node.op].tfjs([], node);
  return onHost(node) ? ops[node.op].host!(node.inputs.map(operand)) : `v${node.id}`;
}

/** The body of a function that computes a graph; printed as TypeScript, of which `as` has to go to be run. */
export function print(graph: Graph): string {
  const lines = graph.nodes
    .filter((node) => !onHost(node))
    .map((node) => `const v${node.id} = ${ops[node.op].tfjs(node.inputs.map(operand), node)};`);
  return [...lines, `return [${graph.outputs.map(({ node }) => operand(node)).join(', ')}];`].join('\n').replace(/ as tf\.\w+/g, '');
}

export async function useBackend(name: 'cpu' | 'wasm'): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`no backend ${name}`);
  await tf.ready();
}

/** Outputs by name. The reference's feeds are cast to the inputs' dtypes. */
export function run(graph: Graph, env: Environment): Readonly<Record<string, Value>> {
  const body = new Function('tf', 'random', 'batchSize', 'moment', 'batch', print(graph)) as (...args: readonly unknown[]) => readonly (tf.Tensor | number)[];
  return scoped(() => {
    const inputs = graph.nodes.filter((node) => node.op === 'Input');
    const batch = Object.fromEntries(inputs.map((node) => {
      const name = node.attrs['name'] as string;
      const fed = env.feeds[name]!;
      return [name, tf.tensor(Float32Array.from(fed.data), [...fed.shape], node.dtype)];
    }));
    const results = body(tf, randomAt(env.seed ?? 1, env.step ?? 0), env.batch, { step: env.step ?? 0, epoch: env.epoch ?? 0 }, batch);
    return Object.fromEntries(graph.outputs.map(({ name, node }, i) => {
      const result = results[i]!;
      if (typeof result === 'number') return [name, value([], [result])];
      if (result.dtype !== node.dtype) throw new Error(`${name}: ${result.dtype} instead of ${node.dtype}`);
      return [name, value(result.shape, result.dataSync())];
    }));
  });
}

/** `tf.tidy` for results that are no tensors. */
function scoped<T>(compute: () => T): T {
  tf.engine().startScope();
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
}
