/** Variables, and what stands between them and the networks. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { Args, ExampleShape, TensorRef } from '../arguments.js';
import type { CompiledEntry, Entry, Lowerable, Misfit, Range } from './entry.js';

/** A type of variables that is written as a call. */
export interface TypeDefinition extends CompiledEntry {
  readonly category: 'type';
  /** What holds elements of another type cannot be one itself. */
  readonly holds: boolean;
}

export type DomainKind = 'real' | 'interval' | 'binary' | 'counts' | 'category' | 'distribution';

/** A domain of numbers that has a name. */
export interface DomainDefinition extends CompiledEntry {
  readonly category: 'domain';
  readonly kind: DomainKind;
  readonly range: Range;
}

/**
 * What is measured on the training set, of a variable's example shape: one number for each element. `whitening` is a
 * matrix over all n elements, [n, n]: V Λ^(−½) for the covariance V Λ Vᵀ. Along directions in which the training data
 * do
 * not vary, with eigenvalues below 10⁻⁷ of the largest, it is V alone.
 */
export type Statistic = 'min' | 'max' | 'mean' | 'std' | 'whitening';

export interface PreprocessingContext {
  readonly b: Builder;
  /** Of the values that enter the transform. */
  statistic(kind: Statistic): Node;
  /** Whether it may draw; the mean stands for a draw otherwise. */
  readonly drawing: boolean;
}

export interface PreprocessingDefinition extends CompiledEntry {
  readonly category: 'preprocessing';
  readonly statistics: readonly Statistic[];
  /** It mixes all elements of an example, so that they must all be there and stay where they are. */
  readonly ofWhole?: true;
  /** An increasing affine map of each element: the statistics of what it gives are those of the data, mapped. */
  readonly increasing?: true;
  /** It draws anew in each batch. */
  draws?(args: Args): boolean;
  /** The domain of what it gives; any number may come out where it says nothing. */
  readonly domain?:
    { readonly kind: 'binary' } | { readonly kind: 'interval'; readonly low: number; readonly high: number };
  forward(ctx: PreprocessingContext, x: Node, args: Args): Node;
  /** Absent where it cannot be undone. */
  backward?(ctx: PreprocessingContext, x: Node, args: Args): Node;
}

export interface CorruptionContext {
  readonly b: Builder;
  /**
   * A per-feature statistic of the variable, of its example shape. `min` and `max` are the bounds of its domain where
   * that has some.
   */
  statistic(kind: 'min' | 'max'): Node;
  /** Of labels: how many there are. */
  readonly classes?: number;
  /** The value of an argument that is a tensor: one number an example, [B] or [B, 1]. */
  value(ref: TensorRef): Node;
}

interface CorruptionDeclaration extends Entry {
  readonly category: 'corruption';
  /** What it changes: numbers, or the labels of categories and tokens. */
  readonly of: 'numbers' | 'labels';
  /** It takes elements away, so that `where` can name those. */
  readonly hides: boolean;
  /** How many of the elements those are, on average; unknown where an example says so itself. */
  share?(args: Args, input: ExampleShape): number | undefined;
  /** It sets elements to 0. */
  readonly zeroes?: true;
  /** It puts a label of its own, behind all others, in the place of some. */
  readonly marks?: true;
  /** The shape after corruption; degradations change it. */
  shape(input: ExampleShape, args: Args): ExampleShape | Misfit;
  readonly statistics: readonly ('min' | 'max')[];
  /** A fixed loss of information rather than noise: it also stands in front of the networks outside training. */
  readonly degradation: boolean;
}

/** What a corruption gives. */
export interface Corrupted {
  readonly value: Node;
  /** Where it hides elements: 1 on those that this very draw took away, else 0; broadcasts to the clean tensor. */
  readonly hidden?: Node;
}

interface CorruptionLowering {
  lower(ctx: CorruptionContext, x: Node, args: Args): Corrupted;
}

export type CorruptionDefinition = Lowerable<CorruptionDeclaration, CorruptionLowering>;
