/** What every check of a whole model is given. */
import {
  keyOf,
  tensorsIn,
  type Args,
  type CallOf,
  type Expression,
  type LayerId,
  type TensorRef,
} from '../../builtins/arguments.js';
import { product } from '../graph/shape.js';
import {
  everyExpression,
  movableExpressions,
  summandsOf,
  tensorsAmong,
  weightsAmong,
  type Summand,
} from '../model/expressions.js';
import type { Latent } from '../model/latents.js';
import { layersOf, measuredIn, type Measured, type Model, type Weight } from '../model/model.js';
import type { Layer, Network } from '../model/networks.js';
import type { Source } from '../model/source.js';
import type { Reconstruction, Term } from '../model/terms.js';
import type { Variable } from '../model/variables.js';
import { Walk, type Ancestors } from './ancestors.js';
import type { Findings } from './findings.js';

export type PenaltyExpression = Extract<Expression, { readonly kind: 'penalty' }>;
export type LikelihoodExpression = Extract<Expression, { readonly kind: 'likelihood' }>;

/** With the place of its statement, and the number in front of the summand that it is in. */
export type Weighted<T> = T & { readonly source: Source; readonly factor: number | undefined };

interface LayerFacts {
  readonly layer: Layer;
  readonly network: Network;
  /** The layers that read it first. */
  readers: Layer[] | undefined;
}

/** A model with what checks ask of it again and again. */
export class Facts {
  readonly #layers = new Map<LayerId, LayerFacts>();
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #networks: ReadonlyMap<string, Network>;
  readonly #latents: ReadonlyMap<string, Latent>;
  #weights?: ReadonlyMap<string, Weight>;
  readonly #ties: ReadonlyMap<string, string>;
  #trainable?: readonly string[];
  readonly #expressions = new Map<Expression, readonly Expression[]>();
  readonly #reads = new Map<Layer, readonly TensorRef[]>();
  readonly #rootsOf = new Map<Expression, readonly TensorRef[]>();
  #roots?: readonly TensorRef[];
  #used?: Ancestors;
  readonly #ancestors = new Map<string, Ancestors>();
  readonly layers: readonly Layer[];
  /** Of the loss, and of whatever phases and players minimise in its place. */
  readonly objectives: readonly Measured[];
  /** What they are sums of. */
  readonly allSummands: readonly (Summand & { readonly source: Source })[];
  /** The same, but for what has the weight 0. */
  readonly summands: readonly (Summand & { readonly source: Source })[];
  readonly penalties: readonly Weighted<PenaltyExpression>[];
  readonly likelihoods: readonly Weighted<LikelihoodExpression>[];
  readonly reconstructions: readonly {
    readonly term: Term;
    readonly reconstruction: Reconstruction;
    readonly variable: Variable;
  }[];

  constructor(readonly model: Model) {
    this.layers = layersOf(model);
    for (const network of model.networks)
      for (const layer of network.layers) this.#layers.set(layer.id, { layer, network, readers: undefined });
    for (const layer of this.layers) {
      const read = layer.input.kind === 'layer' ? this.#layers.get(layer.input.id) : undefined;
      if (read !== undefined) (read.readers ??= []).push(layer);
    }
    this.#networks = new Map(model.networks.map((network) => [network.name, network]));
    this.#latents = new Map(model.latents.map((latent) => [latent.name, latent]));
    this.#ties = new Map(model.ties.map(({ weight, of }) => [weight, of]));
    this.#variables = new Map(model.variables.map((variable) => [variable.name, variable]));
    this.objectives = measuredIn(model);
    const summands: (Summand & { readonly source: Source })[] = [];
    for (const { value, source } of this.objectives)
      for (const { of, factor, schedules } of summandsOf(value)) summands.push({ of, factor, schedules, source });
    this.allSummands = summands;
    this.summands = summands.filter(({ factor }) => factor !== 0);
    const [penalties, likelihoods]: [Weighted<PenaltyExpression>[], Weighted<LikelihoodExpression>[]] = [[], []];
    for (const { of, factor, source } of this.summands)
      for (const one of this.expressionsIn(of))
        if (one.kind === 'penalty') penalties.push({ ...one, factor, source });
        else if (one.kind === 'likelihood') likelihoods.push({ ...one, factor, source });
    [this.penalties, this.likelihoods] = [penalties, likelihoods];
    this.reconstructions = model.terms.flatMap((term) => {
      const variable = term.reconstruction && this.#variables.get(term.reconstruction.variable);
      return term.reconstruction === undefined || variable === undefined
        ? []
        : [{ term, reconstruction: term.reconstruction, variable }];
    });
  }

