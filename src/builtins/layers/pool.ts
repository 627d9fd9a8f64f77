import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { fixed, product } from '../../ir/graph/shape.js';
import { pair, ref, type Args, type ExampleShape, type Param } from '../arguments.js';
import type { LayerDefinition, Misfit, MirrorSource, LayerCall } from '../define.js';
import { image, isMisfit, pads, tooLarge, withZero } from './shapes.js';

const params: readonly Param[] = [
  { name: 'size', type: { kind: 'pair', min: 1 }, summary: 'size of the window', default: 2 },
  { name: 'stride', type: { kind: 'pair', min: 1 }, summary: 'step between windows; the window\'s size where omitted', optional: true },
  { name: 'padding', type: { kind: 'padding' }, summary: '`valid` drops what no whole window covers, `same` pads', default: 'valid' },
];

const strideOf = (args: Args): readonly [number, number] => (args['stride'] === undefined ? pair(args, 'size') : pair(args, 'stride'));
const padsOf = (args: Args, input: ExampleShape) => pads(args, [input[0]!, input[1]!], pair(args, 'size'), strideOf(args));

function pooledShape(input: ExampleShape, args: Args): ExampleShape | Misfit {
  const size = image(input);
  if (isMisfit(size)) return size;
  const window = pair(args, 'size');
  const padding = padsOf(args, input);
  if (padding.flat().some((n, i) => 2 * n > window[i < 2 ? 0 : 1]!)) {
    return { expected: `a padding of at most half the window, ${window.map((n) => Math.floor(n / 2)).join('×')}`, found: padding.map(([before]) => before).join('×'), hint: 'pad less: a window must cover more than padding' };
  }
  const out = [0, 1].map((i) => Math.floor((size[i as 0 | 1] + padding[i]![0]! + padding[i]![1]! - window[i]!) / strideOf(args)[i]!) + 1);
  return out.some((n) => n < 1) ? tooLarge('window', [size[0], size[1]], window) : [out[0]!, out[1]!, size[2]];
}

/** Windows that overlap without padding can leave more rows over than upsampling adds back. */
const mirror = ({ args, input, output }: MirrorSource): readonly LayerCall[] | string => {
  const strides = strideOf(args);
  const reached = [0, 1].every((i) => Math.abs(input[i]! - output[i]! * strides[i]!) < strides[i]!);
  return reached
    ? [{ layer: 'upsample', args: { factor: [...strides], method: 'nearest', to: [input[0]!, input[1]!] } }]
    : 'its windows overlap and no upsampling leads back to the size of its input; `padding: same` gives it one';
};

const attrs = (args: Args) => ({ size: pair(args, 'size'), strides: strideOf(args) });

/** The most negative float32: below every activation, so padding never wins a maximum. */
const lowest = -3.4028234663852886e38;

const padded = (b: Builder, x: Node, args: Args, value: number): Node => {
  const [rows, columns] = padsOf(args, x.shape.slice(1).map(fixed));
  return b.pad(x, [[0, 0], rows, columns, [0, 0]], value);
};

export const maxpool: LayerDefinition = {
  category: 'layer', name: 'maxpool', params,
  summary: 'The largest value of each window.',
  formula: 'y[i,j,c] = max_{u,v} x[s·i+u, s·j+v, c]',
  source: 'Goodfellow, Bengio & Courville 2016, §9.3',
  examples: ['maxpool(2)', 'maxpool(3, stride: 2, padding: same)'],
  shape: ([input], args) => pooledShape(input!, args),
  passes: () => 'mixed',
  mirror,
  lower: ({ b }, x, args) => b.make('MaxPool', [padded(b, x, args, lowest)], attrs(args)),
};

