/** Makes the parts of one autoencoder, each when it is first asked for. */
import type { LayerId, TensorRef } from '../../builtins/arguments.js';
import type { WeightDeclaration } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import { networksTooDeep } from '../../diagnostics/messages/limits.js';
import type { AutoencoderItem } from '../../parser/ast.js';
import type { Draw } from '../model/latents.js';
import type { Weight } from '../model/model.js';
import type { Layer, Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import { readShape, type Variable } from '../model/variables.js';
import { networkHead } from '../resolve/declare.js';
import type { Autoencoder } from '../resolve/sources.js';
import type { NameSymbol } from '../resolve/symbols.js';
import type { Context, TensorType, Wanted } from './context.js';
import { declarers } from './declarers.js';
import { Items } from './items.js';
import { drawOf, latentOf, type LatentCore } from './latents.js';
import { Names, type Demands, type Named } from './names.js';
import { elaborateNetwork, type Elaborated } from './networks.js';
import type { Reporter } from './reporter.js';
import type { Scope } from './scope.js';
import { Tensors } from './tensors.js';
import { variablesOf } from './variables.js';
import { comparisonsOf, wantedOf, type Comparisons } from './wanted.js';
import { WeightsBelow, type WeightSort } from './weights-below.js';

/** Networks that stand on each other, each above the one that it reads: each is a call on the stack. */
const deepest = 200;

/** Names of our making, without their numbers: of layers and blocks, of weights and of heads. */
const heads = new Set(builtins.distribution.flatMap(({ posterior }) => posterior?.heads ?? []));
const isMade = (base: string, { blocks }: Scope): boolean =>
  find('layer', base) !== undefined ||
  heads.has(base) ||
  base === 'kernel' ||
  base === 'bias' ||
  [...blocks.keys()].some((name) => name.toLowerCase() === base);

export class Elaborator implements Context, Demands {
  readonly names: Names;
  readonly items: Items;
  readonly #declarers: ReadonlyMap<string, readonly string[]>;
  readonly #variables = new Map<string, Variable | undefined>();
  readonly #networks = new Map<string, Elaborated>();
  readonly #latents = new Map<string, LatentCore | undefined>();
  readonly #draws = new Map<string, Draw | undefined>();
  /** Networks whose layers are heads. */
  readonly heads: Network[] = [];
  readonly #layers = new Map<LayerId, Layer>();
  readonly #networkOf = new Map<LayerId, Network>();
  readonly #weights = new Map<string, Weight>();
  readonly #weightsBelow: WeightsBelow;
  readonly #given = new Map<string, TensorType & { readonly of: TensorRef }>();
  #comparisons?: Comparisons;
  /** What is being made, outermost first. */
  readonly #busy: string[] = [];

  constructor(
    private readonly source: Autoencoder,
    readonly scope: Scope,
    readonly reporter: Reporter,
  ) {
    this.names = new Names(this);
    this.#weightsBelow = new WeightsBelow(this.names, (name) => this.#weights.get(name));
    this.items = new Items(source.declaration);
    this.#declarers = declarers(source);
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
    return this.#declarers.get(name) ?? [];
  }

  mayDeclare(name: string): boolean {
    // `h_2` is an earlier turn of `h`, `conv2` the second layer without a name.
    const turn = /^(.+?)_(?:\d+|last|again)/.exec(name)?.[1] ?? name;
    return this.#declarers.has(name) || this.#declarers.has(turn) || isMade(name.replace(/\d+$/, ''), this.scope);
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
    return this.#busy.includes(name) ? undefined : this.#elaborated(name)?.network;
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
      elaborateNetwork(this, this.scope, item, named, () => this.#noiseOf(named)),
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

  /** Corruptions of the layers of a network, as far as their paths can mean no other. */
  #noiseOf(named: Named) {
    return this.items.corrupt.flatMap((item) => {
      const parts = this.items.pathOf(item);
      const [head] = parts;
      if (head === undefined || this.items.variable(parts.join('.')) !== undefined) return [];
      const others = this.declarersOf(head).filter((name) => name !== named.name);
      const found =
        head === named.name
          ? walk(named, parts.slice(1))
          : others.length === 0
            ? this.names.endingBelow(named, parts)
            : undefined;
      if (found?.tensor?.kind !== 'layer') return [];
      this.items.placed(item);
      return [{ item, named: found }];
    });
  }

  latent(name: string): LatentCore | undefined {
    if (this.#latents.has(name)) return this.#latents.get(name);
    const item = this.items.latent(name);
    if (item === undefined || this.#busy.includes(name)) return undefined;
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
    return this.#layers.get(id);
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
    if (isNew)
      for (const declaration of layer.weights)
        this.addWeight(this.names.at(layer.id)!, declaration, layer.source, layer.id);
  }

  addNetwork(network: Network): void {
    this.heads.push(network);
    for (const layer of network.layers) this.#networkOf.set(layer.id, network);
  }

  weight(name: string): Weight | undefined {
    return this.#weights.get(name);
  }

  weightsBelow(named: Named, sort: WeightSort): readonly string[] {
    return this.#weightsBelow.of(named, sort);
  }

  get weights(): readonly Weight[] {
    return [...this.#weights.values()];
  }

  addWeight(owner: Named, declaration: WeightDeclaration, source: Source, layer?: LayerId): void {
    const named = this.names.enter(owner, declaration.name, 'weight');
    named.weight = named.path;
    this.#weights.set(named.path, { name: named.path, declaration, source, ...(layer === undefined ? {} : { layer }) });
  }

  addOwned(name: string, declarations: readonly WeightDeclaration[], source: Source): string {
    for (let count = 1; ; count++) {
      const own = count === 1 ? name : `${name}${count}`;
      if (declarations.some((declaration) => this.#weights.has(`${own}.${declaration.name}`))) continue;
      const owner = this.names.at(own) ?? this.names.enter(this.names.root, own, 'group');
      for (const declaration of declarations) this.addWeight(owner, declaration, source);
      return own;
    }
  }

  given(name: string): (TensorType & { readonly of: TensorRef }) | undefined {
    return this.#given.get(name);
  }

  setGiven(name: string, type: TensorType & { readonly of: TensorRef }): void {
    this.#given.set(name, type);
  }

  typeOf(ref: TensorRef): TensorType {
    switch (ref.kind) {
      case 'variable': {
        const variable = this.variable(ref.name);
        if (variable === undefined) return { site: 'example' };
        const { kind } = variable.structure;
        return {
          shape: readShape(variable),
          site: kind === 'sequence' ? 'positions' : kind === 'tree' || kind === 'label' ? 'nodes' : 'example',
        };
      }
      case 'mask': {
        const variable = this.variable(ref.name);
        return {
          site: 'example',
          ...(variable === undefined ? {} : { shape: variable.observed === 'elements' ? variable.shape : [1] }),
        };
      }
      case 'latent': {
        const latent = this.latent(ref.name);
        const shape = latent?.shape ?? this.draw(ref.name)?.shape;
        const from = latent && this.typeOf(latent.experts[0]!.from);
        const positions = from?.site === 'positions' && from.shape?.length === shape?.length;
        return { site: positions ? 'positions' : 'example', ...(shape === undefined ? {} : { shape }) };
      }
      case 'layer': {
        const layer = this.#layers.get(ref.id);
        const shape = layer?.outputs[ref.output];
        if (layer === undefined || shape === undefined) return { site: 'example' };
        return { shape, site: this.networkOf(ref.id)?.form.kind === 'fold' ? 'example' : layer.site };
      }
      case 'given':
        return this.#given.get(ref.name) ?? { site: 'example' };
      case 'previous':
      case 'applied':
        return this.typeOf(ref.of);
    }
  }

  nodesOf(ref: TensorRef): string | undefined {
    if (ref.kind === 'variable') {
      const structure = this.variable(ref.name)?.structure;
      return structure?.kind === 'tree' ? ref.name : structure?.kind === 'label' ? structure.tree : undefined;
    }
    const form = ref.kind === 'layer' ? this.networkOf(ref.id)?.form : undefined;
    return form === undefined || form.kind === 'chain' ? undefined : form.tree;
  }
}

function walk(from: Named, parts: readonly string[]): Named | undefined {
  let at: Named | undefined = from;
  for (const part of parts) at = at?.children.get(part);
  return at;
}
