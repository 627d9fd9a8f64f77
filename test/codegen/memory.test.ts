/** Generated programs take no more memory at one time than their graphs must, and are as short as what a person writes. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadProgram } from '../../src/cli/load.js';
import { printBody } from '../../src/codegen/tfjs/body.js';
import { printModule } from '../../src/codegen/tfjs/module.js';
import { functionPlans } from '../../src/codegen/tfjs/plans.js';
import { targets } from '../../src/codegen/targets.js';
import { compile } from '../../src/compiler.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { randomAt } from '../../src/runtime/index.js';
import { checkText } from '../support/emitted.js';

/** Bytes of all buffers at one time while `body` runs, besides those that were there. */
function peakOf(body: () => void): number {
  const engine = tf.engine() as unknown as {
    trackTensor: (tensor: tf.Tensor, backend: unknown) => void;
    disposeTensor: (tensor: tf.Tensor) => void;
  };
  const plain = { track: engine.trackTensor.bind(engine), dispose: engine.disposeTensor.bind(engine) };
  const buffers = new Map<object, { views: number; readonly bytes: number }>();
  let [live, most] = [0, 0];
  engine.trackTensor = (tensor, backend) => {
    plain.track(tensor, backend);
    const buffer = buffers.get(tensor.dataId);
    if (buffer !== undefined) buffer.views += 1;
    else buffers.set(tensor.dataId, { views: 1, bytes: 4 * tensor.size });
    if (buffer === undefined) live += 4 * tensor.size;
    most = Math.max(most, live);
  };
  engine.disposeTensor = (tensor) => {
    const buffer = buffers.get(tensor.dataId);
    if (buffer !== undefined && --buffer.views === 0) {
      live -= buffer.bytes;
      buffers.delete(tensor.dataId);
    }
    plain.dispose(tensor);
  };
  try {
    body();
  } finally {
    Object.assign(engine, { trackTensor: plain.track, disposeTensor: plain.dispose });
  }
  return most;
}

const textOf = (file: string): string => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), 'utf8');

/** Layers line by line, and several in one, of which few examples tell as much as many. */
const models = {
  'convolutions, a line each': textOf('examples/lecture1/conv.ae').replace('batch 64', 'batch 4'),
  'convolutions, in a line': textOf('bench/models/c.ae').replace('batch 64', 'batch 4'),
  'layers that are wide': `autoencoder M {
  input x: [60] in [0, 1]
  encoder { dense(50, relu); code: dense(4, tanh) }
  decoder { dense(50, elu); dense(60, sigmoid) }
  reconstruct x by squared_error
  train { optimizer adam(lr: 1e-3); batch 4 }
}`,
};

describe.each(Object.entries(models))('%s', (_name, text) => {
  beforeAll(() => tf.setBackend('cpu'));

  test('a step takes what its graph must, and what is evaluated no more than a step', async () => {
    const checked = checkText(text);
    const model = checked.models[0]!;
    const compiled = compile(model, checked);
    const { program, target } = await loadProgram(model, checked, 'cpu');
    const phase = program.spec.phases[0]!;
    const { name, shape } = program.spec.variables[0]!;
    const batch = { [name]: tf.randomUniform([phase.batch as number, ...shape], 0, 1, 'float32', 7) };
    const weights = program.initialize(randomAt(1, 0), {});
    const slots = Object.fromEntries(phase.slots.map((slot) => [slot.name, tf.fill([...slot.shape], slot.initial)]));
    const moment = { step: 0, epoch: 0, random: randomAt(1, 0) };
    const plans = functionPlans(compiled);
    const counted = (of: string): number => {
      const plan = plans.find((one) => one.name === of)!;
      const graph = optimise(plan.graph, target.backends);
      const { statements } = printBody(graph, compiled.written, plan.calls, phase.batch as number);
      return Math.max(...statements.map((one) => (one.kind === 'value' ? one.live + one.bytes : 0)));
    };
    const step = counted('trainStep');
    // What a function is given stays until it is left, and scalars in formulas are not counted.
    const besides = 1.05;
    const taken = peakOf(() => void program.trainStep['train']!({ weights, slots }, batch, moment));
    expect(taken / step).toBeGreaterThan(0.98);
    expect(taken / step).toBeLessThan(besides);
    expect(peakOf(() => void program.evaluate['train']!(weights, batch, moment)) / step).toBeLessThan(besides);
    // What others call takes at most a quarter more than it must.
    for (const of of ['encode', 'reconstruct'] as const) {
      const bytes = peakOf(() => void program[of]!(weights, batch));
      expect(bytes / counted(of), of).toBeLessThan(1.25 * besides);
    }
  });
});

test.each([
  ['lecture1/vanilla.ae', 200],
  ['lecture1/conv.ae', 500],
  ['lecture2/vae.ae', 340],
])('%s has fewer than %i lines', async (file, most) => {
  const checked = checkText(textOf(`examples/${file}`));
  const module = await printModule(compile(checked.models[0]!, checked), targets.browser, 'bundled', 'beside');
  expect(module.split('\n').length - 1).toBeLessThan(most);
});
