/**
 * Laws of layers over calls that are drawn: arguments of the types that the registry declares, and shapes of all ranks.
 * What the shape rule accepts can be computed and is of that shape; what it refuses says what was expected and found;
 * what is inferred from the output gives that output.
 */
import { describe, expect, it } from 'vitest';
import type { ArgValue, Args, ExampleShape, Param } from '../../src/builtins/arguments.js';
import { compiledEntries } from '../../src/builtins/index.js';
import { isMisfit } from '../../src/builtins/layers/shapes.js';
import { B } from '../../src/ir/graph/shape.js';
import { stream, type Stream } from '../interpreter/compare/random.js';
import { defaultCall } from './defaults.js';
import { argsOf, layerCases, layerOf, lower, otherShapes, title, type LayerCase } from './layer-cases.js';

const names = compiledEntries('layer').map(({ name }) => name);
const calls = 150;

/** A value that the type allows; undefined where the default has to do. */
function valueOf(r: Stream, { type, default: value }: Param): ArgValue | undefined {
  const small = (min: number): number => min + r.int(0, 3);
  switch (type.kind) {
    case 'int':
      return Math.min(type.max ?? 9, small(type.min ?? 1));
    case 'bool':
      return r.chance(0.5);
    case 'word':
      return r.pick(type.words);
    case 'pair':
      return r.chance(0.5) ? small(type.min) : [small(type.min), small(type.min)];
    case 'dims':
      return Array.from({ length: r.int(1, 3) }, () => small(1));
    case 'padding':
      return r.pick(['same', 'valid', r.int(0, 2), [r.int(0, 2), r.int(0, 2)]] as const);
    case 'builtin':
      return value === undefined ? undefined : defaultCall(type.category, String(value));
    default:
      return value;
  }
}

const shapeOf = (r: Stream): ExampleShape => Array.from({ length: r.int(1, 3) }, () => r.int(1, 8));

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
      input: written['pool'] === undefined ? shapeOf(r) : input,
      args: classes === undefined ? args : { ...args, classes },
      training: r.chance(0.3),
    };
  });
}

const given = (one: LayerCase): ReturnType<ReturnType<typeof layerOf>['shape']> =>
  layerOf(one.layer).shape([one.input, ...otherShapes(one)], argsOf(one));

describe.each(names)('%s', (name) => {
  it('is as its shape rule says, whatever it accepts', () => {
    let accepted = 0;
    for (const one of drawn(name)) {
      const shape = given(one);
      if (isMisfit(shape)) {
        expect(shape.expected, title(one)).not.toBe('');
        expect(shape.found, title(one)).not.toBe('');
        continue;
      }
      accepted += 1;
      const shapes = (Array.isArray(shape[0]) ? shape : [shape]) as readonly ExampleShape[];
      for (const dim of shapes.flat()) expect(Number.isInteger(dim) && dim > 0, title(one)).toBe(true);
      const { outputs, kit } = lower(one, 2);
      expect(
        outputs.map((node) => node.shape),
        title(one),
      ).toEqual(shapes.map((dims) => [B, ...dims]));
      if (accepted <= 20) expect(() => kit.evaluate(...outputs), title(one)).not.toThrow();
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
      if (input === undefined) continue;
      expect(given({ ...one, input }), title(one)).toEqual(output);
    }
  });
});
