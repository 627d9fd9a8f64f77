/** Weights as entries declare them, and what stands at their beginning and after each step. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { Args, BuiltinCall } from '../arguments.js';
import type { CompiledEntry, Misfit, Range } from './entry.js';

/**
 * What an axis of a weight runs along: the inputs of a unit, the units themselves, the taps of a window over
 * inputs, or the places that have weights of their own.
 */
export type Axis = 'input' | 'output' | 'window' | 'place';

/** A weight as initialisers and constraints see it. */
export interface WeightLayout {
  readonly shape: readonly number[];
  /** One for each axis of the shape. */
  readonly axes: readonly Axis[];
}

export interface WeightDeclaration extends WeightLayout {
  /** Within its layer: `kernel`. */
  readonly name: string;
  readonly initializer: BuiltinCall;
  readonly trainable: boolean;
  /** Kernels are what `weight_decay(all)` and `tied` speak of; biases and scales are not. */
  readonly role: 'kernel' | 'bias' | 'scale' | 'state';
}

export interface InitializerDefinition extends CompiledEntry {
  readonly category: 'initializer';
  /** It gives all elements one value. */
  readonly constant?: true;
  lower(b: Builder, weight: WeightLayout, args: Args): Node;
}

export interface ConstraintDefinition extends CompiledEntry {
  readonly category: 'constraint';
  /** What it holds for where a layer or a network is constrained. */
  readonly of: 'kernels' | 'weights';
  /** Why the shape of a weight rules it out. */
  admits(weight: WeightLayout): Misfit | undefined;
  /** Σ w² of any weight of this layout that satisfies it, where it bounds that. */
  energy?(weight: WeightLayout, args: Args): Range;
  /** Whose weights it gives one length: those that come into a unit, or those that leave an input. */
  sameLength?(args: Args): 'unit' | 'input';
  /** The projection or retraction that follows each step; idempotent on weights that satisfy it. */
  project(b: Builder, weight: Node, args: Args, axes: readonly Axis[]): Node;
}

/** How a tied weight is made of another: `tie a.kernel = transpose(b.kernel)`. */
export interface TransformDefinition extends CompiledEntry {
  readonly category: 'transform';
  /** Inputs and units change places. */
  readonly adjoint: boolean;
  readonly sign: 1 | -1;
}
