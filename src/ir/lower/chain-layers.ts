/** The layers of chains in a pass: each is run once, behind those that it stands behind. */
import { keyOf, type LayerId, type TensorRef } from '../../builtins/arguments.js';
import type { Node } from '../graph/graph.js';
import type { CompiledLayer } from './compiled.js';
import { runLayer, type LayerSite } from './layers.js';
import type { Store } from './store.js';
import type { Applied } from './within.js';

/** What they need of their pass, and where they leave what they give. */
interface ChainSite {
  readonly store: Store;
  readonly applied: Applied | undefined;
  readonly layers: LayerSite;
  /** As networks read them: behind noise. */
  readonly tensors: Map<string, Node>;
  /** As they come out, where noise stands behind them. */
  readonly results: Map<string, Node>;
  labelsBehind(ref: TensorRef): Node | undefined;
  labelledAt(ref: TensorRef): Node | undefined;
}

export class ChainLayers {
  constructor(private readonly site: ChainSite) {}

  /** Runs a layer, and first those that it stands behind: a loop along the chain, since a chain may be thousands of layers long. */
  runUpTo(id: LayerId): void {
    const { tensors, applied } = this.site;
    const waiting: CompiledLayer[] = [];
    for (let layer = this.#own(id); layer !== undefined;) {
      waiting.push(layer);
      const before: TensorRef = layer.input;
      const isThere = tensors.has(keyOf(before)) || applied?.inputs.has(keyOf(before)) === true;
      layer = before.kind === 'layer' && !isThere ? this.#own(before.id) : undefined;
    }
    for (const layer of waiting.reverse()) this.#run(layer);
  }

  #own(id: LayerId): CompiledLayer | undefined {
    const { store, applied } = this.site;
    // Layers at the nodes of trees are computed where they are asked for.
    const isOwn = applied === undefined ? store.networkOf(id)?.form.kind === 'chain' : applied.layers.has(id);
    return isOwn ? store.layers.get(id) : undefined;
  }

  #run(layer: CompiledLayer): void {
    const { layers, tensors, results } = this.site;
    const labels = layer.definition.readLabels === undefined ? undefined : this.site.labelsBehind(layer.input);
    const given = labels && { labels, there: this.site.labelledAt(layer.input) };
    for (const { at, result, noisy } of runLayer(layers, layer, given)) {
      tensors.set(at, noisy ?? result);
      if (noisy !== undefined) results.set(at, result);
    }
  }
}
