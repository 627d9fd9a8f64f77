/**
 * The contract between generated programs and everything that runs them.
 *
 * A generated module exports one `Program`: plain data that describes it (`spec`)
 * and pure functions from tensors to tensors. The training loop, checkpoints,
 * reports and the command line know programs only through this file.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Random } from './random.js';

export type Tensors = Readonly<Record<string, Tensor>>;

/** The values that a variable's elements may take; checked against data before the first step. */
export type Domain =
  | { readonly kind: 'real' }
  | { readonly kind: 'interval'; readonly low: number; readonly high: number }
  | { readonly kind: 'binary' }
  /** Integer labels 0 … classes−1, fed as int32 of shape [batch, …shape]. */
  | { readonly kind: 'category'; readonly classes: number };

/** An observed variable of the model: what a data set must provide. */
export interface VariableSpec {
  readonly name: string;
  /** `input` is read by a network, `target` only by the loss. */
  readonly role: 'input' | 'target';
  /** Shape of one example, without the batch. */
  readonly shape: readonly number[];
  /** Shape of one example as the networks read it, where a degradation changes it. */
  readonly degraded?: readonly number[];
  readonly domain: Domain;
  /** Place of the declaration, for messages: `model.ae:3:9`. */
  readonly origin: string;
}

/** A tensor that belongs to the model: trained, or kept beside what is trained. */
export interface WeightSpec {
  /** `encoder.code.kernel` */
  readonly name: string;
  readonly shape: readonly number[];
  /** False for moving averages, data statistics and frozen constants. */
  readonly trainable: boolean;
  /** Set where the value is measured on the training set before the first step. */
  readonly statistic?: StatisticSpec;
}

/** A per-feature statistic of a variable over the training set, of the variable's shape. */
export interface StatisticSpec {
  readonly variable: string;
  readonly kind: 'min' | 'max' | 'mean' | 'std';
}

/** One summand of the objective, as reported: already weighted, in nats or squared units. */
export interface TermSpec {
  readonly name: string;
  readonly formula: string;
  readonly origin: string;
}

/** What a figure needs to know of a tensor that the program can return by name. */
export interface ActivationSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly origin: string;
}

/** One stage of training; a model without phases has a single phase named `train`. */
export interface PhaseSpec {
  readonly name: string;
  readonly epochs: number;
  readonly batch: number | 'full';
  /** Names of the weights that this phase moves. */
  readonly trains: readonly string[];
  /** Optimiser state by name (`encoder.code.kernel/m`), zero at the phase's start unless `initial` says otherwise. */
  readonly slots: readonly { readonly name: string; readonly shape: readonly number[]; readonly initial: number }[];
  readonly terms: readonly TermSpec[];
  /** Human-readable optimiser, for logs: `adam(lr: 0.001)`. */
  readonly optimizer: string;
  readonly earlyStopping?: {
    readonly patience: number;
    /** Smallest decrease of the validation loss that counts as progress. */
    readonly minDelta: number;
  };
}

export interface ProgramSpec {
  readonly name: string;
  /** The user's `///` text. */
  readonly doc: string;
  /** SHA-256 of the .ae source and of every import, hexadecimal. */
  readonly sourceHash: string;
  readonly compiler: string;
  readonly variables: readonly VariableSpec[];
  readonly weights: readonly WeightSpec[];
  readonly phases: readonly PhaseSpec[];
  readonly seed: number;
  /** Share of the examples held out for validation, in [0, 1). */
  readonly validation: number;
  /** Named layers that `activations` returns, in the order of the forward pass. */
  readonly activations: readonly ActivationSpec[];
  /** The code or latent by name and per-example shape. */
  readonly code: readonly ActivationSpec[];
  /** Variables that the decoder reads beside the code: conditions, switches, skip connections. */
  readonly decodeReads: readonly string[];
  /** True where there is a prior to sample from. */
  readonly generative: boolean;
  /** What stands in front of the encoder in training, or '' where nothing does: `mask(0.25)`. */
  readonly corruption: string;
}

/** Everything that training changes. Steps never write into a state: they return a new one. */
export interface State {
  readonly weights: Tensors;
  readonly slots: Tensors;
}

/** The moment of a step: drives schedules and, with the seed, every random draw. */
export interface Moment {
  /** Steps done before this one, in the current phase. */
  readonly step: number;
  /** `step` divided by the steps of an epoch. */
  readonly epoch: number;
  readonly random: Random;
}

export interface StepResult {
  readonly state: State;
  /** Shape [terms]; in the order of the phase's `terms`. Their sum is the loss. */
  readonly terms: Tensor;
}

export type TrainStep = Method<[state: State, batch: Tensors, moment: Moment], StepResult>;
export type Evaluate = Method<[weights: Tensors, batch: Tensors, moment: Moment], Tensor>;

/** A function whose arguments are compared as a method's are, so that generated code may name its tensors more closely. */
type Method<Args extends readonly unknown[], Result> = { method(...args: Args): Result }['method'];

/**
 * A compiled model. Batches are keyed by variable name. Every function is free of side effects,
 * disposes its own intermediates and leaves its arguments alone; the caller disposes what it returns.
 * A returned weight may be the very tensor that was passed in, where the step does not move it.
 */
export interface Program {
  readonly spec: ProgramSpec;
  /** Draws the first weights. `statistics` is keyed by weight name (those with a `statistic`). */
  initialize(random: Random, statistics: Tensors): Tensors;
  /** One optimiser step of a phase, keyed by phase name. */
  readonly trainStep: Readonly<Record<string, TrainStep>>;
  /** The phase's terms without moving a weight and without training-time noise; shape [terms]. */
  readonly evaluate: Readonly<Record<string, Evaluate>>;
  /** Corrupts a batch as in training; absent where the model has no corruption. Degradations change shapes. */
  corrupt?(weights: Tensors, batch: Tensors, moment: Moment): Tensors;
  /** What the networks read of clean data once training is over: degraded, without noise; absent where nothing degrades. */
  degrade?(weights: Tensors, batch: Tensors): Tensors;
  /** Code of a batch (the posterior mean of a stochastic latent), keyed by code name. `batch` holds what the networks read: degraded, where the model degrades. */
  encode(weights: Tensors, batch: Tensors): Tensors;
  /** From code to reconstruction in data space (means, probabilities), keyed by variable name. `batch` is read only where the decoder reads past the code (`spec.decodeReads`). */
  decode(weights: Tensors, code: Tensors, batch?: Tensors): Tensors;
  /** `decode(encode(batch))`, keyed by variable name; `batch` as for `encode`. */
  reconstruct(weights: Tensors, batch: Tensors): Tensors;
  /** Draws `count` examples from the prior and decodes them; absent without a prior. */
  sample?(weights: Tensors, count: number, random: Random): Tensors;
  /** All layers of the forward pass, without noise, keyed by name; `batch` as for `encode`. */
  activations(weights: Tensors, batch: Tensors): Tensors;
}
