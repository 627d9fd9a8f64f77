/** Where a training run is: plain data that a checkpoint holds and a later run continues from. */
import type { PhaseSpec, ProgramSpec, Tensors } from './program.js';

/** Terms of a finished epoch, averaged over examples. No times: a resumed run has the same history. */
export interface EpochRecord {
  /** Name of the phase. */
  readonly phase: string;
  /** Counted from 1 within the phase. */
  readonly epoch: number;
  /** In the order of the phase's terms; measured before each step, with training-time noise. */
  readonly train: readonly number[];
  /** After the epoch, on what is held out; absent where nothing is. The same draws in every epoch. */
  readonly validation?: readonly number[];
  /** The loss by which the epoch is judged, where that is not the sum of the terms: those of `validation` with their last weights. */
  readonly judged?: number;
}

export interface Progress {
  /** Index of the running phase; the number of phases once everything is done. */
  readonly phase: number;
  /** Finished epochs of the phase. */
  readonly epoch: number;
  /** Finished steps of the phase. */
  readonly step: number;
  /** Finished steps of all phases: the step of the random numbers. */
  readonly totalSteps: number;
  /** Terms summed over the examples of the running epoch so far. */
  readonly epochSums: readonly number[];
  /** Lowest loss at an epoch's end in this phase; absent before the first. */
  readonly best?: { readonly loss: number; readonly epoch: number };
  /** Epochs since the best one. */
  readonly stale: number;
  /** No step leads further in this phase. */
  readonly converged?: true;
  readonly history: readonly EpochRecord[];
}

/** Everything a run needs to go on. The tensors belong to whoever holds the snapshot. */
export interface Snapshot {
  readonly weights: Tensors;
  readonly slots: Tensors;
  /** Weights of the best epoch, kept only where the phase stops early. */
  readonly best?: Tensors;
  readonly progress: Progress;
}

export const firstProgress: Progress = {
  phase: 0,
  epoch: 0,
  step: 0,
  totalSteps: 0,
  epochSums: [],
  stale: 0,
  history: [],
};

/** Whether every phase is done. */
export const isFinished = (spec: ProgramSpec, progress: Progress): boolean => progress.phase >= spec.phases.length;

/** The phase of an epoch's record. */
export const phaseOf = (spec: Pick<ProgramSpec, 'phases'>, { phase }: EpochRecord): PhaseSpec =>
  spec.phases.find(({ name }) => name === phase) ?? spec.phases[0]!;

/** What a phase minimises: the sum of its terms, but for those that nothing in it can change. */
export const lossOf = ({ terms }: Pick<PhaseSpec, 'terms'>, values: readonly number[]): number =>
  values.reduce((sum, value, i) => (terms[i]?.idle === true ? sum : sum + value), 0);

/** The loss by which an epoch is judged: on held-out examples where there are some, with the last weights of the terms. */
export const epochLoss = (phase: Pick<PhaseSpec, 'terms'>, record: EpochRecord): number =>
  record.judged ?? lossOf(phase, record.validation ?? record.train);
