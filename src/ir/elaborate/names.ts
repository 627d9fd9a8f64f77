/** The names of a model while it is being elaborated. */
import type { ExampleShape, TensorRef } from '../../builtins/arguments.js';
import type { Related } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../parser/ast.js';
import type { Layer, Network, Variable, Latent, Weight } from '../model/model.js';
import type { Scope } from './context.js';
import type { Outline } from './outline.js';

/** What has been elaborated so far. The only mutable state of the stage. */
export class Names {
  readonly variables = new Map<string, Variable>();
  readonly latents = new Map<string, Latent>();
  readonly networks = new Map<string, Network>();
  readonly layers = new Map<string, Layer>();
  readonly weights = new Map<string, Weight>();
  /** What clauses of recursive networks are given: the tensor whose vectors they are, and their shape. */
  readonly parameters = new Map<string, { readonly of: TensorRef; readonly shape: ExampleShape }>();
  /** Full path of every tensor. */
  readonly #tensors = new Map<string, TensorRef>();
  /** Paths and weights by what they end in, and weights by what they lie below: `encoder.s1.h` ends in `s1.h` and in `h`. */
  readonly #endingIn = new Map<string, string[]>();
  readonly #weightsEndingIn = new Map<string, string[]>();
  readonly #weightsBelow = new Map<string, string[]>();
  /** Kernels and trained weights below a path, looked for once. */
  readonly #chosen = new Map<string, readonly string[]>();
  readonly #byRole = new Map<Network['role'], string[]>();
  /** Declared, but with an error: what uses them says nothing more. */
  readonly #broken = new Set<string>();
  /** Where the first of them stands. */
  readonly #firstBroken = { inputs: Infinity, latents: Infinity };
  #inputs: { readonly of: number; readonly refs: readonly TensorRef[] } | undefined;

  constructor(private readonly outline: Outline) {}

  /** Where a name is declared, above or below. */
  declarationOf(name: string): Span | undefined {
    return this.outline.declared.get(name);
  }

  /** Where a variable, a latent or a network of this name is declared, above or below. */
  itemOf(name: string): Span | undefined {
    return this.outline.items.get(name);
  }

  /** Where a name was declared before, for messages. */
  firstOf(scope: Scope, name: string): readonly Related[] {
    const span = this.declarationOf(name);
    return span === undefined ? [] : [{ place: { file: scope.file.file, span }, message: 'declared here first' }];
  }

  /** An encoder below an offset. */
  encoderBelow(offset: number): Span | undefined {
    const last = this.outline.encoders.at(-1);
    return last !== undefined && last.start > offset ? last : undefined;
  }

  /** Whether a declaration above an offset has an error, so that it is unclear what a network reads. */
  isUnclear(role: 'inputs' | 'latents', offset: number): boolean {
    return this.#firstBroken[role] < offset;
  }

  /** Whether a latent is described by a prior alone, as the noise of a generator is: no encoder stands above it. */
  isOnlyPrior(latent: string, offset: number): boolean {
    const [first] = this.outline.encoders;
    return (first === undefined || first.start > offset) && this.outline.priors.has(latent);
  }

  /** What an encoder reads that does not say it. */
  impliedInputs(): readonly TensorRef[] {
    if (this.#inputs?.of !== this.variables.size) {
      const refs = [...this.variables.values()].filter((v) => v.role === 'input' && v.structure.kind !== 'label').map((v): TensorRef => ({ kind: 'variable', name: v.name }));
      this.#inputs = { of: this.variables.size, refs };
    }
    return this.#inputs.refs;
  }

