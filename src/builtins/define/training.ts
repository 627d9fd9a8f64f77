/** What a training is made of, how trees over sequences are built, and what reports show. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { Args } from '../arguments.js';
import type { CompiledEntry, Entry, Lowerable } from './entry.js';

/** What stands around a training statement. */
export type TrainingLevel = 'training' | 'phase' | 'player';

/** A line of `train { … }` that sets something. */
export interface SettingDefinition extends CompiledEntry {
  readonly category: 'setting';
  /** Where it can be set; elsewhere it is inherited. */
  readonly levels: readonly TrainingLevel[];
  readonly value:
    | { readonly kind: 'builtin'; readonly category: 'optimizer' | 'schedule' | 'clipping' | 'stopping' }
    | { readonly kind: 'integer'; readonly min: number; readonly max: number }
    | { readonly kind: 'batch' }
    | { readonly kind: 'share' }
    | { readonly kind: 'data' }
    /** A factor of some layers or networks: `rate encoder by 0.1`. */
    | { readonly kind: 'factor' };
  /** As it would be written. */
  readonly default?: string | number;
}

export interface UpdateDefinition extends CompiledEntry {
  readonly category: 'update';
  /** It names players with numbers of steps. */
  readonly counts: boolean;
}

/** A TensorFlow kernel that updates variables in place. */
export interface KernelCall {
  readonly op: string;
  /** The variables that it takes first: `weight`, or a slot by name. */
  readonly variables: readonly string[];
  /** Float32 operands after them. */
  readonly operands: readonly Node[];
  readonly attributes?: Readonly<Record<string, boolean>>;
}

interface OptimizerDeclaration extends Entry {
  readonly category: 'optimizer';
  /** Its steps have the length of the learning rate, whatever the scale of the loss. */
  readonly adaptive?: true;
  /** The parameter that says how much of each weight it takes away at every step. */
  readonly decays?: string;
}

interface OptimizerState {
  /** State of each weight: name and first value. */
  slots(args: Args): readonly { readonly name: string; readonly initial: number }[];
}

/** A step of each weight by its gradient alone. */
interface StepLowering extends OptimizerState {
  readonly deterministic?: never;
  /** The new weight and the new slots. `rate` is the learning rate of this step, `step` counts from 1. */
  update(
    b: Builder,
    weight: Node,
    gradient: Node,
    slots: Readonly<Record<string, Node>>,
    rate: Node,
    step: Node,
    args: Args,
  ): { readonly weight: Node; readonly slots: Readonly<Record<string, Node>> };
  /** The same update by TensorFlow's own kernels, in order; undefined where it has none for these arguments. */
  kernels(
    b: Builder,
    weight: Node,
    gradient: Node,
    rate: Node,
    step: Node,
    args: Args,
  ): readonly KernelCall[] | undefined;
}

/**
 * It compares values of the loss between steps, so it needs all examples at once and no noise, and takes its own steps:
 * the runtime's method of this name (`runtime/minimise`) makes them of all weights together.
 */
interface MethodLowering extends OptimizerState {
  readonly deterministic: true;
}

export type OptimizerDefinition = OptimizerDeclaration & CompiledEntry & (StepLowering | MethodLowering);

/** An optimiser that moves each weight by its gradient alone. */
export type StepOptimizer = Extract<OptimizerDefinition, StepLowering>;

export interface ScheduleDefinition extends CompiledEntry {
  readonly category: 'schedule';
  /**
   * A host scalar from the step and the (fractional) epoch. `phase` is what the schedule runs over unless its
   * arguments say otherwise.
   */
  lower(b: Builder, args: Args, phase: { readonly epochs: number }): Node;
  /** The value from its end on; undefined where it goes on changing. */
  last(args: Args): number | undefined;
}

export interface ClippingDefinition extends CompiledEntry {
  readonly category: 'clipping';
  clip(b: Builder, gradients: readonly Node[], args: Args): readonly Node[];
}

export interface StoppingDefinition extends CompiledEntry {
  readonly category: 'stopping';
}

/** How the tree of a fold over a sequence is built: src/runtime/bracketings.ts has the rules by name. */
export interface BracketingDefinition extends CompiledEntry {
  readonly category: 'bracketing';
  /** A decoder says which neighbours are joined. */
  readonly reconstructs?: true;
}

interface FigureDeclaration extends Entry {
  readonly category: 'figure';
  /** Shows categories beside the data, without naming them. */
  readonly showsLabels?: true;
  /** A function that a program has for its sake. */
  asks?(args: Args): 'score' | 'rate' | 'pullback' | undefined;
  /** Decodes what it is of, which has to be a code. */
  readonly decodes?: true;
  /** It shows what is sampled, whatever lies between a draw and what is decoded. */
  readonly ofDraws?: true;
}

export type FigureDefinition = Lowerable<FigureDeclaration, object>;
