/** Kernels that TensorFlow.js has but does not export as functions, or not in the form that an op has. */
import {
  engine,
  reshape,
  scatterND,
  tidy,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
} from '@tensorflow/tfjs-core';

const run = (kernel: string, inputs: Record<string, Tensor>, attrs: Record<string, unknown>): Tensor =>
  engine().runKernel(kernel, inputs as NamedTensorMap, attrs as NamedAttrMap);

/**
 * Sums of the rows that carry the same index. `unsortedSegmentSum` has no kernel on WASM and WebGPU, and on cpu it looks at every
 * segment for every row; `scatterND` adds what goes to one place, on every backend.
 */
export const segmentSum = (rows: Tensor, indices: Tensor, segments: number): Tensor =>
  tidy(() => {
    const own = rows.shape.slice(indices.rank);
    const places = reshape(indices, [indices.size, 1]);
    return scatterND(places, reshape(rows, [indices.size, ...own]), [segments, ...own]);
  });

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
