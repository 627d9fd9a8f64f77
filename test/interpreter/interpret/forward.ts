/**
 * A model's tensors on a batch, each computed once and when it is asked for. Weights are variables of
 * the tape, and so is what the networks read, for penalties on derivatives.
 */
import { addAll, broadcast, mask, permute, reshape } from './arrays.js';
import { applied } from './layers.js';
import {
  isTensor,
  keyOf,
  layerOf,
  num,
  type Application,
  type Args,
  type Expression,
  type Latent,
  type Layer,
  type Model,
  type Network,
  type TensorRef,
  type Variable,
} from './model.js';
import { atPositions, maskOf, movedOn, positionsOf, present } from './missing.js';
import { afterAll, corruption, hiddenWords, preprocessed, restored, type Noise, type Statistic } from './noise.js';
import { constant, exp, fill, mul, neg, scale, size, variable, type Shape, type Value } from './tape.js';

export interface Array64 {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

export type Arrays = Readonly<Record<string, Array64>>;

export interface Mode {
  /** Layers behave as in training. */
  readonly training: boolean;
  /** Nothing is dropped, in training either. */
  readonly undropped?: true;
  /** Noise stands where the model says; degradations do in any case. */
  readonly noisy: boolean;
  /** Latents are drawn from their posteriors; their mean stands for them otherwise. */
  readonly sampled: boolean;
  /** Latents are drawn from their priors (§6: ancestral sampling). */
  readonly ancestral?: true;
  /** Batches hold what the networks read, degraded already. */
  readonly degraded: boolean;
}

/**
 * §4: noise is drawn in training, and for held-out examples unless they are to be clean; it is absent in the deployed model.
 * Degradations are always there.
 */
export const modes = {
  training: { training: true, noisy: true, sampled: true, degraded: false },
  evaluation: { training: false, noisy: true, sampled: true, degraded: false },
  deployed: { training: false, noisy: false, sampled: false, degraded: true },
} as const satisfies Readonly<Record<string, Mode>>;

/** Parameters of a latent's distribution: means and standard deviations. */
export interface Normal {
  readonly mean: Value;
  readonly logVariance: Value;
}

/** Gives the value of an expression as networks read it. */
export type Evaluate = (forward: Forward, expr: Expression) => Value;

/** Where a network or a layer is computed on other tensors than its own. */
interface Elsewhere {
  readonly around: Forward;
  readonly key: string;
  readonly inputs: ReadonlyMap<string, Value>;
  readonly layers: ReadonlySet<string>;
}

interface Given {
  readonly model: Model;
  readonly stored: Arrays;
  readonly batch: Arrays;
  readonly noise: Noise;
  readonly evaluate: Evaluate;
  /** Examples in the batch. */
  readonly batchSize: number;
  /** Passes of one step see the same weights, the same data and the same draws of binary values. */
  readonly weights: Map<string, Value>;
  readonly clean: Map<string, Value>;
  readonly draws: Map<string, number>;
  readonly noiseOf: Map<string, Value>;
  /** §10: what a decoder has written, which it then reads as what stands before. */
  readonly written: Map<string, Value>;
  /** Whether draws are made: in training and in its measures. Elsewhere their means stand for them. */
  readonly drawing: boolean;
}

export class Forward {
  readonly #tensors = new Map<string, Value>();
  readonly #own = new Map<string, Value>();
  readonly #reads = new Map<string, Value>();
  readonly #labels = new Map<string, Value>();
  #noiseless: Forward | undefined;
  readonly #gone = new Map<string, readonly (Value | undefined)[]>();
  readonly #elsewhere = new Map<string, Forward>();
  readonly #replaced = new Set<string>();
  /** New values of moving averages. */
  readonly updates = new Map<string, Value>();

  private constructor(
    private readonly given: Given,
    readonly mode: Mode,
    private readonly elsewhere?: Elsewhere,
  ) {}

  static of(
    model: Model,
    stored: Arrays,
    batch: Arrays,
    mode: Mode,
    noise: Noise,
    evaluate: Evaluate,
    batchSize: number = Object.values(batch)[0]!.shape[0]!,
  ): Forward {
    return new Forward(
      {
        model,
        stored,
        batch,
        noise,
        evaluate,
        batchSize,
        weights: new Map(),
        clean: new Map(),
        draws: new Map(),
        noiseOf: new Map(),
        written: new Map(),
        drawing: mode.noisy || mode.sampled || mode.ancestral === true,
      },
      mode,
    );
  }