  /** An expression and all below it, each before what is below it. */
  expressionsIn(expr: Expression): readonly Expression[] {
    const known = this.#expressions.get(expr) ?? everyExpression(expr);
    this.#expressions.set(expr, known);
    return known;
  }

  layer(id: LayerId): Layer | undefined {
    return this.#layers.get(id)?.layer;
  }

  /** The layer that a tensor is a result of, where it is one, in its own place or applied. */
  layerOf(ref: TensorRef): Layer | undefined {
    if (ref.kind === 'applied') return this.layerOf(ref.of);
    return ref.kind === 'layer' ? this.layer(ref.id) : undefined;
  }

  /** The tensors that a layer reads. */
  readBy(layer: Layer): readonly TensorRef[] {
    const known = this.#reads.get(layer) ?? [layer.input, ...tensorsIn(readArguments(layer))];
    this.#reads.set(layer, known);
    return known;
  }

  /** The layers that read first what a layer gives. */
  readersOf(id: LayerId): readonly Layer[] {
    return this.#layers.get(id)?.readers ?? noLayers;
  }

  networkOf(id: LayerId): Network | undefined {
    return this.#layers.get(id)?.network;
  }

  network(name: string): Network | undefined {
    return this.#networks.get(name);
  }

  variable(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

  latent(name: string): Latent | undefined {
    return this.#latents.get(name);
  }

  weight(name: string): Weight | undefined {
    return (this.#weights ??= new Map(this.model.weights.map((weight) => [weight.name, weight]))).get(name);
  }

  /** Stored weights that training can move. */
  get trainable(): readonly string[] {
    if (this.#trainable === undefined) {
      const tied = new Set(this.model.ties.map(({ weight }) => weight));
      this.#trainable = this.model.weights
        .filter(({ name, declaration }) => declaration.trainable && !tied.has(name))
        .map(({ name }) => name);
    }
    return this.#trainable;
  }

  /** The weight that is stored in the place of this one. */
  storedName(name: string): string {
    let at = name;
    for (let of = this.#ties.get(at); of !== undefined; of = this.#ties.get(at)) at = of;
    return at;
  }

  /** The weights that an expression names. */
  weightsIn(expr: Expression): readonly string[] {
    return weightsAmong(this.expressionsIn(expr));
  }

  /** The layers whose weights an expression names. */
  weightLayersOf(expr: Expression): readonly LayerId[] {
    return this.weightsIn(expr).flatMap((name) => this.weight(name)?.layer ?? []);
  }

  /** The tensors that an expression is computed from, those among its own arguments and the outputs of decoders of trees too. */
  rootsOf(expr: Expression): readonly TensorRef[] {
    const known = this.#rootsOf.get(expr) ?? this.#rootsAmong(this.expressionsIn(expr));
    this.#rootsOf.set(expr, known);
    return known;
  }

  /** Those of {@link rootsOf} through which a gradient flows back. */
  movableRootsOf(expr: Expression): readonly TensorRef[] {
    const all = this.expressionsIn(expr);
    const movable = all.some(stops) ? movableExpressions(expr) : all;
    return movable === all ? this.rootsOf(expr) : this.#rootsAmong(movable);
  }

  #rootsAmong(all: readonly Expression[]): readonly TensorRef[] {
    const trees = all.flatMap((one) => (one.kind === 'tree' ? [one.encoder, one.decoder] : none));
    const critics = all.flatMap((one) => (one.kind === 'penalty' ? networksIn(one.call) : none));
    const tensors = tensorsAmong(all);
    if (trees.length + critics.length === 0) return tensors;
    return [...tensors, ...[...trees, ...critics].flatMap((name) => this.network(name)?.output ?? [])];
  }

  /** What all objectives are computed from, with the priors behind the latents that they penalise. */
  get roots(): readonly TensorRef[] {
    if (this.#roots === undefined) {
      const own: TensorRef[] = [];
      // What stands in front of summands is numbers and schedules.
      for (const { of } of this.allSummands) own.push(...this.rootsOf(of));
      own.push(...this.priorsBehind(own));
      this.#roots = own;
    }
    return this.#roots;
  }

  /** What any objective depends on. */
  get used(): Ancestors {
    return (this.#used ??= this.ancestors(this.roots));
  }

  /** What the priors of latents among these tensors are computed from, and of those that these priors read. */
  priorsBehind(refs: readonly TensorRef[]): readonly TensorRef[] {
    if (this.model.latents.every(({ prior }) => prior.heads === undefined)) return [];
    const found: TensorRef[] = [];
    const seen = new Set<string>();
    let waiting = [...this.ancestors(refs).latents];
    while (waiting.length > 0) {
      const heads = waiting
        .filter((name) => !seen.has(name))
        .flatMap((name) => Object.values(this.latent(name)?.prior.heads ?? {}));
      for (const name of waiting) seen.add(name);
      found.push(...heads);
      waiting = [...this.ancestors(heads).latents].filter((name) => !seen.has(name));
    }
    return found;
  }

  /**
   * Everything that tensors are computed from.
   *
   * @param behind tensors that are not looked behind
   */
  ancestors(from: readonly TensorRef[], behind: readonly TensorRef[] = []): Ancestors {
    // Many checks ask for what a few tensors are computed from: a code, an output.
    if (from.length > 1 || behind.length > 1) return this.#walk(from, behind);
    const key = `${from.map(keyOf).join()} behind ${behind.map(keyOf).join()}`;
    const known = this.#ancestors.get(key) ?? this.#walk(from, behind);
    this.#ancestors.set(key, known);
    return known;
  }

  #walk(from: readonly TensorRef[], behind: readonly TensorRef[]): Ancestors {
    const walk = new Walk(this, behind);
    for (const _ of walk.from(from));
    return walk;
  }

  /** Whether tensors are computed from one of these, however far behind. */
  reaches(from: readonly TensorRef[], wanted: (ref: TensorRef) => boolean): boolean {
    if (from.some(wanted)) return true;
    for (const ref of new Walk(this, []).from(from)) if (wanted(ref)) return true;
    return false;
  }
}

/** Arguments that a layer reads: not the layers whose weights or switches it shares. */
const readArguments = ({ definition, args }: Layer): Args =>
  definition.params.some(({ name, type }) => type.kind === 'layer' && args[name] !== undefined)
    ? Object.fromEntries(
        definition.params.flatMap(({ name, type }) => (type.kind === 'layer' ? [] : [[name, args[name]]])),
      )
    : args;

/** The networks among the arguments of a penalty. */
function networksIn({ args }: CallOf<'penalty'>): readonly string[] {
  let found: readonly string[] = none;
  for (const name in args) {
    const value = args[name];
    if (typeof value === 'object' && 'kind' in value && value.kind === 'network') found = [...found, value.name];
  }
  return found;
}

const none: readonly string[] = [];
const noLayers: readonly Layer[] = [];

const stops = (one: Expression): boolean => one.kind === 'function' && one.definition.stops === true;

export type Check = (facts: Facts, report: Findings) => void;

export const size = (shape: readonly number[]): number => product(shape);

/** Bytes that a step may hold for one penalty, or for the weights of one layer, without a word. */
export const heavy = 1e9;
