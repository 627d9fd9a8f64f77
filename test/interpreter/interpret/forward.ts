/**
 * A model's tensors on a batch, each computed once and when it is asked for. Weights are variables of
 * the tape, and so is what the networks read, for penalties on derivatives.
 */
import type { Variable } from '../../../src/ir/model.js';
import { addAll, reshape, transposed } from './arrays.js';
import { applied } from './layers.js';
import { layerOf, type Layer, type Model, type TensorRef } from './model.js';
import { corruption, preprocessed, restored, type Noise, type Statistic } from './noise.js';
import { constant, exp, fill, mul, scale, size, variable, type Shape, type Value } from './tape.js';

export interface Array64 {
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

export type Arrays = Readonly<Record<string, Array64>>;

export interface Mode {
  /** Layers behave as in training, and corruptions of inputs and layers are there. */
  readonly training: boolean;
  /** Latents are drawn; their mean stands for them otherwise. */
  readonly sampled: boolean;
  /** Batches hold what the networks read, degraded already. */
  readonly degraded: boolean;
}

/** §4: noise is drawn in training, absent in evaluation and in the deployed model; degradations are always there. */
export const modes = {
  training: { training: true, sampled: true, degraded: false },
  evaluation: { training: false, sampled: true, degraded: false },
  deployed: { training: false, sampled: false, degraded: true },
} as const satisfies Readonly<Record<string, Mode>>;

/** Parameters of a latent's distribution: means and standard deviations. */
export interface Normal {
  readonly mean: Value;
  readonly logVariance: Value;
}

export class Forward {
  readonly #tensors = new Map<string, Value>();
  readonly #weights = new Map<string, Value>();
  readonly #reads = new Map<string, Value>();
  /** New values of moving averages. */
  readonly updates = new Map<string, Value>();
  constructor(
    readonly model: Model,
    readonly stored: Arrays,
    readonly batch: Arrays,
    readonly mode: Mode,
    readonly noise: Noise,
    /** Examples in the batch; those of its arrays unless there are none. */
    readonly batchSize: number = Object.values(batch)[0]!.shape[0]!,
  ) {}

  /** Puts a value in the place of a tensor. */
  replace(ref: TensorRef, value: Value): void {
    this.#tensors.set(keyOf(ref), value);
  }

  /** A weight that is stored, or the one that it is tied to, transformed. */
  weight(name: string): Value {
    const known = this.#weights.get(name);
    if (known !== undefined) return known;
    const tie = this.model.ties.find((t) => t.weight === name);
    const value = tie === undefined ? this.#stored(name) : tie.transform === 'transpose' ? transposed(this.weight(tie.of)) : this.weight(tie.of);
    this.#weights.set(name, value);
    return value;
  }

  #stored(name: string): Value {
    const found = this.stored[name];
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
    const found = this.batch[name];
    if (found === undefined) throw new Error(`the batch has no ${name}`);
    return constant(found.shape, found.data);
  }

