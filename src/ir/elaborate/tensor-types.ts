/** What is known of tensors of an autoencoder: their shapes, and where they have values. */
import type { TensorRef } from '../../builtins/arguments.js';
import { readShape } from '../model/variables.js';
import type { Context, TensorType } from './context.js';

/** Of a tensor as it is read once in an example. */
export function typeOf(context: Context, ref: TensorRef): TensorType {
  switch (ref.kind) {
    case 'variable': {
      const variable = context.variable(ref.name);
      if (variable === undefined) return { site: 'example' };
      const { kind } = variable.structure;
      return {
        shape: readShape(variable),
        site: kind === 'sequence' ? 'positions' : kind === 'tree' || kind === 'label' ? 'nodes' : 'example',
      };
    }
    case 'mask': {
      const variable = context.variable(ref.name);
      return {
        site: 'example',
        ...(variable === undefined ? {} : { shape: variable.observed === 'elements' ? variable.shape : [1] }),
      };
    }
    case 'latent': {
      const latent = context.latent(ref.name);
      const shape = latent?.shape ?? context.draw(ref.name)?.shape;
      const from = latent && typeOf(context, latent.experts[0]!.from);
      const positions = from?.site === 'positions' && from.shape?.length === shape?.length;
      return { site: positions ? 'positions' : 'example', ...(shape === undefined ? {} : { shape }) };
    }
    case 'layer': {
      const layer = context.layer(ref.id);
      const shape = layer?.outputs[ref.output];
      if (layer === undefined || shape === undefined) return { site: 'example' };
      return { shape, site: context.networkOf(ref.id)?.form.kind === 'fold' ? 'example' : layer.site };
    }
    case 'given':
      return context.given(ref.name) ?? { site: 'example' };
    case 'previous':
    case 'applied':
      return typeOf(context, ref.of);
  }
}

/** The tree at whose nodes a tensor has values. */
export function nodesOf(context: Context, ref: TensorRef): string | undefined {
  if (ref.kind === 'variable') {
    const structure = context.variable(ref.name)?.structure;
    return structure?.kind === 'tree' ? ref.name : structure?.kind === 'label' ? structure.tree : undefined;
  }
  const form = ref.kind === 'layer' ? context.networkOf(ref.id)?.form : undefined;
  return form === undefined || form.kind === 'chain' ? undefined : form.tree;
}
