/** Passes within another: what stands in the place of their inputs. */
import { keyOf, type Application, type Expression, type LayerId } from '../../builtins/arguments.js';
import type { Node } from '../graph/graph.js';
import type { Latent } from '../model/latents.js';
import type { CompiledLayer } from './compiled.js';
import type { Pass } from './pass.js';
import { everyValueOf, rowsOfEach, type Several } from './several.js';
import type { Store } from './store.js';

/**
 * Where a pass within another is computed: what stands in the place of its inputs, and which layers and latents are its
 * own. All else is the outer pass's.
 */
export interface Applied {
  readonly around: Pass;
  readonly inputs: ReadonlyMap<string, Node>;
  readonly layers: ReadonlySet<LayerId>;
  readonly latents: ReadonlySet<string>;
  /** Where several values stand for an example: how many rows for one of the outer pass. */
  readonly several?: Several;
  /** Whether networks compute here what they compute anyway: their averages follow then. */
  readonly onItsOwn?: boolean;
  /** Labels behind the inputs, and which of their positions are there, by the same keys. */
  readonly labels?: ReadonlyMap<string, Node>;
  readonly masks?: ReadonlyMap<string, Node>;
}

export const nothing: ReadonlySet<string> = new Set();

/** Layers on other inputs. */
export const onInputs = (
  around: Pass,
  layers: readonly Pick<CompiledLayer, 'id'>[],
  inputs: ReadonlyMap<string, Node>,
): Applied => ({ around, inputs, layers: new Set(layers.map(({ id }) => id)), latents: nothing });

/** A network or a layer applied to other tensors. */
export function onOthers(
  around: Pass,
  { of, inputs }: Application,
  store: Store,
  evaluate: (what: { readonly layers: readonly CompiledLayer[]; readonly input: Expression }) => Node,
): Applied {
  const network = of.kind === 'network' ? store.networks.get(of.name)! : undefined;
  const layers = network?.layers ?? [store.layers.get((of as { readonly id: LayerId }).id)!];
  const reads = network?.inputs ?? [layers[0]!.input];
  const given = new Map(reads.map((ref, i) => [keyOf(ref), evaluate({ layers, input: inputs[i]! })]));
  const masks = reads.flatMap((ref, i) => {
    const input = inputs[i]!;
    const mask = input.kind === 'tensor' ? around.positionsMask(input.ref) : undefined;
    return mask === undefined ? [] : [[keyOf(ref), mask] as const];
  });
  return {
    ...onInputs(around, layers, given),
    masks: new Map(masks),
    onItsOwn: inputs.every((input, i) => input.kind === 'tensor' && keyOf(input.ref) === keyOf(reads[i]!)),
  };
}

/** What depends on latents of which several values stand for each example. */
export function onSeveral(around: Pass, several: Several): Applied {
  const { dependents, enumerated, observed } = several;
  const { b } = around;
  const at = (latent: Latent, value: () => Node): readonly [string, Node] => [
    keyOf({ kind: 'latent', name: latent.name }),
    b.at(latent.source, value),
  ];
  const inputs = enumerated.map((latent) => at(latent, () => everyValueOf(b, several, latent)));
  const seen =
    observed === undefined ? [] : [at(observed, () => rowsOfEach(b, several, around.observed(observed.name)))];
  return { around, inputs: new Map([...inputs, ...seen]), ...dependents, several, onItsOwn: true };
}
