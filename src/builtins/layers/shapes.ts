/** Shape rules that several layers share. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { ExampleShape } from '../arguments.js';
import { isMisfit, type Misfit, type Range } from '../define.js';

export { isMisfit };

export const showExample = (shape: ExampleShape): string => (shape.length === 0 ? 'a scalar' : shape.join('×'));

/** The range of values between which zeros are put. */
export const withZero = ([low, high]: Range): Range => [Math.min(low, 0), Math.max(high, 0)];

/** Height, width and channels, or why the input is no image. */
export function image(input: ExampleShape): readonly [number, number, number] | Misfit {
  if (input.length === 3) return input as unknown as readonly [number, number, number];
  return {
    expected: 'an image: height×width×channels',
    found: showExample(input),
    hint: input.length === 1 ? 'put `reshape(height, width, channels)` in front' : 'reshape it to three sizes',
  };
}

/** A vector's length, or why the input is none. */
export function vector(input: ExampleShape): number | Misfit {
  if (input.length === 1) return input[0]!;
  return { expected: 'a vector', found: showExample(input), hint: 'put `flatten` in front' };
}

/** Length and width of a sequence of vectors, or why the input is none. */
export function sequence(input: ExampleShape): readonly [length: number, width: number] | Misfit {
  if (input.length === 2) return [input[0]!, input[1]!];
  return {
    expected: 'a sequence of vectors: length×size',
    found: showExample(input),
    hint:
      input.length === 1
        ? 'put `embedding` in front where it is a sequence of words, or `repeat_vector(n)`'
        : 'reshape it to two sizes',
  };
}

/** The number of units, which are the last axis, or why there are none. */
export function unitsOf(input: ExampleShape): number | Misfit {
  const units = input.at(-1);
  return units ?? { expected: 'units along the last axis', found: showExample(input), hint: 'reshape it to one size' };
}

/** Zeros at the positions of a sequence [rows, length, …] that are padding. */
export const withoutPadding = (b: Builder, x: Node, mask: Node | undefined): Node =>
  mask === undefined ? x : b.mul(x, b.reshape(mask, [...mask.shape, ...x.shape.slice(2).map(() => 1)]));
