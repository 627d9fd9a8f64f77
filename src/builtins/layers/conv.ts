/** Convolutions over images and signals, and their adjoints. */
import type { Node } from '../../ir/graph/graph.js';
import { convAttrs, convLength, type ConvGeometry } from '../../ir/graph/ops/convolution.js';
import { activate, bool, call, num, pair, type Args, type ExampleShape, type Param } from '../arguments.js';
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
  tiedParam,
} from '../params.js';
import {
  along,
  asImages,
  asKernel,
  fromImages,
  mapOf,
  oneAxis,
  pads,
  places,
  placesOf,
  showSize,
  sizeArg,
  tooLarge,
  windowed,
  type Places,
  type Size,
} from './places.js';

const filters = (args: Args): number => num(args, 'filters');

const padded: Param = {
  ...paddingParam,
  summary: '`same` (output = ⌈input/stride⌉), `valid` (none), or a number of zeros on each side',
  default: 'same',
};

function geometry(args: Args, map: Places): ConvGeometry & { readonly kernel: Size } {
  const [kernel, strides] = [along(args, 'kernel', map), along(args, 'stride', map)];
  const dilations = args['dilation'] === undefined ? ([1, 1] as const) : along(args, 'dilation', map);
  return { kernel, strides, dilations, pads: pads(args, map, kernel, strides, dilations) };
}

/** @param channels those of the kernel in front of the last axis, and in the last */
function convWeights(
  map: Places,
  channels: readonly [number, number],
  axes: readonly ['input', 'output'] | readonly ['output', 'input'],
  args: Args,
): readonly WeightDeclaration[] {
  const [rows, columns] = along(args, 'kernel', map);
  const kernel: WeightDeclaration = {
    name: 'kernel',
    shape: map.signal ? [rows, ...channels] : [rows, columns, ...channels],
    axes: windowed(map, ...axes),
    initializer: call(args, 'init', 'initializer'),
    trainable: true,
    role: 'kernel',
  };
  const bias: WeightDeclaration = {
    name: 'bias',
    shape: [filters(args)],
    axes: ['output'],
    initializer: call(args, 'bias_init', 'initializer'),
    trainable: true,
    role: 'bias',
  };
  return bool(args, 'bias') ? [kernel, bias] : [kernel];
}

const solve: LayerDefinition['solve'] = (input, output, args) =>
  output.length === input.length ? { ...args, filters: output.at(-1)! } : undefined;

const both = (args: Args): boolean => Math.max(...pair(args, 'stride')) > 1 && Math.max(...pair(args, 'dilation')) > 1;

function convShape(input: ExampleShape, args: Args): ExampleShape | Misfit {
  const map = places(input);
  if (isMisfit(map)) return map;
  const odd = oneAxis(args, map, 'kernel', 'stride', 'dilation', 'padding');
  if (odd !== undefined) return odd;
  const groups = num(args, 'groups');
  if (map.channels % groups !== 0 || filters(args) % groups !== 0) {
    return {
      expected: `channels and filters that ${groups} groups divide`,
      found: `${map.channels} channels, ${filters(args)} filters`,
      hint: 'choose a common divisor',
    };
  }
  const g = geometry(args, map);
  const length = (i: 0 | 1): number => convLength(map.size[i], g.kernel[i], g.strides[i], g.dilations[i], g.pads[i]);
  const out: Size = [length(0), length(1)];
  return Math.min(...out) < 1 ? tooLarge('kernel', map, g.kernel) : mapOf(map, out, filters(args));
}

export const conv: LayerDefinition = {
  category: 'layer',
  name: 'conv',
  aliases: ['Conv1D', 'Conv2D', 'Convolution', 'Convolution1D', 'Convolution2D'],
  summary: 'A convolution (cross-correlation) over the places of an image or the positions of a signal, channels last.',
  formula: 'y[i,j,d] = φ(Σ_{u,v,c} x[s·i+u, s·j+v, c]·W[u,v,c,d] + b[d])',
  source: 'Dumoulin & Visin 2016, §2; TensorFlow Conv2D',
  params: [
    filtersParam,
    kernelParam,
    strideParam,
    padded,
    {
      name: 'dilation',
      aliases: ['dilation_rate', 'dilations', 'kernel_dilation'],
      type: { kind: 'pair', min: 1 },
      summary: 'step between the taps of the kernel',
      default: 1,
    },
    {
      name: 'groups',
      aliases: ['feature_group_count'],
      type: { kind: 'int', min: 1 },
      summary: 'channels are cut into this many groups that do not see each other',
      default: 1,
    },
    activationParam,
    biasParam,
    initParam,
    biasInitParam,
    tiedParam,
  ],
  examples: [
    'conv(16, kernel: 3, relu)',
    'conv(8, kernel: 4, stride: 2, padding: 1)',
    'conv(16, kernel: [3, 5], dilation: 2, padding: valid)',
  ],
  conflict: (args) =>
    both(args) ? { expected: 'a stride or a dilation', found: 'both', hint: 'set one of them to 1' } : undefined,
  shape: ([input], args) => convShape(input!, args),
  solve,
  weights: (input, args) => {
    const map = placesOf(input);
    return convWeights(map, [map.channels / num(args, 'groups'), filters(args)], ['input', 'output'], args);
  },
  tie: 'same',
  mirror: ({ args, input, activation, tied }) => {
    const map = placesOf(input);
    const common: Args = { ...args, filters: map.channels, activation, tied: undefined };
    const padding = args['padding'];
    const keeps = padding === 'same' && along(args, 'stride', map).every((s) => s === 1);
    if (keeps && !tied) return [{ layer: 'conv', args: common }];
    const { dilation: _dilation, groups: _groups, ...rest } = common;
    if (num(args, 'groups') !== 1 || along(args, 'dilation', map).some((d) => d > 1)) {
      return 'a convolution with groups or dilation has no transposed counterpart';
    }
    return [{ layer: 'conv_transpose', args: { ...rest, output_padding: 0, to: sizeArg(map, map.size) } }];
  },
  lower: ({ b, weight, input }, x, args) => {
    const map = placesOf(input);
    const groups = num(args, 'groups');
    const [inputs, outputs] = [map.channels / groups, filters(args) / groups];
    const [images, kernel] = [asImages(b, x), asKernel(b, weight('kernel'))];
    const parts = Array.from({ length: groups }, (_, g): Node => {
      const own = b.slice(images, [0, 0, 0, g * inputs], [-1, -1, -1, inputs]);
      const taps = b.slice(kernel, [0, 0, 0, g * outputs], [-1, -1, -1, outputs]);
      return b.make('Conv2D', [own, taps], convAttrs(geometry(args, map)));
    });
    const product = fromImages(b, b.concat(parts, 3), map);
    return activate(b, bool(args, 'bias') ? b.add(product, weight('bias')) : product, args);
  },
};

