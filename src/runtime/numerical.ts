/** When a loss stops being a number: where it began, in the user's terms. */
import type { PhaseSpec, Program, Tensors } from './program.js';
import { firstNonFinite, release } from './tensors.js';

export interface NumericalFailure {
  readonly phase: string;
  /** Counted from 1. */
  readonly epoch: number;
  /** Steps of the phase done before the one that failed. */
  readonly step: number;
  readonly during: 'training' | 'validation';
  /** The first term that is not finite; absent where only a weight is not. */
  readonly term?: { readonly name: string; readonly origin: string; readonly value: number };
  /** The first layer of the forward pass that is not finite. */
  readonly activation?: { readonly name: string; readonly origin: string };
  /** Set where a weight is already not finite, which means that the step before moved it there. */
  readonly weight?: string;
}

/**
 * Looks for the first value that is not finite: weights, then layers in the order of the forward pass.
 * `batch` is absent where no batch was at hand.
 */
export async function diagnose(
  program: Program,
  phase: PhaseSpec,
  weights: Tensors,
  batch: Tensors | undefined,
  terms: readonly number[],
  moment: Pick<NumericalFailure, 'epoch' | 'step' | 'during'>,
): Promise<NumericalFailure> {
  const index = terms.findIndex((term) => !Number.isFinite(term));
  const term = phase.terms[index];
  const weight = await firstNonFinite(
    weights,
    program.spec.weights.map(({ name }) => name),
  );
  const activation = batch === undefined ? undefined : await firstBadLayer(program, weights, batch);
  return {
    phase: phase.name,
    ...moment,
    ...(term === undefined ? {} : { term: { name: term.name, origin: term.origin, value: terms[index]! } }),
    ...(activation === undefined ? {} : { activation }),
    ...(weight === undefined ? {} : { weight: weight.name }),
  };
}

async function firstBadLayer(
  program: Program,
  weights: Tensors,
  batch: Tensors,
): Promise<NumericalFailure['activation']> {
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
  if (failure.weight !== undefined)
    lines.push(`  weight    ${failure.weight} is not finite: the step before moved it there`);
  lines.push(
    `  hint: ${failure.weight === undefined ? 'the term leaves the range of its logarithm, division or exponential; bound the layer it reads' : 'lower the learning rate or clip the gradient'}`,
  );
  return lines.join('\n');
}
