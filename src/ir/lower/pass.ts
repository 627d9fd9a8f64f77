/**
 * The forward pass of a model as a graph. Tensors are computed on demand and once; what is asked for decides what the
 * graph holds. A network that is applied to other tensors is a pass of its own over the same weights, in which these
 * stand in the place of its inputs.
 */
import {
  keyOf,
  type Application,
  type ArgValue,
  type CallOf,
  type Expression,
  type LayerId,
  type TensorRef,
} from '../../builtins/arguments.js';
import type { CorruptionContext, LatentState, LayerContext, Noise } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { B, scaleDim, type Dim, type Shape } from '../graph/shape.js';
import type {
  CompiledCorruption,
  CompiledLatent,
  CompiledLayer,
  CompiledModel,
  CompiledNetwork,
  CompiledVariable,
} from './compiled.js';
import { drawOf, stateOf, type LatentSite } from './latents.js';
import { copiesOf, everyValueOf, repeated, type Several } from './several.js';
import { Store } from './store.js';
import { whole, type Stretch } from './stretch.js';
import { leavesOf, nodesOf, Trees, type Rows } from './trees.js';
import { extremesOf, restored, transformed, type Transforming } from './transforms.js';

export interface Mode {
  /** Layers behave as in training: dropout drops, batch statistics are taken and moving averages updated. */
  readonly training: boolean;
  /** Corruptions are applied; degradations always are where the clean variable is fed. */
  readonly corrupt: boolean;
  /** What a latent is: a draw from its posterior, the posterior's mean, or a draw from its prior. */
  readonly latents: 'drawn' | 'mean' | 'prior';
  /** Batches hold what the networks read (already degraded), not the clean variable. */
  readonly readsCorrupted: boolean;
}

/**
 * Where a pass within another is computed: what stands in the place of its inputs, and which layers and latents are its
 * own. All else is the outer pass's.
 */
interface Applied {
  readonly around: Pass;
  readonly inputs: ReadonlyMap<string, Node>;
  readonly layers: ReadonlySet<LayerId>;
  readonly latents: ReadonlySet<string>;
  /** Where several values stand for an example: how many rows for one of the outer pass. */
  readonly several?: Several;
  /** Labels behind the inputs, by the same keys. */
  readonly labels?: ReadonlyMap<string, Node>;
}

const nothing: ReadonlySet<string> = new Set();

/**
 * As terms see tensors, without the noise behind them; as networks read them, behind noise; or as networks that stand
 * still read them, behind degradations and the noise that their phase itself writes.
 */
export type Sight = 'value' | 'read' | 'still';

/** Evaluates expressions; given by who knows them. */
export type Evaluate = (pass: Pass, expr: Expression, as: Sight) => Node;

/** What a corruption took away, where it hides elements. */
interface Hidden {
  readonly by: CallOf<'corruption'>['definition'];
  readonly where: Node | undefined;
}

export class Pass {
  /** As networks read them: behind noise. */
  readonly #tensors = new Map<string, Node>();
  readonly #replaced = new Set<string>();
  /** Results of layers as they come out, where noise stands behind them. */
  readonly #results = new Map<string, Node>();
  /** Variables as networks read them that stand still. */
  readonly #still = new Map<string, Node>();
  /** What the corruptions of a variable took away, in their order. */
  readonly #hidden = new Map<string, readonly Hidden[]>();
  readonly #latents = new Map<string, LatentState>();
  readonly #applied = new Map<string, Pass>();
  #ofEach: Pass | undefined;
  /** New values of weights that no gradient moves, by name, with the layer whose they are. */
  readonly updates = new Map<string, { readonly of: LayerId; readonly value: Node }>();
  /** Rows: the batch, or a multiple of it. */
  readonly rows: Dim;

