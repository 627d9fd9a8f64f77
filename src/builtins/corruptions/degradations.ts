/** Degradations: fixed losses of information, which stand in front of the networks in the deployed model too. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, product } from '../../ir/graph/shape.js';
import { pair, type Args, type ExampleShape } from '../arguments.js';
import type { CorruptionDefinition, Misfit } from '../define.js';
import { image, isMisfit } from '../layers/shapes.js';

type Shape = CorruptionDefinition['shape'];

const ofImage =
  (then: (height: number, width: number, channels: number, args: Args) => ExampleShape | Misfit): Shape =>
  (input, args) => {
    const size = image(input);
    return isMisfit(size) ? size : then(size[0], size[1], size[2], args);
  };

const common = { category: 'corruption', of: 'numbers', statistics: [], degradation: true } as const;

/** 1 inside the centred hole, 0 outside. */
function inside(b: Builder, [height, width, channels]: ExampleShape, args: Args): Node {
  const [rows, columns] = pair(args, 'size');
  const [top, left] = [Math.floor((height! - rows) / 2), Math.floor((width! - columns) / 2)];
  return b.pad(b.fill(1, [rows, columns, channels!]), [
    [top, height! - rows - top],
    [left, width! - columns - left],
    [0, 0],
  ]);
}

const luma = [0.299, 0.587, 0.114];

export const degradations: readonly CorruptionDefinition[] = [
  {
    ...common,
    name: 'hole',
    aliases: ['center_mask', 'cutout', 'erase', 'inpaint', 'block'],
    summary: 'A centred rectangle becomes zero: what a context encoder fills in.',
    formula: 'x̃ = x·(1 − h), h = 1 in the hole',
    source: 'Pathak et al. 2016, §3.3',
    examples: ['hole(8)', 'hole([4, 8])'],
    params: [{ name: 'size', type: { kind: 'pair', min: 1 }, summary: 'rows and columns of the hole' }],
    hides: true,
    share: (args, input) => product(pair(args, 'size')) / product(input.slice(0, 2)),
    shape: ofImage((height, width, channels, args) => {
      const [rows, columns] = pair(args, 'size');
      return rows < height && columns < width
        ? [height, width, channels]
        : {
            expected: `a hole smaller than ${height}×${width}`,
            found: `${rows}×${columns}`,
            hint: 'make the hole smaller',
          };
    }),
    lower: ({ b }, x, args) => {
      const hidden = inside(b, x.shape.slice(1).map(fixed), args);
      return { value: b.mul(x, b.sub(b.scalar(1), hidden)), hidden };
    },
  },
  {
    ...common,
    name: 'downsample',
    aliases: ['downscale', 'shrink', 'lowres', 'resize'],
    summary: 'The mean of each cell: a smaller image, for super-resolution.',
    formula: 'x̃[i,j] = mean of x over the k×k cell',
    source: 'lecture 1 (Wells), image upscaling',
    examples: ['downsample(2)'],
    params: [
      {
        name: 'factor',
        aliases: ['scale', 'size', 'scale_factor'],
        type: { kind: 'pair', min: 1 },
        summary: 'rows and columns of a cell',
        default: 2,
      },
    ],
    hides: false,
    shape: ofImage((height, width, channels, args) => {
      const [rows, columns] = pair(args, 'factor');
      return height % rows === 0 && width % columns === 0
        ? [height / rows, width / columns, channels]
        : {
            expected: `sizes that ${rows}×${columns} divides`,
            found: `${height}×${width}`,
            hint: 'choose a factor that divides both',
          };
    }),
    lower: ({ b }, x, args) => ({
      value: b.make('AvgPool', [x], { size: pair(args, 'factor'), strides: pair(args, 'factor') }),
    }),
  },
  {
    ...common,
    name: 'grayscale',
    aliases: ['greyscale', 'gray', 'grey', 'rgb_to_grayscale', 'luma', 'bw'],
    summary: 'Luma of a colour image: for colourising.',
    formula: 'x̃ = 0.299 R + 0.587 G + 0.114 B',
    source: 'ITU-R BT.601',
    examples: ['grayscale'],
    params: [],
    hides: false,
    shape: ofImage((height, width, channels) =>
      channels === 3
        ? [height, width, 1]
        : { expected: '3 channels', found: String(channels), hint: 'only colour images have a luma' },
    ),
    lower: ({ b }, x) => ({ value: b.sum(b.mul(x, b.constant(luma, [3])), [3], true) }),
  },
];