  get model(): Model {
    return this.given.model;
  }

  get batchSize(): number {
    return this.given.batchSize;
  }

  get noise(): Noise {
    return this.given.noise;
  }

  /** What was written of a variable. */
  written(name: string): Value | undefined {
    return this.given.written.get(name);
  }

  /** The same pass from its beginning, in which something was written. */
  after(name: string, written: Value): Forward {
    const next = new Forward({ ...this.given, written: new Map([...this.given.written, [name, written]]) }, this.mode);
    // What is drawn is drawn once.
    for (const [key, value] of this.#tensors) if (key.startsWith('latent ')) next.#tensors.set(key, value);
    for (const key of this.#replaced) {
      next.#tensors.set(key, this.#tensors.get(key)!);
      next.#replaced.add(key);
    }
    return next;
  }

  /** A name for a draw that a term makes, another one each time that it is asked for. */
  once(text: string): string {
    const { draws } = this.given;
    draws.set(text, (draws.get(text) ?? 0) + 1);
    return `${text} ${draws.get(text)!}`;
  }

  /** The pass without noise: batch statistics are taken, and nothing is drawn or dropped. */
  noiseless(): Forward {
    return (this.#noiseless ??= new Forward(this.given, {
      ...this.mode,
      noisy: false,
      sampled: false,
      undropped: true,
    }));
  }

  /** Another pass over the same weights and data. */
  beside(mode: Mode): Forward {
    return new Forward(this.given, mode);
  }

  /** Puts a value in the place of a tensor. */
  replace(ref: TensorRef, value: Value): void {
    this.#tensors.set(keyOf(ref), value);
    this.#replaced.add(keyOf(ref));
  }

  /** A weight that is stored, or the one that it is tied to with its axes in another order, and its sign or the other. */
  weight(name: string): Value {
    const { weights, model } = this.given;
    const known = weights.get(name);
    if (known !== undefined) return known;
    const tie = model.ties.find((t) => t.weight === name);
    const turned = tie === undefined ? this.#stored(name) : permute(this.weight(tie.of), tie.order);
    const value = tie?.sign === -1 ? neg(turned) : turned;
    weights.set(name, value);
    return value;
  }

