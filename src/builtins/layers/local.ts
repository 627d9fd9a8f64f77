/** Local receptive fields and contrast normalisation, as Le et al. use them. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import { convLength } from '../../ir/graph/ops/convolution.js';
import { elements, fixed, scaleDim } from '../../ir/graph/shape.js';
import { activate, bool, call, num, type Args, type ExampleShape } from '../arguments.js';
import { isMisfit, type LayerDefinition, type Misfit, type WeightDeclaration } from '../define.js';
import {
  activationParam,
  biasInitParam,
  biasParam,
  filtersParam,
  initParam,
  kernelParam,
  paddingParam,
  strideParam,
} from '../params.js';
import {
  along,
  asImages,
  fromImages,
  mapOf,
  oneAxis,
  pads,
  places,
  placesOf,
  tooLarge,
  windowed,
  type Places,
  type Size,
} from './places.js';
import { windowMeans } from './pool.js';

function sizeOf(map: Places, args: Args): Size | Misfit {
  const [kernel, stride] = [along(args, 'kernel', map), along(args, 'stride', map)];
  const padding = pads(args, map, kernel, stride);
  const length = (i: 0 | 1): number => convLength(map.size[i], kernel[i], stride[i], 1, padding[i]);
  const out: Size = [length(0), length(1)];
  return Math.min(...out) < 1 ? tooLarge('kernel', map, kernel) : out;
}

function localShape(input: ExampleShape, args: Args): ExampleShape | Misfit {
  const map = places(input);
  if (isMisfit(map)) return map;
  const odd = oneAxis(args, map, 'kernel', 'stride', 'padding');
  if (odd !== undefined) return odd;
  const out = sizeOf(map, args);
  return isMisfit(out) ? out : mapOf(map, out, num(args, 'filters'));
}

/** Every window along the middle axis of [n, length, width]: [n, windows, size·width]. */
function windowsAlong(b: Builder, x: Node, size: number, stride: number, windows: number): Node {
  const [n, length, width] = [x.shape[0]!, fixed(x.shape[1]), fixed(x.shape[2])];
  const long = b.pad(x, [
    [0, 0],
    [0, Math.max(0, size - 1 + windows * stride - length)],
    [0, 0],
  ]);
  const tap = (u: number): Node => {
    const from = b.slice(long, [0, u, 0], [-1, windows * stride, -1]);
    const { count } = elements([n]);
    const steps = b.reshape(from, [{ batch: count * windows }, stride, width]);
    return b.reshape(b.slice(steps, [0, 0, 0], [-1, 1, -1]), [n, windows, width]);
  };
  return b.concat(
    Array.from({ length: size }, (_, u) => tap(u)),
    2,
  );
}

/** What each place sees: [places, B, values of the window]. */
function fields(b: Builder, images: Node, kernel: Size, stride: Size, out: Size): Node {
  const [batch, height, width, channels] = [images.shape[0]!, ...images.shape.slice(1).map(fixed)] as const;
  const lines = b.reshape(images, [batch, height!, width! * channels!]);
  const rows = windowsAlong(b, lines, kernel[0], stride[0], out[0]);
  const across = b.reshape(rows, [scaleDim(batch, out[0] * kernel[0]), width!, channels!]);
  const taps = kernel[1] * channels!;
  const cells = b.reshape(windowsAlong(b, across, kernel[1], stride[1], out[1]), [
    batch,
    out[0],
    kernel[0],
    out[1],
    taps,
  ]);
  return b.reshape(b.transpose(cells, [1, 3, 0, 2, 4]), [out[0] * out[1], batch, kernel[0] * taps]);
}

