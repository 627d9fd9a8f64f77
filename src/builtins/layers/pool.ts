/** Pools over images and signals, and what undoes a maximum. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, product } from '../../ir/graph/shape.js';
import { ref, type Args, type ExampleShape, type Param } from '../arguments.js';
import { isMisfit, type LayerCall, type LayerDefinition, type MirrorSource, type Misfit } from '../define.js';
import { paddingParam, strideParam } from '../params.js';
import {
  along,
  asImages,
  fromImages,
  mapOf,
  oneAxis,
  pads,
  places,
  placesOf,
  showSize,
  sizeArg,
  tooLarge,
  type Places,
  type Size,
} from './places.js';
import { withZero } from './shapes.js';

const { default: _always, ...stride } = strideParam;

const params: readonly Param[] = [
  {
    name: 'size',
    aliases: ['pool_size', 'kernel_size', 'kernel', 'window', 'window_shape', 'factor'],
    type: { kind: 'pair', min: 1 },
    summary: 'size of the window',
    default: 2,
  },
  { ...stride, summary: "step between windows; the window's size where omitted", optional: true },
  { ...paddingParam, summary: '`valid` drops what no whole window covers, `same` pads', default: 'valid' },
];

const windowOf = (args: Args, map: Places): Size => along(args, 'size', map);
const strideOf = (args: Args, map: Places): Size => along(args, args['stride'] === undefined ? 'size' : 'stride', map);
const padsOf = (args: Args, map: Places): readonly [Size, Size] =>
  pads(args, map, windowOf(args, map), strideOf(args, map));

function pooledShape(input: ExampleShape, args: Args): ExampleShape | Misfit {
  const map = places(input);
  if (isMisfit(map)) return map;
  const odd = oneAxis(args, map, 'size', 'stride', 'padding');
  if (odd !== undefined) return odd;
  const [window, strides, padding] = [windowOf(args, map), strideOf(args, map), padsOf(args, map)];
  if (padding.some((ends, i) => 2 * Math.max(...ends) > window[i as 0 | 1])) {
    const half: Size = [Math.floor(window[0] / 2), Math.floor(window[1] / 2)];
    return {
      expected: `a padding of at most half the window, ${showSize(map, half)}`,
      found: showSize(map, [padding[0][0], padding[1][0]]),
      hint: 'pad less: a window must cover more than padding',
    };
  }
  const length = (i: 0 | 1): number =>
    Math.floor((map.size[i] + padding[i][0] + padding[i][1] - window[i]) / strides[i]) + 1;
  const out: Size = [length(0), length(1)];
  return Math.min(...out) < 1 ? tooLarge('window', map, window) : mapOf(map, out, map.channels);
}

/** Windows that overlap without padding can leave more rows over than upsampling adds back. */
function mirror({ args, input, output }: MirrorSource): readonly LayerCall[] | string {
  const [map, { size }] = [placesOf(input), placesOf(output)];
  const strides = strideOf(args, map);
  const reached = ([0, 1] as const).every((i) => Math.abs(map.size[i] - size[i] * strides[i]) < strides[i]);
  if (!reached) {
    return 'its windows overlap and no upsampling leads back to the size of its input; `padding: same` gives it one';
  }
  const to = sizeArg(map, map.size);
  return [{ layer: 'upsample', args: { factor: sizeArg(map, strides), method: 'nearest', to } }];
}

/** A pool as the ops know it. */
interface Pooling {
  readonly map: Places;
  readonly attrs: { readonly size: Size; readonly strides: Size };
  readonly padding: readonly [Size, Size];
}

const poolingOf = (args: Args, input: ExampleShape): Pooling => {
  const map = placesOf(input);
  return {
    map,
    attrs: { size: windowOf(args, map), strides: strideOf(args, map) },
    padding: padsOf(args, map),
  };
};

/** The most negative float32: below every activation, so padding never wins a maximum. */
const lowest = -3.4028234663852886e38;

const padded = (b: Builder, x: Node, { padding: [rows, columns] }: Pooling, value: number): Node =>
  b.pad(x, [[0, 0], rows, columns, [0, 0]], value);

const summary = (text: string) => ({ category: 'layer', params, summary: text, pools: true, mirror }) as const;

export const maxpool: LayerDefinition = {
  ...summary('The largest value of each window.'),
  name: 'maxpool',
  aliases: ['MaxPool1d', 'MaxPool2d', 'MaxPooling1D', 'MaxPooling2D', 'pool'],
  formula: 'y[i,j,c] = max_{u,v} x[s·i+u, s·j+v, c]',
  source: 'Goodfellow, Bengio & Courville 2016, §9.3',
  examples: ['maxpool(2)', 'maxpool(3, stride: 2, padding: same)'],
  shape: ([input], args) => pooledShape(input!, args),
  passes: () => 'mixed',
  lower: ({ b, input }, x, args) => {
    const pooling = poolingOf(args, input);
    const images = padded(b, asImages(b, x), pooling, lowest);
    return fromImages(b, b.make('MaxPool', [images], { ...pooling.attrs }), pooling.map);
  },
};

