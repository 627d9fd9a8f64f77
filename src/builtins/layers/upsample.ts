/** Larger maps: images and signals by a whole factor. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, scaleDim } from '../../ir/graph/shape.js';
import { word, type Args, type ExampleShape, type Param } from '../arguments.js';
import { isMisfit, type LayerDefinition } from '../define.js';
import {
  along,
  asImages,
  fromImages,
  mapOf,
  oneAxis,
  places,
  placesOf,
  showSize,
  sizeArg,
  type Places,
  type Size,
} from './places.js';
import { withZero } from './shapes.js';

/**
 * Each element `factor` times along both axes, as a broadcast: no backend's resize kernel (nor its gradient) is
 * needed.
 */
export function nearest(b: Builder, x: Node, [fh, fw]: Size): Node {
  const [batch, height, width, channels] = [x.shape[0]!, fixed(x.shape[1]), fixed(x.shape[2]), fixed(x.shape[3])];
  const cells = scaleDim(batch, height * width);
  const columns = b.broadcastTo(b.reshape(x, [cells, 1, channels]), [cells, fw, channels]);
  const row = width * fw * channels;
  const lines = scaleDim(batch, height);
  const rows = b.broadcastTo(b.reshape(columns, [lines, 1, row]), [lines, fh, row]);
  return b.reshape(rows, [batch, height * fh, width * fw, channels]);
}

/** The n·f × n matrix of linear interpolation with half-pixel centres, borders held. */
function interpolation(n: number, factor: number): readonly number[] {
  const rows = n * factor;
  const out = new Array<number>(rows * n).fill(0);
  for (let i = 0; i < rows; i++) {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), n - 1);
    const low = Math.floor(at);
    const high = Math.min(low + 1, n - 1);
    out[i * n + low]! += 1 - (at - low);
    out[i * n + high]! += at - low;
  }
  return out;
}

/** Two matrix products, one for each axis: linear, so its derivative is right on every backend. */
function bilinear(b: Builder, x: Node, [fh, fw]: Size): Node {
  const [batch, height, width, channels] = [x.shape[0]!, fixed(x.shape[1]), fixed(x.shape[2]), fixed(x.shape[3])];
  const along = (y: Node, length: number, factor: number): Node =>
    b.matMul(y, b.constant(interpolation(length, factor), [length * factor, length]), false, true);
  // Columns: [N·H·C, W] · [W, W·f]; rows likewise, with the axis brought last.
  const byColumn = b.reshape(b.transpose(x, [0, 1, 3, 2]), [scaleDim(batch, height * channels), width]);
  const wide = b.reshape(along(byColumn, width, fw), [batch, height, channels, width * fw]);
  const byRow = b.reshape(b.transpose(wide, [0, 3, 2, 1]), [scaleDim(batch, width * fw * channels), height]);
  const tall = b.reshape(along(byRow, height, fh), [batch, width * fw, channels, height * fh]);
  return b.transpose(tall, [0, 3, 1, 2]);
}

const factorParam: Param = {
  name: 'factor',
  aliases: ['size', 'scale_factor', 'scale'],
  type: { kind: 'pair', min: 1 },
  summary: 'times as many rows and columns',
  default: 2,
};

const factor = (args: Args, map: Places): Size => along(args, 'factor', map);

const grown = (map: Places, args: Args): Size => {
  const [fh, fw] = factor(args, map);
  return [map.size[0] * fh, map.size[1] * fw];
};

/** The input whose multiple the output is. */
function shrunk(output: ExampleShape, args: Args): ExampleShape | undefined {
  const map = places(output);
  if (isMisfit(map)) return undefined;
  const [fh, fw] = factor(args, map);
  const size: Size = [map.size[0] / fh, map.size[1] / fw];
  return size.every(Number.isInteger) ? mapOf(map, size, map.channels) : undefined;
}

/** The first rows (or columns), the last of them again where there are too few. */
function fit(b: Builder, y: Node, axis: 1 | 2, wanted: number): Node {
  const length = fixed(y.shape[axis]);
  const range = (from: number, count: number): Node =>
    b.slice(
      y,
      y.shape.map((_, i) => (i === axis ? from : 0)),
      y.shape.map((_, i) => (i === axis ? count : -1)),
    );
  if (wanted <= length) return range(0, wanted);
  const border = range(length - 1, 1);
  return b.concat([y, ...Array.from({ length: wanted - length }, () => border)], axis);
}

