import { convAttrs, convLength } from '../../ir/graph/ops/convolution.js';
import type { Node } from '../../ir/graph/graph.js';
import { activate, bool, call, num, pair, type Args, type ExampleShape, type Param } from '../arguments.js';
import type { LayerDefinition, Misfit, WeightDeclaration } from '../define.js';
import { activationParam, biasInitParam, biasParam, initParam, kernelParam, strideParam, tiedParam } from '../params.js';
import { image, isMisfit, pads, tooLarge } from './shapes.js';

const filtersParam: Param = { name: 'filters', type: { kind: 'int', min: 1 }, summary: 'number of output channels', inferred: true };
const paddingParam: Param = { name: 'padding', type: { kind: 'padding' }, summary: '`same` (output = ⌈input/stride⌉), `valid` (none), or a number of zeros on each side', default: 'same' };

const filters = (args: Args): number => num(args, 'filters');
const geometry = (args: Args, size: readonly [number, number]) => {
  const strides = pair(args, 'stride');
  const dilations = args['dilation'] === undefined ? ([1, 1] as const) : pair(args, 'dilation');
  return { strides, dilations, pads: pads(args, size, pair(args, 'kernel'), strides, dilations) };
};

function convWeights(shape: readonly number[], [first, second]: readonly ['input', 'output'] | readonly ['output', 'input'], args: Args): readonly WeightDeclaration[] {
  const kernel = { name: 'kernel', shape, axes: ['window', 'window', first, second], initializer: call(args, 'init', 'initializer'), trainable: true, role: 'kernel' } as const;
  const bias = { name: 'bias', shape: [filters(args)], axes: ['output'], initializer: call(args, 'bias_init', 'initializer'), trainable: true, role: 'bias' } as const;
  return bool(args, 'bias') ? [kernel, bias] : [kernel];
}

function convShape(input: ExampleShape, args: Args): ExampleShape | Misfit {
  const size = image(input);
  if (isMisfit(size)) return size;
  const [height, width, channels] = size;
  const groups = num(args, 'groups');
  if (channels % groups !== 0 || filters(args) % groups !== 0) {
    return { expected: `channels and filters that ${groups} groups divide`, found: `${channels} channels, ${filters(args)} filters`, hint: 'choose a common divisor' };
  }
  const g = geometry(args, [height, width]);
  if (Math.max(...g.strides) > 1 && Math.max(...g.dilations) > 1) {
    return { expected: 'a stride or a dilation', found: 'both', hint: 'set one of them to 1' };
  }
  const kernel = pair(args, 'kernel');
  const out = [0, 1].map((i) => convLength([height, width][i]!, kernel[i]!, g.strides[i]!, g.dilations[i]!, g.pads[i]!));
  return out.some((n) => n < 1) ? tooLarge('kernel', [height, width], kernel) : [out[0]!, out[1]!, filters(args)];
}

export const conv: LayerDefinition = {
  category: 'layer',
  name: 'conv',
  summary: 'A two-dimensional convolution (cross-correlation), channels last.',
  formula: 'y[i,j,d] = φ(Σ_{u,v,c} x[s·i+u, s·j+v, c]·W[u,v,c,d] + b[d])',
  source: 'Dumoulin & Visin 2016, §2; TensorFlow Conv2D',
  params: [
    filtersParam, kernelParam, strideParam, paddingParam,
    { name: 'dilation', type: { kind: 'pair', min: 1 }, summary: 'step between the taps of the kernel', default: 1 },
    { name: 'groups', type: { kind: 'int', min: 1 }, summary: 'channels are cut into this many groups that do not see each other', default: 1 },
    activationParam, biasParam, initParam, biasInitParam, tiedParam,
  ],
  examples: ['conv(16, kernel: 3, relu)', 'conv(8, kernel: 4, stride: 2, padding: 1)', 'conv(16, kernel: [3, 5], dilation: 2, padding: valid)'],
  shape: ([input], args) => convShape(input!, args),
  solve: (_input, output, args) => (output.length === 3 ? { ...args, filters: output[2]! } : undefined),
  weights: (input, args) => convWeights([...pair(args, 'kernel'), input[2]! / num(args, 'groups'), filters(args)], ['input', 'output'], args),
  tie: 'same',
  mirror: ({ args, input, activation, tied }) => {
    const common: Args = { ...args, filters: input[2]!, activation, tied: undefined };
    const strided = pair(args, 'stride').some((s) => s > 1) || typeof args['padding'] !== 'string' || args['padding'] === 'valid';
    if (!strided && !tied) return [{ layer: 'conv', args: common }];
    const { dilation: _dilation, groups: _groups, ...rest } = common;
    if (num(args, 'groups') !== 1 || pair(args, 'dilation').some((d) => d > 1)) return 'a convolution with groups or dilation has no transposed counterpart';
    return [{ layer: 'conv_transpose', args: { ...rest, output_padding: 0, to: [input[0]!, input[1]!] } }];
  },
  lower: ({ b, weight, input }, x, args) => {
    const attrs = convAttrs(geometry(args, [input[0]!, input[1]!]));
    const groups = num(args, 'groups');
    const kernel = weight('kernel');
    const [inputs, outputs] = [input[2]! / groups, filters(args) / groups];
    const parts = Array.from({ length: groups }, (_, g): Node =>
      b.make('Conv2D', [b.slice(x, [0, 0, 0, g * inputs], [-1, -1, -1, inputs]), b.slice(kernel, [0, 0, 0, g * outputs], [-1, -1, -1, outputs])], attrs));
    const product = b.concat(parts, 3);
    return activate(b, bool(args, 'bias') ? b.add(product, weight('bias')) : product, args);
  },
};