/** Number of real elements under each window, to average over those alone. */
function averages(b: Builder, images: Node, pooling: Pooling): Node {
  const { attrs, padding, map } = pooling;
  const sum = b.make('AvgPool', [padded(b, images, pooling, 0)], { ...attrs });
  if (padding.flat().every((n) => n === 0)) return sum;
  const covered = (axis: 0 | 1, at: number): number => {
    const start = at * attrs.strides[axis] - padding[axis][0];
    return Math.min(start + attrs.size[axis], map.size[axis]) - Math.max(start, 0);
  };
  const [rows, columns] = [fixed(sum.shape[1]), fixed(sum.shape[2])];
  const scales = Array.from(
    { length: rows * columns },
    (_, i) => product(attrs.size) / (covered(0, Math.floor(i / columns)) * covered(1, i % columns)),
  );
  return b.mul(sum, b.constant(scales, [rows, columns, 1]));
}

/** The mean of the window around each place of images, of what lies inside them. */
export function windowMeans(b: Builder, images: Node, map: Places, size: Size): Node {
  const strides: Size = [1, 1];
  return averages(b, images, { map, attrs: { size, strides }, padding: pads({ padding: 'same' }, map, size, strides) });
}

export const avgpool: LayerDefinition = {
  ...summary('The mean of each window; padding does not count.'),
  name: 'avgpool',
  aliases: ['AvgPool1d', 'AvgPool2d', 'AveragePooling1D', 'AveragePooling2D', 'average_pool', 'mean_pool'],
  formula: 'y[i,j,c] = (1/|window|) Σ_{u,v} x[s·i+u, s·j+v, c]',
  source: 'Goodfellow, Bengio & Courville 2016, §9.3',
  examples: ['avgpool(2)', 'avgpool(3, stride: 2, padding: same)'],
  shape: ([input], args) => pooledShape(input!, args),
  passes: () => 'mixed',
  lower: ({ b, input }, x, args) => {
    const pooling = poolingOf(args, input);
    return fromImages(b, averages(b, asImages(b, x), pooling), pooling.map);
  },
};

export const l2pool: LayerDefinition = {
  ...summary('The root of the sum of squares of each window.'),
  name: 'l2pool',
  aliases: ['LPPool2d', 'l2_pooling', 'LPPool1d'],
  formula: 'y[i,j,c] = √(ε + Σ_{u,v} x[s·i+u, s·j+v, c]²), ε = 1e-8',
  source: 'Le et al. 2012, §3',
  examples: ['l2pool(2)', 'l2pool(5, stride: 1, padding: same)'],
  shape: ([input], args) => pooledShape(input!, args),
  range: () => [0, Infinity],
  lower: ({ b, input }, x, args) => {
    const pooling = poolingOf(args, input);
    const mean = b.make('AvgPool', [padded(b, b.square(asImages(b, x)), pooling, 0)], { ...pooling.attrs });
    const sum = b.scale(mean, product(pooling.attrs.size));
    return fromImages(b, b.unary('Sqrt', b.shift(sum, 1e-8)), pooling.map);
  },
};

export const unpool: LayerDefinition = {
  category: 'layer',
  name: 'unpool',
  aliases: ['MaxUnpool1d', 'MaxUnpool2d', 'max_unpool', 'unpooling'],
  summary:
    "Max-unpooling with switches: each value returns to the place of its window's maximum in the named pool; " +
    'zero elsewhere.',
  formula: 'y[argmax(window)] = x[window], the first place where several are equal',
  source: 'Zeiler & Fergus 2014, §2.1; Badrinarayanan, Kendall & Cipolla 2017 (SegNet)',
  params: [
    {
      name: 'pool',
      aliases: ['of', 'indices'],
      type: { kind: 'layer' },
      summary: 'the maxpool whose switches it uses',
    },
  ],
  examples: ['unpool(pool)'],
  // inputs[1] is the pool's output and inputs[2] its input: the checker passes both for a layer argument.
  shape: ([input, pooled, from]) => {
    if (pooled === undefined || from === undefined || pooled.join() === input!.join()) return from ?? input!;
    return {
      expected: `the shape that the pool gave: ${pooled.join('×')}`,
      found: input!.join('×'),
      hint: 'give the layer before it as many channels as the pooled tensor has',
    };
  },
  range: ([input]) => withZero(input!),
  mirror: () => 'unpooling has no mirror',
  lower: (ctx, x, args) => {
    const { b } = ctx;
    const pool = ctx.layer(ref(args, 'pool'));
    const pooling = poolingOf(pool.args, pool.input.shape.slice(1).map(fixed));
    const { attrs, padding, map } = pooling;
    const wide = padded(b, asImages(b, pool.input), pooling, lowest);
    const operands = [wide, b.make('MaxPool', [wide], { ...attrs }), asImages(b, x)];
    const placed = b.make('MaxPoolGrad', operands, { ...attrs });
    const cut = b.slice(placed, [0, padding[0][0], padding[1][0], 0], [-1, ...map.size, -1]);
    return fromImages(b, cut, map);
  },
};
