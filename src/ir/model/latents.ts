/** Random variables: latents with posteriors that networks compute, and draws without any. */
import type { Args, CallOf, ExampleShape, TensorRef } from '../../builtins/arguments.js';
import type { DistributionDefinition, PriorDefinition } from '../../builtins/define.js';
import type { Source } from './source.js';

/** Tensors by the parameter of the distribution that they give. */
export type Heads = Readonly<Record<string, TensorRef>>;

/** One posterior; several are multiplied. */
export interface Expert {
  readonly from: TensorRef;
  readonly heads: Heads;
  /** Variables without which it says nothing: in rows where one is missing it is left out of a product. */
  readonly needs: readonly string[];
}

export interface Prior {
  readonly definition: PriorDefinition;
  readonly args: Args;
  /** A network's, where it computes the parameters: a conditional prior. */
  readonly heads?: Heads;
  readonly source: Source;
  /** Whether a statement of the file says it. */
  readonly written: boolean;
}

export interface Latent {
  readonly name: string;
  readonly shape: ExampleShape;
  /** The number of its statement: dimensions, classes or entries, as its distribution says. */
  readonly size: number;
  readonly definition: DistributionDefinition;
  readonly args: Args;
  /** At least one. */
  readonly experts: readonly Expert[];
  readonly through: readonly CallOf<'flow'>[];
  readonly prior: Prior;
  readonly by: CallOf<'expectation'>;
  /** `sometimes`: a variable of its name is its value on the rows where that is known. */
  readonly observed: 'never' | 'sometimes';
  readonly doc: string;
  readonly source: Source;
}

/** The tensors that a posterior is computed from: those of its experts and, where they are multiplied, of the prior too. */
export const posteriorReads = ({ experts, prior }: Pick<Latent, 'experts' | 'prior'>): readonly TensorRef[] => [
  ...experts.flatMap(({ from, heads }) => [from, ...Object.values(heads)]),
  ...(experts.length > 1 ? Object.values(prior.heads ?? {}) : []),
];

/** Noise that no network computes. */
export interface Draw {
  readonly name: string;
  readonly shape: ExampleShape;
  readonly definition: DistributionDefinition;
  readonly args: Args;
  readonly doc: string;
  readonly source: Source;
}

/**
 * Whether KL(posterior ‖ prior) is taken in closed form. It is estimated at the value drawn where there is none, and where
 * the draw itself is weighed (Burda et al. 2016, eq. 8).
 */
export const hasClosedDivergence = ({ prior, through, by }: Pick<Latent, 'prior' | 'through' | 'by'>): boolean =>
  prior.definition.closed && through.length === 0 && by.definition.bounds !== true;
