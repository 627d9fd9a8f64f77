/** The names of a model while it is being elaborated, and how paths find them. */
import type { Application, ArgValue, ExampleShape, TensorRef } from '../../builtins/arguments.js';
import type { Related } from '../../diagnostics/diagnostic.js';
import type { CallExpr, PathExpr, Span } from '../../parser/ast.js';
import type { Layer, Network, Variable, Latent, Weight } from '../model.js';
import { oneOf, suggestion, type Message, type Reporter, type Scope } from './context.js';
import { showExample } from '../../builtins/layers/shapes.js';
import type { NameResolver } from './bind.js';
import { shapeOf } from './shapes.js';
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

const lastPart = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

function enter(index: Map<string, string[]>, path: string): void {
  const list = index.get(lastPart(path));
  if (list === undefined) index.set(lastPart(path), [path]);
  else list.push(path);
}

const ending = (index: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] =>
  (index.get(lastPart(name)) ?? []).filter((path) => path.endsWith(`.${name}`));

const textOf = (path: PathExpr): string => path.parts.map((p) => p.text).join('.');

/** What a name stands for, in words. */
function nounOf(names: Names, ref: TensorRef): string {
  if (ref.kind === 'latent') return 'a latent';
  if (ref.kind === 'parameter') return 'a vector of a tree';
  if (ref.kind === 'layer') return names.networks.has(ref.id) ? 'a network' : 'a layer';
  return names.variables.get(ref.name)?.role === 'target' ? 'a target' : 'an input';
}

/** Names as seen from inside a prefix; beside what arguments mean, the networks. */
export interface Resolver extends NameResolver {
  network(path: PathExpr): Network | undefined;
}

/** Resolves paths as seen from inside `prefix`. */
export function resolver(scope: Scope, reporter: Reporter, names: Names, prefix: string): Resolver {
  const complain = (path: PathExpr, message: Message): undefined => {
    reporter.report(scope, 'AE2001', path.span, message);
    return undefined;
  };
  const unknown = (path: PathExpr, what: string, known: () => readonly string[]): undefined => {
    const name = textOf(path);
    // Half a path is still being typed; and what a broken declaration declares, nobody knows.
    if (path.parts.some((part) => part.text === '') || names.isBroken(name, prefix)) return undefined;
    const later = names.declarationOf(name);
    if (later !== undefined && later.start > path.span.start) {
      return complain(path, {
        title: `\`${name}\` is used before it is declared`,
        cause: 'A network, a latent or a layer stands above what reads it.',
        hint: `move the declaration of \`${name}\` up, or this statement down`,
        related: [{ place: { file: scope.file.file, span: later }, message: 'declared here' }],
      });
    }
    const near = reporter.patient ? suggestion(scope, name, path.span, known()) : {};
    const guess = near.fixes !== undefined ? near : reporter.patient ? suggestion(scope, name, path.span, names.given()) : {};
    // A declaration of this name may be what the syntax errors swallowed, unless it is a misspelling.
    if (reporter.wounded && guess.fixes === undefined) return undefined;
    return complain(path, { title: `nothing here is called \`${name}\``, cause: 'No statement above declares this name.', expected: what, found: `\`${name}\``, ...guess });
  };
  const other = (path: PathExpr, found: TensorRef, what: string, message: Pick<Message, 'cause' | 'hint'>): undefined =>
    complain(path, { title: `\`${textOf(path)}\` is ${nounOf(names, found)}, not ${what}`, expected: what, found: nounOf(names, found), ...message });
  const ambiguous = (path: PathExpr, choices: readonly string[]): undefined => {
    reporter.report(scope, 'AE2008', path.span, {
      title: `\`${textOf(path)}\` could be ${oneOf(choices.slice(0, 4).map((c) => `\`${c}\``))}`,
      cause: 'Several things end in this name.',
      hint: 'write the path in full',
      fixes: choices.slice(0, 4).map((choice) => ({ title: `write \`${choice}\``, edits: [{ place: { file: scope.file.file, span: path.span }, newText: choice }] })),
    });
    return undefined;
  };
  const shortNames = (): readonly string[] => [...new Set([...names.paths, ...names.paths.map(lastPart)])];
  const tensor = (path: PathExpr): TensorRef | undefined => {
    const found = names.lookup(textOf(path), prefix);
    if (found === undefined) return unknown(path, 'an input, a latent or a named layer', shortNames);
    return 'kind' in found ? found : ambiguous(path, found);
  };
  return {
    tensor,
    layer: (path) => {
      const found = tensor(path);
      if (found === undefined || found.kind === 'layer') return found;
      return other(path, found, 'a layer', { cause: 'Only a layer of a network can be meant.', hint: 'name a layer, as in `h: dense(64)`' });
    },
    variable: (path) => {
      const found = tensor(path);
      if (found === undefined || found.kind === 'variable') return found;
      return other(path, found, 'an input or a target', { cause: 'Only what is observed can be meant.', hint: 'name an input or a target' });
    },
    application: (call) => application(scope, reporter, names, call, (path) => tensor(path)),
    latent: (path) => {
      const name = textOf(path);
      if (names.latents.has(name)) return { kind: 'latent', name };
      const found = names.lookup(name, prefix);
      if (found === undefined || !('kind' in found)) return unknown(path, 'a latent', () => [...names.latents.keys()]);
      return names.isBroken(name, prefix) ? undefined : other(path, found, 'a latent', { cause: 'Only a latent has a posterior and a prior.', hint: 'declare one between encoder and decoder: `latent z ~ normal(20)`' });
    },
    network: (path) => {
      const name = textOf(path);
      const network = names.networks.get(name);
      if (network !== undefined || names.isBroken(name, prefix)) return network;
      const found = names.lookup(name, prefix);
      if (found === undefined || !('kind' in found)) return unknown(path, 'the name of a network', () => [...names.networks.keys()]);
      return other(path, found, 'a network', { cause: 'Only a network has layers to mirror.', hint: 'name an encoder' });
    },
    weights: (path, quiet) => {
      // Where a tensor will do as well, the name of one means it: `l1(code)` is about activations.
      if (quiet && names.lookup(textOf(path), prefix) !== undefined) return undefined;
      const found = weightsBehind(names, textOf(path), prefix);
      if (found.length > 0) return { kind: 'weights', names: found } as ArgValue;
      if (quiet) return undefined;
      const tensorThere = names.lookup(textOf(path), prefix);
      if (tensorThere === undefined || !('kind' in tensorThere) || names.isBroken(textOf(path), prefix)) {
        return unknown(path, 'a weight, a layer, a network or `all`', () => [...names.weights.keys(), ...names.networks.keys(), 'all']);
      }
      return complain(path, {
        title: `\`${textOf(path)}\` has no weights`, cause: `It is ${nounOf(names, tensorThere)} without a kernel.`,
        expected: 'a weight, a layer, a network or `all`', found: nounOf(names, tensorThere), hint: 'name a layer that has a kernel, or write `all`',
      });
    },
  };
}

