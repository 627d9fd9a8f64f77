/** The terms of a loss on given examples, outside of training. */
import { zeros, fill } from '@tensorflow/tfjs-core';
import { batchSize, stepsPerEpoch } from './batches.js';
import type { Dataset } from './dataset.js';
import type { AnyProgram, PhaseSpec, Tensors, Trainer } from './program.js';
import { cloneTensors } from './tensors.js';
import { openTrainer } from './trainer.js';
import { stepsOfTerms } from './turns.js';

/**
 * Terms of a phase, averaged over `rows`, at its end: with the weights that its schedules come to, and the draws that
 * validation takes. `trained` is the number of examples that an epoch had.
 */
export async function termsOn(
  program: AnyProgram,
  phase: PhaseSpec,
  weights: Tensors,
  data: Dataset,
  rows: Int32Array,
  trained: number,
): Promise<readonly number[]> {
  const slots = Object.fromEntries(
    phase.slots.map(({ name, shape, initial }) => [
      name,
      initial === 0 ? zeros([...shape]) : fill([...shape], initial),
    ]),
  );
  const trainer = openTrainer(program, phase, { weights: cloneTensors(weights), slots }, data);
  try {
    const size = Math.max(1, batchSize(phase.batch, rows.length));
    const batches = Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
      rows.subarray(i * size, (i + 1) * size),
    );
    const at = { step: phase.epochs * stepsPerEpoch(phase.batch, trained), epoch: phase.epochs };
    const sums = phase.terms.map(() => 0);
    for (let first = 0; first < batches.length;) {
      const some = batches.slice(first, first + trainer.stride());
      const terms = await termsOf(trainer, phase, some, { ...at, first });
      terms.forEach((row, i) => row.forEach((term, t) => (sums[t] = sums[t]! + term * some[i]!.length)));
      first += some.length;
    }
    return sums.map((sum) => sum / rows.length);
  } finally {
    trainer.dispose();
  }
}

/**
 * The terms of each batch as a trainer measures them, each with the weight that its schedules had in training: of players
 * who take turns, after the steps that are its player's own. `at` counts those of the phase.
 */
export async function termsOf(
  trainer: Trainer,
  phase: PhaseSpec,
  batches: readonly Int32Array[],
  at: Parameters<Trainer['evaluate']>[1],
): Promise<readonly (readonly number[])[]> {
  const scheduled = (phase.settled?.steps ?? 0) > 0;
  const steps = scheduled ? stepsOfTerms(phase, at.step) : [];
  const different = [...new Set(scheduled ? steps : [at.step])];
  const measured = new Map<number, readonly (readonly number[])[]>();
  for (const step of different) measured.set(step, await trainer.evaluate(batches, { ...at, step }));
  const first = measured.get(different[0]!)!;
  if (different.length === 1) return first;
  return first.map((row, i) => row.map((_, term) => measured.get(steps[term]!)![i]![term]!));
}
