/** A training run with everything around it: checkpoints, signals, progress and the files it leaves. */
import { access, constants, mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '../dataset.js';
import { renderNumericalFailure } from '../numerical.js';
import type { AnyProgram, ProgramSpec } from '../program.js';
import type { Snapshot } from '../progress.js';
import { failure, renderDataError, success, type Result } from '../result.js';
import { firstNonFinite, release } from '../tensors.js';
import type { TrainEvent } from '../events.js';
import { train, type TrainOutcome } from '../train.js';
import { checkpointFile, loadCheckpoint, saveCheckpoint, saveWeights, weightsFile } from './checkpoint.js';
import { reason } from './files.js';
import type { Reporter } from './reporter.js';

export interface RunOptions {
  readonly program: AnyProgram;
  readonly data: Dataset;
  /** Made where it is not there. */
  readonly outDir: string;
  /** Go on from the folder's checkpoint; where there is none, begin. */
  readonly resume: boolean;
  readonly reporter: Reporter;
  /** Most milliseconds of work that a crash may cost; 10 000 unless given. */
  readonly checkpointInterval?: number;
  /** Catch SIGINT and SIGTERM; true unless given. A second signal ends the process at once. */
  readonly signals?: boolean;
  /** Another way to interrupt. */
  readonly signal?: AbortSignal;
  /** How to go on, for the message of an interrupted run. */
  readonly resumeCommand?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/**
 * Trains and leaves `weights.safetensors` (done) and `checkpoint.safetensors` (always) in the folder.
 * The snapshot of the outcome belongs to the caller. The messages are already given to the reporter.
 * Errors: data that do not fit, a checkpoint of another model, a folder that cannot be written to.
 */
export async function runTraining(options: RunOptions): Promise<Result<TrainOutcome>> {
  const { program, data, outDir, reporter } = options;
  const path = join(outDir, checkpointFile);
  try {
    await mkdir(outDir, { recursive: true });
    // Before hours of work, not after them.
    await access(outDir, constants.W_OK);
  } catch (error) {
    return failure(outDir, 'a folder that can be made and written to', reason(error), 'choose another folder, or ask who owns it');
  }
  const from = await startingPoint(options, path);
  if (!from.ok) return from;

  const stop = catchSignals(options);
  const saver = openSaver(path, program.spec, options.checkpointInterval ?? 10_000, reporter);
  try {
    const result = await train(program, data, {
      ...(from.value === undefined ? {} : { from: from.value }),
      signal: stop.signal,
      onEvent: async (event) => {
        reporter.onEvent(event);
        await saver.onEvent(event);
      },
    });
    if (!result.ok) return result;
    const saved = await leave(options, path, result.value);
    if (saved.ok) return result;
    release([result.value.snapshot.weights, result.value.snapshot.slots, result.value.snapshot.best]);
    return saved;
  } finally {
    stop.close();
    reporter.close();
  }
}

async function startingPoint(options: RunOptions, path: string): Promise<Result<Snapshot | undefined>> {
  if (!existsSync(path)) return success(undefined);
  if (!options.resume) {
    options.reporter.message(`beginning anew: ${path} of an earlier run will be replaced`);
    return success(undefined);
  }
  const loaded = await loadCheckpoint(path, options.program.spec);
  if (!loaded.ok) return loaded;
  loaded.value.warnings.forEach((warning) => options.reporter.message(`warning: ${warning}`));
  options.reporter.message(`going on from ${path}, after ${loaded.value.value.progress.totalSteps} steps`);
  return success(loaded.value.value);
}

/** The first signal ends the run after the step in flight; the second finds no handler and ends the process. */
function catchSignals(options: RunOptions): { readonly signal: AbortSignal; readonly close: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
    close();
  };
  const close = (): void => {
    process.off('SIGINT', abort);
    process.off('SIGTERM', abort);
    options.signal?.removeEventListener('abort', abort);
  };
  if (options.signals !== false) {
    process.on('SIGINT', abort);
    process.on('SIGTERM', abort);
  }
  if (options.signal?.aborted === true) controller.abort();
  options.signal?.addEventListener('abort', abort);
  return { signal: controller.signal, close };
}

/** Short epochs must not wait for the disk at every end. */
const shortestPause = 2_000;

function openSaver(
  path: string,
  spec: ProgramSpec,
  interval: number,
  reporter: Reporter,
): { readonly onEvent: (event: TrainEvent) => Promise<void> } {
  let last = Date.now();
  let failed = false;
  return {
    onEvent: async (event) => {
      if (event.kind !== 'pause' && event.kind !== 'epoch') return;
      const pause = event.kind === 'epoch' ? Math.min(interval, shortestPause) : interval;
      if (Date.now() - last < pause) return;
      const snapshot = event.snapshot();
      // A step can end outside the numbers though its loss was finite; the loop finds out at the next one.
      const finite = (await firstNonFinite(snapshot.weights, Object.keys(snapshot.weights))) === undefined;
      const saved = finite ? await saveCheckpoint(path, spec, snapshot) : undefined;
      release([snapshot.weights, snapshot.slots, snapshot.best]);
      if (saved === undefined) return;
      if (!saved.ok && !failed)
        reporter.message(`warning: training goes on without a checkpoint\n${renderDataError(saved.error)}`);
      failed = !saved.ok;
      last = Date.now();
    },
  };
}

/** Writes what the run leaves behind and says how it ended. */
async function leave(options: RunOptions, path: string, outcome: TrainOutcome): Promise<Result<undefined>> {
  const { spec } = options.program;
  const saved = await saveCheckpoint(path, spec, outcome.snapshot);
  options.reporter.close();
  if (!saved.ok) return saved;
  if (outcome.kind === 'done') {
    return saveWeights(join(options.outDir, weightsFile), spec, outcome.snapshot.weights, options.metadata);
  }
  const resume = options.resumeCommand === undefined ? '' : `; go on with: ${options.resumeCommand}`;
  if (outcome.kind === 'interrupted') {
    options.reporter.message(
      `interrupted after ${outcome.snapshot.progress.totalSteps} steps; saved to ${path}${resume}`,
    );
  } else {
    options.reporter.message(`${renderNumericalFailure(outcome.failure)}\nthe last finite weights are in ${path}`);
  }
  return saved;
}
