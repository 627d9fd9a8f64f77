/** Corruptions: distributions C(x̃ | x) on an edge, drawn afresh at every training step. The target stays clean. */
import type { Builder } from '../ir/graph/build.js';
import type { Node } from '../ir/graph/graph.js';
import { fixed } from '../ir/graph/shape.js';
import { num, pair, type Args, type ExampleShape, type Param } from './arguments.js';
import type { CorruptionContext, CorruptionDefinition, WithLowering, Misfit } from './define.js';
import { drop, rateParam } from './layers/dropout.js';
import { image, isMisfit } from './layers/shapes.js';

type Corruption = WithLowering<CorruptionDefinition>;
type Shape = Corruption['shape'];

const define = (
  name: string, summary: string, formula: string, source: string, examples: readonly string[], params: readonly Param[],
  lower: (ctx: CorruptionContext, x: Node, args: Args) => Node,
  more: Partial<Pick<Corruption, 'shape' | 'statistics' | 'hides' | 'hidden' | 'degradation'>> = {},
): Corruption => ({
  category: 'corruption', name, summary, formula, source, examples, params, lower,
  of: 'numbers', hides: false, shape: (input: ExampleShape) => input, statistics: [], degradation: false, ...more,
});

const share = (name: string, summary: string, value: number): Param => ({ name, type: { kind: 'float', min: 0, max: 1 }, summary, default: value });
const fraction = (summary: string, value: number): Param => share('fraction', summary, value);

const ofImage = (then: (height: number, width: number, channels: number, args: Args) => ExampleShape | Misfit): Shape => (input, args) => {
  const size = image(input);
  return isMisfit(size) ? size : then(size[0], size[1], size[2], args);
};

/** 1 inside the centred square hole, 0 outside. */
function hole(b: Builder, [height, width, channels]: ExampleShape, args: Args): Node {
  const [rows, columns] = pair(args, 'size');
  const [top, left] = [Math.floor((height! - rows) / 2), Math.floor((width! - columns) / 2)];
  const inside = b.fill(1, [rows, columns, channels!]);
  return b.pad(inside, [[top, height! - rows - top], [left, width! - columns - left], [0, 0]]);
}

const luma = [0.299, 0.587, 0.114];