  #trees: Trees | undefined;

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
    this.rows = applied?.several === undefined ? outer : scaleDim(outer, copiesOf(applied.several));
  }

  /** @param stretch the stretch of training that it is a pass of; all of it where nothing says otherwise */
  static of(b: Builder, model: CompiledModel, mode: Mode, evaluate: Evaluate, stretch: Stretch = whole(model)): Pass {
    return new Pass(b, model, mode, stretch, new Store(model, mode.corrupt || mode.latents !== 'mean'), evaluate);
  }

  /** A pass over the same weights and data. */
  beside(mode: Mode): Pass {
    return new Pass(this.b, this.model, mode, this.stretch, this.store, this.evaluate);
  }

  /** What is computed at the nodes of trees. */
  get trees(): Trees {
    if (this.applied !== undefined) return this.applied.around.trees;
    return (this.#trees ??= new Trees(this));
  }

  networkOf(id: LayerId): CompiledNetwork | undefined {
    return this.store.networkOf(id);
  }

  network(name: string): CompiledNetwork {
    return this.store.networks.get(name)!;
  }

  /** Layers over other rows than the batch. */
  over(of: Rows): Pass {
    return this.#with(this.b, this.store, { around: this, latents: nothing, ...of });
  }

  /** Layers over rows in a graph of their own, of which nothing around them is known but what it is given. */
  inBody(b: Builder, of: Rows): Pass {
    const store = new Store(this.model, this.store.drawing);
    return this.#with(b, store, { around: this.#with(b, store), latents: nothing, ...of });
  }

  #with(b: Builder, store: Store, applied?: Applied): Pass {
    return new Pass(b, this.model, this.mode, this.stretch, store, this.evaluate, applied);
  }

  /** Puts a value in the place of a tensor, before anything asks for it. */
  replace(ref: TensorRef, value: Node): void {
    this.#tensors.set(keyOf(ref), value);
    this.#replaced.add(keyOf(ref));
  }

  // ──────────────────────────────────────────────────────────────────────────── weights

  /** A weight; tied ones are their partner's, reordered. */
  weight(name: string): Node {
    const { weights, ties } = this.store;
    const known = weights.get(name);
    if (known !== undefined) return known;
    const tie = ties.get(name);
    const value =
      tie === undefined
        ? this.b.input('weight', name, this.#weightShape(name))
        : signed(this.b, this.b.transpose(this.weight(tie.of), tie.order), tie.sign);
    weights.set(name, value);
    return value;
  }

  #weightShape(name: string): readonly number[] {
    const weight = this.store.declared.get(name);
    if (weight !== undefined) return weight.declaration.shape;
    // Statistics: `x.mean` has the shape of one example of x.
    return this.model.variables.find((v) => name.startsWith(`${v.name}.`))!.shape;
  }

  // ─────────────────────────────────────────────────────────────────────────── variables

  /** A batch of a variable as it is fed. Labels are int32. */
  data(name: string): Node {
    if (this.applied !== undefined) return this.#outer(this.applied.around.data(name));
    const known = this.store.data.get(name);
    if (known !== undefined) return known;
    const variable = this.variable(name);
    const { structure } = variable;
    const rows = structure.kind === 'tree' ? leavesOf(name) : structure.kind === 'label' ? nodesOf(structure.tree) : B;
    const shape: Shape = [rows, ...(this.mode.readsCorrupted ? variable.corrupted : variable.shape)];
    const value = this.b.input('data', name, shape, variable.domain.kind === 'category' ? 'int32' : 'float32');
    this.store.data.set(name, value);
    return value;
  }

  /** 1 on the rows where a label that may be missing is there: it is −1 where it is not. [rows]. */
  known(name: string): Node {
    return this.b.indicator('GreaterEqual', this.data(name), this.b.cast(this.b.scalar(0), 'int32'));
  }

  get #transforming(): Transforming {
    return { b: this.b, drawing: this.store.drawing, weight: (name) => this.weight(name) };
  }

  variable(name: string): CompiledVariable {
    const found = this.store.variables.get(name);
    if (found === undefined) throw new Error(`no variable ${name}`);
    return found;
  }

  /** The clean variable in model space: preprocessed, as terms compare it. Labels stay labels. */
  clean(name: string): Node {
    if (this.applied !== undefined) return this.#outer(this.applied.around.clean(name));
    const known = this.store.clean.get(name);
    if (known !== undefined) return known;
    const value = transformed(this.#transforming, this.variable(name), this.data(name));
    this.store.clean.set(name, value);
    return value;
  }

  /** From model space back to data space, as far as transforms can be undone. */
  restore(name: string, value: Node): Node {
    return restored(this.#transforming, this.variable(name), value);
  }

  #read(name: string): Node {
    const variable = this.variable(name);
    if (variable.domain.kind === 'category')
      return this.b.make('OneHot', [this.data(name)], { depth: variable.domain.classes });
    return this.b.at(variable.source, () => this.corrupted(name));
  }

  /** The clean variable behind its corruptions, as mode and stretch have them. */
  corrupted(name: string): Node {
    const variable = this.variable(name);
    // Statistics have the clean shape: what a degradation shrank is read as `degrade` gives it, preprocessed.
    if (this.mode.readsCorrupted && variable.shape.join() !== variable.corrupted.join()) return this.data(name);
    if (this.mode.readsCorrupted) return this.clean(name);
    const corruption = this.stretch.behind(keyOf({ kind: 'variable', name }), variable.corruption);
    const { value, hidden } = this.#behind(variable, corruption, this.mode.corrupt);
    this.#hidden.set(name, hidden);
    return value;
  }

  /** The clean variable behind corruptions, those that are noise only where they are drawn. */
  #behind(
    variable: CompiledVariable,
    corruption: readonly CompiledCorruption[],
    drawn: boolean,
  ): { readonly value: Node; readonly hidden: readonly Hidden[] } {
    const { b } = this;
    const clean = this.clean(variable.name);
    const statistic = extremesOf(this.#transforming, variable);
    const context: CorruptionContext = { b, statistic, value: (ref) => this.tensor(ref) };
    let x = clean;
    const hidden = corruption.map(({ definition, args, source }): Hidden => {
      if (!drawn && !definition.degradation) return { by: definition, where: undefined };
      const made = b.at(source, () => definition.lower(context, x, args));
      x = made.value;
      return { by: definition, where: made.hidden };
    });
    return { value: corruption.length === 0 ? clean : b.named(x, `${variable.name}.corrupted`), hidden };
  }

  /** 1 on the elements of a variable that one of its corruptions took away in this pass: the one in its place, or of its name where the phase has others. */
  hidden(name: string, { index, by }: { readonly index: number; readonly by: CallOf<'corruption'> }): Node {
    if (this.applied !== undefined) return this.#outer(this.applied.around.hidden(name, { index, by }));
    this.tensor({ kind: 'variable', name });
    const all = this.#hidden.get(name) ?? [];
    const own = all[index]?.by === by.definition ? all[index] : all.find((one) => one.by === by.definition);
    return own?.where ?? this.b.scalar(0);
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
        this.#runUpTo(ref.id);
        return this.#tensors.get(key)!;
      }
      case 'latent':
      case 'variable': {
        const value =
          ref.kind === 'variable'
            ? this.#read(ref.name)
            : this.store.draws.has(ref.name)
              ? this.#drawn(ref.name)
              : this.latent(ref.name).value();
        this.#tensors.set(key, value);
        return value;
      }
      default:
        // Masks, words before and vectors of nodes are of models that no CompiledModel is.
        throw new Error(`${key} is no tensor of a chain`);
    }
  }

  /** A tensor as a layer reads it that stands still: without noise, unless its phase itself writes some. */
  still(ref: TensorRef): Node {
    const key = keyOf(ref);
    if (this.stretch.corruption.has(key) || this.#replaced.has(key)) return this.tensor(ref);
    if (ref.kind === 'layer') return this.value(ref);
    if (ref.kind !== 'variable' || this.applied?.inputs.has(key) === true) return this.tensor(ref);
    if (this.applied !== undefined) return this.#outer(this.applied.around.still(ref));
    const variable = this.variable(ref.name);
    if (!this.mode.corrupt || variable.corruption.every(({ definition }) => definition.degradation))
      return this.tensor(ref);
    const known = this.#still.get(key) ?? this.#behind(variable, variable.corruption, false).value;
    this.#still.set(key, known);
    return known;
  }

  #readBy(layer: CompiledLayer, ref: TensorRef): Node {
    return this.stretch.still.has(layer.id) ? this.still(ref) : this.tensor(ref);
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
  #application({ key, of, inputs }: Application): Pass {
    const known = this.#applied.get(key);
    if (known !== undefined) return known;
    const network = of.kind === 'network' ? this.store.networks.get(of.name)! : undefined;
    const layers = network?.layers ?? [this.store.layers.get((of as { readonly id: LayerId }).id)!];
    const reads = network?.inputs ?? [layers[0]!.input];
    const as = layers.every(({ id }) => this.stretch.still.has(id)) ? 'still' : 'read';
    const given = new Map(reads.map((ref, i) => [keyOf(ref), this.evaluate(this, inputs[i]!, as)]));
    const pass = new Pass(this.b, this.model, this.mode, this.stretch, this.store, this.evaluate, {
      around: this,
      inputs: given,
      layers: new Set(layers.map(({ id }) => id)),
      latents: nothing,
    });
    this.#applied.set(key, pass);
    return pass;
  }

  /** The pass in which several values stand for each example, one a row; each pass has one. */
  ofEach(several: Several): Pass {
    if (this.#ofEach !== undefined) return this.#ofEach;
    const { dependents, enumerated } = several;
    const inputs = new Map(
      enumerated.map((latent) => [
        keyOf({ kind: 'latent', name: latent.name }),
        this.b.at(latent.source, () => everyValueOf(this.b, several, latent)),
      ]),
    );
    const { layers, latents } = dependents;
    const applied: Applied = { around: this, inputs, layers, latents, several };
    return (this.#ofEach = new Pass(this.b, this.model, this.mode, this.stretch, this.store, this.evaluate, applied));
  }

  #isOwn(ref: TensorRef): boolean {
    if (ref.kind === 'layer') return this.applied?.layers.has(ref.id) === true;
    return ref.kind === 'latent' && this.applied?.latents.has(ref.name) === true;
  }

  /** What the outer pass gives, once for each of the rows that stand for one of its rows. */
  #outer(x: Node): Node {
    return this.applied?.several === undefined ? x : repeated(this.b, x, copiesOf(this.applied.several));
  }

  // ─────────────────────────────────────────────────────────────────────────────── random

  /** Draws that are the same for every enumerated value, and differ from sample to sample. */
  #noise(stream?: number): Noise {
    const { b } = this;
    const values = this.applied?.several?.values ?? 1;
    const shared = (draw: (shape: Shape) => Node): ((shape: Shape) => Node) => {
      if (values === 1) return draw;
      return ([rows, ...rest]) =>
        typeof rows === 'object'
          ? repeated(b, draw([{ batch: rows.batch / values }, ...rest]), values)
          : draw([rows!, ...rest]);
    };
    return {
      normal: shared((shape) => b.normal(shape, stream)),
      uniform: shared((shape) => b.uniform(shape, stream)),
    };
  }

  #drawn(name: string): Node {
    const draw = this.store.draws.get(name)!;
    const site = { b: this.b, rows: this.rows, noise: this.#noise(this.store.streamOf(name)) };
    return this.b.at(draw.source, () => drawOf(site, draw, this.store.drawing));
  }

  latent(name: string): LatentState {
    const known = this.#latents.get(name);
    if (known !== undefined) return known;
    const latent = this.store.latents.get(name)!;
    const state =
      this.applied === undefined || this.applied.latents.has(name)
        ? stateOf(this.#site(latent), latent)
        : this.#outerState(this.applied.around.latent(name));
    this.#latents.set(name, state);
    return state;
  }

  #site(latent: CompiledLatent): LatentSite {
    const { from } = latent.experts[0];
    const moves = from.kind !== 'layer' || !this.stretch.still.has(from.id);
    return {
      b: this.b,
      mode: this.mode,
      rows: this.rows,
      noise: this.#noise(),
      training: this.mode.training && moves && this.applied === undefined,
      tensor: (ref) => this.tensor(ref),
      weight: (name) => this.weight(name),
      update: (name, value) => {
        this.updates.set(name, { of: from.kind === 'layer' ? from.id : latent.name, value });
      },
      scalar: (value) => scalarOf(this.b, value, this.stretch),
      // What is sampled from the prior is not told what was observed.
      ...(latent.observed === 'sometimes' && this.mode.latents !== 'prior'
        ? { observed: this.#label(latent.name) }
        : {}),
    };
  }

  /** A label that may be missing: where it is known, and as a one-hot vector, which is 0 where it is not. */
  #label(name: string): NonNullable<LatentSite['observed']> {
    const { domain } = this.variable(name);
    if (domain.kind !== 'category') throw new Error(`${name} is no label`);
    return { known: this.known(name), value: this.b.make('OneHot', [this.data(name)], { depth: domain.classes }) };
  }

  /** What the outer pass knows of a latent, once for each row that stands for one of its rows. */
  #outerState(state: LatentState): LatentState {
    if (this.applied?.several === undefined) return state;
    const outer = (of: () => Node) => (): Node => this.#outer(of());
    const all = (params: LatentState['posterior']): LatentState['posterior'] =>
      Object.fromEntries(Object.entries(params).map(([name, node]) => [name, this.#outer(node)]));
    return {
      get posterior() {
        return all(state.posterior);
      },
      value: outer(() => state.value()),
      code: outer(() => state.code()),
      divergence: outer(() => state.divergence()),
      surprise: outer(() => state.surprise()),
      logDensities: (value) => state.logDensities(value),
      probability: () => {
        throw new Error('the values of an outer latent do not stand side by side');
      },
    };
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

  /** Runs a layer, and first those that it stands behind: a loop along the chain, since a chain may be thousands of layers long. */
  #runUpTo(id: LayerId): void {
    const waiting: CompiledLayer[] = [];
    for (let layer = this.#own(id); layer !== undefined;) {
      waiting.push(layer);
      const before: TensorRef = layer.input;
      const isThere = this.#tensors.has(keyOf(before)) || this.applied?.inputs.has(keyOf(before)) === true;
      layer = before.kind === 'layer' && !isThere ? this.#own(before.id) : undefined;
    }
    for (const layer of waiting.reverse()) this.#run(layer);
  }

  #own(id: LayerId): CompiledLayer | undefined {
    // Layers at the nodes of trees are computed where they are asked for.
    const isOwn =
      this.applied === undefined ? this.store.networkOf(id)?.form.kind === 'chain' : this.applied.layers.has(id);
    return isOwn ? this.store.layers.get(id) : undefined;
  }

  #run(layer: CompiledLayer): void {
    const { b, mode } = this;
    const { definition } = layer;
    b.at(layer.source, () => {
      const labels = definition.readLabels === undefined ? undefined : this.#labels(layer.input);
      const raw = labels ?? this.#readBy(layer, layer.input);
      const lowered = definition.lower(this.#context(layer), raw, layer.args);
      const outputs = Array.isArray(lowered) ? (lowered as readonly Node[]) : [lowered as Node];
      outputs.forEach((node, output) => {
        const at = keyOf({ kind: 'layer', id: layer.id, output });
        const result = b.named(node, outputs.length === 1 ? layer.id : `${layer.id}.${output}`);
        const behind = this.stretch.behind(
          at,
          layer.corruption.filter((c) => c.output === output),
        );
        const noise = behind.filter((c) => mode.corrupt || c.definition.degradation);
        if (noise.length === 0) {
          this.#tensors.set(at, result);
          return;
        }
        const statistic = (): never => {
          throw new Error('layers have no statistics');
        };
        const context: CorruptionContext = { b, statistic, value: (ref) => this.tensor(ref) };
        const noisy = noise.reduce(
          (x, c) => b.at(c.source, () => c.definition.lower(context, x, c.args).value),
          result,
        );
        this.#results.set(at, result);
        this.#tensors.set(at, b.named(noisy, `${layer.id}.corrupted`));
      });
    });
  }

  /** The labels that a tensor is made of. */
  #labels(ref: TensorRef): Node | undefined {
    return ref.kind === 'variable' ? this.data(ref.name) : this.applied?.labels?.get(keyOf(ref));
  }

  #context(layer: CompiledLayer): LayerContext {
    return {
      b: this.b,
      training: this.mode.training && !this.stretch.still.has(layer.id),
      input: layer.inputShape,
      output: layer.outputs[0]!,
      id: layer.id,
      weight: (name) => this.weight(`${layer.id}.${name}`),
      // Moving averages follow the network's own pass.
      update: (name, value) => {
        if (this.applied === undefined) this.updates.set(`${layer.id}.${name}`, { of: layer.id, value });
      },
      tensor: (ref) => this.#readBy(layer, ref),
      layer: (ref) => {
        if (ref.kind !== 'layer') throw new Error(`${layer.id} needs a layer`);
        const other = this.store.layers.get(ref.id)!;
        return { input: this.#readBy(other, other.input), output: this.#readBy(layer, ref), args: other.args };
      },
    };
  }

  /** What a named layer reads, with its arguments and weights. */
  layer(ref: TensorRef): { readonly input: Node; readonly args: CompiledLayer['args']; weight(name: string): Node } {
    if (ref.kind !== 'layer') throw new Error('no layer');
    const { id, input, args } = this.store.layers.get(ref.id)!;
    const layer = this.store.layers.get(id)!;
    return { input: this.#readBy(layer, input), args, weight: (name) => this.weight(`${id}.${name}`) };
  }
}

/** A number, or a schedule over the stretch. */
function scalarOf(b: Builder, value: ArgValue | undefined, stretch: Stretch): Node {
  if (typeof value === 'number') return b.scalar(value);
  if (typeof value === 'object' && 'kind' in value && value.kind === 'call' && value.definition.category === 'schedule')
    return value.definition.lower(b, value.args, stretch);
  throw new Error('neither a number nor a schedule');
}

const signed = (b: Builder, node: Node, sign: 1 | -1): Node => (sign === 1 ? node : b.neg(node));
