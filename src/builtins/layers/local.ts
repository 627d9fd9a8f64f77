/** Local receptive fields and contrast normalisation, as Le et al. use them. Declared, not lowered yet. */
import { convLength } from '../../ir/graph/ops/convolution.js';
import { bool, call, num, type Args, type ExampleShape } from '../arguments.js';
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
import { along, mapOf, oneAxis, pads, places, placesOf, tooLarge, windowed, type Places, type Size } from './places.js';

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

export const local: LayerDefinition = {
  category: 'layer',
  name: 'local',
  aliases: ['LocallyConnected1D', 'LocallyConnected2D', 'locally_connected', 'ConvLocal', 'untied_conv'],
  lowered: false,
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
};

export const lcn: LayerDefinition = {
  category: 'layer',
  name: 'lcn',
  aliases: ['local_contrast_normalization', 'local_contrast_normalisation', 'contrast_norm'],
  lowered: false,
  summary:
    "Local contrast normalisation: each place less the mean of its window, over the window's deviation, over " +
    'all channels.',
  formula: 'y = v / max(c, σ), v = x − mean of the window, σ² = mean of v² over the window, c the mean of σ',
  source: 'Jarrett et al. 2009, §2.1; Le et al. 2012, §3',
  params: [{ ...kernelParam, default: 5 }],
  examples: ['lcn(kernel: 5)'],
  shape: ([input], args) => {
    const map = places(input!);
    return isMisfit(map) ? map : (oneAxis(args, map, 'kernel') ?? input!);
  },
  invert: (output) => output,
  mirror: () => [],
};
