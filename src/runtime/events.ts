/** What a training run tells while it runs. */
import { hasStalled } from './phases.js';
import type { PhaseSpec } from './program.js';
import { epochLoss, total, type EpochRecord, type Snapshot } from './progress.js';

/** Snapshots in events belong to the loop: use them only until the callback settles. */
export type TrainEvent =
  | {
      readonly kind: 'start';
      readonly trainExamples: number;
      readonly validationExamples: number;
      readonly snapshot: Snapshot;
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
      readonly terms: readonly number[];
      readonly loss: number;
      readonly snapshot: Snapshot;
    }
  | {
      readonly kind: 'epoch';
      readonly phase: PhaseSpec;
      readonly record: EpochRecord;
      /** Held-out loss, or the training loss where nothing is held out. */
      readonly loss: number;
      /** Whether it is the lowest of the phase so far. */
      readonly best: boolean;
      readonly snapshot: Snapshot;
    }
  /** A phase that ended before its last epoch. */
  | { readonly kind: 'stop'; readonly phase: PhaseSpec; readonly bestEpoch: number; readonly bestLoss: number };

/** A phase begins, or goes on. */
export const phaseEvent = (phase: PhaseSpec, index: number, stepsPerEpoch: number): TrainEvent => ({
  kind: 'phase',
  phase,
  index,
  stepsPerEpoch,
});

/** After a step: `snapshot` is the state it led to, `terms` were measured before it. */
export function stepEvent(
  phase: PhaseSpec,
  stepsPerEpoch: number,
  snapshot: Snapshot,
  terms: readonly number[],
): TrainEvent {
  const { progress } = snapshot;
  return {
    kind: 'step',
    phase,
    terms,
    snapshot,
    epoch: progress.epoch + 1,
    stepOfEpoch: progress.step - progress.epoch * stepsPerEpoch,
    stepsPerEpoch,
    loss: total(terms),
  };
}

/** After an epoch's record; a second event where it was the one to stop at. */
export function epochEvents(phase: PhaseSpec, snapshot: Snapshot): readonly TrainEvent[] {
  const { progress } = snapshot;
  const record = progress.history.at(-1);
  if (record === undefined) return [];
  const best = progress.best?.epoch === record.epoch;
  const epoch: TrainEvent = { kind: 'epoch', phase, record, loss: epochLoss(record), best, snapshot };
  const stops = hasStalled(phase, progress) && progress.epoch < phase.epochs && progress.best !== undefined;
  return stops
    ? [epoch, { kind: 'stop', phase, bestEpoch: progress.best.epoch, bestLoss: progress.best.loss }]
    : [epoch];
}
