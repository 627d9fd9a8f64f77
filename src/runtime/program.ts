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
import type { PhaseSpec, ProgramSpec } from './spec.js';

export * from './spec.js';

export type Tensors = Readonly<Record<string, Tensor>>;

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

/** A type and no interface: a function in `tf.tidy` may give it. */
export type StepResult<S = State> = {
  readonly state: S;
  /** Shape [terms]; in the order of the phase's `terms`, or of those that the turn measures. */
  readonly terms: Tensor;
};

export type TrainStep = Method<[state: State, batch: Tensors, moment: Moment], StepResult>;
/** Terms, and the gradient of their sum in each weight that the phase moves. */
export type Gradients = Method<
  [weights: Tensors, batch: Tensors, moment: Moment],
  { readonly gradients: Tensors; readonly terms: Tensor }
>;
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
  /** The weights that are constrained, as their constraints want them; absent where none is. What is drawn and what a step moves is there already. */
  project?(weights: Tensors): Tensors;
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
   * −log p of each clean example at its mean code, by output; with latents a bound, their KL beside it. Of trees the sum over
   * those of the batch, by term. Present where a figure asks for it, and of trees where a file has no figures.
   */
  score?(weights: Tensors, batch: Tensors): Tensors;
  /**
   * What the numbers of each latent cost of each example in nats, by latent: −ln p of a value that is coded as it is, else KL(q ‖ p);
   * `batch` as for `encode`. Present where a figure asks for it, and where a file has no figures.
   */
  rate?(weights: Tensors, batch: Tensors): Tensors;
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
  /**
   * One optimiser step, keyed by the phase's name, or by the `step` of its turns. A batch of a stated composition
   * begins with the examples that it counts; the terms of another one may be no numbers.
   */
  readonly trainStep: Readonly<Record<string, TrainStep>>;
  /** Of each phase whose optimiser sees all weights at once, in the place of its step; absent where none does. */
  readonly gradients?: Readonly<Record<string, Gradients>>;
  /** All terms of a phase without moving a weight, keyed by the phase's name; shape [terms]. */
  readonly evaluate: Readonly<Record<string, Evaluate>>;
}

/** A program that trains by itself: its state and data in a session of TensorFlow, or its steps on several threads. */
export interface ResidentProgram extends Inference {
  /** The state's tensors pass to the trainer. */
  trainer(phase: PhaseSpec, state: State, data: Dataset): Trainer;
  /** Bytes that training on the data takes in a session, and whether the data stay there whole. */
  footprint?(data: Dataset): { readonly bytes: number; readonly resident: boolean };
  /** Gives back what it holds. */
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
  /** The last of them leads nowhere: there is no better state near. */
  readonly converged?: true;
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
