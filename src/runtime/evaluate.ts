/** Terms over many examples, in batches. */
import { batchSize, batchTensors } from './batches.js';
import type { Dataset } from './dataset.js';
import type { PhaseSpec, Program, Tensors } from './program.js';
import { randomAt, reservedSteps } from './random.js';
import { release } from './tensors.js';

export interface EvaluateOptions {
  /** Called after each batch; false ends the evaluation. */
  readonly proceed?: () => Promise<boolean>;
  /** Called with a batch whose terms are not finite, before its tensors are gone. */
  readonly onNonFinite?: (batch: Tensors, terms: readonly number[]) => Promise<void>;
}

/**
 * The phase's terms over the given rows, averaged over examples, without training-time noise.
 * Noise that remains (samples of a latent) is the same at every call. `undefined` where `proceed` ended it.
 * @param step steps and epochs done, for weights of terms that follow a schedule
 */
export async function evaluateRows(
  program: Program,
  phase: PhaseSpec,
  weights: Tensors,
  data: Dataset,
  rows: Int32Array,
  moment: { readonly step: number; readonly epoch: number },
  options: EvaluateOptions = {},
): Promise<readonly number[] | undefined> {
  const evaluate = program.evaluate[phase.name];
  if (evaluate === undefined) throw new Error(`program ${program.spec.name} has no evaluation for phase ${phase.name}`);
  const sums = new Array<number>(phase.terms.length).fill(0);
  const size = Math.max(1, batchSize(phase.batch, rows.length));
  for (let from = 0, index = 0; from < rows.length; from += size, index++) {
    const part = rows.subarray(from, from + size);
    const batch = batchTensors(data, program.spec.variables, part);
    const result = evaluate(weights, batch, {
      ...moment,
      random: randomAt(program.spec.seed, reservedSteps.evaluate + index),
    });
    const terms = Array.from(await result.data<'float32'>());
    result.dispose();
    if (!terms.every(Number.isFinite)) await options.onNonFinite?.(batch, terms);
    release([batch]);
    terms.forEach((term, i) => (sums[i] = sums[i]! + term * part.length));
    if (options.proceed !== undefined && !(await options.proceed())) return undefined;
  }
  return sums.map((sum) => sum / rows.length);
}