export const local: LayerDefinition = {
  category: 'layer',
  name: 'local',
  aliases: ['LocallyConnected1D', 'LocallyConnected2D', 'locally_connected', 'ConvLocal', 'untied_conv'],
  summary: 'Local receptive fields: a convolution whose kernel differs from place to place.',
  formula: 'y[i,j,d] = φ(Σ_{u,v,c} x[s·i+u, s·j+v, c]·W[i,j,u,v,c,d] + b[d])',
  source: 'Le et al. 2012, §3',
  params: [
    filtersParam,
    kernelParam,
    strideParam,
    { ...paddingParam, summary: '`same`, `valid`, or a number of zeros on each side', default: 'same' },
    activationParam,
    biasParam,
    initParam,
    biasInitParam,
  ],
  examples: ['local(8, kernel: 18)', 'local(8, kernel: 3, padding: valid, relu)'],
  shape: ([input], args) => localShape(input!, args),
  solve: (input, output, args) => (output.length === input.length ? { ...args, filters: output.at(-1)! } : undefined),
  weights: (input, args) => {
    const map = placesOf(input);
    const size = sizeOf(map, args);
    if (isMisfit(size)) return [];
    const filters = num(args, 'filters');
    const [kernel, signal] = [along(args, 'kernel', map), map.signal];
    const taps: WeightDeclaration = {
      name: 'kernel',
      shape: [...(signal ? [size[0], kernel[0]] : [...size, ...kernel]), map.channels, filters],
      axes: [...(signal ? (['place'] as const) : (['place', 'place'] as const)), ...windowed(map, 'input', 'output')],
      initializer: call(args, 'init', 'initializer'),
      trainable: true,
      role: 'kernel',
    };
    const bias: WeightDeclaration = {
      name: 'bias',
      shape: [filters],
      axes: ['output'],
      initializer: call(args, 'bias_init', 'initializer'),
      trainable: true,
      role: 'bias',
    };
    return bool(args, 'bias') ? [taps, bias] : [taps];
  },
  mirror: ({ args, input, output, activation }) => {
    const [from, to] = [placesOf(input), placesOf(output)];
    return from.size.join() === to.size.join()
      ? [{ layer: 'local', args: { ...args, filters: from.channels, activation } }]
      : 'it changes height and width, and no layer undoes that place by place';
  },
  lower: ({ b, weight, input }, x, args) => {
    const map = placesOf(input);
    const [kernel, stride] = [along(args, 'kernel', map), along(args, 'stride', map)];
    const out = sizeOf(map, args);
    if (isMisfit(out)) throw new Error('a shape rule has let it pass');
    const [rows, columns] = pads(args, map, kernel, stride);
    const images = b.pad(asImages(b, x), [[0, 0], rows, columns, [0, 0]]);
    const [places, filters, values] = [out[0] * out[1], num(args, 'filters'), kernel[0] * kernel[1] * map.channels];
    const seen = fields(b, images, kernel, stride, out);
    const product = b.matMul(seen, b.reshape(weight('kernel'), [places, values, filters]));
    const maps = b.reshape(b.transpose(product, [1, 0, 2]), [x.shape[0]!, ...out, filters]);
    const y = fromImages(b, maps, map);
    return activate(b, bool(args, 'bias') ? b.add(y, weight('bias')) : y, args);
  },
};

export const lcn: LayerDefinition = {
  category: 'layer',
  name: 'lcn',
  aliases: ['local_contrast_normalization', 'local_contrast_normalisation', 'contrast_norm'],
  summary:
    "Local contrast normalisation: each place less the mean of its window, over the window's deviation, over " +
    'all channels.',
  formula:
    'y = v / max(c, σ), v = x − mean of the window, σ² = 1e-8 + mean of v² over the window, c the mean of σ; what lies outside does not count',
  source: 'Jarrett et al. 2009, §2.1; Le et al. 2012, §3',
  params: [{ ...kernelParam, default: 5 }],
  examples: ['lcn(kernel: 5)'],
  shape: ([input], args) => {
    const map = places(input!);
    return isMisfit(map) ? map : (oneAxis(args, map, 'kernel') ?? input!);
  },
  invert: (output) => output,
  mirror: () => [],
  lower: ({ b, input }, x, args) => {
    const map = placesOf(input);
    const kernel = along(args, 'kernel', map);
    const images = asImages(b, x);
    const mean = (of: Node): Node => windowMeans(b, b.scale(b.sum(of, [3], true), 1 / map.channels), map, kernel);
    const centred = b.sub(images, mean(images));
    const deviation = b.unary('Sqrt', b.shift(mean(b.square(centred)), 1e-8));
    const usual = b.scale(b.sum(deviation, [1, 2, 3], true), 1 / (map.size[0] * map.size[1]));
    return fromImages(b, b.div(centred, b.make('Maximum', [deviation, usual])), map);
  },
};
