/** Makes the parts of one autoencoder, each when it is first asked for. */
import type { LayerId, TensorRef } from '../../builtins/arguments.js';
import type { WeightDeclaration } from '../../builtins/define.js';
import { networksTooDeep } from '../../diagnostics/messages/limits.js';
import { networksGoRound } from '../../diagnostics/messages/names.js';
import type { AutoencoderItem } from '../../parser/ast.js';
import type { Draw } from '../model/latents.js';
import type { Weight } from '../model/model.js';
import type { Layer, Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import type { Variable } from '../model/variables.js';
import { networkHead } from '../resolve/declare.js';
import type { Autoencoder } from '../resolve/sources.js';
import type { NameSymbol } from '../resolve/symbols.js';
import type { Context, TensorType, Wanted } from './context.js';
import { Declarers } from './declarers.js';
import { Items } from './items.js';
import { drawOf, latentOf, type LatentCore } from './latents.js';
import { Names, type Demands, type Named } from './names.js';
import { elaborateNetwork, type Elaborated } from './networks.js';
import { noiseBehind } from './noise.js';
import type { Surroundings } from './propagate.js';
import type { Reporter } from './reporter.js';
import type { Scope } from './scope.js';
import { surroundings } from './surroundings.js';
import { Tensors } from './tensors.js';
import { variablesOf } from './variables.js';
import { comparisonsOf, wantedOf, type Comparisons } from './wanted.js';
import { nodesOf, typeOf } from './tensor-types.js';
import { Weights, type WeightSort } from './weights.js';

/** Networks that stand on each other, each above the one that it reads: each is a call on the stack. */
const deepest = 200;

export class Elaborator implements Context, Demands {
  readonly names: Names;
  readonly items: Items;
  readonly surroundings: Surroundings;
  readonly #declarers: Declarers;
  readonly #variables = new Map<string, Variable | undefined>();
  readonly #networks = new Map<string, Elaborated>();
  readonly #latents = new Map<string, LatentCore | undefined>();
  readonly #draws = new Map<string, Draw | undefined>();
  /** Networks whose layers are heads. */
  readonly heads: Network[] = [];
  readonly #layers = new Map<LayerId, Layer>();
  readonly #networkOf = new Map<LayerId, Network>();
  readonly #weights: Weights;
  readonly #given = new Map<string, TensorType & { readonly of: TensorRef }>();
  #comparisons?: Comparisons;
  /** What is being made, outermost first. */
  readonly #busy: string[] = [];
  /** What was asked for while it was in the making, with the names that then read each other. */
  readonly #rounds = new Map<string, readonly string[]>();

  constructor(
    private readonly source: Autoencoder,
    readonly scope: Scope,
    readonly reporter: Reporter,
  ) {
    this.names = new Names(this);
    this.surroundings = surroundings(this);
    this.#weights = new Weights(this.names);
    this.items = new Items(source.declaration);
    this.#declarers = new Declarers(source);
    for (const [name, item] of this.items.named) this.#enter(name, item);
  }

  #enter(name: string, item: AutoencoderItem): void {
    const { root } = this.names;
    const kind = item.kind === 'network' ? 'network' : item.kind === 'variable' ? 'variable' : 'latent';
    const known = root.children.get(name);
    if (known !== undefined) {
      // A variable that may be missing, and the latent of its name.
      known.shared = true;
      known.tensor = { kind: 'latent', name };
      return;
    }
    const named = this.names.enter(root, name, kind);
    if (kind !== 'network') named.tensor = { kind, name };
    const symbol = this.symbol(name);
    if (symbol !== undefined) named.symbol = symbol;
  }

  // ──────────────────────────────────────────────────────────────────────── on demand

  get all(): readonly string[] {
    return this.items.names;
  }

  get wounded(): boolean {
    return this.reporter.wounded;
  }

  declarersOf(name: string): readonly string[] {
    return this.#declarers.of(name);
  }

  mayDeclare(name: string): boolean {
    return this.#declarers.mayDeclare(name);
  }

  elaborate(name: string): ReturnType<Demands['elaborate']> {
    const at = this.#busy.indexOf(name);
    if (at >= 0) return { kind: 'round', names: this.#busy.slice(at) };
    if (this.items.network(name) !== undefined) this.#elaborated(name);
    else if (this.items.latent(name) !== undefined) this.latent(name);
    else if (this.items.draw(name) !== undefined) this.draw(name);
    else if (this.items.variable(name) !== undefined) this.variable(name);
    return { kind: 'done' };
  }

  variable(name: string): Variable | undefined {
    if (this.#variables.has(name)) return this.#variables.get(name);
    const items = this.items.variable(name);
    if (items === undefined) return undefined;
    // A corruption that depends on what it corrupts finds nothing.
    this.#variables.set(name, undefined);
    const binding = {
      scope: this.scope,
      reporter: this.reporter,
      tensors: new Tensors(this, this.scope, this.names.root),
    };
    const made = variablesOf(this, this.scope, binding, name, items);
    const named = this.names.at(name)!;
    if (made.length === 0) named.incomplete = true;
    for (const variable of made) {
      this.#variables.set(variable.name, variable);
      if (variable.name !== name)
        this.names.enter(named, 'label', 'variable').tensor = { kind: 'variable', name: variable.name };
      else if (variable.observed !== 'always')
        this.names.enter(named, 'mask', 'variable').tensor = { kind: 'mask', name };
    }
    return this.#variables.get(name);
  }

  network(name: string): Network | undefined {
    return this.#isRound(name) ? undefined : this.#elaborated(name)?.network;
  }

  /** Whether a name is asked for while it is in the making. Who asks may have a way out; who has none fails. */
  #isRound(name: string): boolean {
    const at = this.#busy.indexOf(name);
    if (at >= 0 && !this.#rounds.has(name)) this.#rounds.set(name, this.#busy.slice(at));
    return at >= 0;
  }

  /** Says of what could not be made, where nothing else says why, that it reads itself. */
  reportRound(): void {
    if (this.reporter.explained) return;
    for (const [name, names] of this.#rounds) {
      if (this.#networks.get(name)?.network !== undefined || this.latent(name) !== undefined) continue;
      const item = this.items.network(name);
      const span = item === undefined ? this.items.latent(name)?.span : networkHead(item);
      if (span !== undefined) this.reporter.report(this.scope, networksGoRound, span, { names });
      return;
    }
  }

  elaborated(name: string): Elaborated | undefined {
    return this.#networks.get(name);
  }

  #elaborated(name: string): Elaborated | undefined {
    const known = this.#networks.get(name);
    const item = this.items.network(name);
    if (known !== undefined || item === undefined) return known;
    const named = this.names.at(name)!;
    const made = this.#deeper(name, item, () =>
      elaborateNetwork(this, this.scope, item, named, () => noiseBehind(this, this.items, named)),
    );
    if (made === undefined) return undefined;
    this.#networks.set(name, made);
    const { network } = made;
    if (network !== undefined) {
      named.tensor = network.output;
      for (const layer of network.layers) this.#networkOf.set(layer.id, network);
    } else named.tensor ??= { kind: 'given', name };
    return made;
  }

  /** Makes something while it is known to be in the making. */
  #deeper<T>(name: string, item: AutoencoderItem, make: () => T): T | undefined {
    if (this.#busy.length === deepest) {
      const span = item.kind === 'network' ? networkHead(item) : item.span;
      this.reporter.report(this.scope, networksTooDeep, span, { most: deepest });
      this.names.at(name)!.incomplete = true;
      return undefined;
    }
    this.#busy.push(name);
    const made = make();
    this.#busy.pop();
    return made;
  }

  latent(name: string): LatentCore | undefined {
    if (this.#latents.has(name)) return this.#latents.get(name);
    const item = this.items.latent(name);
    if (item === undefined || this.#isRound(name)) return undefined;
    const named = this.names.at(name)!;
    const made = this.#deeper(name, item, () =>
      latentOf(
        { context: this, scope: this.scope, named },
        item,
        this.items.networks.filter(({ role }) => role === 'encoder'),
      ),
    );
    this.#latents.set(name, made);
    if (made === undefined) named.incomplete = true;
    return made;
  }

  draw(name: string): Draw | undefined {
    if (this.#draws.has(name)) return this.#draws.get(name);
    const item = this.items.draw(name);
    const made = item && drawOf({ context: this, scope: this.scope, named: this.names.at(name)! }, item);
    this.#draws.set(name, made);
    return made;
  }

  wanted(network: string): Wanted | undefined {
    this.#comparisons ??= comparisonsOf(this, this.items);
    return wantedOf(this, this.#comparisons.get(network) ?? []);
  }

  // ──────────────────────────────────────────────────────────────────────────── names

  get inputs(): readonly string[] {
    return this.items.inputs;
  }

  get latents(): readonly string[] {
    return this.items.latents;
  }

  get draws(): readonly string[] {
    return this.items.draws;
  }

  get random(): readonly string[] {
    return this.items.random;
  }

  get variables(): readonly string[] {
    return this.items.variables;
  }

  networksOf(role: Network['role']): readonly string[] {
    return role === 'posterior' || role === 'prior' ? [] : this.items.ofRole(role);
  }

  symbol(name: string): NameSymbol | undefined {
    return this.source.symbols.byName.get(name);
  }

  // ─────────────────────────────────────────────────────────────────── layers and tensors

  layer(id: LayerId): Layer | undefined {
    const known = this.#layers.get(id);
    // The layers of a network are made when all of its body has been read.
    if (known === undefined) this.#isRound(id.split('.')[0]!);
    return known;
  }

  layers(): readonly Layer[] {
    return [...this.#layers.values()];
  }

  networkOf(id: LayerId): Network | undefined {
    return this.#networkOf.get(id);
  }

  addLayer(layer: Layer): void {
    const isNew = !this.#layers.has(layer.id);
    this.#layers.set(layer.id, layer);
    if (isNew && layer.weights.length > 0) this.#weights.addLayer(this.names.at(layer.id)!, layer);
  }

  addNetwork(network: Network): void {
    this.heads.push(network);
    for (const layer of network.layers) this.#networkOf.set(layer.id, network);
  }

  weight(name: string): Weight | undefined {
    return this.#weights.get(name);
  }

  weightsBelow(named: Named, sort: WeightSort): readonly string[] {
    return this.#weights.below(named, sort);
  }

  weightsOf(layer: LayerId): readonly Weight[] {
    return this.#weights.ofLayer(layer);
  }

  get weights(): readonly Weight[] {
    return this.#weights.all;
  }

  addWeight(owner: Named, declaration: WeightDeclaration, source: Source): void {
    this.#weights.add(owner, declaration, source);
  }

  addOwned(name: string, declarations: readonly WeightDeclaration[], source: Source): string {
    return this.#weights.addBelow(name, declarations, source);
  }

  given(name: string): (TensorType & { readonly of: TensorRef }) | undefined {
    return this.#given.get(name);
  }

  setGiven(name: string, type: TensorType & { readonly of: TensorRef }): void {
    this.#given.set(name, type);
  }

  typeOf(ref: TensorRef): TensorType {
    return typeOf(this, ref);
  }

  nodesOf(ref: TensorRef): string | undefined {
    return nodesOf(this, ref);
  }
}
