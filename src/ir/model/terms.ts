/** The loss: terms that are expressions over tensors, and which of them reconstruct. */
import type { CallOf, Expression, TensorRef } from '../../builtins/arguments.js';
import type { NodeSite } from './networks.js';
import type { Source } from './source.js';

/** Rows or elements where a term holds. `implied` is that of a variable which may be missing, and is compared. */
export type Condition = { readonly source: Source } & (
  | { readonly kind: 'known' | 'missing'; readonly variable: string; readonly implied: boolean }
  | { readonly kind: 'equals'; readonly variable: string; readonly value: number }
  /** Elements that a corruption of the variable takes away. */
  | {
      readonly kind: 'hidden';
      readonly variable: string;
      readonly by: CallOf<'corruption'>;
      /** Of the variable's corruptions. */ readonly index: number;
    }
);

/** What the program returns as the reconstruction of a variable. */
export interface Reconstruction {
  /** Its result and its weights: the variable's name, with the network's behind it where the variable is reconstructed before. */
  readonly label: string;
  readonly variable: string;
  readonly output: TensorRef;
  readonly likelihood: CallOf<'likelihood'>;
  /** The output is the mean already: its last activation is the likelihood's own. */
  readonly linked: boolean;
}

/** A summand of the loss: a number for each example, averaged over the batch at the end. */
export interface Term {
  /** As reports call it. */
  readonly name: string;
  /** Whether the file gives the name. */
  readonly named: boolean;
  readonly value: Expression;
  /** All of them hold. */
  readonly where: readonly Condition[];
  /** Of a term over a tree: at which nodes it holds. */
  readonly at?: NodeSite;
  /** Where it was written as `reconstruct`. */
  readonly reconstruction?: Reconstruction;
  readonly source: Source;
}
