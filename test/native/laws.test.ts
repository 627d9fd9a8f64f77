/** Every op on libtensorflow, op by op through tfjs-node: value, first and second derivative against the reference. */
import { beforeAll, describe, expect, it } from 'vitest';
import type * as tfjs from '@tensorflow/tfjs-core';
import { ops, type OpName } from '../../src/ir/ops/index.js';
import { legalise } from '../../src/ir/passes/legalise.js';
import { randomAt } from '../../src/runtime/random.js';
import { kernels } from '../../src/runtime/index.js';
import { cases, withDerivatives } from '../laws/cases/index.js';
import { difference } from '../laws/kit.js';
import { print, scope } from '../laws/print.js';
import { evaluate, rounded, value, type Environment, type Value } from '../laws/reference.js';
import type { Graph } from '../../src/ir/graph.js';
import { hasNative, loadNative } from './native.js';

describe.skipIf(!hasNative)('on tensorflow', () => {
  let tf: typeof tfjs;
  beforeAll(async () => {
    tf = await loadNative('@tensorflow/tfjs-node');
  });

  function run(graph: Graph, env: Environment): Readonly<Record<string, Value>> {
    const body = new Function('kernels', ...scope, print(graph)) as (...args: readonly unknown[]) => readonly (tfjs.Tensor | number)[];
    tf.engine().startScope();
    const batch = Object.fromEntries(graph.nodes.filter((node) => node.op === 'Input').map((node) => {
      const fed = env.feeds[node.attrs['name'] as string]!;
      return [node.attrs['name'] as string, tf.tensor(Float32Array.from(fed.data), [...fed.shape], node.dtype)];
    }));
    const results = body(kernels, tf, randomAt(env.seed ?? 1, env.step ?? 0), env.batch, { step: env.step ?? 0, epoch: env.epoch ?? 0 }, batch, batch, batch, batch);
    const found = Object.fromEntries(graph.outputs.map(({ name }, i) => {
      const result = results[i]!;
      return [name, typeof result === 'number' ? value([], [result]) : value(result.shape, result.dataSync())];
    }));
    tf.engine().endScope();
    return found;
  }

  it.each(Object.keys(ops) as readonly OpName[])('%s', (op) => {
    for (const c of cases.filter((one) => one.op === op)) {
      const { graph, env } = withDerivatives(c);
      const expected = evaluate(graph, env);
      const found = run(legalise(graph, ['tensorflow']), env);
      for (const name of Object.keys(expected)) {
        expect(difference(rounded(expected[name]!), found[name]!), `${c.label}, ${name}`).toBeLessThan(3e-5);
      }
    }
  });
});
