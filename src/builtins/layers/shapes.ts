/** Shape rules that several layers share. */
import { pair, type Args, type ExampleShape } from '../arguments.js';
import { isMisfit, type Misfit, type Range } from '../define.js';
import { samePads } from '../../ir/graph/ops/convolution.js';

export const showExample = (shape: ExampleShape): string => (shape.length === 0 ? 'a scalar' : shape.join('×'));

export { isMisfit };

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

export type Padding = 'same' | 'valid' | number | readonly [number, number];

/** Padding of the two spatial axes: [[top, bottom], [left, right]] for an input of the given size. */
export function pads(
  args: Args,
  size: readonly [number, number],
  kernel: readonly [number, number],
  strides: readonly [number, number],
  dilations: readonly [number, number] = [1, 1],
): readonly [readonly [number, number], readonly [number, number]] {
  const padding = args['padding'] as Padding;
  const one = (axis: 0 | 1): readonly [number, number] => {
    if (padding === 'valid') return [0, 0];
    if (padding === 'same') return samePads(size[axis], kernel[axis], strides[axis], dilations[axis]);
    const amount = typeof padding === 'number' ? padding : padding[axis];
    return [amount, amount];
  };
  return [one(0), one(1)];
}

/** Why a window does not fit into an axis. */
export const tooLarge = (what: string, size: readonly [number, number], window: readonly [number, number]): Misfit => ({
  expected: `an input of at least ${window[0]}×${window[1]}`,
  found: `${size[0]}×${size[1]}`,
  hint: `make the ${what} smaller, or pad with \`padding: same\``,
});

export const strides = (args: Args): readonly [number, number] => pair(args, 'stride');
