/**
 * The forward pass of a model as a graph. Tensors are computed on demand and once; what is asked for decides what the
 * graph holds. A network that is applied to other tensors is a pass of its own over the same weights, in which these
 * stand in the place of its inputs.
 */
import {
  keyOf,
  type Application,
  type CallOf,
  type Expression,
  type LayerId,
  type TensorRef,
} from '../../builtins/arguments.js';
import type { Parameters } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { B, fixed, scaleDim, sectionOf, type Dim } from '../graph/shape.js';
import type { Dependents } from '../model/dependence.js';
import { layersOf } from '../model/model.js';
import { missingOf } from '../model/variables.js';
import type { CompiledLatent, CompiledLayer, CompiledModel, CompiledNetwork, CompiledVariable } from './compiled.js';
import type { PassState } from './latents.js';
import { readBy, type LayerSite } from './layers.js';
import { ChainLayers } from './chain-layers.js';
import type { Mode, Sight } from './mode.js';
import { positionsMask, siteOf, type PositionsSite } from './positions.js';
import { Randoms } from './random.js';
import { copiesOf, rowsOfEach, sectionsOf, type Several } from './several.js';
import { Store } from './store.js';
import { whole, type Stretch } from './stretch.js';
import { Trees, type Rows } from './trees.js';
import { knownOf, observedOf, previousOf, Variables } from './variables.js';
import { nothing, onInputs, onOthers, onSeveral, type Applied } from './within.js';

/** Evaluates expressions; given by who knows them. */
export type Evaluate = (pass: Pass, expr: Expression, as: Sight) => Node;

export class Pass {
  /** As networks read them: behind noise. */
  readonly #tensors = new Map<string, Node>();
  readonly #replaced = new Set<string>();
  /** Results of layers as they come out, where noise stands behind them. */
  readonly #results = new Map<string, Node>();
  readonly #applied = new Map<string, Pass>();
  readonly #ofEach = new Map<Several, Pass>();
  /** New values of weights that no gradient moves, by name, with the layer whose they are. */
  readonly updates = new Map<string, { readonly of: LayerId; readonly value: Node }>();
  /** Rows: the batch, or a multiple of it. */
  readonly rows: Dim;

  #sections: readonly Several[] | undefined;
  #trees: Trees | undefined;
  #noiseless: Pass | undefined;
  readonly #variables: Variables;
  readonly #positions: PositionsSite;
  readonly #layers: LayerSite;
  readonly #chain: ChainLayers;
  readonly #randoms: Randoms;

