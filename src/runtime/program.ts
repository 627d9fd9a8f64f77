/**
 * The contract between generated programs and everything that runs them.
 *
 * A generated module has plain data that describes the program (`spec`) and functions from tensors
 * to tensors. It trains by functions too (`Program`), or in place in a session (`ResidentProgram`).
 * The training loop, checkpoints, reports and the command line know programs only through this file.
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Dataset } from './dataset.js';
import type { Random } from './random.js';

export type Tensors = Readonly<Record<string, Tensor>>;

/** The values that a variable's elements may take; checked against data before the first step. */
export type Domain =
  | { readonly kind: 'real' }
  /** Open on a side without a bound. */
  | { readonly kind: 'interval'; readonly low?: number; readonly high?: number }
  | { readonly kind: 'binary' }
  /** Whole numbers from 0 on. */
  | { readonly kind: 'counts' }
  /** Numbers ≥ 0 whose sum along the last axis is 1. */
  | { readonly kind: 'distribution' }
  /** Integer labels 0 … classes−1, fed as int32 of shape [batch, …shape]. */
  | { readonly kind: 'category'; readonly classes: number };

/** The smallest and the largest value of a domain of numbers, either of which may be infinite. */
export function boundsOf(domain: Domain): readonly [low: number, high: number] {
  switch (domain.kind) {
    case 'interval':
      return [domain.low ?? -Infinity, domain.high ?? Infinity];
    case 'binary':
    case 'distribution':
      return [0, 1];
    case 'counts':
      return [0, Infinity];
    default:
      return [-Infinity, Infinity];
  }
}

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
  /** A label that may be missing: −1 then. */
  readonly optional?: true;
  /** Of a variable of a tree: which tree, and where its values stand; `below` where the subtrees of its inner nodes are fed too. */
  readonly tree?: { readonly of: string; readonly at: 'leaves' | 'nodes'; readonly below: boolean };
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
  /** Who minimises it, in a phase of players. */
  readonly player?: string;
  /** Nothing in the phase can change it: it is shown and not summed. */
  readonly idle?: true;
}

/** Rows where a label is known, is missing, or is of one class. */
export interface CompositionSpec {
  readonly variable: string;
  readonly is: 'known' | 'missing' | number;
  readonly count: number;
}

/** Steps of one player, who takes turns with others. */
export interface TurnSpec {
  readonly player: string;
  /** Key of its step in `trainStep`. */
  readonly step: string;
  /** Steps before it is another's turn. */
  readonly count: number;
  readonly trains: readonly string[];
  /** Which of the phase's terms the step measures, in the order of its result. */
  readonly terms: readonly number[];
}

/** What a figure needs to know of a tensor that the program can return by name. */
export interface ActivationSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly origin: string;
}

/** A code: what `encode` gives and `decode` takes under its name. */
export interface CodeSpec extends ActivationSpec {
  /** The distribution that it is drawn from, where that is a fixed one. */
  readonly prior?: PriorSpec;
}

/** Of each number of a code by itself. */
export type PriorSpec =
  | { readonly kind: 'normal'; readonly mean: number; readonly sigma: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number };

/** A tensor that a figure is of, and which function of the program gives it: none, `encode` or `activations`. */
export interface SubjectSpec {
  readonly kind: 'variable' | 'code' | 'activation';
  /** What that function calls it. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Of a layer: the weights that come into its units. */
  readonly kernel?: KernelSpec;
}

/** A kernel as its layer reads it, made of a stored weight: axis i is axis `order[i]` of that. */
export interface KernelSpec {
  readonly weight: string;
  readonly order: readonly number[];
  readonly sign: 1 | -1;
  /** What each axis runs along. */
  readonly axes: readonly ('input' | 'output' | 'window' | 'place')[];
  /** Shape of what the layer reads. */
  readonly reads: readonly number[];
}

/** A `figure` clause. */
export interface FigureSpec {
  readonly name: string;
  /** As it could be written. */
  readonly text: string;
  readonly origin: string;
  readonly args: FigureArgs;
  /** The program's `pullback` takes a cotangent for its tensors. */
  readonly differentiates?: true;
}