/** Number of real elements under each window, to average over those alone. */
function averages(b: Builder, x: Node, args: Args): Node {
  const sum = b.make('AvgPool', [padded(b, x, args, 0)], attrs(args));
  const [rows, columns] = padsOf(args, x.shape.slice(1).map(fixed));
  if ([...rows, ...columns].every((n) => n === 0)) return sum;
  const window = pair(args, 'size');
  const covered = (axis: 0 | 1, at: number): number => {
    const start = at * strideOf(args)[axis] - [rows, columns][axis]![0];
    return Math.min(start + window[axis], fixed(x.shape[axis + 1])) - Math.max(start, 0);
  };
  const [oh, ow] = [fixed(sum.shape[1]), fixed(sum.shape[2])];
  const scales = Array.from({ length: oh * ow }, (_, i) => product(window) / (covered(0, Math.floor(i / ow)) * covered(1, i % ow)));
  return b.mul(sum, b.constant(scales, [oh, ow, 1]));
}

export const avgpool: LayerDefinition = {
  category: 'layer', name: 'avgpool', params,
  summary: 'The mean of each window; padding does not count.',
  formula: 'y[i,j,c] = (1/|window|) Σ_{u,v} x[s·i+u, s·j+v, c]',
  source: 'Goodfellow, Bengio & Courville 2016, §9.3',
  examples: ['avgpool(2)', 'avgpool(3, stride: 2, padding: same)'],
  shape: ([input], args) => pooledShape(input!, args),
  passes: () => 'mixed',
  mirror,
  lower: ({ b }, x, args) => averages(b, x, args),
};

export const l2pool: LayerDefinition = {
  category: 'layer', name: 'l2pool', params,
  summary: 'The root of the sum of squares of each window.',
  formula: 'y[i,j,c] = √(ε + Σ_{u,v} x[s·i+u, s·j+v, c]²), ε = 1e-8',
  source: 'Le et al. 2012, §3',
  examples: ['l2pool(2)', 'l2pool(5, stride: 1, padding: same)'],
  shape: ([input], args) => pooledShape(input!, args),
  range: () => [0, Infinity],
  mirror,
  lower: ({ b }, x, args) => {
    const mean = b.make('AvgPool', [padded(b, b.square(x), args, 0)], attrs(args));
    return b.unary('Sqrt', b.shift(b.scale(mean, product(pair(args, 'size'))), 1e-8));
  },
};

export const unpool: LayerDefinition = {
  category: 'layer',
  name: 'unpool',
  summary: 'Max-unpooling with switches: each value returns to the place of its window\'s maximum in the named pool; zero elsewhere.',
  formula: 'y[argmax(window)] = x[window], the first place where several are equal',
  source: 'Zeiler & Fergus 2014, §2.1; Badrinarayanan, Kendall & Cipolla 2017 (SegNet)',
  params: [{ name: 'pool', type: { kind: 'layer' }, summary: 'the maxpool whose switches it uses' }],
  examples: ['unpool(pool)'],
  // inputs[1] is the pool's output and inputs[2] its input: the checker passes both for a layer argument.
  shape: ([input, pooled, from]) => {
    if (pooled === undefined || from === undefined || pooled.join() === input!.join()) return from ?? input!;
    return { expected: `the shape that the pool gave: ${pooled.join('×')}`, found: input!.join('×'), hint: 'give the layer before it as many channels as the pooled tensor has' };
  },
  range: ([input]) => withZero(input!),
  mirror: () => 'unpooling has no mirror',
  lower: (ctx, x, args) => {
    const { b } = ctx;
    const pool = ctx.layer(ref(args, 'pool'));
    const [rows, columns] = padsOf(pool.args, pool.input.shape.slice(1).map(fixed));
    const wide = padded(b, pool.input, pool.args, lowest);
    const places = b.make('MaxPoolGrad', [wide, b.make('MaxPool', [wide], attrs(pool.args)), x], attrs(pool.args));
    return b.slice(places, [0, rows[0], columns[0], 0], [-1, fixed(pool.input.shape[1]), fixed(pool.input.shape[2]), -1]);
  },
};