  private constructor(
    readonly b: Builder,
    readonly model: CompiledModel,
    readonly mode: Mode,
    readonly stretch: Stretch,
    private readonly store: Store,
    private readonly evaluate: Evaluate,
    private readonly applied?: Applied,
  ) {
    const outer = applied?.around.rows ?? B;
    this.rows =
      applied?.several === undefined
        ? outer
        : scaleDim(sectionOf(outer, applied.several.section), copiesOf(applied.several));
    const site = { b, mode, stretch, store, tensor: (ref: TensorRef) => this.tensor(ref) };
    // Averages follow a network on its own inputs, and none that stand in their place.
    const moved = applied === undefined ? this.updates : applied.onItsOwn === true ? applied.around.updates : undefined;
    const update = (name: string, of: LayerId, value: Node): void => void moved?.set(name, { of, value });
    const updating = moved === undefined ? {} : { update };
    this.#variables = new Variables(site);
    this.#positions = {
      store,
      given: applied?.masks,
      mask: (name) => this.mask(name),
      inApplication: (application, ref) => this.#application(application).positionsMask(ref),
    };
    this.#layers = {
      ...site,
      ...updating,
      still: (ref) => this.still(ref),
      siteOf: (ref) => siteOf(store, ref),
      mask: (ref) => this.positionsMask(ref),
    };
    this.#chain = new ChainLayers({
      store,
      applied,
      layers: this.#layers,
      tensors: this.#tensors,
      results: this.#results,
      labelsBehind: (ref) => this.labelsBehind(ref),
      labelledAt: (ref) => this.#labelledAt(ref),
    });
    this.#randoms = new Randoms({
      ...site,
      ...updating,
      rows: this.rows,
      several: applied?.several,
      data: (name) => this.data(name),
      known: (name) => this.known(name),
      posteriorsAt: (latent) => this.#posteriorsAt(latent),
      outer: (name) => (applied?.latents.has(name) === false ? applied.around.latent(name) : undefined),
    });
  }

  /** @param stretch the stretch of training that it is a pass of; all of it where nothing says otherwise */
  static of(b: Builder, model: CompiledModel, mode: Mode, evaluate: Evaluate, stretch: Stretch = whole(model)): Pass {
    return new Pass(b, model, mode, stretch, new Store(b, model, mode.corrupt || mode.latents !== 'mean'), evaluate);
  }

  /** A pass over the same weights and data. */
  beside(mode: Mode): Pass {
    return new Pass(this.b, this.model, mode, this.stretch, this.store, this.evaluate);
  }

  /** A pass over the same weights and data without noise and draws; each pass has one. */
  noiseless(): Pass {
    if (this.applied !== undefined) return this.applied.around.noiseless();
    return (this.#noiseless ??= this.beside({ ...this.mode, corrupt: false, latents: 'mean', noiseless: true }));
  }

  /** The encoder on inputs that the prior of its latent learns. */
  #posteriorsAt({ name, experts: [{ heads }] }: CompiledLatent): Parameters {
    const inputs = this.model.variables.flatMap((variable) => {
      const learned = `${name}.prior.inputs.${variable.name}`;
      if (!this.model.weights.some((weight) => weight.name === learned)) return [];
      return [[keyOf({ kind: 'variable', name: variable.name }), this.weight(learned)] as const];
    });
    const pass = this.#within(onInputs(this, layersOf(this.model), new Map(inputs)));
    return Object.fromEntries(Object.entries(heads).map(([param, ref]) => [param, pass.tensor(ref)]));
  }

  /** What a network gives where its first input is this. */
  on(name: string, input: Node): Node {
    const { inputs, layers, output } = this.network(name);
    return this.#within(onInputs(this, layers, new Map([[keyOf(inputs[0]!), input]]))).tensor(output);
  }

  /** What is computed at the nodes of trees. */
  get trees(): Trees {
    if (this.applied !== undefined) return this.applied.around.trees;
    return (this.#trees ??= new Trees(this));
  }

  /** Where several values stand for an example, how they come about. */
  get several(): Several | undefined {
    return this.store.several;
  }

  /** The same, section by section of a batch of a stated composition; none where it has none that matter. */
  get sections(): readonly Several[] {
    const { several } = this.store;
    if (several === undefined || !this.mode.training) return [];
    return (this.#sections ??= sectionsOf(several, this.stretch, this.model));
  }

  networkOf(id: LayerId): CompiledNetwork | undefined {
    return this.store.networkOf(id);
  }

  network(name: string): CompiledNetwork {
    return this.store.networks.get(name)!;
  }

  /** Layers over other rows than the batch. */
  over(of: Rows): Pass {
    return this.#within({ around: this, latents: nothing, ...of });
  }

  /** Layers over rows in a graph of their own, of which nothing around them is known but what it is given. */
  inBody(b: Builder, of: Rows): Pass {
    const store = new Store(b, this.model, this.store.drawing);
    return this.#with(b, store, { around: this.#with(b, store), latents: nothing, ...of });
  }

  #within(applied: Applied): Pass {
    return this.#with(this.b, this.store, applied);
  }

  #with(b: Builder, store: Store, applied?: Applied): Pass {
    return new Pass(b, this.model, this.mode, this.stretch, store, this.evaluate, applied);
  }

  /** Puts a value in the place of a tensor, before anything asks for it. */
  replace(ref: TensorRef, value: Node): void {
    this.#tensors.set(keyOf(ref), value);
    this.#replaced.add(keyOf(ref));
  }

  /** Lets decoders read what was written of a variable as what stands before. */
  write(variable: string, words: Node): void {
    this.store.written.set(variable, words);
  }

  /** What was written of a variable. */
  written(variable: string): Node | undefined {
    return this.store.written.get(variable);
  }

  // ──────────────────────────────────────────────────────────────────────────── weights

  /** A weight; tied ones are their partner's, reordered. */
  weight(name: string): Node {
    return this.store.weight(name);
  }

  // ─────────────────────────────────────────────────────────────────────────── variables

  variable(name: string): CompiledVariable {
    return this.store.variable(name);
  }

  /** What the outermost pass makes of data. */
  #read(of: (variables: Variables) => Node): Node {
    return this.applied === undefined ? of(this.#variables) : this.#outer(this.applied.around.#read(of));
  }

  /** A batch of a variable as it is fed. Labels are int32. */
  data(name: string): Node {
    return this.#read((variables) => variables.data(name));
  }

  /** 1 on the rows where a variable that may be missing is there, [rows]. */
  known(name: string): Node {
    if (this.variable(name).domain.kind === 'category') return knownOf(this.b, this.data(name));
    return this.b.reshape(this.mask(name), [this.rows]);
  }

  /** 1 where a variable that may be missing is there, 0 where it is not: [rows, 1], [rows, …shape] or [rows, length]. */
  mask(name: string): Node {
    return this.#read((variables) => variables.mask(name));
  }

  /** 1 at the positions of a tensor that are there, [rows, length]; undefined where none is padding. */
  positionsMask(ref: TensorRef): Node | undefined {
    return positionsMask(this.#positions, ref);
  }

  /** Labels of a variable as networks read them: corrupted. */
  labels(name: string): Node {
    return this.#read((variables) => variables.labels(name));
  }

  /** The clean variable in model space, as terms compare it. Labels stay labels. */
  clean(name: string): Node {
    return this.#read((variables) => variables.clean(name));
  }

  /** From model space back to data space, as far as transforms can be undone. */
  restore(name: string, value: Node): Node {
    return this.#variables.restore(name, value);
  }

  /** The clean variable behind its corruptions, as mode and stretch have them. */
  corrupted(name: string): Node {
    return this.#variables.corrupted(name);
  }

  /** 1 on the elements of a variable that one of its corruptions took away in this pass. */
  hidden(name: string, corruption: { readonly index: number; readonly by: CallOf<'corruption'> }): Node {
    if (this.applied !== undefined) return this.#outer(this.applied.around.hidden(name, corruption));
    this.tensor({ kind: 'variable', name });
    return this.#variables.hidden(name, corruption);
  }

  // ───────────────────────────────────────────────────────────────────────────── tensors

  /** A tensor as networks see it: corrupted, one-hot where it is a category. */
  tensor(ref: TensorRef): Node {
    const key = keyOf(ref);
    const known = this.#tensors.get(key) ?? this.applied?.inputs.get(key);
    if (known !== undefined) return known;
    if (ref.kind === 'applied') return this.#application(ref.application).tensor(ref.of);
    if (this.applied !== undefined && !this.#isOwn(ref)) return this.#outer(this.applied.around.tensor(ref));
    switch (ref.kind) {
      case 'layer': {
        const network = this.applied === undefined ? this.store.networkOf(ref.id) : undefined;
        if (network !== undefined && network.form.kind !== 'chain') return this.trees.tensor(network, ref);
        this.#chain.runUpTo(ref.id);
        return this.#tensors.get(key)!;
      }
      case 'latent':
      case 'variable': {
        const value =
          ref.kind === 'variable'
            ? this.#variables.read(ref.name)
            : this.store.draws.has(ref.name)
              ? this.#randoms.draw(ref.name)
              : this.latent(ref.name).value();
        this.#tensors.set(key, value);
        return value;
      }
      case 'mask':
        return this.mask(ref.name);
      case 'previous':
        return this.#previous(ref.of);
      default:
        // Vectors of nodes are of models that no chain is.
        throw new Error(`${key} is no tensor of a chain`);
    }
  }

  /** A sequence moved on by one position, as it is: without noise. */
  #previous(of: TensorRef): Node {
    const { b } = this;
    const variable = of.kind === 'variable' ? this.variable(of.name) : undefined;
    if (variable?.domain.kind === 'category')
      return b.make('OneHot', [this.#variables.previousLabels(variable.name)], { depth: variable.domain.classes });
    const x = (variable && this.store.written.get(variable.name)) ?? this.value(of);
    return previousOf(b, x, this.rows, fixed(x.shape[1]));
  }

  /** A tensor as a layer reads it that stands still: without noise, unless its phase itself writes some. */
  still(ref: TensorRef): Node {
    const key = keyOf(ref);
    if (this.stretch.corruption.has(key) || this.#replaced.has(key)) return this.tensor(ref);
    if (ref.kind === 'layer') return this.value(ref);
    if (ref.kind !== 'variable' || this.applied?.inputs.has(key) === true) return this.tensor(ref);
    if (this.applied !== undefined) return this.#outer(this.applied.around.still(ref));
    return this.#variables.still(ref.name) ?? this.tensor(ref);
  }

  /** A tensor as terms see it: data as they are, and what a layer gave, without the noise behind it. */
  value(ref: TensorRef): Node {
    if (ref.kind === 'applied') return this.#application(ref.application).value(ref.of);
    if (this.applied !== undefined && !this.applied.inputs.has(keyOf(ref)) && !this.#isOwn(ref))
      return this.#outer(this.applied.around.value(ref));
    if (
      ref.kind === 'variable' &&
      !this.#replaced.has(keyOf(ref)) &&
      this.variable(ref.name).domain.kind !== 'category'
    )
      return this.clean(ref.name);
    const seen = this.tensor(ref);
    return this.#results.get(keyOf(ref)) ?? seen;
  }

  /** A network or a layer on other tensors: a pass of its own, which each pass has once. */
  #application(application: Application): Pass {
    const { key } = application;
    const known = this.#applied.get(key);
    if (known !== undefined) return known;
    const { store, stretch } = this;
    const pass = this.#within(
      onOthers(this, application, store, ({ layers, input }) =>
        this.evaluate(this, input, layers.every(({ id }) => stretch.still.has(id)) ? 'still' : 'read'),
      ),
    );
    this.#applied.set(key, pass);
    return pass;
  }

  /** A pass of so many rows for each example, all of them before the next time; what does not depend on the inputs is repeated. */
  inCopies(times: number, inputs: ReadonlyMap<string, Node>, dependents: Dependents): Pass {
    const several = { dependents, enumerated: [], values: times, samples: 1, bounds: false };
    return this.#within({ around: this, inputs, ...dependents, several });
  }

  /** The pass in which several values stand for each example, one a row; each pass has one for each section of the batch. */
  ofEach(several: Several): Pass {
    const known = this.#ofEach.get(several);
    if (known !== undefined) return known;
    const pass = this.#within(onSeveral(this, several));
    this.#ofEach.set(several, pass);
    return pass;
  }

  /** The value of a latent's variable where it was observed, 0 elsewhere. */
  observed(name: string): Node {
    return observedOf(this.b, this.variable(name), this.data(name)).value;
  }

  #isOwn(ref: TensorRef): boolean {
    if (ref.kind === 'layer') return this.applied?.layers.has(ref.id) === true;
    return ref.kind === 'latent' && this.applied?.latents.has(ref.name) === true;
  }

  /** What the outer pass gives, once for each of the rows that stand for one of its rows. */
  #outer(x: Node): Node {
    const { several } = this.applied ?? {};
    if (several === undefined) return x;
    return rowsOfEach(this.b, several, x);
  }

  // ─────────────────────────────────────────────────────────────────────────────── random

  latent(name: string): PassState {
    return this.#randoms.latent(name);
  }

  /** What `encode` gives of a tensor: of a latent its mean or its probabilities. */
  code(ref: TensorRef): Node {
    return ref.kind === 'latent' && this.store.latents.has(ref.name) ? this.latent(ref.name).code() : this.value(ref);
  }

  /** Puts what `encode` gave in the place of a tensor: of a latent, what decoders read of it. */
  decode(ref: TensorRef, code: Node): void {
    const latent = ref.kind === 'latent' ? this.store.latents.get(ref.name) : undefined;
    const { decided } = latent?.definition ?? {};
    const soft = latent?.by.definition.softens === true;
    this.replace(ref, decided === undefined || soft ? code : decided(this.b, code));
  }

  // ─────────────────────────────────────────────────────────────────────────────── layers

  /** The labels that a tensor is made of, 0 where one is missing. */
  labelsBehind(ref: TensorRef): Node | undefined {
    const given = this.applied?.labels?.get(keyOf(ref));
    if (given !== undefined) return given;
    if (ref.kind === 'previous')
      return ref.of.kind !== 'variable'
        ? undefined
        : this.applied === undefined
          ? this.#variables.previousLabels(ref.of.name)
          : this.#outer(this.applied.around.labelsBehind(ref)!);
    if (ref.kind !== 'variable') return undefined;
    const labels = this.labels(ref.name);
    if (missingOf(this.variable(ref.name)) === undefined) return labels;
    return this.b.cast(this.b.unary('Relu', this.b.cast(labels, 'float32')), 'int32');
  }

  /** Where the labels that a tensor is made of are there; undefined where they always are, or are positions, which have masks of their own. */
  #labelledAt(ref: TensorRef): Node | undefined {
    if (ref.kind !== 'variable' || this.applied?.labels?.has(keyOf(ref)) === true) return undefined;
    const missing = missingOf(this.variable(ref.name));
    return missing === 'rows' || missing === 'elements' ? this.mask(ref.name) : undefined;
  }

  /** What a named layer reads, with its arguments and weights. */
  layer(ref: TensorRef): { readonly input: Node; readonly args: CompiledLayer['args']; weight(name: string): Node } {
    if (ref.kind !== 'layer') throw new Error('no layer');
    const layer = this.store.layers.get(ref.id)!;
    return {
      input: readBy(this.#layers, layer, layer.input),
      args: layer.args,
      weight: (name) => this.weight(`${layer.id}.${name}`),
    };
  }
}