export type FigureArgs = Readonly<Record<string, number | boolean | string | SubjectSpec>>;

/** A reconstruction: its name (the variable's, mostly), and the shape of one example: probabilities along the last axis for a category. */
export interface OutputSpec {
  /** Made in the likeness of the variable, and compared with no example of it. */
  readonly generated?: true;
  readonly name: string;
  readonly variable: string;
  readonly shape: readonly number[];
}

/** One stage of training; a model without phases has a single phase named `train`. */
export interface PhaseSpec {
  readonly name: string;
  readonly epochs: number;
  readonly batch: number | 'full';
  /** How many examples of a batch are ones where a label is as it says; the others are ones where it is not. */
  readonly composition?: CompositionSpec;
  /** Names of the weights that this phase moves. */
  readonly trains: readonly string[];
  /** Weights that others are set to before the first step. */
  readonly copies?: readonly { readonly from: string; readonly to: string }[];
  /** Whose steps go round, in their order. Absent: every step moves all of `trains` and measures all terms. */
  readonly turns?: readonly TurnSpec[];
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
  /** The moment from which the weights of the terms no longer change; absent where they never do. */
  readonly settled?: { readonly epochs: number; readonly steps: number };
}

export interface ProgramSpec {
  readonly name: string;
  /** The user's `///` text. */
  readonly doc: string;
  /** SHA-256 of the .ae source and of every import, hexadecimal. */
  readonly sourceHash: string;
  /** Hyperparameters, with the values that the program was made with. */
  readonly parameters: readonly { readonly name: string; readonly value: number | boolean | string }[];
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
  readonly code: readonly CodeSpec[];
  /** What `reconstruct`, `decode` and `sample` return, with the variable that each is a reconstruction of. */
  readonly outputs: readonly OutputSpec[];
  /** Variables that the decoder reads beside the code: conditions, switches, skip connections. */
  readonly decodeReads: readonly string[];
  /** True where there is a prior to sample from. */
  readonly generative: boolean;
  /** Variables that must be given to sample: what priors and decoders read beside the latents. */
  readonly sampleReads: readonly string[];
  /** What its report shows beside what it always shows. */
  readonly figures: readonly FigureSpec[];
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
  /** Steps done before this one, in the current phase, by whoever takes this one. */
  readonly step: number;
  /** Steps of the phase done, divided by those of an epoch. */
  readonly epoch: number;
  readonly random: Random;
}

export interface StepResult {
  readonly state: State;
  /** Shape [terms]; in the order of the phase's `terms`, or of those that the turn measures. */
  readonly terms: Tensor;
}

export type TrainStep = Method<[state: State, batch: Tensors, moment: Moment], StepResult>;
export type Evaluate = Method<[weights: Tensors, batch: Tensors, moment: Moment], Tensor>;

/** A function whose arguments are compared as a method's are, so that generated code may name its tensors more closely. */
type Method<Args extends readonly unknown[], Result> = { method(...args: Args): Result }['method'];

/**
 * What a compiled model computes. Batches are keyed by variable name. Every function is free of side
 * effects, disposes its own intermediates and leaves its arguments alone; the caller disposes what it
 * returns.
 */