export const corruptions: readonly CorruptionDefinition[] = [
  define('gaussian', 'Additive normal noise.', 'x̃ = x + σε, ε ~ N(0, I)', 'Vincent et al. 2010, §3.3', ['gaussian(0.3)'],
    [{ name: 'sigma', type: { kind: 'float', min: 0 }, summary: 'standard deviation', default: 0.1 }],
    ({ b }, x, args) => b.add(x, b.scale(b.normal(x.shape), num(args, 'sigma')))),
  define('uniform', 'Additive uniform noise.', 'x̃ = x + u, u ~ U(−a, a)', 'lecture 0 (Bischl), denoising experiment', ['uniform(0.2)'],
    [{ name: 'amplitude', type: { kind: 'float', min: 0 }, summary: 'half the width of the range', default: 0.1 }],
    ({ b }, x, args) => b.add(x, b.scale(b.shift(b.scale(b.uniform(x.shape), 2), -1), num(args, 'amplitude')))),
  define('mask', 'A fraction of the elements becomes zero; the others stay as they are.', 'x̃ = x·m, m ~ Bernoulli(1 − ν)', 'Vincent et al. 2008, §2.3', ['mask(0.25)'],
    [fraction('share of elements set to zero', 0.25)],
    ({ b }, x, args) => b.mul(x, b.indicator('GreaterEqual', b.uniform(x.shape), b.scalar(num(args, 'fraction')))), { hides: true }),
  define('salt_and_pepper', 'A fraction of the elements becomes the smallest or the largest possible value, equally likely: a bound of the domain, or of what the feature has in training where the domain is `real`.',
    'x̃ᵢ = minᵢ or maxᵢ, each with probability ν/2', 'Vincent et al. 2010, §3.3', ['salt_and_pepper(0.1)'],
    [fraction('share of elements replaced', 0.1)],
    ({ b, statistic }, x, args) => {
      // One uniform decides both: below ν/2 pepper, below ν salt.
      const u = b.uniform(x.shape);
      const nu = num(args, 'fraction');
      const to = (kind: 'min' | 'max'): Node => b.broadcastTo(statistic(kind), x.shape);
      const below = (limit: number): Node => b.make('Less', [u, b.scalar(limit)]);
      return b.select(below(nu / 2), to('min'), b.select(below(nu), to('max'), x));
    }, { statistics: ['min', 'max'], hides: true }),
  define('dropout', 'A fraction of the elements becomes zero and the others grow by 1/(1 − p): scaled, unlike mask.', 'x̃ = x·m / (1 − p), m ~ Bernoulli(1 − p)',
    'Srivastava et al. 2014', ['dropout(0.5)'], [rateParam], ({ b }, x, args) => drop(b, x, num(args, 'rate')), { hides: true }),
  define('hole', 'A centred rectangle becomes zero: what a context encoder fills in.', 'x̃ = x·(1 − h), h = 1 in the hole', 'Pathak et al. 2016, §3.3', ['hole(8)'],
    [{ name: 'size', type: { kind: 'pair', min: 1 }, summary: 'rows and columns of the hole' }],
    ({ b }, x, args) => b.mul(x, b.sub(b.scalar(1), hole(b, x.shape.slice(1).map(fixed), args))),
    {
      shape: ofImage((height, width, channels, args) => {
        const [rows, columns] = pair(args, 'size');
        return rows < height && columns < width
          ? [height, width, channels]
          : { expected: `a hole smaller than ${height}×${width}`, found: `${rows}×${columns}`, hint: 'make the hole smaller' };
      }),
      hides: true, hidden: hole, degradation: true,
    }),
  define('downsample', 'The mean of each cell: a smaller image, for super-resolution.', 'x̃[i,j] = mean of x over the k×k cell', 'lecture 1 (Wells), image upscaling', ['downsample(2)'],
    [{ name: 'factor', type: { kind: 'pair', min: 1 }, summary: 'rows and columns of a cell', default: 2 }],
    ({ b }, x, args) => b.make('AvgPool', [x], { size: pair(args, 'factor'), strides: pair(args, 'factor') }),
    {
      shape: ofImage((height, width, channels, args) => {
        const [fh, fw] = pair(args, 'factor');
        return height % fh === 0 && width % fw === 0
          ? [height / fh, width / fw, channels]
          : { expected: `sizes that ${fh}×${fw} divides`, found: `${height}×${width}`, hint: 'choose a factor that divides both' };
      }),
      degradation: true,
    }),
  define('grayscale', 'Luma of a colour image: for colourising.', 'x̃ = 0.299 R + 0.587 G + 0.114 B', 'ITU-R BT.601', ['grayscale'], [],
    ({ b }, x) => b.sum(b.mul(x, b.constant(luma, [3])), [3], true),
    {
      shape: ofImage((height, width, channels) =>
        channels === 3 ? [height, width, 1] : { expected: '3 channels', found: String(channels), hint: 'only colour images have a luma' }),
      degradation: true,
    }),
  {
    category: 'corruption', name: 'token_mask', lowered: false, of: 'labels', hides: true, statistics: [], degradation: false,
    summary: 'Of the chosen positions some become [MASK], some another word, and some stay; all of them are to be predicted.',
    formula: 'x̃ = [MASK] with probability `mask`, another word with `random`, x with `keep`: these positions are chosen', source: 'Devlin et al. 2019, §3.1',
    params: [share('mask', 'share of positions that become [MASK]', 0.12), share('random', 'share that becomes another word', 0.015), share('keep', 'share that is chosen and stays', 0.015)],
    examples: ['token_mask', 'token_mask(mask: 0.12, random: 0.015, keep: 0.015)'],
    shape: (input) => input,
  },
];
