/** The terms of a loss on given examples, outside of training. */
import { zeros, fill } from '@tensorflow/tfjs-core';
import { batchSize, stepsPerEpoch } from './batches.js';
import type { Dataset } from './dataset.js';
import type { AnyProgram, PhaseSpec, Tensors } from './program.js';
import { cloneTensors } from './tensors.js';
import { openTrainer } from './trainer.js';

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
      const terms = await trainer.evaluate(some, { ...at, first });
      terms.forEach((row, i) => row.forEach((term, t) => (sums[t] = sums[t]! + term * some[i]!.length)));
      first += some.length;
    }
    return sums.map((sum) => sum / rows.length);
  } finally {
    trainer.dispose();
  }
}
