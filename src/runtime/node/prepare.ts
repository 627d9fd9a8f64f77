/** What has to be set right before a native package of TensorFlow.js is loaded. */
import util from 'node:util';

/**
 * tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs #8609, mended
 * but never released). TensorFlow tells of every file that it reads, unless it is asked not to; and a
 * GPU's memory is taken whole by the first who asks, unless it may grow: the package's own kernels and
 * the sessions of graphs are two. What the user has set stays as it is.
 */
export function prepareTensorFlow(): void {
  const old = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
}
