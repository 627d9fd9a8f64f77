/**
 * Maps: channels at each place of an image, or at each position of a signal. A signal is an image of one
 * column; what a parameter says of rows it says of positions.
 */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { samePads } from '../../ir/graph/ops/convolution.js';
import { pair, type Args, type ArgValue, type ExampleShape } from '../arguments.js';
import type { Axis, Misfit } from '../define.js';
import { isMisfit, showExample } from './shapes.js';

/** Rows and columns. */
export type Size = readonly [rows: number, columns: number];

export interface Places {
  readonly signal: boolean;
  readonly size: Size;
  readonly channels: number;
}

/** The places of an input, or why it has none. */
export function places(input: ExampleShape): Places | Misfit {
  if (input.length === 3) return { signal: false, size: [input[0]!, input[1]!], channels: input[2]! };
  if (input.length === 2) return { signal: true, size: [input[0]!, 1], channels: input[1]! };
  return {
    expected: 'an image, height×width×channels, or a signal, length×channels',
    found: showExample(input),
    hint:
      input.length === 1
        ? 'put `reshape(height, width, channels)` or `reshape(length, channels)` in front'
        : 'reshape it to three sizes, or to two',
  };
}

/** The places of an input that a shape rule has seen before. */
export function placesOf(input: ExampleShape): Places {
  const map = places(input);
  if (isMisfit(map)) throw new Error(`${showExample(input)} has no places`);
  return map;
}

/** The shape of a map like another, of another size and with other channels. */
export const mapOf = ({ signal }: Places, [rows, columns]: Size, channels: number): ExampleShape =>
  signal ? [rows, channels] : [rows, columns, channels];

/** What a parameter says of rows and columns; of the one column of a signal, `rest`. */
export function along(args: Args, name: string, { signal }: Places, rest = 1): Size {
  const [rows, columns] = pair(args, name);
  return [rows, signal ? rest : columns];
}

/** A size as an argument says it. */
export const sizeArg = ({ signal }: Places, [rows, columns]: Size): ArgValue => (signal ? rows : [rows, columns]);

/** `3×5`, or `3` of a signal. */
export const showSize = ({ signal }: Places, [rows, columns]: Size): string =>
  signal ? String(rows) : `${rows}×${columns}`;

/** Why an argument with rows and columns does not fit a signal. */
export function oneAxis(args: Args, { signal }: Places, ...names: readonly string[]): Misfit | undefined {
  const pairs = signal ? names.filter((name) => Array.isArray(args[name])) : [];
  if (pairs.length === 0) return undefined;
  return {
    expected: 'one number along a signal',
    found: pairs.map((name) => `\`${name}: [${String(args[name])}]\``).join(', '),
    hint: 'a signal has positions, and no rows and columns',
  };
}

/** Padding at the beginning and the end of rows and of columns. */
export function pads(
  args: Args,
  map: Pick<Places, 'signal' | 'size'>,
  kernel: Size,
  strides: Size,
  dilations: Size = [1, 1],
): readonly [Size, Size] {
  const padding = args['padding'];
  const one = (axis: 0 | 1): Size => {
    if (padding === 'valid') return [0, 0];
    if (padding === 'same') return samePads(map.size[axis], kernel[axis], strides[axis], dilations[axis]);
    const amount = map.signal && axis === 1 ? 0 : pair(args, 'padding')[axis];
    return [amount, amount];
  };
  return [one(0), one(1)];
}

/** Why a window does not fit into an axis. */
export const tooLarge = (what: string, map: Places, window: Size): Misfit => ({
  expected: `an input of at least ${showSize(map, window)}`,
  found: showSize(map, map.size),
  hint: `make the ${what} smaller, or pad with \`padding: same\``,
});

/** Axes of a kernel with one window. */
export const windowed = ({ signal }: Places, ...rest: readonly Axis[]): readonly Axis[] =>
  signal ? ['window', ...rest] : ['window', 'window', ...rest];

// ───────────────────────────────────────────────────────────────────────────── graphs

/** A batch of maps as images [B, rows, columns, channels]. */
export const asImages = (b: Builder, x: Node): Node =>
  x.shape.length === 3 ? b.reshape(x, [x.shape[0]!, x.shape[1]!, 1, x.shape[2]!]) : x;

/** Images as what they stand for. */
export const fromImages = (b: Builder, x: Node, { signal }: Places): Node =>
  signal ? b.reshape(x, [x.shape[0]!, x.shape[1]!, x.shape[3]!]) : x;

/** A kernel over a signal as one over images. */
export const asKernel = (b: Builder, w: Node): Node =>
  w.shape.length === 3 ? b.reshape(w, [w.shape[0]!, 1, w.shape[1]!, w.shape[2]!]) : w;
