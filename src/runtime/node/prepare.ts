/** What has to be set right before a native package of TensorFlow.js is loaded. */
import { availableParallelism } from 'node:os';
import util from 'node:util';

/**
 * tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs #8609, mended
 * but never released). TensorFlow tells of every file that it reads, unless it is asked not to; and a
 * GPU's memory is taken whole by the first who asks, unless it may grow: the package's own kernels and
 * the sessions of graphs are two. On a GPU, cuDNN's fastest algorithms add in whatever order, and which they
 * are may differ from run to run: a resumed run would not have the same bits. What the user has set stays as
 * it is.
 *
 * A graph that cuts its batch into `parts` computes them side by side, and each op with the threads that
 * this leaves: small ops lose more by sharing their work than they gain.
 */
export function prepareTensorFlow({ parts = 1 }: { readonly parts?: number } = {}): void {
  const old = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  process.env['TF_DETERMINISTIC_OPS'] ??= '1';
  if (parts > 1)
    process.env['TF_NUM_INTRAOP_THREADS'] ??= String(Math.max(1, Math.floor(availableParallelism() / parts)));
}

/** Whether the backend of tfjs-node-gpu computes on a GPU: without a driver, or a CUDA library, TensorFlow goes on without it. */
export const usesGpu = (backend: object): boolean => 'isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true;
