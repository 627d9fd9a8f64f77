/** What a program returns: reconstructions, and what a generator makes in the likeness of a variable. */
import { keyOf, type TensorRef } from '../../builtins/arguments.js';
import { everyExpression } from './expressions.js';
import { measuredIn, reconstructionsOf, type Model } from './model.js';
import type { Reconstruction } from './terms.js';

export interface ModelOutput {
  /** The variable's name, or the generator's. */
  readonly label: string;
  readonly variable: string;
  readonly output: TensorRef;
  /** Absent where no term compares it with the variable. */
  readonly reconstruction?: Reconstruction;
}

/** The reconstructions in the order of the terms, then what decoders give that none of them compares. */
export function outputsOf(model: Pick<Model, 'terms' | 'networks' | 'training' | 'variables'>): readonly ModelOutput[] {
  const reconstructed = reconstructionsOf(model).map((one): ModelOutput => {
    const { label, variable, output } = one;
    return { label, variable, output, reconstruction: one };
  });
  const known = new Set(reconstructed.map(({ output }) => keyOf(output)));
  const generated = model.networks
    .filter(({ role, output }) => role === 'decoder' && !known.has(keyOf(output)))
    .flatMap(({ name, output, outputShape }): readonly ModelOutput[] => {
      const variable = likenessOf(model, output, outputShape);
      return variable === undefined ? [] : [{ label: name, variable, output }];
    });
  return [...reconstructed, ...generated];
}

/** The variable that some network reads in whose place it is given this tensor as well. */
function likenessOf(
  { terms, networks, training, variables }: Parameters<typeof outputsOf>[0],
  output: TensorRef,
  shape: readonly number[],
): string | undefined {
  const refs = measuredIn({ terms, training })
    .flatMap(({ value }) => everyExpression(value))
    .flatMap((one) => (one.kind === 'tensor' ? [one.ref] : []));
  for (const ref of refs) {
    if (ref.kind !== 'applied' || ref.application.of.kind !== 'network') continue;
    const { of, inputs } = ref.application;
    const network = networks.find(({ name }) => name === of.name);
    const at = inputs.findIndex((input) => input.kind === 'tensor' && keyOf(input.ref) === keyOf(output));
    const place = network?.inputs[at];
    const variable = place?.kind === 'variable' ? variables.find(({ name }) => name === place.name) : undefined;
    if (variable !== undefined && variable.corrupted.join() === shape.join()) return variable.name;
  }
  return undefined;
}
