/** What is computed from some tensors. */
import { keyOf, tensorsIn, type Expression, type TensorRef } from '../../builtins/arguments.js';
import { everyExpression } from './expressions.js';
import { hasClosedDivergence, posteriorReads, type Latent } from './latents.js';
import { layersOf, type Model } from './model.js';

type Part = Pick<Model, 'networks' | 'latents'>;

export interface Dependents {
  /** The tensors themselves, by their keys. */
  readonly given: ReadonlySet<string>;
  readonly layers: ReadonlySet<string>;
  readonly latents: ReadonlySet<string>;
}

/** The layers and latents whose values depend on some tensors; latents among these included. */
export function dependentsOf(model: Part, of: readonly TensorRef[]): Dependents {
  const given = new Set(of.map(keyOf));
  const layers = new Set<string>();
  const latents = new Set(of.flatMap((ref) => (ref.kind === 'latent' ? [ref.name] : [])));
  const all = layersOf(model);
  for (let before = -1; before !== layers.size + latents.size;) {
    before = layers.size + latents.size;
    const found = { given, layers, latents };
    for (const { id, input, args } of all)
      if (!layers.has(id) && [input, ...tensorsIn(args)].some((ref) => isDependent(found, ref))) layers.add(id);
    for (const latent of model.latents)
      if (posteriorReads(latent).some((ref) => isDependent(found, ref))) latents.add(latent.name);
  }
  return { given, layers, latents };
}

/** Whether a tensor is among the given ones, or computed from them. */
export function isDependent(found: Dependents, ref: TensorRef): boolean {
  if (found.given.has(keyOf(ref))) return true;
  switch (ref.kind) {
    case 'layer':
      return found.layers.has(ref.id);
    case 'latent':
      return found.latents.has(ref.name);
    case 'applied':
      return isDependent(found, ref.of) || ref.application.inputs.some((input) => dependsOn([], found, input));
    default:
      return false;
  }
}

/**
 * Whether what an expression measures depends on the values of the latents. A divergence in closed form depends on what
 * its distributions are computed from, and a derivative is taken at the mean.
 */
export function dependsOn(latents: readonly Latent[], found: Dependents, value: Expression): boolean {
  return everyExpression(value).some((one) => {
    if (one.kind === 'tensor') return isDependent(found, one.ref);
    if (one.kind !== 'penalty' || one.call.definition.differentiates === true) return false;
    const refs = tensorsIn(one.call.args);
    if (one.call.definition.divergence !== true) return refs.some((ref) => isDependent(found, ref));
    return refs.some((ref) => {
      const latent = latents.find((z) => keyOf({ kind: 'latent', name: z.name }) === keyOf(ref));
      if (latent === undefined || !hasClosedDivergence(latent)) return isDependent(found, ref);
      const from = [...posteriorReads(latent), ...Object.values(latent.prior.heads ?? {})];
      return from.some((tensor) => isDependent(found, tensor));
    });
  });
}
