/**
 * The forward pass of a model as a graph. Tensors are computed on demand and once; what is asked
 * for decides what the graph holds.
 */
import type { TensorRef } from '../../builtins/arguments.js';
import type { CorruptionContext, LatentState, LayerContext } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { CompiledLatent, CompiledLayer, CompiledModel, CompiledVariable } from './compiled.js';
import type { Node } from '../graph/graph.js';
import { layersOf, type Tie, type Weight } from '../model/model.js';
import { B, type Shape } from '../graph/shape.js';
import { boundOf } from './weights.js';

export interface ForwardMode {
  /** Layers behave as in training: dropout drops, batch statistics are taken and moving averages updated. */
  readonly training: boolean;
  /** Corruptions are applied; degradations always are where the clean variable is fed. */
  readonly corrupt: boolean;
  /** What a latent is: a draw from its posterior, the posterior's mean, or a draw from its prior. */
  readonly latents: 'drawn' | 'mean' | 'prior';
  /** Batches hold what the networks read (already degraded), not the clean variable. */
  readonly readsCorrupted: boolean;
}

const key = (ref: TensorRef): string => (ref.kind === 'layer' ? `layer ${ref.id} ${ref.output}` : `${ref.kind} ${ref.name}`);

const byName = <T>(items: readonly T[], name: (item: T) => string): ReadonlyMap<string, T> => new Map(items.map((item) => [name(item), item]));

export class Forward {
  /** As networks read them: behind noise. */
  readonly #tensors = new Map<string, Node>();
  /** Results of layers as they come out, where noise stands behind them. */
  readonly #results = new Map<string, Node>();
  readonly #weights: Map<string, Node>;
  readonly #data: Map<string, Node>;
  readonly #latents = new Map<string, LatentState>();
  readonly #layers: ReadonlyMap<string, CompiledLayer>;
  readonly #declared: ReadonlyMap<string, Weight>;
  readonly #ties: ReadonlyMap<string, Tie>;
  /** New values of weights that no gradient moves, by name. */
  readonly updates = new Map<string, Node>();

  /** @param shared a pass over the same weights and data, whose nodes this one uses */
  constructor(
    readonly b: Builder,
    readonly model: CompiledModel,
    readonly mode: ForwardMode,
    shared?: Forward,
  ) {
    this.#weights = shared === undefined ? new Map() : shared.#weights;
    this.#data = shared === undefined ? new Map() : shared.#data;
    this.#layers = shared === undefined ? byName(layersOf(model), (layer) => layer.id) : shared.#layers;
    this.#declared = shared === undefined ? byName(model.weights, (weight) => weight.name) : shared.#declared;
    this.#ties = shared === undefined ? byName(model.ties, (tie) => tie.weight) : shared.#ties;
  }

  /** Puts a value in the place of a tensor, before anything asks for it. */
  replace(ref: TensorRef, value: Node): void {
    this.#tensors.set(key(ref), value);
  }

  /** A weight; tied ones are their partner's, reordered. */
  weight(name: string): Node {
    const known = this.#weights.get(name);
    if (known !== undefined) return known;
    const tie = this.#ties.get(name);
    const value = tie === undefined ? this.b.input('weight', name, this.#weightShape(name)) : this.b.transpose(this.weight(tie.of), tie.order);
    this.#weights.set(name, value);
    return value;
  }

  #weightShape(name: string): readonly number[] {
    const weight = this.#declared.get(name);
    if (weight !== undefined) return weight.declaration.shape;
    // Statistics: `x.mean` has the shape of one example of x.
    return this.model.variables.find((v) => name.startsWith(`${v.name}.`))!.shape;
  }

  /** A batch of a variable as it is fed. Labels are int32. */
  data(name: string): Node {
    const known = this.#data.get(name);
    if (known !== undefined) return known;
    const variable = this.variable(name);
    const category = variable.domain.kind === 'category';
    const shape: Shape = [B, ...(this.mode.readsCorrupted ? variable.corrupted : variable.shape)];
    const value = this.b.input('data', name, shape, category ? 'int32' : 'float32');
    this.#data.set(name, value);
    return value;
  }

  variable(name: string): CompiledVariable {
    const found = this.model.variables.find((v) => v.name === name);
    if (found === undefined) throw new Error(`no variable ${name}`);
    return found;
  }

  statistics(variable: CompiledVariable): CorruptionContext {
    return {
      b: this.b,
      statistic: (kind) => {
        const bound = kind === 'min' || kind === 'max' ? boundOf(variable, kind) : undefined;
        const raw = bound === undefined ? this.weight(`${variable.name}.${kind}`) : this.b.fill(bound, variable.shape);
        const preprocessing = variable.preprocessing;
        return preprocessing === undefined || kind === 'mean' || kind === 'std' ? raw : preprocessing.definition.forward(this.statistics(variable), raw, preprocessing.args);
      },
    };
  }

  /** The clean variable in model space: preprocessed, as terms compare it. Labels stay labels. */
  clean(name: string): Node {
    const variable = this.variable(name);
    const raw = this.data(name);
    return variable.preprocessing === undefined ? raw : variable.preprocessing.definition.forward(this.statistics(variable), raw, variable.preprocessing.args);
  }

  /** From model space back to data space. */
  restore(name: string, value: Node): Node {
    const variable = this.variable(name);
    return variable.preprocessing === undefined ? value : variable.preprocessing.definition.backward(this.statistics(variable), value, variable.preprocessing.args);
  }

