/** The names of a model while it is being elaborated. */
import type { ExampleShape, TensorRef } from '../../builtins/arguments.js';
import type { Related } from '../../diagnostics/diagnostic.js';
import type { Span } from '../../parser/ast.js';
import type { Layer, Network, Variable, Latent, Weight } from '../model.js';
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
  /** Paths and weights by their last part. */
  readonly #byLast = new Map<string, string[]>();
  readonly #weightsByLast = new Map<string, string[]>();
  /** Declared, but with an error: what uses them says nothing more. */
  readonly #broken = new Set<string>();

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

  /** The first encoder below an offset. */
  encoderBelow(offset: number): Span | undefined {
    return this.outline.encoders.find((span) => span.start > offset);
  }

  /** Whether a declaration above an offset has an error, so that it is unclear what a network reads. */
  isUnclear(role: 'inputs' | 'latents', offset: number): boolean {
    return this.outline[role].some(({ text, span }) => span.start < offset && this.#broken.has(text));
  }

  /** Whether a latent is described by a prior alone, as the noise of a generator is: no encoder stands above it. */
  isOnlyPrior(latent: string, offset: number): boolean {
    return this.outline.encoders.every((span) => span.start > offset) && this.outline.priors.has(latent);
  }

  declare(path: string, ref: TensorRef): void {
    if (!this.#tensors.has(path)) enter(this.#byLast, path);
    this.#tensors.set(path, ref);
  }

  /** Gives the networks their layers as they are now. */
  refresh(): void {
    for (const [name, network] of this.networks) this.networks.set(name, { ...network, layers: network.layers.map((layer) => this.layers.get(layer.id) ?? layer) });
  }

  addWeight(weight: Weight): void {
    if (!this.weights.has(weight.name)) enter(this.#weightsByLast, weight.name);
    this.weights.set(weight.name, weight);
  }

  /** Enters a network with its layers and their weights. */
  register(network: Network): Network {
    this.networks.set(network.name, network);
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
    const endings = ending(this.#byLast, name);
    const refs = new Set(endings.map((path) => keyOf(this.#tensors.get(path)!)));
    if (refs.size === 1) return this.#tensors.get(endings[0]!);
    return refs.size === 0 ? undefined : endings;
  }

  /** The full path that a name stands for; undefined where there is none, or several. */
  pathOf(name: string): string | undefined {
    if (this.#tensors.has(name)) return name;
    const endings = ending(this.#byLast, name);
    const refs = new Set(endings.map((path) => keyOf(this.#tensors.get(path)!)));
    return refs.size === 1 ? endings[0] : undefined;
  }

  /** Full names of the weights that end in `.name`. */
  weightsEnding(name: string): readonly string[] {
    return ending(this.#weightsByLast, name);
  }
}

const keyOf = (ref: TensorRef): string => (ref.kind === 'layer' ? `${ref.id} ${ref.output}` : `${ref.kind} ${ref.name}`);

export const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

function enter(index: Map<string, string[]>, path: string): void {
  const list = index.get(lastPart(path));
  if (list === undefined) index.set(lastPart(path), [path]);
  else list.push(path);
}

const ending = (index: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] =>
  (index.get(lastPart(name)) ?? []).filter((path) => path.endsWith(`.${name}`));
