/** Random variables: distributions, priors, flows, and how expectations over them are taken. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { Shape } from '../../ir/graph/shape.js';
import type { Args, ArgValue, ExampleShape, Param } from '../arguments.js';
import type { Entry, Lowerable } from './entry.js';
import type { WeightDeclaration } from './weights.js';

/** Parameters of a distribution by name. */
export type Parameters = Readonly<Record<string, Node>>;

/** Where random numbers come from; each call is a stream of its own. */
export interface Noise {
  normal(shape: Shape): Node;
  /** On [0, 1). */
  uniform(shape: Shape): Node;
}

/** A latent in one forward pass. */
export interface LatentState {
  /** The probability of a value, [rows]: that of the posterior, or whether it is what was observed. */
  probability(value: Node): Node;
  /** ln q(z ∣ x) of every value under every posterior of the batch, unit by unit: [of, under, units]. */
  logDensities(value: Node): Node;
  readonly posterior: Parameters;
  /** What its readers read. */
  value(): Node;
  /** What `encode` gives: mean, probabilities, or the value itself. */
  code(): Node;
  /** KL(q ‖ p) of each example, [rows, …]: in closed form, or log q − log p at the value drawn. */
  divergence(): Node;
  /** −ln p(value) under the prior, [rows, …]. */
  surprise(): Node;
}

/** What the values of a latent are computed with. */
export interface LatentContext {
  readonly b: Builder;
  readonly noise: Noise;
  /** Whether the step moves the latent, so that what follows the data does. */
  readonly training: boolean;
  /** A weight of the latent: `entries`. */
  weight(name: string): Node;
  /** Sets the value that a weight which no gradient moves has after the step. */
  update(name: string, value: Node): void;
  /** Those of the latent's own statement: `kappa`. */
  readonly args: Args;
  /** An argument that is a number, or a schedule. */
  scalar(value: ArgValue | undefined): Node;
}

/** A distribution of single numbers whose quantiles are known. */
export type Known =
  | { readonly kind: 'normal'; readonly mean: number; readonly sigma: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number };

interface DistributionDeclaration extends Entry {
  readonly category: 'distribution';
  /** What the number of a `latent` or `draw` statement counts; the other parameters are those of a draw. */
  readonly size: Param & { readonly type: { readonly kind: 'int'; readonly min: number } };
  /** Shape of the latent, from its number and the tensor that it is computed from; of a draw, from nothing. */
  shape(size: number, from: ExampleShape): ExampleShape;
  /** Its posterior, where it can be a latent's. */
  readonly posterior?: {
    /** Ways of taking its expectation, entries of `expectation`; the first is the default. */
    readonly by: readonly string[];
    /** Parameters, each of the latent's shape; none where it is the encoder's tensor itself. */
    readonly heads: readonly string[];
    /** The entry of `prior` that holds where none is written. */
    readonly prior: string;
    /** Posteriors of several encoders can be multiplied. */
    readonly multiplies?: true;
    /** Values that are counted: more than one dimension stands for one choice. */
    readonly discrete?: true;
    /** How many values there are of a size, where they are counted. */
    values?(size: number): number;
    /** Parameters that are learned beside the encoder's. */
    weights?(size: number, shape: ExampleShape): readonly WeightDeclaration[];
  };
  /** Whether `draw` can draw from it. */
  readonly drawn: boolean;
  /** A draw of these arguments, where its quantiles are known. */
  known?(args: Args): Known;
}

