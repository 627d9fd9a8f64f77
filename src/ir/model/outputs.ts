/** What a program returns: reconstructions, and what a generator makes in the likeness of a variable. */
import { keyOf, type TensorRef } from '../../builtins/arguments.js';
import { dependentsOf, isDependent, type Dependents } from './dependence.js';
import { everyExpression } from './expressions.js';
import { codeOf, measuredIn, reconstructionsOf, type Model } from './model.js';
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

/**
 * What is sampled as the code of an encoder: what is drawn, of no data, and some network is given in the code's place, as a critic is
 * given a draw of what codes are to be like (Makhzani et al. 2016), or what a generator makes of one (Zhao et al. 2018).
 * A latent is drawn from its prior.
 */
export function likeCodesOf(
  model: Pick<Model, 'terms' | 'networks' | 'training' | 'latents' | 'draws' | 'variables'>,
): readonly { readonly code: TensorRef; readonly like: TensorRef }[] {
  const applied = applicationsOf(model);
  const behind = (kind: 'latent' | 'variable', some: readonly { readonly name: string }[]): Dependents =>
    dependentsOf(
      model,
      some.map(({ name }) => ({ kind, name })),
    );
  const [draws, data] = [behind('latent', model.draws), behind('variable', model.variables)];
  const isDrawn = (ref: TensorRef): boolean => isDependent(draws, ref) && !isDependent(data, ref);
  return codeOf(model).flatMap(({ ref: code }) => {
    const like = applied
      .flatMap(({ places, inputs }) =>
        inputs.filter((_, i) => places[i] !== undefined && keyOf(places[i]) === keyOf(code)),
      )
      .find((ref) => ref !== undefined && isDrawn(ref));
    return code.kind === 'latent' || like === undefined ? [] : [{ code, like }];
  });
}

/** The networks that terms apply: what each reads by itself, and the tensors that it is given in their places. */
const applicationsOf = ({
  terms,
  training,
  networks,
}: Pick<Model, 'terms' | 'training' | 'networks'>): readonly {
  readonly places: readonly TensorRef[];
  readonly inputs: readonly (TensorRef | undefined)[];
}[] =>
  measuredIn({ terms, training })
    .flatMap(({ value }) => everyExpression(value))
    .flatMap((one) => {
      if (one.kind !== 'tensor' || one.ref.kind !== 'applied' || one.ref.application.of.kind !== 'network') return [];
      const { of, inputs } = one.ref.application;
      const places = networks.find(({ name }) => name === of.name)?.inputs ?? [];
      return [{ places, inputs: inputs.map((input) => (input.kind === 'tensor' ? input.ref : undefined)) }];
    });

/** The variable that some network reads in whose place it is given this tensor as well. */
function likenessOf(
  { variables, ...model }: Parameters<typeof outputsOf>[0],
  output: TensorRef,
  shape: readonly number[],
): string | undefined {
  for (const { places, inputs } of applicationsOf(model)) {
    const place = places[inputs.findIndex((ref) => ref !== undefined && keyOf(ref) === keyOf(output))];
    const variable = place?.kind === 'variable' ? variables.find(({ name }) => name === place.name) : undefined;
    if (variable !== undefined && variable.corrupted.join() === shape.join()) return variable.name;
  }
  return undefined;
}
