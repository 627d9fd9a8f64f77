/** Images as sequences of patches, and back. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { scaleDim } from '../../ir/graph/shape.js';
import { num, pair, type Args } from '../arguments.js';
import { isMisfit, type LayerDefinition, type Misfit } from '../define.js';
import { image, sequence } from './shapes.js';

const patchParam = {
  name: 'size',
  aliases: ['patch_size', 'patch', 'kernel_size'],
  type: { kind: 'pair', min: 1 },
  summary: 'rows and columns of a patch',
} as const;

/** Swaps the rows of a patch with the patches of a row: [lines, p, n, w] to [lines, n, p, w]. */
const swapped = (
  b: Builder,
  x: Node,
  lines: number,
  [p, n, w]: readonly [number, number, number],
  to: Node['shape'],
): Node => b.reshape(b.transpose(b.reshape(x, [scaleDim(x.shape[0]!, lines), p, n, w]), [0, 2, 1, 3]), to);

export const patches: LayerDefinition = {
  category: 'layer',
  name: 'patches',
  aliases: ['patchify', 'extract_patches', 'unfold', 'to_patches', 'image_to_patches'],
  params: [patchParam],
  summary: 'An image as a sequence of its patches, row by row; each is one vector.',
  formula: 'y[i·w/p + j] = vec(x[p·i … p·i+p−1, p·j … p·j+p−1, :])',
  source: 'Dosovitskiy et al. 2021, §3.1',
  examples: ['patches(4)'],
  positions: { reads: 'example', gives: () => 'sequence' },
  shape: ([input], args) => {
    const size = image(input!);
    if (isMisfit(size)) return size;
    const [height, width, channels] = size;
    const [rows, columns] = pair(args, 'size');
    if (height % rows === 0 && width % columns === 0) {
      return [(height / rows) * (width / columns), rows * columns * channels];
    }
    return {
      expected: `sizes that ${rows}×${columns} divides`,
      found: `${height}×${width}`,
      hint: 'choose patches that divide both',
    };
  },
  passes: () => 'moved',
  mirror: ({ args, input }) => [
    { layer: 'unpatches', args: { size: args['size'], channels: input[2]!, to: [input[0]!, input[1]!] } },
  ],
  lower: ({ b, input, output }, x, args) => {
    const [rows, columns] = pair(args, 'size');
    const [height, width, channels] = input as readonly [number, number, number];
    const across = [rows, width / columns, columns * channels] as const;
    return swapped(b, x, height / rows, across, [x.shape[0]!, ...output]);
  },
};

/** Rows and columns of the image that patches make. */
function gridOf(count: number, args: Args): readonly [number, number] | Misfit {
  const [rows, columns] = pair(args, 'size');
  const side = Math.sqrt(count);
  const [height, width] = args['to'] === undefined ? [side * rows, side * columns] : pair(args, 'to');
  if (
    Number.isInteger(height / rows) &&
    Number.isInteger(width / columns) &&
    (height / rows) * (width / columns) === count
  ) {
    return [height, width];
  }
  return args['to'] === undefined
    ? {
        expected: 'a square number of patches',
        found: String(count),
        hint: 'say how large the image is, `to: [24, 32]`',
      }
    : {
        expected: `${count} patches of ${rows}×${columns}`,
        found: `an image of ${height}×${width}`,
        hint: 'make the sizes agree',
      };
}

export const unpatches: LayerDefinition = {
  category: 'layer',
  name: 'unpatches',
  aliases: ['unpatchify', 'fold', 'from_patches', 'patches_to_image'],
  params: [
    patchParam,
    {
      name: 'channels',
      aliases: ['out_channels', 'in_channels', 'c'],
      type: { kind: 'int', min: 1 },
      summary: "the image's; they follow from the size of a vector where omitted",
      optional: true,
    },
    {
      name: 'to',
      aliases: ['output_size', 'image_size'],
      type: { kind: 'pair', min: 1 },
      summary: "the image's height and width; a square where omitted",
      optional: true,
    },
  ],
  summary: 'A sequence of patches as the image that they make, row by row.',
  formula: 'x[p·i … p·i+p−1, p·j … p·j+p−1, :] = y[i·w/p + j]',
  source: 'He et al. 2022, §3 (the decoder of a masked autoencoder)',
  examples: ['unpatches(4, channels: 3)', 'unpatches([4, 8], to: [32, 64])'],
  positions: { reads: 'sequence', gives: () => 'example' },
  shape: ([input], args) => {
    const size = sequence(input!);
    if (isMisfit(size)) return size;
    const [rows, columns] = pair(args, 'size');
    const channels = args['channels'] === undefined ? size[1] / (rows * columns) : num(args, 'channels');
    if (!Number.isInteger(channels) || channels * rows * columns !== size[1]) {
      const wanted =
        args['channels'] === undefined ? `a multiple of ${rows * columns}` : String(rows * columns * channels);
      return {
        expected: `${wanted} numbers a patch`,
        found: String(size[1]),
        hint: 'end the layer in front with as many units',
      };
    }
    const grid = gridOf(size[0], args);
    return isMisfit(grid) ? grid : [...grid, channels];
  },
  invert: (output, args) => {
    const [rows, columns] = pair(args, 'size');
    if (output.length !== 3 || output[0]! % rows !== 0 || output[1]! % columns !== 0) return undefined;
    return [(output[0]! / rows) * (output[1]! / columns), rows * columns * output[2]!];
  },
  passes: () => 'moved',
  mirror: ({ args }) => [{ layer: 'patches', args: { size: args['size'] } }],
  lower: ({ b, output }, x, args) => {
    const [rows, columns] = pair(args, 'size');
    const [height, width, channels] = output as readonly [number, number, number];
    const across = [width / columns, rows, columns * channels] as const;
    return swapped(b, x, height / rows, across, [x.shape[0]!, ...output]);
  },
};
