/** Transitions of a run: begin, judge an epoch, end a phase. */
import { clone, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { statistic, type Split } from './batches.js';
import { elements, type Dataset } from './dataset.js';
import type { Inference, PhaseSpec, ProgramSpec, Tensors } from './program.js';
import { epochLoss, firstProgress, type EpochRecord, type Progress, type Snapshot } from './progress.js';
import { randomAt, reservedSteps } from './random.js';
import { release } from './tensors.js';
import { stepsOfTerms } from './turns.js';

/**
 * Whether the terms have their last weights at the end of an epoch. Before that, an epoch without progress says
 * nothing, since what counts as a loss still changes (Bowman et al. 2016, §3.1: the KL term comes in slowly).
 */
export const hasSettled = (
  phase: PhaseSpec,
  { epoch, step }: { readonly epoch: number; readonly step: number },
): boolean => {
  const { settled } = phase;
  return (
    settled === undefined ||
    (epoch >= settled.epochs && stepsOfTerms(phase, step).every((taken) => taken >= settled.steps))
  );
};

/** Progress after an epoch's record, and whether it was the best so far. */
export function judged(
  phase: PhaseSpec,
  progress: Progress,
  record: EpochRecord,
): { readonly progress: Progress; readonly best: boolean } {
  const loss = epochLoss(phase, record);
  const margin = phase.earlyStopping?.minDelta ?? 0;
  // Where nothing is held out, only the terms as they were weighted are known.
  const settled = hasSettled(phase, { epoch: record.epoch, step: progress.step });
  const comparable = settled || record.judged !== undefined;
  const after = phase.earlyStopping?.after;
  const counts = after === undefined ? settled : record.epoch > after;
  // Losses of players say nothing of how far they have come.
  const playing = phase.terms.some(({ player }) => player !== undefined);
  const best = !playing && comparable && (progress.best === undefined || loss < progress.best.loss - margin);
  const next: Progress = {
    ...progress,
    epoch: record.epoch,
    epochSums: [],
    stale: best || !counts ? 0 : progress.stale + 1,
    history: [...progress.history, record],
    ...(best ? { best: { loss, epoch: record.epoch } } : {}),
  };
  return { progress: next, best };
}

/** Too many epochs without a better one. */
export const hasStalled = (phase: PhaseSpec, progress: Progress): boolean =>
  phase.earlyStopping !== undefined && progress.stale >= Math.max(1, phase.earlyStopping.patience);

/** At the end of an epoch whose steps lead nowhere. */
const hasConverged = ({ converged, epochSums }: Progress): boolean => converged === true && epochSums.length === 0;

export const isPhaseOver = (phase: PhaseSpec, progress: Progress): boolean =>
  progress.epoch >= phase.epochs || hasConverged(progress) || hasStalled(phase, progress);

/** Goes on to the next phase, with the best weights where the phase kept them. */
export function nextPhase(spec: ProgramSpec, current: Snapshot): Snapshot {
  const trained = current.best ?? current.weights;
  release([current.weights, current.slots], [trained]);
  const { totalSteps, history, phase } = current.progress;
  const next = spec.phases[phase + 1];
  return {
    weights: copied(trained, next),
    slots: initialSlots(next),
    progress: { ...firstProgress, phase: phase + 1, totalSteps, history },
  };
}

/** Weights as a phase begins with them. What is overwritten is released. */
function copied(weights: Tensors, phase: PhaseSpec | undefined): Tensors {
  const copies = Object.fromEntries((phase?.copies ?? []).map(({ from, to }) => [to, clone(weights[from]!)]));
  release([Object.fromEntries(Object.keys(copies).map((to) => [to, weights[to]!]))]);
  return { ...weights, ...copies };
}

function initialSlots(phase: PhaseSpec | undefined): Tensors {
  const filled = (shape: readonly number[], value: number) =>
    tensor(new Float32Array(elements(shape)).fill(value), [...shape], 'float32');
  return Object.fromEntries((phase?.slots ?? []).map((slot) => [slot.name, filled(slot.shape, slot.initial)]));
}

/**
 * First weights: statistics of the training part, then the program's own draws, or what is given in their place by name,
 * brought to where constraints want it; its tensors pass to the snapshot. The caller owns the tensors.
 */
export function initialSnapshot(program: Inference, data: Dataset, split: Split, given: Tensors = {}): Snapshot {
  const { spec } = program;
  const statistics: Record<string, Tensor> = {};
  for (const weight of spec.weights) {
    if (weight.statistic === undefined) continue;
    const column = data.columns[weight.statistic.variable] ?? data.stored?.[weight.statistic.variable];
    if (column === undefined)
      throw new Error(`no column ${weight.statistic.variable} for the statistic ${weight.name}`);
    statistics[weight.name] = tensor(
      statistic(column, weight.statistic.kind, split.train, data.columns[`${weight.statistic.variable}.mask`]),
      [...weight.shape],
      'float32',
    );
  }
  const weights = program.initialize(randomAt(spec.seed, reservedSteps.initialize), statistics);
  const first = { ...weights, ...given };
  const projected = program.project?.(first) ?? {};
  for (const name of Object.keys(given)) first[name] = projected[name] ?? first[name]!;
  release([statistics, weights, given, projected], [first]);
  const [phase] = spec.phases;
  return { weights: copied(first, phase), slots: initialSlots(phase), progress: firstProgress };
}
