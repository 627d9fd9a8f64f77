/** What a layer costs: its own lowering, of one example, counted as `aec explain` counts a step. */
import { isTensor, type TensorRef } from '../builtins/arguments.js';
import { hasLowering } from '../builtins/define.js';
import { costOf } from '../codegen/cost.js';
import { Builder } from '../ir/graph/build.js';
import { B } from '../ir/graph/shape.js';
import type { Layer } from '../ir/model/networks.js';

/** Floating-point operations of a layer for one example; undefined where it is not compiled, or reads a layer's inside. */
export function flopsOf(layer: Layer, layers: readonly Layer[]): number | undefined {
  const { definition, args, inputShape, outputs, site, weights } = layer;
  if (!hasLowering(definition) || site !== 'example') return undefined;
  // What it needs beside its input is another layer's business.
  if (definition.params.some(({ name, type }) => type.kind === 'layer' && args[name] !== undefined)) return undefined;
  const shapeOf = (ref: TensorRef): readonly number[] | undefined =>
    ref.kind === 'layer' ? layers.find(({ id }) => id === ref.id)?.outputs[ref.output] : undefined;
  const others = Object.values(args).flatMap((value) =>
    isTensor(value)
      ? [value]
      : typeof value === 'object' && 'kind' in value && value.kind === 'tensors'
        ? value.items
        : [],
  );
  if (others.some((ref) => shapeOf(ref) === undefined)) return undefined;
  const b = new Builder();
  const lowered = definition.lower(
    {
      b,
      training: false,
      input: inputShape,
      output: outputs[0]!,
      id: layer.id,
      weight: (name) => b.input('weight', name, weights.find((one) => one.name === name)!.shape),
      update: () => undefined,
      tensor: (ref) => b.input('data', JSON.stringify(ref), [B, ...shapeOf(ref)!]),
      layer: () => {
        throw new Error('no layer');
      },
    },
    b.input('data', 'x', [B, ...inputShape]),
    args,
  );
  const nodes = Array.isArray(lowered) ? lowered : [lowered];
  return costOf(
    b.finish(
      'layer',
      nodes.map((node, i) => ({ name: String(i), node })),
    ),
    ['wasm'],
    1,
  ).flops;
}
