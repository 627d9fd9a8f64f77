/** A training run with everything around it: checkpoints, signals, progress and the files it leaves. */
import { join } from 'node:path';
import type { Dataset } from '../dataset.js';
import type { DataIdentity } from '../identity.js';
import { renderNumericalFailure } from '../numerical.js';
import { hasStalled, isPhaseOver } from '../phases.js';
import type { AnyProgram, ProgramSpec, Tensors } from '../program.js';
import type { Snapshot } from '../progress.js';
import { renderDataError, success, type Result } from '../result.js';
import { firstNonFinite, release } from '../tensors.js';
import type { TrainEvent } from '../events.js';
import { train, type TrainOutcome } from '../train.js';
import { loadCheckpoint, saveCheckpoint, saveWeights } from './checkpoint.js';
import { dataIdentity } from './data-identity.js';
import { openFolder, type FolderOptions, type RunFolder } from './folder.js';
import { checkpointFile, weightsFile, type RunOrigin } from './record.js';
import { openRecorder } from './recorder.js';
import type { Reporter } from './reporter.js';
import { whenOutputCloses } from './streams.js';

export interface RunOptions extends FolderOptions {
  readonly program: AnyProgram;
  readonly data: Dataset;
  readonly reporter: Reporter;
  /** The folder, where the caller has opened it and will release it. */
  readonly folder?: RunFolder;
  /** Most milliseconds of work that a crash may cost; 10 000 unless given. */
  readonly checkpointInterval?: number;
  /** Catch SIGINT, SIGTERM, SIGHUP and closed output; true unless given. A second signal ends the process at once. */
  readonly signals?: boolean;
  /** Weights that a run begins with instead of drawing them, unless it goes on from its checkpoint. */
  readonly given?: Tensors;
  /** Another way to interrupt. */
  readonly signal?: AbortSignal;
  /** How to go on, for the message of an interrupted run. */
  readonly resumeCommand?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the record of the run says of where it comes from. */
  readonly origin: RunOrigin;
}

/**
 * Trains and leaves `weights.safetensors` (done), `checkpoint.safetensors`, `run.json` and `history.csv` (always) in
 * the folder.
 * The snapshot of the outcome belongs to the caller. The messages are already given to the reporter.
 * Errors: a folder that holds a run already, or none to go on with; data that do not fit; a checkpoint of
 * another model or run; a folder that cannot be written to.
 */
export async function runTraining(options: RunOptions): Promise<Result<TrainOutcome>> {
  const opened = options.folder === undefined ? await openFolder(options) : success(options.folder);
  if (!opened.ok) return opened;
  try {
    return await runIn(opened.value, options);
  } finally {
    if (options.folder === undefined) await opened.value.release();
  }
}

async function runIn(folder: RunFolder, options: RunOptions): Promise<Result<TrainOutcome>> {
  const { program, data, reporter } = options;
  const path = join(folder.path, checkpointFile);
  const seen = dataIdentity(data, program.spec.variables);
  const from = options.resume === true ? await goOn(path, program.spec, seen, reporter) : success(undefined);
  if (!from.ok) return from;
  if (folder.replaces) reporter.message(`beginning anew: the run in ${folder.path} is replaced`);

  const resumed = options.resume === true;
  const recorder = await openRecorder(folder.path, program.spec, seen, options.origin, resumed);
  const stop = catchSignals(options);
  const save = async (snapshot: Snapshot): Promise<Result<undefined>> => {
    const saved = await saveCheckpoint(path, program.spec, snapshot, seen);
    if (!saved.ok) return saved;
    await folder.clear();
    return recorder.write('running', snapshot.progress);
  };
  const saver = openSaver(save, options.checkpointInterval ?? 10_000, reporter);
  try {
    const result = await train(program, data, {
      ...(from.value === undefined ? {} : { from: from.value }),
      ...(options.given === undefined ? {} : { given: options.given }),
      signal: stop.signal,
      onEvent: async (event) => {
        reporter.onEvent(event);
        await saver.onEvent(event);
      },
    });
    if (!result.ok) return result;
    const { snapshot, kind } = result.value;
    const left = await leave(options, folder.path, result.value, saver);
    // Once all else is there: a run that says that it is done has weights.
    const told = left.ok ? await recorder.write(kind, snapshot.progress) : left;
    if (told.ok) return result;
    release([snapshot.weights, snapshot.slots, snapshot.best]);
    return told;
  } finally {
    stop.close();
    reporter.close();
  }
}

