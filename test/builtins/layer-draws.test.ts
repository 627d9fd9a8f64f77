/**
 * Laws of layers over calls that are drawn: arguments of the types that the registry declares, and shapes of all ranks.
 * What the shape rule accepts can be computed and is of that shape; what it refuses says what was expected and found;
 * what is inferred from the output gives that output, and values lie in the range that is said of them.
 */
import { describe, expect, it } from 'vitest';
import type { Args, ExampleShape } from '../../src/builtins/arguments.js';
import type { Range } from '../../src/builtins/define.js';
import { compiledEntries } from '../../src/builtins/index.js';
import { isMisfit } from '../../src/builtins/layers/shapes.js';
import { B } from '../../src/ir/graph/shape.js';
import { stream } from '../interpreter/compare/random.js';
import { drawnShape, faultIn, valueOf } from './draws.js';
import { argsOf, layerCases, layerOf, lower, otherShapes, title, type LayerCase } from './layer-cases.js';

const names = compiledEntries('layer').map(({ name }) => name);
const calls = 150;

/** Whatever these give, there is one input that it comes from. */
const alwaysInferred: ReadonlySet<string> = new Set(['patches', 'unpatches', 'upsample_zero']);

/** Calls of a layer, most of them with some arguments left to their defaults; tensors beside are of the input's shape. */
function drawn(name: string): readonly LayerCase[] {
  const r = stream(names.indexOf(name) + 1);
  const { params } = layerOf(name);
  // Tensors beside, and what the binder fills in, are those of a case that is written out.
  const { args: written, input } = layerCases.find((one) => one.layer === name)!;
  return Array.from({ length: calls }, (): LayerCase => {
    const args: Args = Object.fromEntries(
      params.flatMap((param) => {
        const needed = param.default === undefined && param.optional !== true;
        const value = (needed || r.chance(0.6) ? valueOf(r, param) : undefined) ?? written[param.name];
        return value === undefined ? [] : [[param.name, value]];
      }),
    );
    const { classes } = written;
    return {
      layer: name,
      input: written['pool'] === undefined ? drawnShape(r) : input,
      args: classes === undefined ? args : { ...args, classes },
      training: r.chance(0.3),
    };
  });
}

const anything: Range = [-Infinity, Infinity];
const hullOf = (...of: readonly Float64Array[]): Range => [
  Math.min(...of.map((data) => Math.min(...data))),
  Math.max(...of.map((data) => Math.max(...data))),
];

const given = (one: LayerCase): ReturnType<ReturnType<typeof layerOf>['shape']> =>
  layerOf(one.layer).shape([one.input, ...otherShapes(one)], argsOf(one));

describe.each(names)('%s', (name) => {
  it('is as its shape rule says, whatever it accepts', () => {
    let accepted = 0;
    for (const one of drawn(name)) {
      const shape = given(one);
      if (isMisfit(shape)) {
        expect(faultIn(shape), title(one)).toBeUndefined();
        continue;
      }
      accepted += 1;
      const shapes = (Array.isArray(shape[0]) ? shape : [shape]) as readonly ExampleShape[];
      for (const dim of shapes.flat()) expect(Number.isInteger(dim) && dim > 0, title(one)).toBe(true);
      const { outputs, kit, input } = lower(one, 2);
      expect(
        outputs.map((node) => node.shape),
        title(one),
      ).toEqual(shapes.map((dims) => [B, ...dims]));
      if (accepted > 20) continue;
      const [read, ...made] = kit.evaluate(input, ...outputs);
      const range = layerOf(name).range?.([hullOf(read!.data), ...otherShapes(one).map(() => anything)], argsOf(one));
      if (range === undefined) continue;
      const [low, high] = hullOf(...made.map(({ data }) => data));
      expect(low, title(one)).toBeGreaterThanOrEqual(range[0] - 1e-6);
      expect(high, title(one)).toBeLessThanOrEqual(range[1] + 1e-6);
    }
    expect(accepted).toBeGreaterThan(0);
  });

  it('gives the output from which its input is inferred', () => {
    const { invert } = layerOf(name);
    for (const one of drawn(name)) {
      const shape = given(one);
      if (isMisfit(shape) || Array.isArray(shape[0])) continue;
      const output = shape as ExampleShape;
      const input = invert?.(output, argsOf(one));
      if (invert !== undefined && alwaysInferred.has(name)) expect(input, title(one)).toBeDefined();
      if (input === undefined) continue;
      expect(given({ ...one, input }), title(one)).toEqual(output);
    }
  });
});
