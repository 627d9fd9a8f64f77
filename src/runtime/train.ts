/**
 * The training loop: phases × epochs × steps over a compiled program.
 *
 * A run is a pure function of (program, data, snapshot): batches, noise and schedules follow from
 * the counters in `Progress`, so a run that stops anywhere and goes on gives the same bits as one
 * that never stopped. A state is kept until the terms computed from its successor are known to be
 * finite: what a failed run hands back is always usable.
 */
import { batchSize, batchTensors, epochOrder, splitRows, stepsPerEpoch, type Split } from './batches.js';
import { breather } from './breath.js';
import { elements, type Dataset } from './dataset.js';
import { evaluateRows } from './evaluate.js';
import { epochEvents, phaseEvent, stepEvent, type TrainEvent } from './events.js';
import { diagnose, type NumericalFailure } from './numerical.js';
import { initialSnapshot, isPhaseOver, judged, nextPhase } from './phases.js';
import type { PhaseSpec, Program, ProgramSpec } from './program.js';
import { isFinished, type EpochRecord, type Snapshot } from './progress.js';
import { randomAt } from './random.js';
import { failure, success, type Result } from './result.js';
import { firstNonFinite, release } from './tensors.js';

export interface TrainOptions {
  /** Where to go on; its tensors pass to the loop. Without it, training starts from `program.initialize`. */
  readonly from?: Snapshot;
  /** Looked at between steps and between batches of validation. */
  readonly signal?: AbortSignal;
  /** Awaited, so a callback may save the snapshot. */
  readonly onEvent?: (event: TrainEvent) => void | Promise<void>;
}

/** The snapshot's tensors pass to the caller. */
export type TrainOutcome =
  | { readonly kind: 'done'; readonly snapshot: Snapshot }
  | { readonly kind: 'interrupted'; readonly snapshot: Snapshot }
  /** `snapshot` is the last one known to be finite. */
  | { readonly kind: 'failed'; readonly snapshot: Snapshot; readonly failure: NumericalFailure };

/**
 * Trains until all phases are done, the signal is raised, or a term stops being finite.
 * Errors: no examples, a missing column, or a column of another shape than declared.
 */
export async function train(
  program: Program,
  data: Dataset,
  options: TrainOptions = {},
): Promise<Result<TrainOutcome>> {
  const checked = checkColumns(program.spec, data);
  if (!checked.ok) {
    if (options.from !== undefined) release([options.from.weights, options.from.slots, options.from.best]);
    return checked;
  }
  const run = openRun(program, data, options);
  const start = options.from ?? initialSnapshot(program, data, run.split);
  return success(await runLoop(run, start));
}

interface Run {
  readonly program: Program;
  readonly data: Dataset;
  readonly split: Split;
  readonly emit: (event: TrainEvent) => Promise<void>;
  readonly aborted: () => boolean;
  readonly breathe: () => Promise<void>;
  /** Rows of a batch, by phase position. */
  readonly rows: (phase: PhaseSpec, step: number) => Int32Array;
}

function openRun(program: Program, data: Dataset, options: TrainOptions): Run {
  const { spec } = program;
  const split = splitRows(data.size, spec.validation, spec.seed);
  let cached: { readonly key: string; readonly order: Int32Array } | undefined;
  return {
    program,
    data,
    split,
    emit: async (event) => options.onEvent?.(event),
    aborted: () => options.signal?.aborted === true,
    breathe: breather(50),
    rows: (phase, step) => {
      if (phase.batch === 'full') return split.train;
      const steps = stepsPerEpoch(phase.batch, split.train.length);
      const epoch = Math.floor(step / steps);
      const key = `${phase.name} ${epoch}`;
      if (cached?.key !== key)
        cached = { key, order: epochOrder(spec.seed, epoch, split.train.length).map((i) => split.train[i]!) };
      const size = batchSize(phase.batch, split.train.length);
      const from = (step % steps) * size;
      return cached.order.subarray(from, from + size);
    },
  };
}

async function runLoop(run: Run, start: Snapshot): Promise<TrainOutcome> {
  const { spec } = run.program;
  const steps = (phase: PhaseSpec): number => stepsPerEpoch(phase.batch, run.split.train.length);
  let current = start;
  let previous: Snapshot | undefined;
  const forget = (): void => {
    if (previous !== undefined) release([previous.weights, previous.slots], [current.weights, current.slots]);
    previous = undefined;
  };
  const fail = (cause: NumericalFailure): TrainOutcome => {
    const { best } = current;
    if (previous === undefined) return { kind: 'failed', snapshot: current, failure: cause };
    release([current.weights, current.slots], [previous.weights, previous.slots]);
    const { weights, slots, progress } = previous;
    return {
      kind: 'failed',
      snapshot: { weights, slots, progress, ...(best === undefined ? {} : { best }) },
      failure: cause,
    };
  };

  await run.emit({
    kind: 'start',
    trainExamples: run.split.train.length,
    validationExamples: run.split.validation.length,
    snapshot: current,
  });
  const announcePhase = async (): Promise<void> => {
    const phase = spec.phases[current.progress.phase];
    if (phase !== undefined) await run.emit(phaseEvent(phase, current.progress.phase, steps(phase)));
  };
  await announcePhase();
  while (!isFinished(spec, current.progress)) {
    const phase = spec.phases[current.progress.phase]!;
    if (isPhaseOver(phase, current.progress)) {
      forget();
      current = nextPhase(spec, current);
      await announcePhase();
      continue;
    }
    await run.breathe();
    if (run.aborted()) {
      forget();
      return { kind: 'interrupted', snapshot: current };
    }
    if (current.progress.step >= (current.progress.epoch + 1) * steps(phase)) {
      const closed = await closeEpoch(run, phase, current);
      if (closed.kind === 'failed') return fail(closed.failure);
      if (closed.kind === 'interrupted') continue;
      current = closed.snapshot;
      // Terms or weights of this very state were found finite.
      forget();
      for (const event of epochEvents(phase, current)) await run.emit(event);
      continue;
    }
    const stepped = await step(run, phase, steps(phase), current);
    if (stepped.kind === 'failed') return fail(stepped.failure);
    if (previous !== undefined) {
      release(
        [previous.weights, previous.slots],
        [current.weights, current.slots, stepped.snapshot.weights, stepped.snapshot.slots],
      );
    }
    previous = current;
    current = stepped.snapshot;
    await run.emit(stepEvent(phase, steps(phase), current, stepped.terms));
  }
  forget();
  return { kind: 'done', snapshot: current };
}

