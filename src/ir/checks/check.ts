/** What every check of a whole model is given. */
import type { BuiltinCall, DefinitionOf, TensorRef } from '../../builtins/define.js';
import { product } from '../shape.js';
import { scopeAt, type Message, type Reporter, type Scope } from '../elaborate/context.js';
import { penaltiesIn } from '../elaborate/terms.js';
import { layersOf, type Layer, type Model, type Source, type Term } from '../model.js';

export type Reconstruction = Extract<Term, { readonly kind: 'reconstruction' }>;
export type PenaltyCall = BuiltinCall & { readonly definition: DefinitionOf<'penalty'> };

export interface Facts {
  readonly model: Model;
  readonly reconstructions: readonly Reconstruction[];
  readonly penalties: readonly { readonly call: PenaltyCall; readonly source: Source }[];
  layer(id: string): Layer | undefined;
  /** The text of the file that the model was written in. */
  readonly text: string;
}

export type Report = (code: Parameters<Reporter['report']>[1], source: Source, message: Message) => void;
export type Check = (facts: Facts, report: Report) => void;

export function factsOf(model: Model, text: string): Facts {
  const layers = new Map(layersOf(model).map((layer) => [layer.id, layer]));
  return {
    model,
    text,
    reconstructions: model.terms.filter((t): t is Reconstruction => t.kind === 'reconstruction'),
    penalties: model.terms.flatMap((t) => (t.kind === 'penalty' ? penaltiesIn(t.value).map(({ call }) => ({ call, source: t.source })) : [])),
    layer: (id) => layers.get(id),
  };
}

export const reportInto = (scope: Scope, reporter: Reporter): Report => (code, source, message) => {
  reporter.report(scopeAt(scope, source), code, source.place.span, message);
};

export const size = (shape: readonly number[]): number => product(shape);

/** Everything that tensors are computed from: layers, latents and variables. */
export interface Ancestors {
  readonly layers: ReadonlySet<string>;
  readonly latents: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

export function ancestors({ model, layer }: Facts, from: readonly TensorRef[]): Ancestors {
  const found = { layers: new Set<string>(), latents: new Set<string>(), variables: new Set<string>() };
  const waiting = [...from];
  for (let ref = waiting.pop(); ref !== undefined; ref = waiting.pop()) {
    if (ref.kind === 'variable') found.variables.add(ref.name);
    else if (ref.kind === 'latent') {
      if (found.latents.has(ref.name)) continue;
      found.latents.add(ref.name);
      const latent = model.latents.find((z) => z.name === (ref as { readonly name: string }).name)!;
      waiting.push(...Object.values(latent.posterior.heads));
    } else {
      if (found.layers.has(ref.id)) continue;
      found.layers.add(ref.id);
      const own = layer(ref.id);
      if (own !== undefined) waiting.push(own.input, ...tensorsIn(Object.values(own.args)));
    }
  }
  return found;
}

/** The tensors among arguments. */
export const tensorsIn = (values: readonly unknown[]): readonly TensorRef[] =>
  values.flatMap((value): readonly TensorRef[] => {
    if (typeof value !== 'object' || value === null || !('kind' in value)) return [];
    if (value.kind === 'tensors') return (value as unknown as { readonly items: readonly TensorRef[] }).items;
    return value.kind === 'layer' || value.kind === 'latent' || value.kind === 'variable' ? [value as TensorRef] : [];
  });
