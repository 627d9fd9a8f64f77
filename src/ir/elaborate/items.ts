/** The items of an autoencoder by kind and by name. */
import {
  isMissing,
  type AutoencoderDecl,
  type AutoencoderItem,
  type CorruptItem,
  type DrawItem,
  type LatentItem,
  type NetworkItem,
  type PreprocessItem,
  type VariableItem,
} from '../../parser/ast.js';
import { networkName } from '../resolve/declare.js';
import type { VariableItems } from './variables.js';

type Kind = AutoencoderItem['kind'];
type ItemOf<K extends Kind> = Extract<AutoencoderItem, { readonly kind: K }>;

export class Items {
  /** Whatever has a tensor or a network behind its name, in source order; of several with one name, the first of each kind. */
  readonly named: readonly (readonly [string, AutoencoderItem])[];
  readonly names: readonly string[];
  readonly networks: readonly NetworkItem[];
  readonly inputs: readonly string[];
  readonly variables: readonly string[];
  readonly latents: readonly string[];
  readonly draws: readonly string[];
  /** Latents and draws. */
  readonly random: readonly string[];
  readonly #variables: ReadonlyMap<string, VariableItem>;
  readonly #latents: ReadonlyMap<string, LatentItem>;
  readonly #draws: ReadonlyMap<string, DrawItem>;
  readonly #networks: ReadonlyMap<string, NetworkItem>;
  readonly #preprocess = new Map<string, PreprocessItem[]>();
  readonly #corrupt = new Map<string, CorruptItem[]>();
  readonly #byKind = new Map<Kind, readonly AutoencoderItem[]>();
  readonly #byRole = new Map<NetworkItem['role'], readonly string[]>();
  /** Corruptions whose target has been found. */
  readonly #placed = new Set<CorruptItem>();

  constructor(private readonly declaration: AutoencoderDecl) {
    const byName = <I extends VariableItem | LatentItem | DrawItem>(items: readonly I[]): ReadonlyMap<string, I> =>
      firsts(items.flatMap((item) => (isMissing(item.name) ? [] : [[item.name.text, item] as const])));
    this.#variables = byName(this.of('variable'));
    this.#latents = byName(this.of('latent'));
    this.#draws = byName(this.of('draw'));
    this.#networks = firsts(this.of('network').map((item) => [networkName(item), item] as const));
    const named: (readonly [string, AutoencoderItem])[] = [];
    for (const item of declaration.items) {
      const name = this.#name(item);
      if (name !== undefined) named.push([name, item]);
    }
    this.named = named;
    this.names = this.named.map(([name]) => name);
    this.networks = [...this.#networks.values()];
    this.inputs = [...this.#variables].flatMap(([name, { role }]) => (role === 'input' ? [name] : []));
    this.variables = [...this.#variables.keys()];
    this.latents = [...this.#latents.keys()];
    this.draws = [...this.#draws.keys()];
    this.random = [...this.latents, ...this.draws];
    for (const item of this.of('preprocess')) push(this.#preprocess, this.pathOf(item).join('.'), item);
    for (const item of this.of('corrupt')) push(this.#corrupt, this.pathOf(item).join('.'), item);
  }

  /** The first of a name counts, of each kind; a variable and its latent are one. */
  #name(item: AutoencoderItem): string | undefined {
    const name =
      item.kind === 'network'
        ? networkName(item)
        : 'name' in item && item.name !== undefined && !isMissing(item.name)
          ? item.name.text
          : undefined;
    if (name === undefined) return undefined;
    const isFirst =
      this.#networks.get(name) === item ||
      this.#variables.get(name) === item ||
      this.#latents.get(name) === item ||
      this.#draws.get(name) === item;
    return isFirst ? name : undefined;
  }

  of<K extends Kind>(kind: K): readonly ItemOf<K>[] {
    const known = this.#byKind.get(kind) as readonly ItemOf<K>[] | undefined;
    if (known !== undefined) return known;
    const items = this.declaration.items.filter((item): item is ItemOf<K> => item.kind === kind);
    this.#byKind.set(kind, items);
    return items;
  }

  /** Names of the networks of a role. */
  ofRole(role: NetworkItem['role']): readonly string[] {
    const known = this.#byRole.get(role);
    if (known !== undefined) return known;
    const names = [...this.#networks].flatMap(([name, item]) => (item.role === role ? [name] : []));
    this.#byRole.set(role, names);
    return names;
  }

  get corrupt(): readonly CorruptItem[] {
    return this.of('corrupt');
  }

  variable(name: string): VariableItems | undefined {
    const declaration = this.#variables.get(name);
    if (declaration === undefined) return undefined;
    const corrupt = this.#corrupt.get(name) ?? [];
    for (const item of corrupt) this.#placed.add(item);
    return { declaration, preprocess: this.#preprocess.get(name) ?? [], corrupt };
  }

  latent(name: string): LatentItem | undefined {
    return this.#latents.get(name);
  }

  draw(name: string): DrawItem | undefined {
    return this.#draws.get(name);
  }

  network(name: string): NetworkItem | undefined {
    return this.#networks.get(name);
  }

  /** The parts of the path of a target; none where it is missing. */
  pathOf({ target }: CorruptItem | PreprocessItem): readonly string[] {
    return isMissing(target) ? [] : target.parts.map(({ text }) => text);
  }

  /** Notes that the target of a corruption has been found. */
  placed(item: CorruptItem): void {
    this.#placed.add(item);
  }

  isPlaced(item: CorruptItem): boolean {
    return this.#placed.has(item);
  }
}

function firsts<V>(entries: readonly (readonly [string, V])[]): ReadonlyMap<string, V> {
  const found = new Map<string, V>();
  for (const [name, value] of entries) if (!found.has(name)) found.set(name, value);
  return found;
}

function push<V>(index: Map<string, V[]>, key: string, value: V): void {
  const list = index.get(key);
  if (list === undefined) index.set(key, [value]);
  else list.push(value);
}
