/** What lies around the steps of one network. */
import type { TensorRef } from '../../builtins/arguments.js';
import type { Layer } from '../model/networks.js';
import type { Context } from './context.js';
import type { Surroundings } from './propagate.js';

export const surroundings = (context: Context): Surroundings => ({
  typeOf: (ref) => context.typeOf(ref),
  classesOf: (ref) => classesOf(context, ref),
  layer: (id) => context.layer(id),
  readsOf: ({ of }) =>
    of.kind === 'network' ? (context.network(of.name)?.inputs ?? []) : of.reads === undefined ? [] : [of.reads],
});

/** With layers that are not part of the model yet. */
export function withLayers(around: Surroundings, layers: readonly Layer[]): Surroundings {
  const byId = new Map(layers.map((layer) => [layer.id, layer]));
  return {
    ...around,
    typeOf: (ref) => {
      const layer =
        ref.kind === 'layer'
          ? byId.get(ref.id)
          : ref.kind === 'applied' && ref.of.kind === 'layer'
            ? byId.get(ref.of.id)
            : undefined;
      const shape = layer?.outputs[ref.kind === 'layer' ? ref.output : 0];
      return layer === undefined || shape === undefined ? around.typeOf(ref) : { shape, site: layer.site };
    },
    layer: (id) => byId.get(id) ?? around.layer(id),
  };
}

/** Number of classes of the category that a tensor is, before it is one-hot. */
function classesOf(context: Context, ref: TensorRef, previous = false): number | undefined {
  if (ref.kind === 'previous') return classesOf(context, ref.of, true);
  const of = ref.kind === 'given' ? context.given(ref.name)?.of : ref;
  const variable = of?.kind === 'variable' ? context.variable(of.name) : undefined;
  if (variable?.domain.kind !== 'category') return undefined;
  // A mark stands behind all labels.
  const marked = previous ? 0 : Number(variable.corruption.some(({ definition }) => definition.marks === true));
  return variable.domain.classes + marked;
}