/** Output size of a transposed convolution, or why `to` cannot be reached. */
function transposedSize(map: Places, args: Args): Size | Misfit {
  const [kernel, strides] = [along(args, 'kernel', map), along(args, 'stride', map)];
  const extra = along(args, 'output_padding', map, 0);
  const padding = args['padding'];
  const one = (i: 0 | 1): number => {
    if (padding === 'same') return map.size[i] * strides[i];
    const cut = padding === 'valid' ? 0 : 2 * along(args, 'padding', map, 0)[i];
    return (map.size[i] - 1) * strides[i] + kernel[i] - cut + extra[i];
  };
  const wanted: Size = args['to'] === undefined ? [one(0), one(1)] : along(args, 'to', map);
  if (Math.min(...wanted) < 1) {
    return { expected: 'a positive output size', found: showSize(map, wanted), hint: 'use less padding' };
  }
  const padsOf = pads(args, { ...map, size: wanted }, kernel, strides);
  const length = (i: 0 | 1): number => convLength(wanted[i], kernel[i], strides[i], 1, padsOf[i]);
  const back: Size = [length(0), length(1)];
  if (back.every((n, i) => n === map.size[i])) return wanted;
  return {
    expected: `an output that the same convolution takes back to ${showSize(map, map.size)}`,
    found: `${showSize(map, wanted)}, which it takes to ${showSize(map, back)}`,
    hint: 'output_padding must be smaller than the stride',
  };
}

export const convTranspose: LayerDefinition = {
  category: 'layer',
  name: 'conv_transpose',
  aliases: [
    'Conv1DTranspose',
    'Conv2DTranspose',
    'ConvTranspose1d',
    'ConvTranspose2d',
    'Deconv',
    'Deconv2D',
    'Deconvolution',
    'Deconvolution2D',
    'transposed_conv',
  ],
  summary: 'The transposed convolution: the kernel is stamped for every input element and overlaps are summed.',
  formula: 'y = φ(C(W)ᵀ x + b), C(W) the matrix of conv; size (n − 1)·s + k − 2p + output_padding',
  source: 'Dumoulin & Visin 2016, §4; Zeiler et al. 2010',
  params: [
    filtersParam,
    kernelParam,
    strideParam,
    padded,
    {
      name: 'output_padding',
      type: { kind: 'pair', min: 0 },
      summary: 'rows and columns added at the end, to choose among the sizes that conv would map to this input',
      default: 0,
    },
    {
      name: 'to',
      aliases: ['output_size', 'output_shape'],
      type: { kind: 'pair', min: 1 },
      summary: 'the output size outright',
      optional: true,
    },
    activationParam,
    biasParam,
    initParam,
    biasInitParam,
    tiedParam,
  ],
  examples: [
    'conv_transpose(16, kernel: 4, stride: 2)',
    'conv_transpose(8, kernel: 3, stride: 2, padding: 1, output_padding: 1)',
  ],
  shape: ([input], args) => {
    const map = places(input!);
    if (isMisfit(map)) return map;
    const odd = oneAxis(args, map, 'kernel', 'stride', 'padding', 'output_padding', 'to');
    if (odd !== undefined) return odd;
    const out = transposedSize(map, args);
    return isMisfit(out) ? out : mapOf(map, out, filters(args));
  },
  solve,
  // The layout of the convolution that it transposes, so that a conv kernel can be tied as it is.
  weights: (input, args) => {
    const map = placesOf(input);
    return convWeights(map, [filters(args), map.channels], ['output', 'input'], args);
  },
  stamps: true,
  tie: 'same',
  mirror: ({ args, input, activation }) => {
    const { output_padding: _o, to: _t, ...rest } = args;
    const filters = placesOf(input).channels;
    return [{ layer: 'conv', args: { ...rest, filters, activation, dilation: 1, groups: 1, tied: undefined } }];
  },
  lower: ({ b, weight, input, output }, x, args) => {
    const [map, { size }] = [placesOf(input), placesOf(output)];
    const attrs = convAttrs(geometry(args, { ...map, size }));
    const operands = [asKernel(b, weight('kernel')), asImages(b, x)];
    const product = fromImages(b, b.make('Conv2DBackpropInput', operands, { ...attrs, size }), map);
    return activate(b, bool(args, 'bias') ? b.add(product, weight('bias')) : product, args);
  },
};