export interface Inference {
  readonly spec: ProgramSpec;
  /** Draws the first weights. `statistics` is keyed by weight name (those with a `statistic`). */
  initialize(random: Random, statistics: Tensors): Tensors;
  /** Corrupts a batch as in training; absent where the model has no corruption. Degradations change shapes. */
  corrupt?(weights: Tensors, batch: Tensors, moment: Moment): Tensors;
  /** What the networks read of clean data once training is over: degraded, without noise; absent where nothing degrades. */
  degrade?(weights: Tensors, batch: Tensors): Tensors;
  /** Absent, like `reconstruct`, where nothing encodes. Code of a batch (the posterior mean of a stochastic latent), keyed by code name. `batch` holds what the networks read: degraded, where the model degrades. */
  encode?(weights: Tensors, batch: Tensors): Tensors;
  /** From code to reconstruction in data space (means, probabilities), keyed by variable name. `batch` is read only where the decoder reads past the code (`spec.decodeReads`). */
  decode(weights: Tensors, code: Tensors, batch?: Tensors): Tensors;
  /** `decode(encode(batch))`, keyed by variable name; `batch` as for `encode`. */
  reconstruct?(weights: Tensors, batch: Tensors): Tensors;
  /**
   * Draws `count` examples from the prior and decodes them; absent without a prior. `given` holds the variables of
   * `spec.sampleReads`, a row for each example.
   */
  sample?(weights: Tensors, count: number, random: Random, given?: Tensors): Tensors;
  /** All layers of the forward pass, without noise, keyed by name; `batch` as for `encode`. */
  activations(weights: Tensors, batch: Tensors): Tensors;
  /**
   * −log p of each clean example at its mean code, by output; with latents a bound, their KL beside it. Present where a
   * figure asks for it.
   */
  score?(weights: Tensors, batch: Tensors): Tensors;
  /**
   * Cotangents of the inputs of numbers for cotangents of all tensors that figures differentiate, keyed as `encode` and
   * `activations` key these; `batch` as for `encode`. Present where a figure differentiates.
   */
  pullback?(weights: Tensors, batch: Tensors, cotangents: Tensors): Tensors;
}

/**
 * A program whose step is a function too: the state goes in and comes out. A returned weight may be
 * the very tensor that was passed in, where the step does not move it.
 */
export interface Program extends Inference {
  /** One optimiser step, keyed by the phase's name, or by the `step` of its turns. */
  readonly trainStep: Readonly<Record<string, TrainStep>>;
  /** All terms of a phase without moving a weight, keyed by the phase's name; shape [terms]. */
  readonly evaluate: Readonly<Record<string, Evaluate>>;
}

/** A program that trains in place, its state and data in a session of TensorFlow. */
export interface ResidentProgram extends Inference {
  /** The state's tensors pass to the trainer. */
  trainer(phase: PhaseSpec, state: State, data: Dataset): Trainer;
  /** Bytes that training on the data takes, and whether the data stay in the session whole. */
  footprint(data: Dataset): { readonly bytes: number; readonly resident: boolean };
  /** Gives the session back. */
  close(): void;
}

export type AnyProgram = Program | ResidentProgram;

/** Where a run of steps stands. */
export interface StepMoment {
  /** Steps of the phase done. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Steps of all phases done: the step of the random numbers. */
  readonly totalSteps: number;
}

export interface Steps {
  /** Terms of each step that was taken, measured before it: those of the phase, or of the turn. */
  readonly terms: readonly (readonly number[])[];
  /** The step after them could not be taken: a term or a gradient is not finite. */
  readonly refused?: { readonly terms: readonly number[]; readonly gradient?: string };
}

/** Moves a state through the steps of a phase, and holds it meanwhile. */
export interface Trainer {
  /** Steps worth asking for at once, so that a call returns soon enough to be interrupted. */
  stride(): number;
  /** One step for each batch of row numbers, in order, until one cannot be taken. */
  steps(batches: readonly Int32Array[], at: StepMoment): Promise<Steps>;
  /** The terms of each batch without noise and without moving a weight. `first` is the number of the first batch. */
  evaluate(
    batches: readonly Int32Array[],
    at: { readonly step: number; readonly epoch: number; readonly first: number },
  ): Promise<readonly (readonly number[])[]>;
  /** What is not finite, now and on these rows. */
  locate(rows: Int32Array | undefined, terms: readonly number[], gradient?: string): Promise<Fault>;
  /** Whether the weights are finite. Older states are forgotten. */
  settle(): Promise<boolean>;
  /** Goes back to a state that is known to be finite; how many steps that undoes. */
  retreat(): number;
  /** Copies, the caller's to dispose. */
  state(): State;
  dispose(): void;
}

/** Where a loss stopped being a number. */
export interface Fault {
  /** The first term that is not finite; absent where only a gradient or a weight is not. */
  readonly term?: { readonly name: string; readonly origin: string; readonly value: number };
  /** The first layer of the forward pass that is not finite. */
  readonly activation?: { readonly name: string; readonly origin: string };
  /** The trained weight whose gradient is not finite though all terms are. */
  readonly gradient?: string;
  /** Set where a weight is already not finite, which means that the step before moved it there. */
  readonly weight?: string;
}
