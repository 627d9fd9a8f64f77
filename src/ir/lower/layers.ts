/** One layer in a forward pass: what it gives, and the noise behind it. */
import { keyOf, type LayerId, type Site, type TensorRef } from '../../builtins/arguments.js';
import type { CorruptionContext, LayerContext } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { scaleDim } from '../graph/shape.js';
import { rangeInFront } from '../model/endings.js';
import type { CompiledLayer } from './compiled.js';
import type { Mode } from './mode.js';
import type { Store } from './store.js';
import type { Stretch } from './stretch.js';
import { present } from './variables.js';

/** What a pass gives its layers. */
export interface LayerSite {
  readonly b: Builder;
  readonly mode: Mode;
  readonly stretch: Stretch;
  readonly store: Store;
  /** As networks read it; as those that stand still do. */
  tensor(ref: TensorRef): Node;
  still(ref: TensorRef): Node;
  /** Where a tensor has one value. */
  siteOf(ref: TensorRef): Site;
  /** 1 at the positions of a tensor that are there, [rows, length]; undefined where none is padding. */
  mask(ref: TensorRef): Node | undefined;
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

/** Labels in the place of a tensor: one that there is where one is missing, and where they are there, if some may be missing. */
export interface ReadLabels {
  readonly labels: Node;
  readonly there: Node | undefined;
}

/** @param given what the layer reads, where that is labels and no tensor; of one that is missing the result is zeros */
export function runLayer(site: LayerSite, layer: CompiledLayer, given: ReadLabels | undefined): readonly LayerResult[] {
  const { b } = site;
  return b.at({ place: layer.source.place, entry: layer.definition.name }, () => {
    const read = given?.labels ?? readBy(site, layer, layer.input);
    const positions = positionsOf(site, layer);
    const lowered = layer.definition.lower(
      positions === undefined ? contextOf(site, layer) : atPositions(contextOf(site, layer), positions, site, layer),
      positions === undefined ? read : positions.apart(read),
      layer.args,
    );
    const outputs = Array.isArray(lowered) ? (lowered as readonly Node[]) : [lowered as Node];
    return outputs.map((made, output): LayerResult => {
      const whole = positions === undefined ? made : positions.together(made);
      const node = given?.there === undefined ? whole : present(b, whole, given.there);
      const at = keyOf({ kind: 'layer', id: layer.id, output });
      const result = b.named(node, outputs.length === 1 ? layer.id : `${layer.id}.${output}`);
      const noisy = behind(site, layer, output, at, result);
      return { at, result, ...(noisy === undefined ? {} : { noisy }) };
    });
  });
}

/** A result behind the noise of model or phase; undefined where there is none. */
function behind(site: LayerSite, layer: CompiledLayer, output: number, at: string, result: Node): Node | undefined {
  const { b, mode, stretch, store, tensor } = site;
  const ofModel = layer.corruption.filter((one) => one.output === output);
  const noise = stretch.behind(at, ofModel).filter((one) => mode.corrupt || one.definition.degradation);
  if (noise.length === 0) return undefined;
  const statistic = (kind: 'min' | 'max'): Node => {
    const [low, high] = rangeInFront((id) => store.layers.get(id), { kind: 'layer', id: layer.id, output });
    return b.scalar(kind === 'min' ? low : high);
  };
  const context: CorruptionContext = { b, statistic, value: tensor };
  const noisy = noise.reduce(
    (x, one) => b.at(one.source, () => one.definition.lower(context, x, one.args).value),
    result,
  );
  return b.named(noisy, `${layer.id}.corrupted`);
}

/** Positions as rows of their own, for layers that compute position by position. */
interface Positions {
  /** [rows, length, …] as [length · rows, …], a position of an example behind the other; and back. */
  apart(x: Node): Node;
  together(x: Node): Node;
  /** What has one value an example, at each of its positions. */
  repeated(x: Node): Node;
}

/** Undefined where a layer sees its whole input at once. */
function positionsOf({ b }: LayerSite, { definition, site, inputShape }: CompiledLayer): Positions | undefined {
  if (site !== 'positions' || definition.positions !== undefined) return undefined;
  const length = inputShape[0]!;
  const apart = (x: Node): Node => b.reshape(x, [scaleDim(x.shape[0]!, length), ...x.shape.slice(2)]);
  return {
    apart,
    together: (x) => {
      const [all, ...rest] = x.shape;
      const rows = typeof all === 'object' ? { ...all, batch: all.batch / length } : all! / length;
      return b.reshape(x, [rows, length, ...rest]);
    },
    repeated: (x) => {
      const [rows, ...rest] = x.shape;
      return apart(b.broadcastTo(b.reshape(x, [rows!, 1, ...rest]), [rows!, length, ...rest]));
    },
  };
}

/** What a layer sees that computes one position. */
function atPositions(
  context: LayerContext,
  { apart, repeated }: Positions,
  { siteOf, mask: maskOf }: LayerSite,
  { input, definition }: CompiledLayer,
): LayerContext {
  const { mask: _, b, ...rest } = context;
  const mask = definition.ofBatch === true ? maskOf(input) : undefined;
  return {
    ...rest,
    b,
    ...(mask === undefined ? {} : { there: apart(b.reshape(mask, [...mask.shape, 1])) }),
    input: context.input.slice(1),
    output: context.output.slice(1),
    tensor: (ref) => (siteOf(ref) === 'positions' ? apart : repeated)(context.tensor(ref)),
  };
}

function contextOf(site: LayerSite, layer: CompiledLayer): LayerContext {
  const { b, mode, stretch, store, update } = site;
  const mask = layer.definition.positions?.reads === 'sequence' ? site.mask(layer.input) : undefined;
  return {
    b,
    training:
      mode.training &&
      !stretch.still.has(layer.id) &&
      !(mode.noiseless === true && layer.definition.stochastic === true),
    input: layer.inputShape,
    output: layer.outputs[0]!,
    id: layer.id,
    ...(mask === undefined ? {} : { mask }),
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