  #stored(name: string): Value {
    const found = this.given.stored[name];
    if (found === undefined) throw new Error(`no weight ${name}`);
    const trained = this.model.weights.find((w) => w.name === name)?.declaration.trainable === true;
    return trained ? variable(found.shape, found.data) : constant(found.shape, found.data);
  }

  // ──────────────────────────────────────────────────────────────────────── variables

  variable(name: string): Variable {
    const found = this.model.variables.find((v) => v.name === name);
    if (found === undefined) throw new Error(`no variable ${name}`);
    return found;
  }

  /** A batch of a variable as it is fed. */
  fed(name: string): Value {
    const found = this.given.batch[name];
    if (found === undefined) throw new Error(`the batch has no ${name}`);
    return constant(found.shape, found.data);
  }

  #measured({ name }: Variable): Statistic {
    return (kind) => this.weight(`${name}.${kind}`);
  }

  /** §4: the extremes of salt and pepper are bounds of the domain, or measured where it has none; preprocessing comes first. */
  #extremes(of: Variable): Statistic {
    const measured = this.#measured(of);
    return afterAll(of.preprocessing, measured, (kind) => {
      const bound = kind === 'min' || kind === 'max' ? boundOf(of, kind) : undefined;
      return bound === undefined ? measured(kind) : fill(of.preprocessing.length === 0 ? [] : of.shape, bound);
    });
  }

  /** The clean variable as losses see it: transformed, not corrupted. */
  clean(name: string): Value {
    const known = this.given.clean.get(name);
    if (known !== undefined) return known;
    const of = this.variable(name);
    const value = preprocessed(
      this.fed(name),
      of.preprocessing,
      this.#measured(of),
      this.given.drawing ? this.noise : undefined,
      name,
    );
    const there = of.domain.kind === 'category' ? value : present(value, maskOf(this, of));
    this.given.clean.set(name, there);
    return there;
  }

  /** A reconstruction in the space of the data. */
  restored(name: string, value: Value): Value {
    const of = this.variable(name);
    return restored(value, of.preprocessing, this.#measured(of));
  }

  /** What the networks read of a variable: transformed, corrupted, one-hot where it is a category. */
  read(name: string): Value {
    if (this.elsewhere !== undefined) return this.elsewhere.around.read(name);
    const known = this.#reads.get(name);
    if (known !== undefined) return known;
    const value = this.#read(this.variable(name));
    const leaf = variable(value.shape, value.data);
    this.#reads.set(name, leaf);
    return leaf;
  }

  #read(of: Variable): Value {
    if (of.domain.kind === 'category') return oneHot(this.labels(of.name), of.domain.classes);
    // Where a degradation changes the shape, the deployed model is given transformed values (§4).
    if (this.mode.degraded && of.shape.join() !== of.corrupted.join()) return this.fed(of.name);
    if (this.mode.degraded) return this.clean(of.name);
    const gone: (Value | undefined)[] = [];
    const value = of.corruption.reduce((x, { definition, args }, i) => {
      const rule = corruption(definition.name);
      if (!rule.degrades && !this.mode.noisy) {
        gone.push(undefined);
        return x;
      }
      const made = rule.apply(x, args, this.#corrupting(`${of.name} ${i}`, this.#extremes(of)));
      gone.push(made.gone === undefined ? undefined : mask(x.shape, made.gone));
      return present(made.value, maskOf(this, of));
    }, this.clean(of.name));
    this.#gone.set(of.name, gone);
    return value;
  }

  /** Labels as networks read them, −1 where there is none: §10 hides some words of a sequence. */
  labels(name: string): Value {
    if (this.elsewhere !== undefined) return this.elsewhere.around.labels(name);
    const known = this.#labels.get(name);
    if (known !== undefined) return known;
    const of = this.variable(name);
    const fed = this.fed(name);
    const [hiding] = this.mode.noisy && of.domain.kind === 'category' ? of.corruption : [];
    if (hiding === undefined || of.domain.kind !== 'category') return fed;
    const { labels, gone } = hiddenWords(fed, hiding.args, of.domain.classes, this.noise, `${name} 0`);
    this.#labels.set(name, labels);
    this.#gone.set(name, [gone]);
    return labels;
  }

  #corrupting(clause: string, statistic: Statistic) {
    const level = (args: Args, name: string): Value => {
      const given = args[name];
      return isTensor(given) ? this.tensor(given) : fill([1], num(args, name));
    };
    return { noise: this.noise, clause, statistic, level };
  }

  /** 1 on the elements that a corruption of a variable takes away, if it is there in this pass. */
  gone(name: string, index: number): Value {
    this.read(name);
    return this.#gone.get(name)?.[index] ?? fill([1], 0);
  }

  // ────────────────────────────────────────────────────────────────────────── tensors

  /** A tensor as the layers behind it read it. */
  tensor(ref: TensorRef): Value {
    const key = keyOf(ref);
    const known = this.#tensors.get(key) ?? this.elsewhere?.inputs.get(key);
    if (known !== undefined) return known;
    if (ref.kind === 'applied') return this.at(ref.application).tensor(ref.of);
    if (this.elsewhere !== undefined && !(ref.kind === 'layer' && this.elsewhere.layers.has(ref.id)))
      return this.elsewhere.around.tensor(ref);
    if (ref.kind === 'variable') return this.read(ref.name);
    if (ref.kind === 'layer') {
      const layer = layerOf(this.model, ref.id);
      if (!this.#own.has(key)) this.#run(layer);
      // Noise that nothing reads is not drawn.
      const behind = this.#corrupted(layer, ref.output, this.#own.get(key)!);
      this.#tensors.set(key, behind);
      return behind;
    }
    if (ref.kind === 'mask') return maskOf(this, this.variable(ref.name))!;
    if (ref.kind === 'previous') return this.#before(ref.of);
    if (ref.kind !== 'latent') throw new Error(`${ref.kind} is not interpreted`);
    const draw = this.model.draws.find((d) => d.name === ref.name);
    const value =
      draw === undefined ? this.#draw(ref.name) : this.#drawing(ref.name, this.#fixed(draw.args, draw.shape));
    this.#tensors.set(key, value);
    return value;
  }

  /** §10: at each position what stood at the one before, without noise; of words, 0 at the first. */
  #before(of: TensorRef): Value {
    const variable = of.kind === 'variable' ? this.variable(of.name) : undefined;
    const written = variable && this.given.written.get(variable.name);
    if (variable?.domain.kind !== 'category') return movedOn(written ?? this.own(of));
    return oneHot(movedOn(written ?? this.fed(variable.name)), variable.domain.classes);
  }

  /** What the terms of the loss name: clean data, and a layer's own result, in front of a corruption that stands behind it. */
  own(ref: TensorRef): Value {
    if (ref.kind === 'applied') return this.at(ref.application).own(ref.of);
    if (
      ref.kind === 'variable' &&
      this.variable(ref.name).domain.kind !== 'category' &&
      !this.#replaced.has(keyOf(ref))
    )
      return this.clean(ref.name);
    const key = keyOf(ref);
    const elsewhere = this.elsewhere !== undefined && !(ref.kind === 'layer' && this.elsewhere.layers.has(ref.id));
    if (ref.kind === 'layer' && !elsewhere && !this.#replaced.has(key)) {
      if (!this.#own.has(key)) this.#run(layerOf(this.model, ref.id));
      return this.#own.get(key)!;
    }
    return elsewhere && !(this.elsewhere?.inputs.has(key) ?? false)
      ? this.elsewhere!.around.own(ref)
      : this.tensor(ref);
  }

  /** A network's output where its first input is this. */
  on(name: string, input: Value): Value {
    const network = this.model.networks.find((n) => n.name === name)!;
    const there = new Forward(this.given, this.mode, {
      around: this,
      key: `${name} between `,
      inputs: new Map([[keyOf(network.inputs[0]!), input]]),
      layers: new Set(network.layers.map((layer) => layer.id)),
    });
    return there.tensor(network.output);
  }

  /** §5: a network is a function of its inputs, and a layer of what it reads; the weights and the rest stay what they are. */
  at({ key, of, inputs }: Application): Forward {
    const known = this.#elsewhere.get(key);
    if (known !== undefined) return known;
    const network: Network | undefined =
      of.kind === 'network' ? this.model.networks.find((n) => n.name === of.name) : undefined;
    const layers = network?.layers ?? [layerOf(this.model, of.kind === 'layer' ? of.id : '')];
    const reads = network?.inputs ?? [layers[0]!.input];
    const given = reads.map((ref, i) => [keyOf(ref), this.given.evaluate(this, inputs[i]!)] as const);
    const there = new Forward(this.given, this.mode, {
      around: this,
      key: `${this.elsewhere?.key ?? ''}${key} `,
      inputs: new Map(given),
      layers: new Set(layers.map((layer) => layer.id)),
    });
    this.#elsewhere.set(key, there);
    return there;
  }

  #run(layer: Layer): void {
    const results = this.apply(layer, (ref) => this.tensor(ref));
    results.forEach((value, output) => {
      const shape = layer.outputs[output]!;
      if (value.shape.slice(1).join() !== shape.join())
        throw new Error(`${layer.id} gives ${value.shape.slice(1).join('×')}, the model says ${shape.join('×')}`);
      this.#own.set(keyOf({ kind: 'layer', id: layer.id, output }), value);
    });
  }

  /** A layer's results on other tensors than its own. */
  apply(layer: Layer, tensor: (ref: TensorRef) => Value): readonly Value[] {
    const clause = `${this.elsewhere?.key ?? ''}${layer.id}`;
    const { definition, input, inputShape } = layer;
    // §10: position by position, but for layers that say otherwise.
    const length = layer.site === 'positions' && definition.positions === undefined ? inputShape[0]! : undefined;
    const single = (ref: TensorRef): Value => {
      const x = tensor(ref);
      if (length === undefined) return x;
      const [rows, ...rest] = x.shape as readonly [number, ...number[]];
      if (atPositions(this.model, ref)) return reshape(x, [rows * length, ...rest.slice(1)]);
      return reshape(broadcast(reshape(x, [rows, 1, ...rest]), [rows, length, ...rest]), [rows * length, ...rest]);
    };
    const seen = definition.positions?.reads === 'sequence' ? positionsOf(this, input) : undefined;
    const counted = length === undefined || definition.name !== 'batchnorm' ? undefined : positionsOf(this, input);
    const results = applied(single(input), {
      layer,
      ...(counted === undefined ? {} : { there: [...counted.data].map((one) => one === 1) }),
      ...(seen === undefined ? {} : { mask: seen }),
      training: this.mode.training && !(this.mode.undropped === true && definition.name === 'dropout'),
      weight: (name) => this.weight(`${layer.id}.${name}`),
      // §5: moving averages follow the network's own pass.
      update: (name, value) => {
        if (this.elsewhere === undefined && this.mode.undropped !== true)
          this.updates.set(`${layer.id}.${name}`, value);
      },
      tensor: single,
      source: (ref) => {
        if (ref.kind !== 'layer') throw new Error(`${layer.id} names no layer`);
        const of = layerOf(this.model, ref.id);
        return { layer: of, input: this.tensor(of.input) };
      },
      dropped: (x, share) => this.noise.chosen(clause, x.shape, () => share),
      labels: () => {
        const labels =
          input.kind === 'variable'
            ? this.labels(input.name)
            : input.kind === 'previous' && input.of.kind === 'variable'
              ? movedOn(this.given.written.get(input.of.name) ?? this.fed(input.of.name))
              : undefined;
        if (labels === undefined) throw new Error(`${layer.id} reads no labels`);
        // At a position behind the end, any: nothing counts there.
        const isSequence = input.kind !== 'variable' || this.variable(input.name).structure.kind === 'sequence';
        return {
          data: Float64Array.from(labels.data, (label) => (isSequence ? Math.max(0, label) : label)),
          shape: isSequence ? [labels.data.length] : labels.shape,
        };
      },
    });
    return length === undefined
      ? results
      : results.map((y) => reshape(y, [y.shape[0]! / length, length, ...y.shape.slice(1)]));
  }

  /** `corrupt h with …` stands behind one result of a layer. */
  #corrupted(layer: Layer, output: number, value: Value): Value {
    const none: Statistic = () => {
      throw new Error('no statistics of a layer are measured');
    };
    return layer.corruption.reduce((x, { definition, args, output: of }, i) => {
      if (of !== output) return x;
      const rule = corruption(definition.name);
      const clause = `${this.elsewhere?.key ?? ''}${layer.id} ${i}`;
      return rule.degrades || this.mode.noisy ? rule.apply(x, args, this.#corrupting(clause, none)).value : x;
    }, value);
  }

  // ────────────────────────────────────────────────────────────────────────── latents

  posterior(name: string): Normal {
    if (this.elsewhere !== undefined) return this.elsewhere.around.posterior(name);
    return this.#normal(this.#latent(name).experts[0]!.heads);
  }

  /** N(mean, sigma) as written, or what a network's heads give. */
  prior(name: string): Normal {
    if (this.elsewhere !== undefined) return this.elsewhere.around.prior(name);
    const { prior, shape } = this.#latent(name);
    return prior.heads === undefined ? this.#fixed(prior.args, shape) : this.#normal(prior.heads);
  }

  #fixed(args: Args, shape: readonly number[]): Normal {
    const full = [this.batchSize, ...shape];
    return { mean: fill(full, num(args, 'mean')), logVariance: fill(full, 2 * Math.log(num(args, 'sigma'))) };
  }

  #latent(name: string): Latent {
    return this.model.latents.find((z) => z.name === name)!;
  }

  #normal(heads: Readonly<Record<string, TensorRef>>): Normal {
    return { mean: this.tensor(heads['mean']!), logVariance: this.tensor(heads['log_variance']!) };
  }

  /** z = μ + σ ⊙ ε by `reparameterized`; the mean by `point`. */
  #draw(name: string): Value {
    if (this.mode.ancestral === true) return this.#sample(name, this.prior(name));
    const posterior = this.posterior(name);
    return !this.mode.sampled || this.#latent(name).by.definition.name === 'point'
      ? posterior.mean
      : this.#sample(name, posterior);
  }

  /** §6: noise that no network computes, one draw for all passes of a step; where nothing is drawn, its mean. */
  #drawing(name: string, of: Normal): Value {
    if (!this.given.drawing) return of.mean;
    const { noiseOf } = this.given;
    const drawn = noiseOf.get(name) ?? this.#sample(`draw ${name}`, of);
    noiseOf.set(name, drawn);
    return drawn;
  }

  #sample(clause: string, { mean, logVariance }: Normal): Value {
    return addAll([
      mean,
      mul(exp(scale(logVariance, 0.5)), constant(mean.shape, this.noise.normal(clause, mean.shape))),
    ]);
  }
}

/** A bound of a domain, where it has one. */
function boundOf({ domain }: Variable, kind: 'min' | 'max'): number | undefined {
  switch (domain.kind) {
    case 'interval':
      return kind === 'min' ? domain.low : domain.high;
    case 'binary':
    case 'distribution':
      return kind === 'min' ? 0 : 1;
    case 'counts':
      return kind === 'min' ? 0 : undefined;
    default:
      return undefined;
  }
}

function oneHot(labels: Value, classes: number): Value {
  const data = new Float64Array(size(labels.shape) * classes);
  labels.data.forEach((label, i) => {
    if (label >= 0 && label < classes) data[i * classes + label] = 1;
  });
  return reshape(constant([...labels.shape, classes], data), [...labels.shape, classes]);
}
