/** Networks: chains of layers, and clauses that are applied at the nodes of trees. */
import {
  call,
  keyOf,
  type Args,
  type CallOf,
  type ExampleShape,
  type LayerId,
  type Site,
  type TensorRef,
} from '../../builtins/arguments.js';
import type { LayerDefinition, WeightDeclaration } from '../../builtins/define.js';
import type { LayerStatement } from '../../parser/ast.js';
import type { Source } from './source.js';
import type { Corruption } from './variables.js';

/** Noise behind one of a layer's results. Networks read what it gives; terms read the result itself. */
export type LayerCorruption = Corruption & { readonly output: number };

export interface Layer {
  /** Unique path: `encoder.code`, `encoder.stage.conv`. */
  readonly id: LayerId;
  /** True where the user gave the name. */
  readonly named: boolean;
  readonly definition: LayerDefinition;
  readonly args: Args;
  /** The tensor that it reads first. */
  readonly input: TensorRef;
  readonly inputShape: ExampleShape;
  /** One shape for each result. */
  readonly outputs: readonly ExampleShape[];
  /** Where it gives one value of these shapes; the positions of a sequence are part of the shape. */
  readonly site: Site;
  readonly weights: readonly WeightDeclaration[];
  readonly corruption: readonly LayerCorruption[];
  readonly source: Source;
  /** The statement that wrote it; undefined for derived layers (mirrors, heads of latents). */
  readonly syntax: LayerStatement | undefined;
}

/** Which nodes of a tree. */
export type NodeSite = 'nodes' | 'inner nodes' | 'leaves';

/** `compose(left, right) { … }`: a network that is applied at each node of a tree. */
export interface Clause {
  readonly role: 'leaf' | 'compose' | 'decompose';
  /** What it is given: `encoder.compose.left`, and the tensor or the network whose vectors those are. */
  readonly parameters: readonly { readonly name: string; readonly of: TensorRef }[];
  readonly layers: readonly Layer[];
  /** One vector, or those of two children. */
  readonly outputs: readonly TensorRef[];
  readonly source: Source;
}

export type Bracketing = CallOf<'bracketing'> & { readonly source: Source };

/** How a network is applied. */
export type NetworkForm =
  /** Once to an example, position by position where it reads a sequence. */
  | { readonly kind: 'chain' }
  /** To the vector of every node, inner node or leaf. */
  | { readonly kind: 'nodes'; readonly tree: string; readonly at: NodeSite }
  /** From the leaves to the root; its output is the vector of the root. */
  | {
      readonly kind: 'fold';
      readonly tree: string;
      readonly leaf: Clause;
      readonly compose: Clause;
      /** Of a sequence: how its tree is built. */
      readonly by?: Bracketing;
    }
  /** From the root to the leaves. */
  | { readonly kind: 'unfold'; readonly tree: string; readonly decompose: Clause };

export interface Network {
  readonly name: string;
  readonly role: 'encoder' | 'decoder' | 'head' | 'network' | 'posterior' | 'prior';
  readonly form: NetworkForm;
  readonly inputs: readonly TensorRef[];
  /** All layers, those of clauses too. */
  readonly layers: readonly Layer[];
  readonly output: TensorRef;
  readonly outputShape: ExampleShape;
  readonly derived: boolean;
  readonly doc: string;
  readonly source: Source;
}

/** A fold whose tree is built of a sequence. */
export type Built<N extends Network = Network> = N & {
  readonly form: Extract<NetworkForm, { readonly kind: 'fold' }> & { readonly by: Bracketing };
};

export const foldsBuilt = <N extends Network>(networks: readonly N[]): readonly Built<N>[] =>
  networks.filter((one): one is Built<N> => one.form.kind === 'fold' && one.form.by !== undefined);

/** The decoders of the tree of a fold; `direct` are those that read what it gives and nothing between. */
export function decodersOf(
  { form, output }: Built,
  networks: readonly Network[],
): { readonly all: readonly Network[]; readonly direct: readonly Network[] } {
  const all = networks.filter((one) => one.form.kind === 'unfold' && one.form.tree === form.tree);
  return { all, direct: all.filter(({ inputs }) => keyOf(inputs[0]!) === keyOf(output)) };
}

/** The activation that a layer ends with, where it has one. */
export function activationOf(layer: Pick<Layer, 'definition' | 'args'>): CallOf<'activation'> | undefined {
  if (layer.definition.activation !== undefined)
    return { kind: 'call', definition: layer.definition.activation, args: layer.args };
  return layer.args['activation'] === undefined ? undefined : call(layer.args, 'activation', 'activation');
}
