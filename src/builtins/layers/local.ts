/** Local receptive fields and contrast normalisation, as Le et al. use them. Declared, not lowered yet. */
import { convLength } from '../../ir/graph/ops/convolution.js';
import { bool, call, num, pair, type Args, type ExampleShape } from '../arguments.js';
import type { LayerDefinition, Misfit } from '../define.js';
import { activationParam, biasInitParam, biasParam, initParam, kernelParam, strideParam } from '../params.js';
import { image, isMisfit, pads, tooLarge } from './shapes.js';

function localShape(input: ExampleShape, args: Args): readonly [number, number, number] | Misfit {
  const size = image(input);
  if (isMisfit(size)) return size;
  const [height, width] = size;
  const [kernel, stride] = [pair(args, 'kernel'), pair(args, 'stride')];
  const padding = pads(args, [height, width], kernel, stride);
  const [rows, columns] = [height, width].map((n, i) => convLength(n, kernel[i]!, stride[i]!, 1, padding[i]!)) as [number, number];
  return rows < 1 || columns < 1 ? tooLarge('kernel', [height, width], kernel) : [rows, columns, num(args, 'filters')];
}

export const local: LayerDefinition = {
  category: 'layer', name: 'local', lowered: false,
  summary: 'Local receptive fields: a convolution whose kernel differs from place to place.',
  formula: 'y[i,j,d] = φ(Σ_{u,v,c} x[s·i+u, s·j+v, c]·W[i,j,u,v,c,d] + b[d])',
  source: 'Le et al. 2012, §3',
  params: [
    { name: 'filters', type: { kind: 'int', min: 1 }, summary: 'number of output channels' }, kernelParam, strideParam,
    { name: 'padding', type: { kind: 'padding' }, summary: '`same`, `valid`, or a number of zeros on each side', default: 'same' },
    activationParam, biasParam, initParam, biasInitParam,
  ],
  examples: ['local(8, kernel: 18)', 'local(8, kernel: 3, padding: valid, relu)'],
  shape: ([input], args) => localShape(input!, args),
  weights: (input, args) => {
    const output = localShape(input, args);
    if (isMisfit(output)) return [];
    const kernel = { name: 'kernel', shape: [output[0], output[1], ...pair(args, 'kernel'), input[2]!, output[2]], axes: ['place', 'place', 'window', 'window', 'input', 'output'], initializer: call(args, 'init', 'initializer'), trainable: true, role: 'kernel' } as const;
    const bias = { name: 'bias', shape: [output[2]], axes: ['output'], initializer: call(args, 'bias_init', 'initializer'), trainable: true, role: 'bias' } as const;
    return bool(args, 'bias') ? [kernel, bias] : [kernel];
  },
  mirror: ({ args, input, output, activation }) =>
    input[0] === output[0] && input[1] === output[1] ? [{ layer: 'local', args: { ...args, filters: input[2]!, activation } }] : 'it changes height and width, and no layer undoes that place by place',
};

export const lcn: LayerDefinition = {
  category: 'layer', name: 'lcn', lowered: false,
  summary: 'Local contrast normalisation: each place less the mean of its window, over the window\'s deviation, over all channels.',
  formula: 'y = v / max(c, σ), v = x − mean of the window, σ² = mean of v² over the window, c the mean of σ',
  source: 'Jarrett et al. 2009, §2.1; Le et al. 2012, §3',
  params: [{ ...kernelParam, default: 5 }],
  examples: ['lcn(kernel: 5)'],
  shape: ([input]) => {
    const size = image(input!);
    return isMisfit(size) ? size : input!;
  },
  mirror: () => [],
};
