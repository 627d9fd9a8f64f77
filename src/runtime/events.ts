/** What a training run tells while it runs. */
import { hasStalled } from './phases.js';
import type { PhaseSpec } from './program.js';
import { epochLoss, lossOf, type EpochRecord, type Progress, type Snapshot } from './progress.js';

/** `snapshot` copies the state as it is now; the tensors belong to the caller. */
export type TrainEvent =
  | {
      readonly kind: 'start';
      readonly trainExamples: number;
      readonly validationExamples: number;
      readonly progress: Progress;
      /** Bytes that the session takes, where one trains. */
      readonly memory?: { readonly bytes: number; readonly resident: boolean };
      readonly snapshot: () => Snapshot;
    }
  | { readonly kind: 'phase'; readonly phase: PhaseSpec; readonly index: number; readonly stepsPerEpoch: number }
  | {
      readonly kind: 'step';
      readonly phase: PhaseSpec;
      /** Counted from 1. */
      readonly epoch: number;
      /** Steps of this epoch done, this one included. */
      readonly stepOfEpoch: number;
      readonly stepsPerEpoch: number;
      /** Each as it was measured last; NaN where it has not been yet. */
      readonly terms: readonly number[];
      readonly loss: number;
      /** After the step. */
      readonly progress: Progress;
    }
  /** Between steps, several at a time where they are fast: the moment to save. */
  | { readonly kind: 'pause'; readonly progress: Progress; readonly snapshot: () => Snapshot }
  | {
      readonly kind: 'epoch';
      readonly phase: PhaseSpec;
      readonly record: EpochRecord;
      /** Held-out loss, or the training loss where nothing is held out. */
      readonly loss: number;
      /** Whether it is the lowest of the phase so far. */
      readonly best: boolean;
      readonly progress: Progress;
      readonly snapshot: () => Snapshot;
    }
  /** All phases are done. The snapshot is of the end of the last one, from which more epochs can go on. */
  | { readonly kind: 'finish'; readonly progress: Progress; readonly snapshot: () => Snapshot }
  /** A phase that ended before its last epoch. */
  | { readonly kind: 'stop'; readonly phase: PhaseSpec; readonly bestEpoch: number; readonly bestLoss: number }
  /** A phase that ended where no step leads further. */
  | { readonly kind: 'converged'; readonly phase: PhaseSpec; readonly epoch: number; readonly loss: number };

/** After a step: `progress` is where it led to, `terms` were measured before it. */
export const stepEvent = (
  phase: PhaseSpec,
  stepsPerEpoch: number,
  progress: Progress,
  terms: readonly number[],
): TrainEvent => ({
  kind: 'step',
  phase,
  terms,
  progress,
  epoch: progress.epoch + 1,
  stepOfEpoch: progress.step - progress.epoch * stepsPerEpoch,
  stepsPerEpoch,
  loss: lossOf(
    phase,
    terms.map((term) => (Number.isNaN(term) ? 0 : term)),
  ),
});

/** After an epoch's record; a second event where it was the one to stop at. */
export function epochEvents(phase: PhaseSpec, progress: Progress, snapshot: () => Snapshot): readonly TrainEvent[] {
  const record = progress.history.at(-1);
  if (record === undefined) return [];
  const best = progress.best?.epoch === record.epoch;
  const epoch: TrainEvent = { kind: 'epoch', phase, record, loss: epochLoss(phase, record), best, progress, snapshot };
  if (progress.converged === true)
    return [epoch, { kind: 'converged', phase, epoch: record.epoch, loss: lossOf(phase, record.train) }];
  const stops = hasStalled(phase, progress) && progress.epoch < phase.epochs && progress.best !== undefined;
  return stops
    ? [epoch, { kind: 'stop', phase, bestEpoch: progress.best.epoch, bestLoss: progress.best.loss }]
    : [epoch];
}
