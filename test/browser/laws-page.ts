/** What runs in the page: printed graphs on one backend. Bundled by the test, with TensorFlow.js left to the import map. */
import * as tf from '@tensorflow/tfjs-core';
import * as kernels from '../../src/runtime/kernels.js';
import { randomAt } from '../../src/runtime/random.js';

export interface Tensor {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: readonly number[];
}

export interface Task {
  /** Names of the body's parameters, in the order in which they are passed below. */
  readonly scope: readonly string[];
  readonly body: string;
  readonly feeds: Readonly<Record<string, Tensor>>;
  readonly seed: number;
  readonly step: number;
  readonly epoch: number;
  readonly batch: number;
  /** Whether kernels of small tensors may run in JavaScript, as TensorFlow.js has it by default. */
  readonly forward: boolean;
}

export type Outcome = { readonly outputs: readonly Tensor[] } | { readonly error: string };

export interface Laws {
  /** Chooses the backend; returns the precision that it computes in. */
  start(backend: string): Promise<'float32' | 'float16'>;
  run(task: Task): Promise<Outcome>;
}

const laws: Laws = {
  async start(backend) {
    if (!(await tf.setBackend(backend))) throw new Error(`${backend} does not run in this browser`);
    await tf.ready();
    return backend !== 'webgl' || tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED') ? 'float32' : 'float16';
  },
  async run(task) {
    tf.env().set(`${tf.getBackend().toUpperCase()}_CPU_FORWARD`, task.forward);
    tf.engine().startScope();
    try {
      const body = new Function(...task.scope, task.body) as (
        ...args: readonly unknown[]
      ) => readonly (tf.Tensor | number)[];
      const feeds = Object.fromEntries(
        Object.entries(task.feeds).map(([name, { data, shape, dtype }]) => [
          name,
          tf.tensor(Float32Array.from(data), [...shape], dtype),
        ]),
      );
      const results = body(
        tf,
        randomAt(task.seed, task.step),
        task.batch,
        { step: task.step, epoch: task.epoch },
        feeds,
        feeds,
        feeds,
        feeds,
        kernels,
      );
      // WebGPU has no synchronous reads.
      return {
        outputs: await Promise.all(
          results.map(async (result): Promise<Tensor> =>
            typeof result === 'number'
              ? { shape: [], dtype: 'float32', data: [result] }
              : { shape: result.shape, dtype: result.dtype as Tensor['dtype'], data: Array.from(await result.data()) },
          ),
        ),
      };
    } catch (error) {
      return { error: String(error) };
    } finally {
      tf.engine().endScope();
    }
  },
};

(globalThis as unknown as { laws: Laws }).laws = laws;
