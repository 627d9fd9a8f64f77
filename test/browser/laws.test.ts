/** Every op, and whole training steps, on WebGL and WebGPU in a real browser, against the float64 reference. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '../../src/ir/graph/graph.js';
import { ops, type OpName } from '../../src/ir/graph/ops/index.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { cases, withoutDerivatives, type Case } from '../laws/cases/index.js';
import { difference, nameOf } from '../laws/kit.js';
import { environment, graphsOf, inputsOf, models } from '../laws/models.js';
import { print, scope } from '../laws/print.js';
import { evaluate, rounded, value, type Environment } from '../laws/reference.js';
import { targets } from '../../src/codegen/targets.js';
import { chromiumPath } from './chromium.js';
import { hosted, type Hosted } from './hosted.js';
import { sizeCases } from './laws-sizes.js';
import type { Laws, Outcome, Task } from './laws-page.js';

const names = Object.keys(ops) as readonly OpName[];

/** The software renderer compiles a shader for every shape: of the cases with the largest ones, each geometry is tried once. */
const slow: ReadonlySet<OpName> = new Set<OpName>([
  'MatMul',
  'Conv2D',
  'Conv2DBackpropInput',
  'Conv2DBackpropFilter',
  'MaxPool',
  'MaxPoolGrad',
  'MaxPoolGradGrad',
  'Sum',
  'Max',
]);
const kept = (c: Case, index: number): boolean => !slow.has(c.op) || index % 4 === Math.floor(index / 4) % 4;

/** Relative to the largest element. WGSL promises sin and cos to 2⁻¹¹ only, and the software renderer uses that. */
const tolerances: Readonly<Partial<Record<OpName, number>>> = { Sin: 2 ** -11, Cos: 2 ** -11 };

interface Job {
  readonly label: string;
  readonly graph: Graph;
  readonly env: Environment;
  readonly forward: boolean;
}

function task({ graph, env, forward }: Job): Task {
  const feeds = Object.fromEntries(
    inputsOf(graph).map((node) => {
      const { shape, data } = env.feeds[nameOf(node)]!;
      return [nameOf(node), { shape, data: [...data], dtype: node.dtype }];
    }),
  );
  return {
    scope,
    body: print(graph),
    feeds,
    seed: env.seed!,
    step: env.step!,
    epoch: env.epoch!,
    batch: env.batch,
    forward,
  };
}

/** What is wrong with an outcome; nothing where it is right. */
function complaints(job: Job, outcome: Outcome, tolerance: number): readonly string[] {
  if ('error' in outcome) return [`${job.label}: ${outcome.error}`];
  const expected = evaluate(job.graph, job.env);
  return job.graph.outputs.flatMap(({ name, node }, i) => {
    const { shape, dtype, data } = outcome.outputs[i]!;
    if (dtype !== node.dtype) return [`${job.label}, ${name}: ${dtype} instead of ${node.dtype}`];
    const error = difference(rounded(expected[name]!), value(shape, data));
    return error < tolerance ? [] : [`${job.label}, ${name}: off by ${error.toExponential(1)}`];
  });
}

describe.skipIf(chromiumPath === undefined).each(['webgl', 'webgpu'] as const)('on %s', (backend) => {
  let host: Hosted | undefined;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    host = await hosted('laws-page.ts', 'laws');
    ({ page, problems } = host);
    // Without textures of floats WebGL computes in half precision, for which these tolerances are not made.
    expect(await page.evaluate((name) => (globalThis as unknown as { laws: Laws }).laws.start(name), backend)).toBe(
      'float32',
    );
  });

  afterAll(() => host?.close());

  async function check(jobs: readonly Job[], tolerance: number): Promise<void> {
    const outcomes = await page.evaluate(async (tasks) => {
      const { laws } = globalThis as unknown as { laws: Laws };
      const found: Outcome[] = [];
      for (const one of tasks) found.push(await laws.run(one));
      return found;
    }, jobs.map(task));
    expect([...problems.splice(0), ...jobs.flatMap((job, i) => complaints(job, outcomes[i]!, tolerance))]).toEqual([]);
  }

  it.each(names)('%s', async (op) => {
    const jobs = [
      ...cases.filter((one) => one.op === op).filter(kept),
      ...sizeCases.filter((one) => one.op === op),
    ].map((c, i): Job => {
      // A derivative is a graph of ops that each have their cases: whether it is the right one, other backends tell in less time.
      const { graph, env } = withoutDerivatives(c);
      // Kernels of small tensors run in JavaScript as TensorFlow.js has it by default: half of the cases on each backend.
      const forward = !slow.has(op) && !sizeCases.includes(c) && (i % 2 === 0) === (backend === 'webgl');
      return { label: c.label, graph: optimise(graph, [backend]), env, forward };
    });
    await check(jobs, tolerances[op] ?? 3e-5);
  });

  it.each(Object.entries(models))('%s', async (_name, body) => {
    const { trainStep } = graphsOf(body);
    await check(
      [
        {
          label: 'step',
          graph: optimise(trainStep, targets.browser.backends),
          env: environment(trainStep),
          forward: false,
        },
      ],
      1e-4,
    );
  });
});