  declare(path: string, ref: TensorRef): void {
    if (!this.#tensors.has(path)) enter(this.#endingIn, endings(path), path);
    this.#tensors.set(path, ref);
  }

  /** Gives the networks their layers as they are now. */
  refresh(): void {
    for (const [name, network] of this.networks) this.networks.set(name, { ...network, layers: network.layers.map((layer) => this.layers.get(layer.id) ?? layer) });
  }

  addWeight(weight: Weight): void {
    if (!this.weights.has(weight.name)) {
      enter(this.#weightsEndingIn, endings(weight.name), weight.name);
      enter(this.#weightsBelow, ['', ...heads(weight.name)], weight.name);
      this.#chosen.clear();
    }
    this.weights.set(weight.name, weight);
  }

  /** Enters a network with its layers and their weights. */
  register(network: Network): Network {
    this.networks.set(network.name, network);
    const alike = this.#byRole.get(network.role);
    if (alike === undefined) this.#byRole.set(network.role, [network.name]);
    else alike.push(network.name);
    this.declare(network.name, network.output);
    for (const layer of network.layers) {
      this.layers.set(layer.id, layer);
      for (const declaration of layer.weights) this.addWeight({ name: `${layer.id}.${declaration.name}`, declaration, source: layer.source });
    }
    return network;
  }

  /** Marks a name whose declaration has an error. */
  spoil(name: string): void {
    this.#broken.add(name);
    for (const role of ['inputs', 'latents'] as const) this.#firstBroken[role] = Math.min(this.#firstBroken[role], this.outline[role].get(name) ?? Infinity);
  }

  has(path: string): boolean {
    return this.#tensors.has(path) || this.#broken.has(path);
  }

  get paths(): readonly string[] {
    return [...this.#tensors.keys()];
  }

  /** What the user has given a name, in short. */
  given(): readonly string[] {
    const layers = [...this.layers.values()].flatMap((layer) => (layer.named ? [lastPart(layer.id)] : []));
    return [...new Set([...this.variables.keys(), ...this.latents.keys(), ...this.networks.keys(), ...layers])].filter((name) => !name.includes('.'));
  }

  /** Whether `name`, as seen from `prefix`, belongs to something that an error has left half declared. */
  isBroken(name: string, prefix: string): boolean {
    const parts = name.split('.');
    for (let count = parts.length; count > 0; count--) {
      const head = parts.slice(0, count).join('.');
      if (this.#broken.has(head)) return true;
      const found = this.lookup(head, prefix);
      if (found === undefined || !('kind' in found)) continue;
      return found.kind === 'layer' && !this.layers.has(found.id) && this.#broken.has(found.id.split('.')[0]!);
    }
    return false;
  }

  /**
   * From the inside out: `h` in block `encoder.s1` is `encoder.s1.h`, else `encoder.h`, else `h`;
   * last, whatever single path ends in `.h`.
   */
  lookup(name: string, prefix: string): TensorRef | readonly string[] | undefined {
    for (let at = prefix; ; at = at.slice(0, Math.max(0, at.lastIndexOf('.')))) {
      const found = this.#tensors.get(at === '' ? name : `${at}.${name}`);
      if (found !== undefined) return found;
      if (at === '') break;
    }
    const paths = this.#endingIn.get(name) ?? [];
    return this.#isOne(paths) ? this.#tensors.get(paths[0]!) : paths.length === 0 ? undefined : paths;
  }

  /** Whether paths lead to one tensor. */
  #isOne(paths: readonly string[]): boolean {
    const first = paths[0];
    const key = first === undefined ? undefined : keyOf(this.#tensors.get(first)!);
    return key !== undefined && paths.every((path) => keyOf(this.#tensors.get(path)!) === key);
  }

  /** The full path that a name stands for; undefined where there is none, or several. */
  pathOf(name: string): string | undefined {
    if (this.#tensors.has(name)) return name;
    const paths = this.#endingIn.get(name) ?? [];
    return this.#isOne(paths) ? paths[0] : undefined;
  }

  /** Full names of the weights that end in `.name`. */
  weightsEnding(name: string): readonly string[] {
    return this.#weightsEndingIn.get(name) ?? [];
  }

  /** Kernels below a path, or of the whole model; the same list each time. */
  kernelsBelow(path = ''): readonly string[] {
    return this.#choose('kernel', path, ({ declaration }) => declaration.role === 'kernel');
  }

  /** Weights that training moves, below a path or of that name, with moving averages where those are asked for; the same list each time. */
  trainedBelow(path = '', state = false): readonly string[] {
    return this.#choose(state ? 'all' : 'trained', path, ({ declaration }) => state || declaration.trainable);
  }

  #choose(what: string, path: string, wanted: (weight: Weight) => boolean): readonly string[] {
    const key = `${what} ${path}`;
    const known = this.#chosen.get(key);
    if (known !== undefined) return known;
    const candidates = this.weights.has(path) ? [path] : (this.#weightsBelow.get(path) ?? []);
    const chosen = candidates.filter((name) => wanted(this.weights.get(name)!));
    this.#chosen.set(key, chosen);
    return chosen;
  }

  /** The networks of a role, by name, in the order of their declarations. */
  ofRole(role: Network['role']): readonly string[] {
    return this.#byRole.get(role) ?? [];
  }

  /** What the network of a role gives that was declared last. */
  outputOfLast(role: Network['role']): TensorRef | undefined {
    return this.networks.get(this.ofRole(role).at(-1) ?? '')?.output;
  }
}

const keyOf = (ref: TensorRef): string => (ref.kind === 'layer' ? `${ref.id} ${ref.output}` : `${ref.kind} ${ref.name}`);

export const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

function enter(index: Map<string, string[]>, keys: readonly string[], path: string): void {
  for (const key of keys) {
    const list = index.get(key);
    if (list === undefined) index.set(key, [path]);
    else list.push(path);
  }
}

/** What a path ends in, without the path itself: of `a.b.c`, `b.c` and `c`. */
function endings(path: string): readonly string[] {
  const found: string[] = [];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) found.push(path.slice(dot + 1));
  return found;
}

/** What a path lies below: of `a.b.c`, `a` and `a.b`. */
function heads(path: string): readonly string[] {
  const found: string[] = [];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) found.push(path.slice(0, dot));
  return found;
}
