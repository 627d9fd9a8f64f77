/** Kernels that TensorFlow.js has but does not export as functions. Only tfjs-node's backend runs them; elsewhere the compiler rewrites them. */
import { engine, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';

const run = (kernel: string, inputs: Record<string, Tensor>, attrs: Record<string, unknown>): Tensor =>
  engine().runKernel(kernel, inputs as NamedTensorMap, attrs as NamedAttrMap);

/** The adjoint of conv2d in its kernel, of shape [kh, kw, in, out]. */
export const conv2dFilterGradient = (
  x: Tensor,
  dy: Tensor,
  filterShape: readonly number[],
  strides: readonly number[],
  pad: string,
): Tensor =>
  run('Conv2DBackpropFilter', { x, dy }, { strides, pad, dataFormat: 'NHWC', dimRoundingMode: undefined, filterShape });

/** `dy` at the place of each window's maximum of `input`, zero elsewhere. */
export const maxPoolGradient = (
  input: Tensor,
  output: Tensor,
  dy: Tensor,
  filterSize: readonly number[],
  strides: readonly number[],
  pad: string,
): Tensor => run('MaxPoolGrad', { dy, input, output }, { filterSize, strides, pad, dimRoundingMode: undefined });

export { grow, type Pair } from './growing.js';
export { fold, rows, scan, unfold } from './recursion.js';
