/** Runs a legal graph on a real TensorFlow.js backend in Node. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from '../../src/ir/graph/graph.js';
import * as kernels from '../../src/runtime/kernels.js';
import { randomAt } from '../../src/runtime/random.js';
import { print, scope } from './print.js';
import { value, type Environment, type Value } from './reference.js';

export async function useBackend(name: 'cpu' | 'wasm'): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`no backend ${name}`);
  await tf.ready();
}

/** Outputs by name. The reference's feeds are cast to the inputs' dtypes. */
export function run(graph: Graph, env: Environment): Readonly<Record<string, Value>> {
  const body = new Function(...scope, print(graph)) as (...args: readonly unknown[]) => readonly (tf.Tensor | number)[];
  return scoped(() => {
    const inputs = graph.nodes.filter((node) => node.op === 'Input');
    const batch = Object.fromEntries(
      inputs.map((node) => {
        const name = node.attrs['name'] as string;
        const fed = env.feeds[name]!;
        return [name, tf.tensor(Float32Array.from(fed.data), [...fed.shape], node.dtype)];
      }),
    );
    const results = body(
      tf,
      randomAt(env.seed ?? 1, env.step ?? 0),
      env.batch,
      { step: env.step ?? 0, epoch: env.epoch ?? 0 },
      batch,
      batch,
      batch,
      batch,
      kernels,
    );
    return Object.fromEntries(
      graph.outputs.map(({ name, node }, i) => {
        const result = results[i]!;
        if (typeof result === 'number') return [name, value([], [result])];
        if (result.dtype !== node.dtype) throw new Error(`${name}: ${result.dtype} instead of ${node.dtype}`);
        return [name, value(result.shape, result.dataSync())];
      }),
    );
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