  /** Extremes go through the transform like everything else: preprocessing comes before corruption. */
  #statistics({ name, preprocessing }: Variable): Statistic {
    const measured = (kind: string): Value => this.weight(`${name}.${kind}`);
    return (kind) => (kind === 'mean' || kind === 'std' || preprocessing === undefined ? measured(kind) : preprocessed(measured(kind), preprocessing.definition.name, measured));
  }

  /** The clean variable as losses see it: transformed, not corrupted. */
  clean(name: string): Value {
    const of = this.variable(name);
    return of.preprocessing === undefined ? this.fed(name) : preprocessed(this.fed(name), of.preprocessing.definition.name, this.#statistics(of));
  }

  /** A reconstruction in the space of the data. */
  restored(name: string, value: Value): Value {
    const of = this.variable(name);
    return of.preprocessing === undefined ? value : restored(value, of.preprocessing.definition.name, this.#statistics(of));
  }

  /** What the networks read of a variable: transformed, corrupted, one-hot where it is a category. */
  read(name: string): Value {
    const known = this.#reads.get(name);
    if (known !== undefined) return known;
    const value = this.#read(this.variable(name));
    const leaf = variable(value.shape, value.data);
    this.#reads.set(name, leaf);
    return leaf;
  }

  #read(of: Variable): Value {
    if (of.structure.kind === 'category') return oneHot(this.fed(of.name), of.structure.classes);
    // Where a degradation changes the shape, the deployed model is given transformed values (§4).
    if (this.mode.degraded && of.shape.join() !== of.corrupted.join()) return this.fed(of.name);
    if (this.mode.degraded) return this.clean(of.name);
    return of.corruption.reduce((x, { definition, args }, i) => {
      const rule = corruption(definition.name);
      return rule.degrades || this.mode.training ? rule.apply(x, args, `${of.name} ${i}`, this.noise, this.#statistics(of)) : x;
    }, this.clean(of.name));
  }

  // ────────────────────────────────────────────────────────────────────────── tensors

  /** A tensor as the layers behind it read it. */
  tensor(ref: TensorRef): Value {
    if (ref.kind === 'variable') return this.read(ref.name);
    const known = this.#tensors.get(keyOf(ref));
    if (known !== undefined) return known;
    if (ref.kind === 'layer') {
      this.#run(layerOf(this.model, ref.id));
      return this.#tensors.get(keyOf(ref))!;
    }
    if (ref.kind === 'parameter') throw new Error('recursive networks are not interpreted');
    const value = this.#draw(ref.name);
    this.#tensors.set(keyOf(ref), value);
    return value;
  }

  /** A layer's own result, in front of a corruption that stands behind it: what the terms of the loss name. */
  own(ref: TensorRef): Value {
    const behind = this.tensor(ref);
    return this.#tensors.get(`own ${keyOf(ref)}`) ?? behind;
  }

  #run(layer: Layer): void {
    const results = this.apply(layer, (ref) => this.tensor(ref));
    results.forEach((value, output) => {
      const shape = layer.outputs[output]!;
      if (value.shape.slice(1).join() !== shape.join()) throw new Error(`${layer.id} gives ${value.shape.slice(1).join('×')}, the model says ${shape.join('×')}`);
      const key = keyOf({ kind: 'layer', id: layer.id, output });
      this.#tensors.set(`own ${key}`, value);
      this.#tensors.set(key, output === 0 ? this.#corrupted(layer, value) : value);
    });
  }

  /** A layer's results on other tensors than its own. */
  apply(layer: Layer, tensor: (ref: TensorRef) => Value): readonly Value[] {
    return applied(tensor(layer.input), {
      layer,
      training: this.mode.training,
      weight: (name) => this.weight(`${layer.id}.${name}`),
      update: (name, value) => this.updates.set(`${layer.id}.${name}`, value),
      tensor,
      source: (ref) => {
        if (ref.kind !== 'layer') throw new Error(`${layer.id} names no layer`);
        const of = layerOf(this.model, ref.id);
        return { layer: of, input: this.tensor(of.input) };
      },
      dropped: (x, share) => this.noise.chosen(layer.id, x.shape, share),
      labels: () => {
        if (layer.input.kind !== 'variable') throw new Error(`${layer.id} reads no labels`);
        return this.fed(layer.input.name).data;
      },
    });
  }

  /** `corrupt h with …` stands behind the layer: the name is that of its first result. */
  #corrupted(layer: Layer, value: Value): Value {
    const none: Statistic = () => {
      throw new Error('no statistics of a layer are measured');
    };
    return layer.corruption.reduce((x, { definition, args }, i) => {
      const rule = corruption(definition.name);
      return rule.degrades || this.mode.training ? rule.apply(x, args, `${layer.id} ${i}`, this.noise, none) : x;
    }, value);
  }

  // ────────────────────────────────────────────────────────────────────────── latents

  posterior(name: string): Normal {
    const { posterior } = this.#latent(name);
    if (posterior.kind === 'none') throw new Error(`${name} has no posterior`);
    return this.#normal(posterior.heads);
  }

  /** N(mean, sigma) as written, or what a network's heads give. */
  prior(name: string): Normal {
    const { prior, shape } = this.#latent(name);
    if (prior.kind === 'network') return this.#normal(prior.heads);
    const full = [this.batchSize, ...shape];
    return { mean: fill(full, prior.args['mean'] as number), logVariance: fill(full, 2 * Math.log(prior.args['sigma'] as number)) };
  }

  #latent(name: string) {
    return this.model.latents.find((z) => z.name === name)!;
  }

  #normal(heads: Readonly<Record<string, TensorRef>>): Normal {
    return { mean: this.tensor(heads['mean']!), logVariance: this.tensor(heads['log_variance']!) };
  }

  /** z = μ + σ ⊙ ε by `reparameterized`; the mean by `point`. */
  #draw(name: string): Value {
    const { mean, logVariance } = this.posterior(name);
    if (!this.mode.sampled || this.#latent(name).by.definition.name === 'point') return mean;
    return addAll([mean, mul(exp(scale(logVariance, 0.5)), constant(mean.shape, this.noise.normal(name, mean.shape)))]);
  }
}

const keyOf = (ref: TensorRef): string => (ref.kind === 'layer' ? `layer ${ref.id} ${ref.output}` : `${ref.kind} ${ref.name}`);

function oneHot(labels: Value, classes: number): Value {
  const data = new Float64Array(size(labels.shape) * classes);
  labels.data.forEach((label, i) => {
    data[i * classes + label] = 1;
  });
  return reshape(constant([...labels.shape, classes], data), [labels.shape[0]!, classes]);
}
