/** Shapes and places of tensors while a model is being elaborated. */
import type { Application, ExampleShape, TensorRef } from '../../builtins/arguments.js';
import type { Network, Site } from '../model/model.js';
import type { Names } from './names.js';
import type { Surroundings } from './propagate.js';

/** What lies around the layers of one network. */
export function surroundings(names: Names): Surroundings {
  return {
    shapeOf: (ref) => shapeOf(names, ref),
    siteOf: (ref) => siteOf(names, ref),
    classesOf: (ref) => {
      const of = ref.kind === 'parameter' ? names.parameters.get(ref.name)?.of : ref;
      const domain = of?.kind === 'variable' ? names.variables.get(of.name)?.domain : undefined;
      return domain?.kind === 'category' ? domain.classes : undefined;
    },
    layerOf: (id) => names.layers.get(id),
  };
}

/** Shape as a network sees it: labels as one-hot vectors. */
export function shapeOf(names: Names, ref: TensorRef | Application): ExampleShape | undefined {
  switch (ref.kind) {
    case 'latent':
      return names.latents.get(ref.name)?.shape;
    case 'layer':
      return names.layers.get(ref.id)?.outputs[ref.output];
    case 'parameter':
      return names.parameters.get(ref.name)?.shape;
    case 'application':
      return names.networks.get(ref.network)?.outputShape;
    case 'variable': {
      const variable = names.variables.get(ref.name);
      return variable?.domain.kind === 'category' ? [...variable.corrupted, variable.domain.classes] : variable?.corrupted;
    }
  }
}

/** The network that a layer belongs to. */
export const ownerOf = (names: Names, id: string): Network | undefined => names.networks.get(id.split('.')[0]!);

/** Where a tensor has its values, seen from outside of recursive networks: what a fold gives is the vector of its root. */
export function siteOf(names: Names, ref: TensorRef): Site {
  if (ref.kind === 'parameter') return 'nodes';
  if (ref.kind === 'latent') return 'example';
  if (ref.kind === 'layer') return ownerOf(names, ref.id)?.form.kind === 'fold' ? 'example' : (names.layers.get(ref.id)?.site ?? 'example');
  const kind = names.variables.get(ref.name)?.structure.kind;
  return kind === 'sequence' ? 'positions' : kind === 'tree' || kind === 'label' ? 'nodes' : 'example';
}

/** The tree at whose nodes a tensor has vectors: a tree itself, a label, or what a fold or a network at nodes gives. */
export function nodesOf(names: Names, ref: TensorRef): string | undefined {
  if (ref.kind === 'variable') {
    const structure = names.variables.get(ref.name)?.structure;
    return structure?.kind === 'tree' ? ref.name : structure?.kind === 'label' ? structure.tree : undefined;
  }
  const form = ref.kind === 'layer' ? ownerOf(names, ref.id)?.form : undefined;
  return form === undefined || form.kind === 'chain' ? undefined : form.tree;
}

/** The tree that a code was computed from, through latents and networks behind its fold. */
export function treeBehind(names: Names, ref: TensorRef): string | undefined {
  const tree = nodesOf(names, ref);
  if (tree !== undefined) return tree;
  if (ref.kind === 'latent') {
    const posterior = names.latents.get(ref.name)?.posterior;
    return posterior?.kind === 'computed' ? treeBehind(names, posterior.from) : undefined;
  }
  const inputs = ref.kind === 'layer' ? (ownerOf(names, ref.id)?.inputs ?? []) : [];
  return inputs.map((input) => treeBehind(names, input)).find((found) => found !== undefined);
}
