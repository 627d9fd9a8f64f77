import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, scaleDim } from '../../ir/graph/shape.js';
import { pair, word, type Args } from '../arguments.js';
import type { LayerDefinition } from '../define.js';
import { image, isMisfit, withZero } from './shapes.js';

/** Each element `factor` times along both axes, as a broadcast: no backend's resize kernel (nor its gradient) is needed. */
export function nearest(b: Builder, x: Node, [fh, fw]: readonly [number, number]): Node {
  const [batch, height, width, channels] = [x.shape[0]!, fixed(x.shape[1]), fixed(x.shape[2]), fixed(x.shape[3])];
  const columns = b.broadcastTo(b.reshape(x, [scaleDim(batch, height * width), 1, channels]), [scaleDim(batch, height * width), fw, channels]);
  const rows = b.broadcastTo(b.reshape(columns, [scaleDim(batch, height), 1, width * fw * channels]), [scaleDim(batch, height), fh, width * fw * channels]);
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
function bilinear(b: Builder, x: Node, [fh, fw]: readonly [number, number]): Node {
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

const factor = (args: Args): readonly [number, number] => pair(args, 'factor');

export const upsample: LayerDefinition = {
  category: 'layer',
  name: 'upsample',
  summary: 'Larger by a whole factor: nearest neighbour or bilinear.',
  formula: 'nearest: y[i,j] = x[⌊i/f⌋, ⌊j/f⌋]; bilinear: half-pixel centres',
  source: 'Odena, Dumoulin & Olah 2016 (resize, then convolve)',
  params: [
    { name: 'factor', type: { kind: 'pair', min: 1 }, summary: 'times as many rows and columns', default: 2 },
    { name: 'method', type: { kind: 'word', words: ['nearest', 'bilinear'] }, summary: 'how new elements get their values', default: 'nearest' },
    { name: 'to', type: { kind: 'pair', min: 1 }, summary: 'crop (or repeat the border) to this size: for a pool that dropped or padded a row', optional: true },
  ],
  examples: ['upsample(2)', 'upsample(2, bilinear)', 'upsample(2, to: [7, 7])'],
  shape: ([input], args) => {
    const size = image(input!);
    if (isMisfit(size)) return size;
    const natural = [size[0] * factor(args)[0], size[1] * factor(args)[1]] as const;
    if (args['to'] === undefined) return [...natural, size[2]];
    const to = pair(args, 'to');
    const reach = [0, 1].every((i) => Math.abs(to[i]! - natural[i]!) < factor(args)[i]!);
    return reach ? [...to, size[2]] : { expected: `a size less than one step from ${natural.join('×')}`, found: to.join('×'), hint: 'change the factor' };
  },
  invert: (output, args) => {
    const [fh, fw] = factor(args);
    return args['to'] === undefined && output.length === 3 && output[0]! % fh === 0 && output[1]! % fw === 0
      ? [output[0]! / fh, output[1]! / fw, output[2]!]
      : undefined;
  },
  passes: (args) => (word(args, 'method') === 'nearest' ? 'moved' : 'mixed'),
  // What was cropped comes back by padding, what was repeated is dropped.
  mirror: ({ args, input, output }) => {
    const more = [0, 1].map((i) => output[i]! - input[i]! * factor(args)[i]!);
    const cropped = more.some((n) => n < 0);
    if (cropped && more.some((n) => n > 0)) return 'it crops one axis and lengthens the other';
    return [{ layer: 'maxpool', args: { size: factor(args), stride: undefined, padding: cropped ? 'same' : 'valid' } }];
  },
  lower: ({ b, output }, x, args) => {
    const grown = word(args, 'method') === 'nearest' ? nearest(b, x, factor(args)) : bilinear(b, x, factor(args));
    const fit = (y: Node, axis: 1 | 2): Node => {
      const [length, wanted] = [fixed(y.shape[axis]), output[axis - 1]!];
      const range = (from: number, count: number): Node => b.slice(y, y.shape.map((_, i) => (i === axis ? from : 0)), y.shape.map((_, i) => (i === axis ? count : -1)));
      if (wanted <= length) return range(0, wanted);
      const border = range(length - 1, 1);
      return b.concat([y, ...Array.from({ length: wanted - length }, () => border)], axis);
    };
    return fit(fit(grown, 1), 2);
  },
};

export const upsampleZero: LayerDefinition = {
  category: 'layer',
  name: 'upsample_zero',
  summary: 'Upsampling by padding: each element at the top left of its cell, zeros around it.',
  formula: 'y[f·i, f·j] = x[i, j], 0 elsewhere',
  source: 'Dumoulin & Visin 2016, §4.5',
  params: [{ name: 'factor', type: { kind: 'pair', min: 1 }, summary: 'times as many rows and columns', default: 2 }],
  examples: ['upsample_zero(2)'],
  shape: ([input], args) => {
    const size = image(input!);
    return isMisfit(size) ? size : [size[0] * factor(args)[0], size[1] * factor(args)[1], size[2]];
  },
  invert: (output, args) => {
    const [fh, fw] = factor(args);
    return output.length === 3 && output[0]! % fh === 0 && output[1]! % fw === 0 ? [output[0]! / fh, output[1]! / fw, output[2]!] : undefined;
  },
  range: ([input]) => withZero(input!),
  mirror: ({ args }) => [{ layer: 'maxpool', args: { size: factor(args), stride: undefined, padding: 'valid' } }],
  lower: ({ b, output }, x, args) => {
    const [fh, fw] = factor(args);
    const [batch, height, width, channels] = [x.shape[0]!, fixed(x.shape[1]), fixed(x.shape[2]), fixed(x.shape[3])];
    const columns = b.pad(b.reshape(x, [scaleDim(batch, height * width), 1, channels]), [[0, 0], [0, fw - 1], [0, 0]]);
    const rows = b.pad(b.reshape(columns, [scaleDim(batch, height), 1, width * fw * channels]), [[0, 0], [0, fh - 1], [0, 0]]);
    return b.reshape(rows, [batch, ...output]);
  },
};
