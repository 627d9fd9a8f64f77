/** Layers and activations. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { Args, BuiltinCall, ExampleShape, TensorRef } from '../arguments.js';
import type { Entry, Lowerable, Misfit, Range } from './entry.js';
import type { WeightDeclaration } from './weights.js';

/** A layer as its mirror sees it. */
export interface MirrorSource {
  readonly args: Args;
  readonly input: ExampleShape;
  readonly output: ExampleShape;
  /** The activation that produced `input` in the encoder: the mirrored layer produces it again. */
  readonly activation: BuiltinCall;
  /** The mirrored layer is to use this layer's kernel. */
  readonly tied: boolean;
}

export interface LayerCall {
  readonly layer: string;
  readonly args: Args;
}

export interface LayerContext {
  readonly b: Builder;
  readonly training: boolean;
  /** Shape of one example of the input and of the output. */
  readonly input: ExampleShape;
  readonly output: ExampleShape;
  readonly id: string;
  /** 1 at the positions of a sequence that are there, 0 at padding, [rows, length]; absent where none is padding. */
  readonly mask?: Node;
  /** Of what looks at the batch as a whole, position by position: 1 on the rows that are there, [rows, 1]; absent where all are. */
  readonly there?: Node;
  weight(name: string): Node;
  /** Sets the value that a weight which no gradient moves has after the step. */
  update(name: string, value: Node): void;
  tensor(ref: TensorRef): Node;
  /** The named layer's own input, output and arguments. */
  layer(ref: TensorRef): { readonly input: Node; readonly output: Node; readonly args: Args };
}

interface LayerDeclaration extends Entry {
  readonly category: 'layer';
  /** `inputs[0]` is the chain's tensor, then those of tensor arguments in order. */
  shape(inputs: readonly ExampleShape[], args: Args): ExampleShape | readonly ExampleShape[] | Misfit;
  /** The input shape for a wanted output where only one fits; for inferring omitted sizes. */
  invert?(output: ExampleShape, args: Args): ExampleShape | undefined;
  /** The input shape that it needs whatever it is to give; likewise for inferring. */
  demands?(args: Args): ExampleShape | undefined;
  /** The omitted argument for a wanted output. */
  solve?(input: ExampleShape, output: ExampleShape, args: Args): Args | undefined;
  weights?(input: ExampleShape, args: Args): readonly WeightDeclaration[];
  /** How `tied:` and `mirror(…, tied)` relate this layer's kernel to its partner's. */
  readonly tie?: 'transpose' | 'same';
  /** It stamps its kernel for every input element, so a stride that does not divide the kernel overlaps unevenly. */
  readonly stamps?: true;
  /** Affine in its input, but for its activation. */
  readonly affine?: true;
  /**
   * Its values are those that it reads, moved about, or means and maxima of them (`mixed`), which stay in their range.
   * Absent: values of its own.
   */
  passes?(args: Args): 'moved' | 'mixed';
  /**
   * The range of values of its own, from the ranges of what it reads; absent where its activation says it, or any
   * number may come out.
   */
  range?(inputs: readonly Range[], args: Args): Range;
  /** Its values are sums of those that it reads. */
  readonly sums?: true;
  /** In training its values depend on the whole batch. */
  readonly ofBatch?: true;
  /** Of rows that are padding it takes no notice (`there`). */
  readonly leavesOut?: true;
  /** It draws noise in training, which keeps a network from copying. */
  readonly stochastic?: true;
  /**
   * It lets through at most so many values of each example, or so many on average: a bottleneck, however many units it
   * has.
   */
  keeps?(args: Args): number;
  /** It takes one value of each window, and leaves out what no whole window covers. */
  readonly pools?: true;
  /** Its derivative stands for that of a step, and is not the derivative of its values. */
  readonly surrogate?: true;
  /** Where the layer is nothing but an activation: mirrored together with the layer in front of it. */
  readonly activation?: ActivationDefinition;
  /**
   * Set for layers that read category labels rather than their one-hot vectors; gives the arguments that the number of
   * classes decides.
   */
  readLabels?(args: Args, classes: number): Args;
  /** Its counterpart in a mirrored decoder; a reason where there is none. */
  mirror(source: MirrorSource): readonly LayerCall[] | string;
  /**
   * What it makes of a sequence, whose positions are the first axis. Where it says nothing, it
   * computes position by position, and its rules see the shape of one.
   */
  readonly positions?: {
    /** What it reads: the whole sequence, or one value an example. */
    readonly reads: 'sequence' | 'example';
    gives(args: Args): 'sequence' | 'example';
  };
}

interface LayerLowering {
  /** Several results where `shape` gives several. */
  lower(ctx: LayerContext, x: Node, args: Args): Node | readonly Node[];
}

export type LayerDefinition = Lowerable<LayerDeclaration, LayerLowering>;

interface ActivationDeclaration extends Entry {
  readonly category: 'activation';
  /** φ(x) = x: as if there were none. */
  readonly identity?: true;
  /** Open or closed range of its values, for checks against domains and penalties. */
  readonly range: Range;
  /** It is flat on one side, where a unit that is there for all data has no gradient. */
  readonly dies?: true;
  /** It is exactly 0 for a whole range of what it reads. */
  readonly zero?: true;
  /** It is of vectors: of the last axis, whose values it makes sum to 1. */
  readonly ofVectors?: true;
}

interface ActivationLowering {
  lower(b: Builder, x: Node, args: Args): Node;
}

export type ActivationDefinition = Lowerable<ActivationDeclaration, ActivationLowering>;
