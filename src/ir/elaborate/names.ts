/**
 * The tensors and weights of one autoencoder by the names that users know them by. Names form a tree: below a network its
 * layers, below a layer its weights, below a use of a block what that use made. Networks are elaborated when a name
 * leads into them, so that the order of items carries no meaning.
 */
import type { LayerId, TensorRef } from '../../builtins/arguments.js';
import type { NameSymbol } from '../resolve/symbols.js';

/** A name of the tree. Grows while its network is elaborated. */
export class Named {
  /** The path from the root, as users write it: `encoder.s1.h`. */
  readonly path: string;
  #children: Map<string, Named> | undefined;
  tensor?: TensorRef;
  /** The full name of the weight that it is. */
  weight?: string;
  layer?: LayerId;
  /** What the layer reads in its own place. */
  reads?: TensorRef;
  /** What the user declared; absent for what has a name of our making. */
  symbol?: NameSymbol;
  /** A variable and a latent have this name: where the variable may be missing, they are one. */
  shared = false;
  /** Something below it could not be made, so that a name which is not found may be one of those. */
  incomplete = false;

  constructor(
    readonly name: string,
    readonly parent: Named | undefined,
    readonly kind:
      'root' | 'variable' | 'latent' | 'network' | 'clause' | 'use' | 'layer' | 'weight' | 'given' | 'group',
  ) {
    this.path = parent === undefined || parent.kind === 'root' ? name : `${parent.path}.${name}`;
  }

  get children(): ReadonlyMap<string, Named> {
    return this.#children ?? childless;
  }

  /** A new name below this one. */
  add(name: string, kind: Named['kind']): Named {
    const child = new Named(name, this, kind);
    (this.#children ??= new Map()).set(name, child);
    return child;
  }

  get isIncomplete(): boolean {
    return this.incomplete || (this.parent?.isIncomplete ?? false);
  }
}

const none: readonly Named[] = [];

/** Most names, those of weights, have none below them. */
const childless: ReadonlyMap<string, Named> = new Map();

export type Found =
  | { readonly kind: 'found'; readonly named: Named }
  | { readonly kind: 'ambiguous'; readonly named: readonly Named[] }
  /** Networks that would have to be known before themselves. */
  | { readonly kind: 'round'; readonly names: readonly string[] }
  /** What it might be is not known, because of an earlier mistake. */
  | { readonly kind: 'unknowable' }
  | { readonly kind: 'unknown' };

/** What elaborates the things behind the names of the root, when they are asked for. */
export interface Demands {
  /** Makes what stands below a name of the root; the networks on the way where that would go round. */
  elaborate(name: string): { readonly kind: 'done' } | { readonly kind: 'round'; readonly names: readonly string[] };
  /** Names of the root whose networks declare a layer of this name, somewhere inside. */
  declarersOf(name: string): readonly string[];
  /** Whether something may stand below a network, or come to stand there, whose name this is. */
  mayDeclare(name: string): boolean;
  /** All names of the root. */
  readonly all: readonly string[];
  /** Whether syntax errors may have swallowed declarations. */
  readonly wounded: boolean;
}

export class Names {
  readonly root = new Named('', undefined, 'root');
  readonly #byLast = new Map<string, Named[]>();
  readonly #byPath = new Map<string, Named>();
  #demandsAll = false;
  /** Names whose networks are made. */
  readonly #settled = new Set<string>();
  /** What could mean several things, and never less than that. */
  readonly #ambiguous = new Map<string, { readonly fits: (named: Named) => boolean; readonly found: Found }>();

  constructor(private readonly demands: Demands) {}

  /** The child of a name, which is made where there is none. */
  enter(parent: Named, name: string, kind: Named['kind']): Named {
    const known = parent.children.get(name);
    if (known !== undefined) return known;
    const named = parent.add(name, kind);
    this.#byPath.set(named.path, named);
    const alike = this.#byLast.get(name);
    if (alike === undefined) this.#byLast.set(name, [named]);
    else alike.push(named);
    return named;
  }

  /**
   * What a path stands for as it is written inside `from`: from the inside out to the whole network, in a use of a
   * block to its end; else by its whole path; else the one thing whose path ends so.
   */
  lookup(parts: readonly string[], from: Named, fits: (named: Named) => boolean): Found {
    for (let at: Named | undefined = from; at !== undefined && at.kind !== 'root'; at = at.parent) {
      const found = walk(at, parts);
      if (found !== undefined && fits(found)) return { kind: 'found', named: found };
      if (at.kind === 'use') return this.#notFound(parts, at);
      const inside = at.kind === 'network' ? this.endingBelow(at, parts, fits) : undefined;
      if (inside !== undefined) return { kind: 'found', named: inside };
    }
    return this.#everywhere(parts, from, fits);
  }