  /** A tensor as networks see it: corrupted, one-hot where it is a category. */
  tensor(ref: TensorRef): Node {
    const known = this.#tensors.get(key(ref));
    if (known !== undefined) return known;
    if (ref.kind === 'layer') {
      this.#runUpTo(ref.id);
      return this.#tensors.get(key(ref))!;
    }
    // Parameters are of recursive networks, which no CompiledModel has.
    if (ref.kind === 'parameter') throw new Error(`${ref.name} is no tensor of a chain`);
    const value = ref.kind === 'latent' ? this.latent(ref.name).value : this.#read(ref.name);
    this.#tensors.set(key(ref), value);
    return value;
  }

  /** A tensor as terms see it: what a layer gave, without the noise behind it. */
  value(ref: TensorRef): Node {
    const seen = this.tensor(ref);
    return this.#results.get(key(ref)) ?? seen;
  }

  #read(name: string): Node {
    const variable = this.variable(name);
    if (variable.domain.kind === 'category') return this.b.make('OneHot', [this.data(name)], { depth: variable.domain.classes });
    return this.b.at(variable.source, () => this.corrupted(name));
  }

  /** The clean variable behind its corruptions, as the mode has them. */
  corrupted(name: string): Node {
    const variable = this.variable(name);
    // Statistics have the clean shape: what a degradation shrank is read as `degrade` gives it, preprocessed.
    if (this.mode.readsCorrupted && variable.shape.join() !== variable.corrupted.join()) return this.data(name);
    let x = this.clean(name);
    if (this.mode.readsCorrupted) return x;
    for (const { definition, args } of variable.corruption) {
      if (this.mode.corrupt || definition.degradation) x = definition.lower(this.statistics(variable), x, args);
    }
    return variable.corruption.length === 0 ? x : this.b.named(x, `${name}.corrupted`);
  }

  latent(name: string): LatentState {
    const known = this.#latents.get(name);
    if (known !== undefined) return known;
    const latent = this.model.latents.find((z) => z.name === name)!;
    const state = this.b.at(latent.source, () => this.#draw(latent));
    this.#latents.set(name, state);
    return state;
  }

  #draw(latent: CompiledLatent): LatentState {
    const { b, mode } = this;
    const { definition } = latent;
    const posterior = mode.latents === 'prior' ? this.prior(latent).params : this.#params(latent.posterior.heads);
    const draw = mode.latents === 'prior' || (mode.latents === 'drawn' && latent.by.definition.draws);
    const value = draw ? definition.sample(b, posterior, (shape) => b.normal(shape)) : definition.mean(b, posterior);
    return { definition, posterior, prior: () => this.prior(latent), value: b.named(value, latent.name) };
  }

  prior(latent: CompiledLatent): ReturnType<LatentState['prior']> {
    const { prior } = latent;
    const shape = [B, ...latent.shape];
    const params = prior.kind === 'fixed' ? prior.definition.fixed(this.b, prior.args, shape) : this.#params(prior.heads);
    // A draw has the shape of its parameters.
    const whole = this.mode.latents === 'prior' ? Object.fromEntries(Object.entries(params).map(([name, node]) => [name, this.b.broadcastTo(node, shape)])) : params;
    return { definition: prior.definition, params: whole };
  }

  #params(heads: Readonly<Record<string, TensorRef>>): Readonly<Record<string, Node>> {
    return Object.fromEntries(Object.entries(heads).map(([name, ref]) => [name, this.tensor(ref)]));
  }

  /** Runs a layer, and first those that it stands behind: a loop along the chain, since a chain may be thousands of layers long. */
  #runUpTo(id: string): void {
    const waiting: CompiledLayer[] = [];
    for (let layer = this.#layers.get(id); layer !== undefined; ) {
      waiting.push(layer);
      const before: TensorRef = layer.input;
      layer = before.kind === 'layer' && !this.#tensors.has(key(before)) ? this.#layers.get(before.id) : undefined;
    }
    for (const layer of waiting.reverse()) this.#run(layer);
  }

  #run(layer: CompiledLayer): void {
    const { b, mode } = this;
    const { definition } = layer;
    b.at(layer.source, () => {
      const raw = definition.readLabels !== undefined && layer.input.kind === 'variable' ? this.data(layer.input.name) : this.tensor(layer.input);
      const context: LayerContext = {
        b,
        training: mode.training,
        input: layer.inputShape,
        output: layer.outputs[0]!,
        id: layer.id,
        weight: (name) => this.weight(`${layer.id}.${name}`),
        update: (name, value) => this.updates.set(`${layer.id}.${name}`, value),
        tensor: (ref) => this.tensor(ref),
        layer: (ref) => {
          if (ref.kind !== 'layer') throw new Error(`${layer.id} needs a layer`);
          const other = this.#layers.get(ref.id)!;
          return { input: this.tensor(other.input), output: this.tensor(ref), args: other.args };
        },
      };
      const lowered = definition.lower(context, raw, layer.args);
      const outputs = Array.isArray(lowered) ? (lowered as readonly Node[]) : [lowered as Node];
      outputs.forEach((node, output) => {
        const at = key({ kind: 'layer', id: layer.id, output });
        const result = b.named(node, outputs.length === 1 ? layer.id : `${layer.id}.${output}`);
        const noise = mode.corrupt ? layer.corruption.filter((c) => c.output === output) : [];
        if (noise.length === 0) {
          this.#tensors.set(at, result);
          return;
        }
        const statistic = (): never => { throw new Error('layers have no statistics'); };
        const noisy = noise.reduce((x, c) => b.at(c.source, () => c.definition.lower({ b, statistic }, x, c.args)), result);
        this.#results.set(at, result);
        this.#tensors.set(at, b.named(noisy, `${layer.id}.corrupted`));
      });
    });
  }
}