/** The run of a checkpoint, with what there is to say of it. */
async function goOn(
  path: string,
  spec: ProgramSpec,
  seen: DataIdentity,
  reporter: Reporter,
): Promise<Result<Snapshot>> {
  const loaded = await loadCheckpoint(path, spec, seen);
  if (!loaded.ok) return loaded;
  const { value, warnings } = loaded.value;
  warnings.forEach((warning) => reporter.message(`warning: ${warning}`));
  const phase = spec.phases[value.progress.phase];
  const isLast = value.progress.phase === spec.phases.length - 1;
  if (phase !== undefined && !(isLast && isPhaseOver(phase, value.progress))) {
    reporter.message(`going on from ${path}, after ${value.progress.totalSteps} steps`);
  } else if (phase !== undefined && hasStalled(phase, value.progress)) {
    reporter.message(
      `nothing is left to do: the run of ${path} stopped early after ${value.progress.epoch} epochs; more of them would not change that`,
    );
  } else {
    reporter.message(
      `nothing is left to do: ${path} has all ${value.progress.epoch} epochs; with more of them it goes on`,
    );
  }
  return success(value);
}

/** The first signal ends the run after the step in flight; the second finds no handler and ends the process. */
function catchSignals(options: RunOptions): { readonly signal: AbortSignal; readonly close: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
    close();
  };
  let reopen = (): void => undefined;
  const close = (): void => {
    for (const name of signals) process.off(name, abort);
    options.signal?.removeEventListener('abort', abort);
  };
  if (options.signals !== false) {
    for (const name of signals) process.on(name, abort);
    // Who reads no further has seen enough; what was done is kept all the same.
    reopen = whenOutputCloses(abort);
  }
  if (options.signal?.aborted === true) controller.abort();
  options.signal?.addEventListener('abort', abort);
  return {
    signal: controller.signal,
    close: () => {
      close();
      reopen();
    },
  };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Short epochs must not wait for the disk at every end. */
const shortestPause = 2_000;

interface Saver {
  readonly onEvent: (event: TrainEvent) => Promise<void>;
  readonly save: (snapshot: Snapshot) => Promise<Result<undefined>>;
  /** How the checkpoint of the end was saved, where the run has come there. */
  readonly finished: () => Result<undefined> | undefined;
}

function openSaver(save: Saver['save'], interval: number, reporter: Reporter): Saver {
  let last = Date.now();
  let failed = false;
  let finished: Result<undefined> | undefined;
  return {
    save,
    finished: () => finished,
    onEvent: async (event) => {
      if (event.kind !== 'pause' && event.kind !== 'epoch' && event.kind !== 'finish') return;
      const pause = event.kind === 'epoch' ? Math.min(interval, shortestPause) : interval;
      if (event.kind !== 'finish' && Date.now() - last < pause) return;
      const snapshot = event.snapshot();
      // A step can end outside the numbers though its loss was finite; the loop finds out at the next one.
      const finite = (await firstNonFinite(snapshot.weights, Object.keys(snapshot.weights))) === undefined;
      const saved = finite ? await save(snapshot) : undefined;
      release([snapshot.weights, snapshot.slots, snapshot.best]);
      if (event.kind === 'finish') finished = saved;
      if (saved === undefined) return;
      if (!saved.ok && !failed && event.kind !== 'finish')
        reporter.message(`warning: training goes on without a checkpoint\n${renderDataError(saved.error)}`);
      failed = !saved.ok;
      last = Date.now();
    },
  };
}

/** Writes what the run leaves behind and says how it ended. */
async function leave(
  options: RunOptions,
  folder: string,
  outcome: TrainOutcome,
  saver: Saver,
): Promise<Result<undefined>> {
  const { spec } = options.program;
  const path = join(folder, checkpointFile);
  // A run that has come to its end saved it there, with all that more epochs would need.
  const saved = saver.finished() ?? (await saver.save(outcome.snapshot));
  options.reporter.close();
  if (!saved.ok) return saved;
  if (outcome.kind === 'done')
    return saveWeights(join(folder, weightsFile), spec, outcome.snapshot.weights, options.metadata);
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