/** `critic(generator)`: a network computed on other tensors than its own. */
function application(scope: Scope, reporter: Reporter, names: Names, call: CallExpr, tensor: (path: PathExpr) => TensorRef | undefined): Application | undefined {
  const { text, span } = call.callee;
  const network = names.networks.get(text);
  if (network === undefined) {
    if (!names.isBroken(text, '')) {
      reporter.report(scope, 'AE2001', span, {
        title: `no network is called \`${text}\``, cause: 'What stands in front of parentheses here is a network, applied to tensors.',
        expected: 'the name of a network', found: `\`${text}\``, ...suggestion(scope, text, span, [...names.networks.keys()]),
      });
    }
    return undefined;
  }
  const paths = call.args.flatMap(({ value }) => (value.kind === 'path' ? [value] : []));
  const inputs = paths.map(tensor);
  if (inputs.some((ref) => ref === undefined)) return undefined;
  const [wanted, found] = [network.inputs, inputs as readonly TensorRef[]].map((refs) => refs.map((ref) => shapeOf(names, ref)));
  const fits = paths.length === call.args.length && wanted!.length === found!.length && wanted!.every((shape, i) => shape?.join() === found![i]?.join());
  if (fits && network.form.kind === 'chain') return { kind: 'application', network: text, inputs: inputs as readonly TensorRef[] };
  const inWords = (shapes: readonly (ExampleShape | undefined)[]): string => shapes.map((shape) => (shape === undefined ? '?' : showExample(shape))).join(' and ') || 'nothing';
  reporter.report(scope, 'AE3002', call.span, {
    title: `\`${text}\` cannot be applied to this`,
    cause: network.form.kind === 'chain' ? 'A network computes with the same weights on other tensors of its inputs\' shapes.' : 'Only a network that reads one example at a time can be applied.',
    expected: inWords(wanted!), found: paths.length === call.args.length ? inWords(found!) : 'something else than tensors',
    hint: 'name tensors of these shapes',
    related: [{ place: network.source.place, message: `\`${text}\` is declared here` }],
  });
  return undefined;
}

/** A weight by its path; else the kernels of the layer or network of that path; `all` means every kernel. */
export function weightsBehind(names: Names, path: string, prefix: string): readonly string[] {
  const kernels = (under?: string): readonly string[] =>
    [...names.weights.values()].filter((w) => w.declaration.role === 'kernel' && (under === undefined || w.name.startsWith(`${under}.`))).map((w) => w.name);
  if (path === 'all') return kernels();
  if (names.weights.has(path)) return [path];
  const inside = names.weights.has(`${prefix}.${path}`) ? [`${prefix}.${path}`] : names.weightsEnding(path);
  if (inside.length === 1) return inside;
  if (names.networks.has(path)) return kernels(path);
  const owner = names.lookup(path, prefix);
  if (owner === undefined || !('kind' in owner) || owner.kind !== 'layer') return [];
  const layer = names.layers.get(owner.id);
  return (layer?.weights ?? []).filter((w) => w.role === 'kernel').map((w) => `${owner.id}.${w.name}`);
}
