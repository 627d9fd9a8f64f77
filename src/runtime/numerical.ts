/** When a loss stops being a number: where it began, in the user's terms. */
import type { Fault, Inference, PhaseSpec, Tensors } from './program.js';
import { firstNonFinite, release } from './tensors.js';

export interface NumericalFailure extends Fault {
  readonly phase: string;
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps of the phase done before the one that failed. */
  readonly step: number;
  readonly during: 'training' | 'validation';
}

/**
 * Looks for the first value that is not finite: weights, then layers in the order of the forward pass.
 * `batch` is absent where no batch was at hand.
 */
export async function locateFault(
  program: Inference,
  phase: PhaseSpec,
  weights: Tensors,
  batch: Tensors | undefined,
  terms: readonly number[],
  gradient?: string,
): Promise<Fault> {
  const index = terms.findIndex((term) => !Number.isFinite(term));
  const term = phase.terms[index];
  const weight = await firstNonFinite(
    weights,
    program.spec.weights.map(({ name }) => name),
  );
  const activation = batch === undefined ? undefined : await firstBadLayer(program, weights, batch);
  return {
    ...(term === undefined ? {} : { term: { name: term.name, origin: term.origin, value: terms[index]! } }),
    ...(activation === undefined ? {} : { activation }),
    ...(gradient === undefined || term !== undefined ? {} : { gradient }),
    ...(weight === undefined ? {} : { weight: weight.name }),
  };
}

async function firstBadLayer(program: Inference, weights: Tensors, batch: Tensors): Promise<Fault['activation']> {
  const read = { ...batch, ...program.degrade?.(weights, batch) };
  const layers = program.activations(weights, read);
  const bad = await firstNonFinite(
    layers,
    program.spec.activations.map(({ name }) => name),
  );
  release([layers, read], [weights, batch]);
  const spec = program.spec.activations.find(({ name }) => name === bad?.name);
  return spec === undefined ? undefined : { name: spec.name, origin: spec.origin };
}

/** The failure as lines of text, with what usually helps. */
export function renderNumericalFailure(failure: NumericalFailure): string {
  const where = `${failure.during}, phase ${failure.phase}, epoch ${failure.epoch}, step ${failure.step}`;
  const lines = [`the loss is no longer a finite number (${where})`];
  if (failure.term !== undefined)
    lines.push(`  term      ${failure.term.name} = ${failure.term.value} (${failure.term.origin})`);
  if (failure.activation !== undefined)
    lines.push(`  layer     ${failure.activation.name} is the first that is not finite (${failure.activation.origin})`);
  if (failure.gradient !== undefined)
    lines.push(`  gradient  of ${failure.gradient} is not finite, though the loss is`);
  if (failure.weight !== undefined)
    lines.push(`  weight    ${failure.weight} is not finite: the step before moved it there`);
  const grows = failure.term !== undefined && Math.abs(failure.term.value) === Infinity;
  const hint =
    failure.weight === undefined && failure.gradient === undefined
      ? grows
        ? 'the numbers grow beyond all bounds: lower the learning rate, clip the gradient, or standardise the data'
        : 'the term leaves the range of its logarithm, division or exponential; bound the layer it reads'
      : 'lower the learning rate or clip the gradient';
  lines.push(`  hint: ${hint}`);
  return lines.join('\n');
}
