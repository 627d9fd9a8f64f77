/** What the parts of an autoencoder know of each other while they are elaborated. Each is made when it is first asked for. */
import type { ExampleShape, LayerId, Site, TensorRef } from '../../builtins/arguments.js';
import type { WeightDeclaration } from '../../builtins/define.js';
import type { Place } from '../../diagnostics/place.js';
import type { Draw } from '../model/latents.js';
import type { Weight } from '../model/model.js';
import type { Layer, Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import type { Variable } from '../model/variables.js';
import type { NameSymbol } from '../resolve/symbols.js';
import type { LatentCore } from './latents.js';
import type { Named, Names } from './names.js';
import type { Elaborated } from './networks.js';
import type { Surroundings } from './propagate.js';
import type { Reporter } from './reporter.js';
import type { Scope } from './scope.js';
import type { WeightSort } from './weights.js';

/** What is known of a tensor. */
export interface TensorType {
  /** As networks see it; absent where an earlier mistake leaves it unknown. */
  readonly shape?: ExampleShape;
  readonly site: Site;
}

/** An expected shape, and the statement that asks for it. */
export interface Wanted {
  readonly shape: ExampleShape;
  /** Activation of a mirrored decoder's last layer. */
  readonly link: string;
  /** `reconstruct x`, and where it stands. */
  readonly because: { readonly text: string; readonly place: Place };
}

export interface Context {
  readonly reporter: Reporter;
  /** Of the autoencoder's items. */
  readonly scope: Scope;
  readonly names: Names;
  /** All this, as the steps of a network see it. */
  readonly surroundings: Surroundings;
  /** Names of networks in source order; those of a role. */
  networksOf(role: Network['role']): readonly string[];
  /** Names in source order, whether or not they can be elaborated. */
  readonly inputs: readonly string[];
  readonly latents: readonly string[];
  readonly draws: readonly string[];
  /** Latents and draws. */
  readonly random: readonly string[];
  readonly variables: readonly string[];
  variable(name: string): Variable | undefined;
  latent(name: string): LatentCore | undefined;
  draw(name: string): Draw | undefined;
  network(name: string): Network | undefined;
  elaborated(name: string): Elaborated | undefined;
  /** What a network is to produce. */
  wanted(network: string): Wanted | undefined;
  layer(id: LayerId): Layer | undefined;
  layers(): readonly Layer[];
  weight(name: string): Weight | undefined;
  /** Full names of the weights below a name; the same array as long as none has come. */
  weightsBelow(named: Named, sort: WeightSort): readonly string[];
  /** As it is read once in an example: of a fold, the vector of the root. */
  typeOf(ref: TensorRef): TensorType;
  /** The tree at whose nodes a tensor has values: a tree itself, its label, or what networks compute at its nodes. */
  nodesOf(ref: TensorRef): string | undefined;
  /** The network that a layer belongs to. */
  networkOf(id: LayerId): Network | undefined;
  symbol(name: string): NameSymbol | undefined;

  given(name: string): (TensorType & { readonly of: TensorRef }) | undefined;

  addLayer(layer: Layer): void;
  addNetwork(network: Network): void;
  addWeight(owner: Named, declaration: WeightDeclaration, source: Source): void;
  /** Adds weights that belong to a term; where the name is taken, with a number behind it. The name that they stand below. */
  addOwned(name: string, declarations: readonly WeightDeclaration[], source: Source): string;
  setGiven(name: string, type: TensorType & { readonly of: TensorRef }): void;
}