type Failed = { readonly kind: 'failed'; readonly failure: NumericalFailure };

async function step(
  run: Run,
  phase: PhaseSpec,
  stepsOfEpoch: number,
  current: Snapshot,
): Promise<Failed | { readonly kind: 'stepped'; readonly snapshot: Snapshot; readonly terms: readonly number[] }> {
  const { program } = run;
  const { progress } = current;
  const trainStep = program.trainStep[phase.name];
  if (trainStep === undefined) throw new Error(`program ${program.spec.name} has no step for phase ${phase.name}`);
  const rows = run.rows(phase, progress.step);
  const batch = batchTensors(run.data, program.spec.variables, rows);
  const random = randomAt(program.spec.seed, progress.totalSteps);
  const result = trainStep({ weights: current.weights, slots: current.slots }, batch, {
    step: progress.step,
    epoch: progress.step / stepsOfEpoch,
    random,
  });
  const terms = Array.from(await result.terms.data<'float32'>());
  result.terms.dispose();
  if (!terms.every(Number.isFinite)) {
    const cause = await diagnose(program, phase, current.weights, batch, terms, {
      epoch: progress.epoch + 1,
      step: progress.step,
      during: 'training',
    });
    release([result.state.weights, result.state.slots], [current.weights, current.slots, batch]);
    release([batch]);
    return { kind: 'failed', failure: cause };
  }
  release([batch], [result.state.weights, result.state.slots]);
  const epochSums = terms.map((term, i) => (progress.epochSums[i] ?? 0) + term * rows.length);
  return {
    kind: 'stepped',
    terms,
    snapshot: {
      ...current,
      ...result.state,
      progress: { ...progress, step: progress.step + 1, totalSteps: progress.totalSteps + 1, epochSums },
    },
  };
}

/** Measures the epoch and keeps its weights where they are the best so far. */
async function closeEpoch(
  run: Run,
  phase: PhaseSpec,
  current: Snapshot,
): Promise<Failed | { readonly kind: 'interrupted' } | { readonly kind: 'closed'; readonly snapshot: Snapshot }> {
  const { program, split } = run;
  const { progress, weights } = current;
  const at = { epoch: progress.epoch + 1, step: progress.step, during: 'validation' } as const;
  let cause: NumericalFailure | undefined;
  let validation: readonly number[] | undefined;
  if (split.validation.length > 0) {
    validation = await evaluateRows(
      program,
      phase,
      weights,
      run.data,
      split.validation,
      { step: progress.step, epoch: at.epoch },
      {
        proceed: async () => {
          await run.breathe();
          return !run.aborted() && cause === undefined;
        },
        onNonFinite: async (batch, terms) => {
          cause ??= await diagnose(program, phase, weights, batch, terms, at);
        },
      },
    );
  }
  if (cause === undefined && validation === undefined && split.validation.length > 0) return { kind: 'interrupted' };
  if (cause === undefined && (await firstNonFinite(weights, Object.keys(weights))) !== undefined) {
    cause = await diagnose(program, phase, weights, undefined, [], { ...at, during: 'training' });
  }
  if (cause !== undefined) return { kind: 'failed', failure: cause };

  const record: EpochRecord = {
    phase: phase.name,
    epoch: at.epoch,
    train: progress.epochSums.map((sum) => sum / split.train.length),
    ...(validation === undefined ? {} : { validation }),
  };
  return { kind: 'closed', snapshot: judged(phase, current, record) };
}

function checkColumns(spec: ProgramSpec, data: Dataset): Result<undefined> {
  if (data.size < 1) return failure('data', 'at least one example', 'none');
  for (const variable of spec.variables) {
    const column = data.columns[variable.name];
    const wanted = `${variable.name}: [${variable.shape.join(', ')}] (${variable.origin})`;
    if (column === undefined) return failure('data', wanted, `columns ${Object.keys(data.columns).join(', ')}`);
    if (elements(column.shape) !== elements(variable.shape)) {
      return failure(column.source, wanted, `[${column.shape.join(', ')}]`);
    }
  }
  return success(undefined);
}