/** Output size of a transposed convolution, or why `to` cannot be reached. */
function transposedSize(size: readonly [number, number], args: Args): readonly [number, number] | Misfit {
  const kernel = pair(args, 'kernel');
  const strides = pair(args, 'stride');
  const extra = pair(args, 'output_padding');
  const padding = args['padding'];
  const natural = [0, 1].map((i) => {
    if (padding === 'same') return size[i]! * strides[i]!;
    const cut = padding === 'valid' ? 0 : 2 * (typeof padding === 'number' ? padding : (padding as readonly number[])[i]!);
    return (size[i]! - 1) * strides[i]! + kernel[i]! - cut + extra[i]!;
  }) as unknown as readonly [number, number];
  const wanted = args['to'] === undefined ? natural : pair(args, 'to');
  const back = [0, 1].map((i) => convLength(wanted[i]!, kernel[i]!, strides[i]!, 1, pads(args, wanted, kernel, strides)[i]!));
  if (wanted.some((n) => n < 1)) return { expected: 'a positive output size', found: wanted.join('×'), hint: 'use less padding' };
  return back.every((n, i) => n === size[i]) ? wanted : {
    expected: `an output that the same convolution takes back to ${size.join('×')}`,
    found: `${wanted.join('×')}, which it takes to ${back.join('×')}`,
    hint: 'output_padding must be smaller than the stride',
  };
}

export const convTranspose: LayerDefinition = {
  category: 'layer',
  name: 'conv_transpose',
  summary: 'The transposed convolution: the kernel is stamped for every input element and overlaps are summed.',
  formula: 'y = φ(C(W)ᵀ x + b), C(W) the matrix of conv; size (n−1)·s + k − 2p + output_padding',
  source: 'Dumoulin & Visin 2016, §4; Zeiler et al. 2010',
  params: [
    filtersParam, kernelParam, strideParam, paddingParam,
    { name: 'output_padding', type: { kind: 'pair', min: 0 }, summary: 'rows and columns added at the bottom right, to choose among the sizes that conv would map to this input', default: 0 },
    { name: 'to', type: { kind: 'pair', min: 1 }, summary: 'the output size outright', optional: true },
    activationParam, biasParam, initParam, biasInitParam, tiedParam,
  ],
  examples: ['conv_transpose(16, kernel: 4, stride: 2)', 'conv_transpose(8, kernel: 3, stride: 2, padding: 1, output_padding: 1)'],
  shape: ([input], args) => {
    const size = image(input!);
    if (isMisfit(size)) return size;
    const out = transposedSize([size[0], size[1]], args);
    return isMisfit(out) ? out : [...out, filters(args)];
  },
  solve: (_input, output, args) => (output.length === 3 ? { ...args, filters: output[2]! } : undefined),
  // The layout of the convolution that it transposes, so that a conv kernel can be tied as it is.
  weights: (input, args) => convWeights([...pair(args, 'kernel'), filters(args), input[2]!], ['output', 'input'], args),
  stamps: true,
  tie: 'same',
  mirror: ({ args, input, activation }) => {
    const { output_padding: _o, to: _t, ...rest } = args;
    return [{ layer: 'conv', args: { ...rest, filters: input[2]!, activation, dilation: 1, groups: 1, tied: undefined } }];
  },
  lower: ({ b, weight, output }, x, args) => {
    const size = [output[0]!, output[1]!] as const;
    const strides = pair(args, 'stride');
    const attrs = convAttrs({ strides, dilations: [1, 1], pads: pads(args, size, pair(args, 'kernel'), strides) });
    const product = b.make('Conv2DBackpropInput', [weight('kernel'), x], { ...attrs, size });
    return activate(b, bool(args, 'bias') ? b.add(product, weight('bias')) : product, args);
  },
};
