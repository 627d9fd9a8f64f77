/** One layer in a forward pass: what it gives, and the noise behind it. */
import { keyOf, type LayerId, type TensorRef } from '../../builtins/arguments.js';
import type { CorruptionContext, LayerContext } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import type { CompiledLayer } from './compiled.js';
import type { Mode } from './pass.js';
import type { Store } from './store.js';
import type { Stretch } from './stretch.js';

/** What a pass gives its layers. */
export interface LayerSite {
  readonly b: Builder;
  readonly mode: Mode;
  readonly stretch: Stretch;
  readonly store: Store;
  /** As networks read it; as those that stand still do. */
  tensor(ref: TensorRef): Node;
  still(ref: TensorRef): Node;
  /** Sets a weight that no gradient moves; absent where averages do not follow this pass. */
  readonly update?: (name: string, of: LayerId, value: Node) => void;
}

/** A result, and what stands behind it where that is noise. */
export interface LayerResult {
  readonly at: string;
  readonly result: Node;
  readonly noisy?: Node;
}

/** A tensor as a layer reads it. */
export const readBy = ({ stretch, tensor, still }: LayerSite, { id }: CompiledLayer, ref: TensorRef): Node =>
  stretch.still.has(id) ? still(ref) : tensor(ref);

/** @param labels what the layer reads, where that is labels and no tensor */
export function runLayer(site: LayerSite, layer: CompiledLayer, labels: Node | undefined): readonly LayerResult[] {
  const { b } = site;
  return b.at(layer.source, () => {
    const lowered = layer.definition.lower(
      contextOf(site, layer),
      labels ?? readBy(site, layer, layer.input),
      layer.args,
    );
    const outputs = Array.isArray(lowered) ? (lowered as readonly Node[]) : [lowered as Node];
    return outputs.map((node, output): LayerResult => {
      const at = keyOf({ kind: 'layer', id: layer.id, output });
      const result = b.named(node, outputs.length === 1 ? layer.id : `${layer.id}.${output}`);
      const noisy = behind(site, layer, output, at, result);
      return { at, result, ...(noisy === undefined ? {} : { noisy }) };
    });
  });
}

/** A result behind the noise of model or phase; undefined where there is none. */
function behind(site: LayerSite, layer: CompiledLayer, output: number, at: string, result: Node): Node | undefined {
  const { b, mode, stretch, tensor } = site;
  const ofModel = layer.corruption.filter((one) => one.output === output);
  const noise = stretch.behind(at, ofModel).filter((one) => mode.corrupt || one.definition.degradation);
  if (noise.length === 0) return undefined;
  const statistic = (): never => {
    throw new Error('layers have no statistics');
  };
  const context: CorruptionContext = { b, statistic, value: tensor };
  const noisy = noise.reduce(
    (x, one) => b.at(one.source, () => one.definition.lower(context, x, one.args).value),
    result,
  );
  return b.named(noisy, `${layer.id}.corrupted`);
}

function contextOf(site: LayerSite, layer: CompiledLayer): LayerContext {
  const { b, mode, stretch, store, update } = site;
  return {
    b,
    training: mode.training && !stretch.still.has(layer.id),
    input: layer.inputShape,
    output: layer.outputs[0]!,
    id: layer.id,
    weight: (name) => site.store.weight(`${layer.id}.${name}`),
    update: (name, value) => update?.(`${layer.id}.${name}`, layer.id, value),
    tensor: (ref) => readBy(site, layer, ref),
    layer: (ref) => {
      if (ref.kind !== 'layer') throw new Error(`${layer.id} needs a layer`);
      const other = store.layers.get(ref.id)!;
      return { input: readBy(site, other, other.input), output: readBy(site, layer, ref), args: other.args };
    },
  };
}
