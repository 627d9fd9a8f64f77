/** Laws of layers: shape rule, inverse, mirror, derivatives, equal results on every backend. */
import { beforeAll, describe, expect, it } from 'vitest';
import { compiledEntries } from '../../src/builtins/index.js';
import { defaultCall } from './defaults.js';
import { gradients } from '../../src/ir/graph/autodiff.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { B } from '../../src/ir/graph/shape.js';
import { difference, differentiate, gradientError, Kit } from '../laws/kit.js';
import {
  accepts,
  argsOf,
  layerCases,
  layerOf,
  lower,
  lowerWith,
  shapeOf,
  title,
  type LayerCase,
} from './layer-cases.js';
import { evaluate, value } from '../laws/reference.js';
import { run, useBackend } from '../laws/tfjs.js';

const names = compiledEntries('layer').map((layer) => layer.name);
const of = (name: string): readonly LayerCase[] => layerCases.filter((one) => one.layer === name);

it.each(names)('%s is tried', (name) => {
  expect(of(name).length).toBeGreaterThan(0);
});

it.each(names)('the shape rule of %s says what comes out', (name) => {
  for (const one of of(name)) {
    const { kit, outputs } = lower(one);
    const shapes = shapeOf(one);
    expect(
      outputs.map((node) => node.shape),
      title(one),
    ).toEqual(shapes.map((shape) => [B, ...shape]));
    expect(() => kit.evaluate(...outputs), title(one)).not.toThrow();
  }
});

const differentiable = names.filter((name) => layerOf(name).surrogate !== true);

it.each(differentiable)('%s has the right first and second derivative in its input and weights', (name) => {
  for (const one of of(name)) {
    const { kit, outputs } = lower(one);
    if (kit.wrt.length === 0) continue;
    const y = kit.b.concat(outputs, outputs[0]!.shape.length - 1);
    const { loss, first, squares, second } = differentiate(kit, y);
    expect(gradientError(kit, loss, first), `${title(one)}, first`).toBeLessThan(1e-6);
    expect(gradientError(kit, squares, second), `${title(one)}, second`).toBeLessThan(1e-6);
  }
});

it.each(names)('%s: what invert says is an input for the output', (name) => {
  const { invert } = layerOf(name);
  for (const one of of(name)) {
    const output = shapeOf(one)[0]!;
    const input = invert?.(output, argsOf(one));
    if (input === undefined) continue;
    expect(shapeOf({ ...one, input })[0], title(one)).toEqual(output);
  }
});

it.each(names.filter((name) => layerOf(name).solve !== undefined))(
  '%s: what solve fills in gives the output',
  (name) => {
    for (const one of of(name)) {
      const output = shapeOf(one)[0]!;
      const [omitted] = layerOf(name).params.filter((p) => p.inferred === true);
      const args = layerOf(name).solve!(one.input, output, { ...argsOf(one), [omitted!.name]: { kind: 'infer' } });
      expect(args, title(one)).toBeDefined();
      expect(shapeOf({ ...one, args: args! })[0], title(one)).toEqual(output);
    }
  },
);

it.each(names)('the mirror of %s leads back to its input', (name) => {
  for (const one of of(name)) {
    for (const tied of [false, true]) {
      const output = shapeOf(one)[0]!;
      const activation = defaultCall('activation', 'tanh');
      const mirrored = layerOf(name).mirror({ args: argsOf(one), input: one.input, output, activation, tied });
      if (typeof mirrored === 'string') {
        expect(mirrored, title(one)).not.toBe('');
        continue;
      }
      const kit = new Kit();
      let [shape, node] = [output, kit.x([B, ...output])];
      for (const { layer, args } of mirrored) {
        const call: LayerCase = { layer, input: shape, args, training: false };
        // The mirror writes every argument out: nothing is left to defaults that may differ.
        expect(Object.keys(args).sort(), `${title(one)}: ${layer}`).toEqual(
          layerOf(layer)
            .params.map((p) => p.name)
            .sort(),
        );
        expect(accepts(call), `${title(one)}: ${title(call)}`).toBe(true);
        node = lowerWith(kit, node, call).outputs[0]!;
        shape = shapeOf(call)[0]!;
      }
      expect(shape, title(one)).toEqual(one.input);
      expect(node.shape, title(one)).toEqual([B, ...one.input]);
      if (!tied || layerOf(name).tie === undefined) continue;
      const kernel = (call: LayerCase) =>
        layerOf(call.layer).weights!(call.input, argsOf(call)).find((w) => w.role === 'kernel')!.shape;
      const own = kernel(one);
      const partner = kernel({ layer: mirrored[0]!.layer, input: output, args: mirrored[0]!.args, training: false });
      expect(partner, title(one)).toEqual(layerOf(name).tie === 'same' ? own : [...own].reverse());
    }
  }
});

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  it.each(names)('%s and its derivative', (name) => {
    for (const one of of(name)) {
      const { kit, outputs, updates } = lower(one);
      const loss = outputs.map((node) => kit.weighted(node)).reduce((a, c) => kit.b.add(a, c));
      const all = [...outputs, ...gradients(kit.b, loss, kit.wrt), ...Object.values(updates)];
      const graph = kit.graph(Object.fromEntries(all.map((node, i) => [`out${i}`, node])));
      const expected = evaluate(graph, kit.env);
      const found = run(optimise(graph, [backend]), kit.env);
      for (const key of Object.keys(expected)) {
        expect(
          difference(value(expected[key]!.shape, Float32Array.from(expected[key]!.data)), found[key]!),
          `${title(one)}, ${key}`,
        ).toBeLessThan(3e-5);
      }
    }
  });
});
