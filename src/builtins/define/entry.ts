/**
 * What every entry of the registry has. Shapes here are of one example, without the batch, unless they are a Node's.
 */
import type { Args, Param } from '../arguments.js';

export type Category =
  | 'layer'
  | 'activation'
  | 'initializer'
  | 'corruption'
  | 'preprocessing'
  | 'penalty'
  | 'constraint'
  | 'likelihood'
  | 'distribution'
  | 'prior'
  | 'flow'
  | 'expectation'
  | 'function'
  | 'transform'
  | 'bracketing'
  | 'type'
  | 'domain'
  | 'setting'
  | 'update'
  | 'optimizer'
  | 'schedule'
  | 'clipping'
  | 'stopping'
  | 'figure';

export interface Entry {
  readonly name: string;
  /**
   * What Keras, PyTorch, the literature and earlier editions call it, as they write it; each is answered with this
   * name.
   */
  readonly aliases?: readonly string[];
  /** One sentence. */
  readonly summary: string;
  /** The mathematics, in plain Unicode. */
  readonly formula: string;
  /** Paper, equation, or where the convention comes from. */
  readonly source: string;
  readonly params: readonly Param[];
  /** Calls as a user writes them; each is compiled in the tests. */
  readonly examples: readonly string[];
  /** Why arguments, each of which is right by itself, do not go together, whatever they are applied to. */
  conflict?(args: Args): Misfit | undefined;
}

/** Of a category whose entries all compile. */
export interface CompiledEntry extends Entry {
  readonly lowered?: true;
}

/**
 * An entry is a declaration, which checker, editor and documentation read, and what compiles it. With
 * `lowered: false` it is a declaration alone: the language has the name, models hold it with its shapes
 * and weights, and nothing that holds it is lowered.
 */
export type Lowerable<Declaration, Lowering> =
  (Declaration & Lowering & { readonly lowered?: true }) | (Declaration & { readonly lowered: false });

/** Those entries of a kind that this version compiles. */
export type WithLowering<D> = Exclude<D, { readonly lowered: false }>;

/** Why something does not fit; the checker adds the place. */
export interface Misfit {
  readonly expected: string;
  readonly found: string;
  readonly hint: string;
}

export const isMisfit = (value: object): value is Misfit => 'expected' in value && 'found' in value;

/** The smallest and the largest value, either of which may be infinite. */
export type Range = readonly [low: number, high: number];