export const upsample: LayerDefinition = {
  category: 'layer',
  name: 'upsample',
  aliases: ['UpSampling1D', 'UpSampling2D', 'UpsamplingNearest2d', 'UpsamplingBilinear2d', 'resize', 'interpolate'],
  summary: 'Larger by a whole factor: nearest neighbour or bilinear.',
  formula: 'nearest: y[i,j] = x[⌊i/f⌋, ⌊j/f⌋]; bilinear: half-pixel centres',
  source: 'Odena, Dumoulin & Olah 2016 (resize, then convolve)',
  params: [
    factorParam,
    {
      name: 'method',
      aliases: ['mode', 'interpolation'],
      type: { kind: 'word', words: ['nearest', 'bilinear'] },
      summary: 'how new elements get their values; along a signal, `bilinear` is linear',
      default: 'nearest',
    },
    {
      name: 'to',
      aliases: ['output_size'],
      type: { kind: 'pair', min: 1 },
      summary: 'crop (or repeat the border) to this size: for a pool that dropped or padded a row',
      optional: true,
    },
  ],
  examples: ['upsample(2)', 'upsample(2, bilinear)', 'upsample(2, to: [7, 7])'],
  shape: ([input], args) => {
    const map = places(input!);
    if (isMisfit(map)) return map;
    const odd = oneAxis(args, map, 'factor', 'to');
    if (odd !== undefined) return odd;
    const natural = grown(map, args);
    if (args['to'] === undefined) return mapOf(map, natural, map.channels);
    const to = along(args, 'to', map);
    const reach = ([0, 1] as const).every((i) => Math.abs(to[i] - natural[i]) < factor(args, map)[i]);
    if (reach) return mapOf(map, to, map.channels);
    return {
      expected: `a size less than one step from ${showSize(map, natural)}`,
      found: showSize(map, to),
      hint: 'change the factor',
    };
  },
  invert: (output, args) => (args['to'] === undefined ? shrunk(output, args) : undefined),
  passes: (args) => (word(args, 'method') === 'nearest' ? 'moved' : 'mixed'),
  // What was cropped comes back by padding, what was repeated is dropped.
  mirror: ({ args, input, output }) => {
    const [map, { size }] = [placesOf(input), placesOf(output)];
    const natural = grown(map, args);
    const more = [size[0] - natural[0], size[1] - natural[1]];
    const cropped = more.some((n) => n < 0);
    if (cropped && more.some((n) => n > 0)) return 'it crops one axis and lengthens the other';
    const pool: Args = {
      size: sizeArg(map, factor(args, map)),
      stride: undefined,
      padding: cropped ? 'same' : 'valid',
    };
    return [{ layer: 'maxpool', args: pool }];
  },
  lower: ({ b, input, output }, x, args) => {
    const [map, { size }] = [placesOf(input), placesOf(output)];
    const larger = word(args, 'method') === 'nearest' ? nearest : bilinear;
    const images = larger(b, asImages(b, x), factor(args, map));
    return fromImages(b, fit(b, fit(b, images, 1, size[0]), 2, size[1]), map);
  },
};

export const upsampleZero: LayerDefinition = {
  category: 'layer',
  name: 'upsample_zero',
  aliases: ['zero_insertion', 'bed_of_nails'],
  summary: 'Upsampling by padding: each element at the top left of its cell, zeros around it.',
  formula: 'y[f·i, f·j] = x[i, j], 0 elsewhere',
  source: 'Dumoulin & Visin 2016, §4.5',
  params: [factorParam],
  examples: ['upsample_zero(2)'],
  shape: ([input], args) => {
    const map = places(input!);
    if (isMisfit(map)) return map;
    return oneAxis(args, map, 'factor') ?? mapOf(map, grown(map, args), map.channels);
  },
  invert: shrunk,
  range: ([input]) => withZero(input!),
  mirror: ({ args, input }) => {
    const map = placesOf(input);
    return [{ layer: 'maxpool', args: { size: sizeArg(map, factor(args, map)), stride: undefined, padding: 'valid' } }];
  },
  lower: ({ b, input }, x, args) => {
    const { size, channels, ...map } = placesOf(input);
    const [fh, fw] = factor(args, { ...map, size, channels });
    const [height, width] = size;
    const batch = x.shape[0]!;
    const cells = b.reshape(x, [scaleDim(batch, height * width), 1, channels]);
    const columns = b.pad(cells, [
      [0, 0],
      [0, fw - 1],
      [0, 0],
    ]);
    const lines = b.reshape(columns, [scaleDim(batch, height), 1, width * fw * channels]);
    const rows = b.pad(lines, [
      [0, 0],
      [0, fh - 1],
      [0, 0],
    ]);
    return fromImages(b, b.reshape(rows, [batch, height * fh, width * fw, channels]), { ...map, size, channels });
  },
};