  #everywhere(parts: readonly string[], from: Named, fits: (named: Named) => boolean): Found {
    const [head] = parts;
    if (head === undefined) return { kind: 'unknown' };
    const whole = this.#fromRoot(parts, from, fits);
    if (whole !== undefined) return whole;
    const inside = networkOf(from)?.name;
    const round = this.#settled.has(head) ? undefined : this.#settle(head, inside);
    if (round !== undefined) return round;
    const some = this.#endingIn(parts, fits);
    if (some !== undefined) return some;
    // Names of our making are known once everything is made.
    if (this.demands.mayDeclare(head)) this.demandAll(inside);
    return this.#endingIn(parts, fits) ?? this.#notFound(parts, from);
  }

  /** Makes all networks that declare a name, but for the one that asks. */
  #settle(head: string, inside: string | undefined): Found | undefined {
    for (const name of this.demands.declarersOf(head)) {
      const done = name === inside ? undefined : this.demands.elaborate(name);
      if (done?.kind === 'round') return done;
    }
    if (inside === undefined) this.#settled.add(head);
    return undefined;
  }

  /** Whether a statement gives this name to something: without it, what has the name may be of our making. */
  isGiven(name: string): boolean {
    return this.root.children.has(name) || this.demands.declarersOf(name).length > 0;
  }

  /** The name of a full path. */
  at(path: string): Named | undefined {
    return this.#byPath.get(path);
  }

  /** How many there are; it grows. */
  get size(): number {
    return this.#byPath.size;
  }

  /** Makes everything, but for what is being made. */
  demandAll(but?: string): void {
    // What is made on the way need not begin again.
    if (this.#demandsAll) return;
    this.#demandsAll = true;
    for (const name of this.demands.all) if (name !== but) this.demands.elaborate(name);
    this.#demandsAll = false;
  }

  #fromRoot(parts: readonly string[], from: Named, fits: (named: Named) => boolean): Found | undefined {
    const top = this.root.children.get(parts[0]!);
    if (top === undefined) return undefined;
    // What a network has above may be called by its whole path too.
    const own = parts.length > 1 && top === networkOf(from) ? walk(this.root, parts) : undefined;
    if (own !== undefined && fits(own)) return { kind: 'found', named: own };
    const done = this.demands.elaborate(top.name);
    if (done.kind === 'round') return done;
    const found = walk(this.root, parts);
    if (found !== undefined && fits(found)) return { kind: 'found', named: found };
    return top.isIncomplete ? { kind: 'unknowable' } : undefined;
  }

  #endingIn(parts: readonly string[], fits: (named: Named) => boolean): Found | undefined {
    const alike = this.#byLast.get(parts.at(-1)!) ?? none;
    const isMeant = (named: Named): boolean => endsIn(named, parts) && fits(named);
    if (alike.length < 2)
      return alike.length === 1 && isMeant(alike[0]!) ? { kind: 'found', named: alike[0]! } : undefined;
    const key = parts.join('.');
    const known = this.#ambiguous.get(key);
    if (known?.fits === fits) return known.found;
    const all = alike.filter(isMeant);
    const [first, second] = all;
    if (first === undefined || second === undefined) return first && { kind: 'found', named: first };
    const found: Found = { kind: 'ambiguous', named: all };
    this.#ambiguous.set(key, { fits, found });
    return found;
  }

  #notFound(parts: readonly string[], from: Named): Found {
    const [head = ''] = parts;
    if (parts.includes('')) return { kind: 'unknowable' };
    const incomplete = from.isIncomplete || [...this.root.children.values()].some((top) => top.incomplete);
    return { kind: incomplete && this.demands.mayDeclare(head) ? 'unknowable' : 'unknown' };
  }

  /** The one name below another whose path ends so. */
  endingBelow(named: Named, parts: readonly string[], fits: (one: Named) => boolean = () => true): Named | undefined {
    const found = (this.#byLast.get(parts.at(-1) ?? '') ?? []).filter(
      (one) => one !== named && endsIn(one, parts) && networkOf(one) === named && fits(one),
    );
    return found.length === 1 ? found[0] : undefined;
  }

  /** All names below the root that fit, by path and by last part: for guesses. */
  *known(fits: (named: Named) => boolean): Generator<string> {
    for (const [name, all] of this.#byLast) {
      const fitting = all.filter(fits);
      if (fitting.length > 0) yield name;
      for (const named of fitting) if (named.parent?.kind !== 'root') yield named.path;
    }
  }
}

export function walk(from: Named, parts: readonly string[]): Named | undefined {
  let at: Named | undefined = from;
  for (const part of parts) at = at?.children.get(part);
  return at;
}

const endsIn = (named: Named, parts: readonly string[]): boolean => {
  let at: Named | undefined = named;
  for (let i = parts.length - 1; i >= 0; i--) {
    if (at?.name !== parts[i]) return false;
    at = at?.parent;
  }
  return true;
};

/** The network that a name lies in. */
export function networkOf(named: Named): Named | undefined {
  let at: Named | undefined = named;
  while (at !== undefined && at.kind !== 'network') at = at.parent;
  return at;
}

/** Everything below a name, itself first. */
export function* below(named: Named): Generator<Named> {
  yield named;
  for (const child of named.children.values()) yield* below(child);
}
