/** Laws of whole training steps: the update is the gradient of the terms, penalties on derivatives included. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler.js';
import type { Graph } from '../../src/ir/graph/graph.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { difference, generator, nameOf } from './kit.js';
import { textOf } from '../interpreter/laws/pair.js';
import { checkText } from '../support/emitted.js';
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

it.each([0, 1e-3, 1, 5])('keeps the slope of a critic at 1, which is %d times another', (scale) => {
  const { trainStep } = graphsOf(
    'encoder { code: dense(2) } decoder { dense(6) } reconstruct x by squared_error; network critic(x) { dense(1) }; penalty gradient_penalty(critic, x, decoder)',
  );
  const env = environment(trainStep);
  const name = 'critic.dense.kernel';
  const kernel = value(
    env.feeds[name]!.shape,
    env.feeds[name]!.data.map((v) => v * scale),
  );
  const after = evaluate(trainStep, { ...env, feeds: { ...env.feeds, [name]: kernel } });
  // That of what is linear is its kernel.
  const slope = Math.hypot(...kernel.data);
  expect(after['terms']!.data.at(-1)).toBeCloseTo((slope - 1) ** 2, slope === 0 ? 5 : 8);
  expect(after[`weights/${name}`]!.data.every(Number.isFinite)).toBe(true);
});

it.each([
  [2, 3],
  [3, 2],
  [1, 4],
])('vectors of %i numbers are written one by one, %i of them, each from the one before', (size, length) => {
  const checked = checkText(
    textOf(`input x: sequence([${size}], length: ${length}) in real
      encoder { gru(3, last: true) }
      latent z ~ normal(2)
      decoder(previous x) { concat(z); out: dense(${size}) }
      reconstruct x by squared_error
      penalty kl(z)`),
  );
  const graph = compile(checked.models[0]!, checked).graphs.decode!;
  const env = environment(graph);
  const [code, kernel, bias] = ['z', 'decoder.out.kernel', 'decoder.out.bias'].map((name) => env.feeds[name]!.data);
  const written = Array.from({ length: env.batch }, (_, row) => {
    let before = Array.from({ length: size }, () => 0);
    return Array.from({ length }, () => {
      const read = [...before, ...code!.slice(2 * row, 2 * row + 2)];
      before = before.map((_zero, j) => read.reduce((sum, v, i) => sum + v * kernel![i * size + j]!, bias![j]!));
      return before;
    });
  });
  const [found] = Object.values(evaluate(graph, env));
  expect(found!.shape).toEqual([env.batch, length, size]);
  written.flat(2).forEach((v, i) => expect(found!.data[i]).toBeCloseTo(v, 10));
});
