/** Random variables: distributions, priors, flows, and how expectations over them are taken. */
import type { Builder } from '../../ir/graph/build.js';
import type { Node } from '../../ir/graph/graph.js';
import type { Args, ExampleShape, Param } from '../arguments.js';
import type { Entry, Lowerable, WithLowering } from './entry.js';
import type { WeightDeclaration } from './weights.js';

/** A latent in one forward pass: parameters by name, and the value that flows on. */
export interface LatentState {
  readonly definition: WithLowering<DistributionDefinition>;
  readonly posterior: Readonly<Record<string, Node>>;
  /** On demand: a prior may be computed from what is computed from this latent's posterior. */
  prior(): {
    readonly definition: WithLowering<DistributionDefinition>;
    readonly params: Readonly<Record<string, Node>>;
  };
  readonly value: Node;
}

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
}

interface DistributionLowering {
  /** A draw, differentiable in the parameters. */
  sample(b: Builder, params: Readonly<Record<string, Node>>, noise: (shape: Node['shape']) => Node): Node;
  /** What inference uses in place of a draw. */
  mean(b: Builder, params: Readonly<Record<string, Node>>): Node;
  /** Parameters of a fixed distribution, from `normal(0, 1)`. */
  fixed(b: Builder, args: Args, shape: Node['shape']): Readonly<Record<string, Node>>;
  /** KL(q ‖ p) for each example and dimension, where it has a closed form. */
  kl(b: Builder, q: Readonly<Record<string, Node>>, p: Readonly<Record<string, Node>>): Node;
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
  /** Parameters that are learned. */
  weights?(args: Args, shape: ExampleShape): readonly WeightDeclaration[];
}

export type PriorDefinition = Lowerable<PriorDeclaration, object>;

interface FlowDeclaration extends Entry {
  readonly category: 'flow';
  weights(args: Args, shape: ExampleShape): readonly WeightDeclaration[];
}

/** An invertible transformation of a draw: what stands behind `through`. */
export type FlowDefinition = Lowerable<FlowDeclaration, object>;

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
}

/** How the expectation over a latent is taken: what stands behind `by`. */
export type ExpectationDefinition = Lowerable<ExpectationDeclaration, object>;
