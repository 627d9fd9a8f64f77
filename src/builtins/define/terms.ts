/** What the loss is made of: likelihoods, penalties, functions. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { Args, ExampleShape, Expression, ExpressionType, TensorRef } from '../arguments.js';
import type { DomainKind } from './data.js';
import type { Entry, Lowerable, Misfit, Range } from './entry.js';
import type { LatentState } from './latents.js';
import type { Axis, WeightDeclaration } from './weights.js';

// ──────────────────────────────────────────────────────────────────────────── penalties

export interface PenaltyContext {
  readonly b: Builder;
  /** The value of an argument, of the shape that its type says: categories as one-hot vectors, a number as a scalar. */
  value(of: Expression): Node;
  weight(name: string): Node;
  /** What the axes of a weight run along. */
  axes(name: string): readonly Axis[];
  /** The posterior and prior of a latent in this forward pass. */
  latent(ref: TensorRef): LatentState;
  /** What an argument that is a layer reads, with its arguments and weights. */
  layer(ref: TensorRef): { readonly input: Node; readonly args: Args; weight(name: string): Node };
  /** 1 at the positions of an argument that are there, [rows, length]; undefined where none is padding. */
  there(of: Expression): Node | undefined;
  /** A weight that the penalty itself learns. */
  own(name: string): Node;
  /** What a network gives where its first input is this. */
  network(name: string, input: Node): Node;
  /** ‖∂of/∂from‖²_F of each example, at clean data; `from` is all observed numbers unless given. */
  jacobianNorm(of: Expression, from?: Expression): Node;
}

/** Types of a penalty's arguments by parameter; a network is what it gives. */
export type ArgumentTypes = Readonly<Record<string, ArgumentType>>;

export interface ArgumentType extends ExpressionType {
  /** The value of a number. */
  readonly number?: number;
  /** The entry of a layer. */
  readonly layer?: string;
  /** The entry of a latent's distribution, and those of the flows behind it. */
  readonly latent?: { readonly distribution: string; readonly flows: readonly string[] };
}

/** How the values of a penalty come about. */
export type Measured =
  /** For each example: [rows, …], summed by the caller over all that follows the rows. */
  | { readonly each: Node }
  /** One number, of the batch or of weights. */
  | { readonly whole: Node };

interface PenaltyDeclaration extends Entry {
  readonly category: 'penalty';
  /** It compares a tensor with what is observed, as a reconstruction does. */
  readonly compares?: true;
  /** Why its arguments do not fit each other. */
  fits?(types: ArgumentTypes): Misfit | undefined;
  /** What it is one number for; each example, unless it says otherwise. Of weights alone it is `whole` in any case. */
  readonly rate?: 'whole';
  /** Parameters that it learns beside its arguments. */
  weights?(types: ArgumentTypes, args: Args): readonly WeightDeclaration[];
  /** What it is for: units that are exactly 0, or a mean that values of both signs would cheat. */
  readonly prefers?: 'zeros' | 'positive';
  /** It keeps what a latent's posterior gives near a distribution, as the divergence does. */
  readonly holdsPosterior?: true;
  /** Of what it measures over the batch it leaves out the positions of a sequence that are padding. */
  readonly leavesOut?: true;
  /** It is of pairs of units over the batch, which fewer examples than units leave undetermined. */
  readonly ofPairs?: true;
  /** What it compares with is held fixed, so that its derivative is not that of its values. */
  readonly holdsTarget?: true;
  /** It shrinks weights in each step, as optimisers that decay do by themselves. */
  readonly decays?: true;
  /** Activations must lie in this open range for the formula to be defined. */
  readonly needsRange?: readonly [number, number];
  /** It is a penalty on a derivative, for which an example's result must depend on that example alone. */
  readonly differentiates?: true;
  /** That derivative has a row for each unit, which is a pass back through the network. */
  readonly perUnit?: true;
  /**
   * What it keeps the code from being, for the lint on overcomplete codes: true where identity is no longer a
   * solution.
   */
  readonly regularises: boolean;
  /** The divergence of a latent's posterior from its prior: its weight against the likelihood is β. */
  readonly divergence?: true;
}

interface PenaltyLowering {
  lower(ctx: PenaltyContext, args: Args): Measured;
}

export type PenaltyDefinition = Lowerable<PenaltyDeclaration, PenaltyLowering>;

// ─────────────────────────────────────────────────────────────────────────── likelihoods

interface LikelihoodDeclaration extends Entry {
  readonly category: 'likelihood';
  /** Domain kinds that it is a distribution over. */
  readonly domains: readonly DomainKind[];
  /** Values between 0 and 1 are taken as probabilities: of them it is a cross-entropy, and no likelihood. */
  readonly ofProbabilities?: true;
  /**
   * The activation that a derived decoder ends with; the one that turns logits into the mean, where it accepts that.
   */
  readonly link: string;
  /** Activations that already give the mean, where the output is not the mean by itself. */
  readonly accepts: readonly string[];
  /** Its mean is a vector along the last axis, not a number an element. */
  readonly ofVectors?: true;
  /** The output is the logarithm of a positive mean. */
  readonly logarithmic?: true;
  /** Shape that the decoder must give for a variable of this shape. */
  outputShape(variable: ExampleShape, classes: number | undefined): ExampleShape;
  /** 1/σ² of the normal distribution that it stands for without its constant; 1 where its density is normalised. */
  readonly precision: number;
  /** Parameters of the distribution itself that are learned. */
  weights?(args: Args): readonly WeightDeclaration[];
}

interface LikelihoodLowering {
  /**
   * −log p(x | output) element by element, of the output's shape (one value an example and vector for those of
   * vectors).
   */
  negativeLogLikelihood(ctx: LikelihoodContext, output: Node, target: Node, args: Args): Node;
  /** E[x | output]. */
  mean(b: Builder, output: Node, linked: boolean): Node;
}

export type LikelihoodDefinition = Lowerable<LikelihoodDeclaration, LikelihoodLowering>;

export interface LikelihoodContext {
  readonly b: Builder;
  /** True where the decoder's last activation is one of `accepts`, so that the output is the mean already. */
  readonly linked: boolean;
  weight(name: string): Node;
  /** The value of a parameter that is a tensor. */
  value(of: Expression): Node;
}

// ───────────────────────────────────────────────────────────────────────────── functions

interface FunctionDeclaration extends Entry {
  readonly category: 'function';
  /** The fewest and the most operands. */
  readonly arity: readonly [number, number];
  type(operands: readonly ExpressionType[]): ExpressionType | Misfit;
  /** No gradient flows through it. */
  readonly stops?: true;
  /** Its operand is computed in a pass without noise and draws. */
  readonly noiseless?: true;
  /** What it gives for an example is of others. */
  readonly mixesRows?: true;
  /** Where its values lie, from where those of its operands lie. */
  range(operands: readonly Range[]): Range;
}

interface FunctionLowering {
  /** Of operands that are broadcast to each other. */
  lower(b: Builder, operands: readonly Node[]): Node;
}

/** What an expression of a term may be put through: `stop(h)`, `max(a, b)`. */
export type FunctionDefinition = Lowerable<FunctionDeclaration, FunctionLowering>;
