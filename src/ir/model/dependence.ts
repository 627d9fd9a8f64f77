/** What is computed from the values of latents. */
import { keyOf, tensorsIn, type Expression, type TensorRef } from '../../builtins/arguments.js';
import { everyExpression } from './expressions.js';
import { hasClosedDivergence, posteriorReads, type Latent } from './latents.js';
import { layersOf, type Model } from './model.js';

type Part = Pick<Model, 'networks' | 'latents'>;

export interface Dependents {
  readonly layers: ReadonlySet<string>;
  readonly latents: ReadonlySet<string>;
}

/** The layers and latents whose values depend on those of some latents, these included. */
export function dependentsOf(model: Part, of: ReadonlySet<string>): Dependents {
  const [layers, latents] = [new Set<string>(), new Set(of)];
  const all = layersOf(model);
  for (let before = -1; before !== layers.size + latents.size;) {
    before = layers.size + latents.size;
    const found = { layers, latents };
    for (const { id, input, args } of all)
      if (!layers.has(id) && [input, ...tensorsIn(args)].some((ref) => isDependent(found, ref))) layers.add(id);
    for (const latent of model.latents)
      if (posteriorReads(latent).some((ref) => isDependent(found, ref))) latents.add(latent.name);
  }
  return { layers, latents };
}

/** Whether a tensor is computed from what depends on the latents. */
export function isDependent(found: Dependents, ref: TensorRef): boolean {
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
