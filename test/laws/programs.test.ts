/** Laws of whole training steps: the update is the gradient of the terms, penalties on derivatives included. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '../../src/ir/graph/graph.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { difference, generator, nameOf } from './kit.js';
import { environment, graphsOf, inputsOf, models } from './models.js';
import { evaluate, value, type Environment, type Value } from './reference.js';
import { run, useBackend } from './tfjs.js';

const loss = (graph: Graph, env: Environment): number => evaluate(graph, env)['terms']!.data.reduce((a, c) => a + c, 0);

describe.each(Object.entries(models))('%s', (name, body) => {
  let graphs: ReturnType<typeof graphsOf>;
  let env: Environment;
  beforeAll(() => {
    graphs = graphsOf(body);
    env = environment(graphs.trainStep);
  });

  it('moves every weight along the gradient of the terms', () => {
    const updated = evaluate(graphs.trainStep, env);
    const random = generator(3);
    const weights = inputsOf(graphs.trainStep)
      .filter((node) => node.attrs['kind'] === 'weight')
      .map(nameOf)
      .filter((w) => !w.includes('moving'));
    expect(weights.length).toBeGreaterThan(2);
    for (const weight of weights) {
      const { shape, data } = env.feeds[weight]!;
      const direction = data.map(() => 2 * random() - 1);
      const moved = (h: number): number =>
        loss(graphs.trainStep, {
          ...env,
          feeds: {
            ...env.feeds,
            [weight]: value(
              shape,
              data.map((v, i) => v + h * direction[i]!),
            ),
          },
        });
      const h = 1e-4;
      const slope = (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h);
      const gradient = updated[`weights/${weight}`]!.data.map((v, i) => data[i]! - v);
      const terms = gradient.map((g, i) => g * direction[i]!);
      const scale = 1e-3 + terms.reduce((a, c) => a + Math.abs(c), 0);
      expect(Math.abs(slope - terms.reduce((a, c) => a + c, 0)) / scale, weight).toBeLessThan(1e-6);
    }
  });

  it.runIf(name.startsWith('contractive'))('penalises the Jacobian that differences find', () => {
    const { terms } = evaluate(graphs.trainStep, env);
    const weight = Number(/([\d.]*) ?\*? ?contractive/.exec(body)![1] || 1);
    const x = env.feeds['x']!;
    const code = (feed: Value): Float64Array =>
      Object.values(evaluate(graphs.encode!, { ...env, feeds: { ...env.feeds, x: feed } }))[0]!.data;
    const h = 1e-5;
    let squares = 0;
    // Examples do not see each other, so one column of the batch moves at a time.
    for (let column = 0; column < 6; column++) {
      const moved = (by: number): Float64Array =>
        code(
          value(
            x.shape,
            x.data.map((v, i) => (i % 6 === column ? v + by : v)),
          ),
        );
      const [up, down] = [moved(h), moved(-h)];
      up.forEach((v, i) => (squares += ((v - down[i]!) / (2 * h)) ** 2));
    }
    expect(terms!.data.at(-1)! / ((weight * squares) / 3)).toBeCloseTo(1, 6);
  });

  it.each(['cpu', 'wasm'] as const)('gives the same step on %s', async (backend) => {
    await useBackend(backend);
    const legal = optimise(graphs.trainStep, [backend]);
    const [expected, found] = [evaluate(graphs.trainStep, env), run(legal, env)];
    for (const key of Object.keys(expected)) expect(difference(expected[key]!, found[key]!), key).toBeLessThan(1e-4);
  });

  it('keeps its values through the passes for every backend', () => {
    for (const graph of Object.values(graphs) as readonly Graph[]) {
      const own = environment(graph);
      const [before, after] = [
        evaluate(graph, own),
        evaluate(optimise(graph, ['cpu', 'wasm', 'webgl', 'webgpu', 'tensorflow']), own),
      ];
      for (const key of Object.keys(before))
        expect(difference(before[key]!, after[key]!), `${graph.name}, ${key}`).toBeLessThan(1e-11);
    }
  });
});