interface DistributionLowering {
  /**
   * Values of a posterior for the ways of taking its expectation, by their names. Ways that set values side by side
   * (`enumerates`) have none.
   */
  readonly values: Readonly<Record<string, (ctx: LatentContext, posterior: Parameters, args: Args) => Node>>;
  /** A draw, which nothing is to be derived from. [rows, …] */
  sample(b: Builder, params: Parameters, noise: Noise, shape: Shape): Node;
  /** What `encode` gives: the mean, probabilities. */
  mean(ctx: Pick<LatentContext, 'b' | 'weight'>, params: Parameters): Node;
  /** What decoders read outside of training, of what `encode` gives; that itself where it says nothing. */
  decided?(b: Builder, mean: Node): Node;
  /** Parameters of a fixed distribution, from `normal(0, 1)`; they broadcast to the shape. */
  fixed(b: Builder, args: Args, shape: Shape): Parameters;
  /** The product of distributions, each of which enters on the rows where it is there, [rows, 1, …]; of all rows without. */
  product?(b: Builder, factors: readonly { readonly params: Parameters; readonly there?: Node }[]): Parameters;
  /** Against a prior under which all values are alike, where that is no distribution of its own kind. */
  readonly flat?: {
    /** KL(q ‖ p), [rows, 1], from the latent's arguments. */
    kl(b: Builder, args: Args, shape: Shape): Node;
    /** ln p(value), [rows, 1]. */
    logDensity(b: Builder, value: Node): Node;
  };
  /** KL(q ‖ p) for each example and dimension, where it has a closed form. */
  kl?(b: Builder, q: Parameters, p: Parameters): Node;
  /** ln p(value), [rows, …], whose sum over all that follows the rows counts. */
  logDensity?(b: Builder, params: Parameters, value: Node): Node;
  /** Every value that there is of so many units, one row each; where it can be enumerated. */
  everyValue?(size: number): readonly (readonly number[])[];
}

export type DistributionDefinition = Lowerable<DistributionDeclaration, DistributionLowering>;

interface PriorDeclaration extends Entry {
  readonly category: 'prior';
  /** Entries of `distribution` whose latents it can be of. */
  readonly of: readonly string[];
  /** Its parameters may be computed: `prior z ~ normal(from: network)`. */
  readonly computed?: true;
  /** Its divergence from the posterior has a closed form. */
  readonly closed: boolean;
  /** All values are alike under it. */
  readonly flat?: true;
  /** What each number is drawn from, where its quantiles are known. */
  known?(args: Args): Known;
  /** Parameters that are learned; `inputs` are the shapes of what encoders may read, by name. */
  weights?(args: Args, shape: ExampleShape, inputs: ReadonlyMap<string, ExampleShape>): readonly WeightDeclaration[];
  /** It is made of posteriors of inputs that it learns, each a weight of the prior: `inputs.x`. */
  readonly ofInputs?: true;
}

/** What a prior is computed with. */
export interface PriorContext extends Pick<LatentContext, 'b' | 'noise'> {
  readonly args: Args;
  /** [rows, …], of the latent's values. */
  readonly shape: Shape;
  /** Parameters of the posterior at the inputs that the prior learns, [inputs, …]. */
  posteriors(): Parameters;
  /** A weight of the latent or of the prior: `entries`, `prior.mean`. */
  weight(name: string): Node;
}

interface PriorLowering {
  /**
   * `family`: a distribution of the latent's own kind, with parameters that are fixed or computed. Otherwise its density
   * at a value, ln p(z), [rows, …], and a draw from it.
   */
  readonly density: 'family' | { logDensity(ctx: PriorContext, value: Node): Node; sample(ctx: PriorContext): Node };
}

export type PriorDefinition = Lowerable<PriorDeclaration, PriorLowering>;

interface FlowDeclaration extends Entry {
  readonly category: 'flow';
  weights(args: Args, shape: ExampleShape): readonly WeightDeclaration[];
}

interface FlowLowering {
  /** Where a value goes, and ln ∣det ∂z′/∂z∣ of each example, [rows]. */
  flow(
    ctx: Pick<LatentContext, 'b' | 'weight'>,
    value: Node,
    args: Args,
  ): { readonly value: Node; readonly logDeterminant: Node };
}

/** An invertible transformation of a draw: what stands behind `through`. */
export type FlowDefinition = Lowerable<FlowDeclaration, FlowLowering>;

interface ExpectationDeclaration extends Entry {
  readonly category: 'expectation';
  /** Its values are drawn from the posterior, whose width only a KL term keeps from shrinking. */
  readonly draws: boolean;
  /** Several values may stand for one example: as many as `samples` says, or every one that there is. */
  readonly several?: true;
  /** It changes the bound: all terms that depend on the latent are those of one lower bound, with weight 1. */
  readonly bounds?: true;
  /** Every value that there is enters, side by side. */
  readonly enumerates?: true;
  /** Its derivative stands for that of a step. */
  readonly surrogate?: true;
  /** Its values lie between those that there are, and what stands for them outside of training does too. */
  readonly softens?: true;
}

/** How the expectation over a latent is taken: what stands behind `by`. */
export type ExpectationDefinition = Lowerable<ExpectationDeclaration, object>;
