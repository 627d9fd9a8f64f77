/** Networks, and what stands in their braces. */
import type { Span } from '../diagnostics/place.js';
import type { Arg, CallExpr, Expr, Ident, MemberExpr, Missing, PathExpr } from './ast-expressions.js';

/** The statements of an encoder, decoder, head, network, block, leaf, compose or decompose. */
export interface Body {
  readonly statements: readonly BodyStatement[];
  /** Including the braces. */
  readonly span: Span;
}

export type BodyStatement =
  LayerStatement | RepeatStatement | TakeStatement | { readonly kind: 'error'; readonly span: Span };

/** `code: dense(64, relu)`, `flatten`, `a, b: split(2)`. The callee is a layer, an activation or a block. */
export interface LayerStatement {
  readonly kind: 'layer';
  readonly names: readonly Ident[];
  readonly callee: Ident | Missing;
  readonly args: readonly Arg[];
  readonly span: Span;
}

/** `repeat 3 { … }`, `repeat 3 as i { … }` with i = 0, 1, 2. */
export interface RepeatStatement {
  readonly kind: 'repeat';
  readonly count: Expr;
  readonly index?: Ident;
  readonly body: Body | Missing;
  readonly span: Span;
}

/** `take h1`, `take critic(out).feat`: the next layer reads this tensor instead of the previous layer. */
export interface TakeStatement {
  readonly kind: 'take';
  readonly source: PathExpr | CallExpr | MemberExpr | Missing;
  readonly span: Span;
}

/** `x`, `encoder.code`, `previous s`: what a network reads. */
export interface NetworkInput {
  readonly path: PathExpr;
  /** The sequence moved on by one position. */
  readonly previous: boolean;
  readonly span: Span;
}

/** `at nodes`, `at inner nodes`, `at leaves`; the words as they stand, in one string with single blanks. */
export interface SiteClause {
  readonly words: string;
  readonly span: Span;
}

/**
 * `encoder { … }`, `encoder style(x) { … }`, `decoder mirror(encoder)`, `head y(z) { … }`, `head sentiment at nodes { … }`,
 * `network critic(x) { … }`, `decoder { decompose(parent) { … } }`, `encoder(s) by greedy { leaf … }`.
 */
export interface NetworkItem {
  readonly kind: 'network';
  readonly role: 'encoder' | 'decoder' | 'head' | 'network';
  readonly name?: Ident;
  /** The tensors it reads; empty where they are implied. */
  readonly inputs: readonly NetworkInput[];
  readonly at?: SiteClause | Missing;
  /** How the tree of a fold over a sequence is built. */
  readonly by?: Expr;
  readonly definition:
    | { readonly kind: 'body'; readonly body: Body }
    /** `mirror(encoder)`, `mirror(encoder, tied)`. */
    | { readonly kind: 'derived'; readonly call: Expr }
    /** A fold or an unfold over a recursive type. */
    | { readonly kind: 'recursive'; readonly clauses: readonly RecursiveClause[]; readonly span: Span }
    | Missing;
  readonly doc: string;
  readonly span: Span;
}

/** `leaf { … }`, `compose(left, right) { … }`, `decompose(parent) { … }`. */
export interface RecursiveClause {
  readonly role: 'leaf' | 'compose' | 'decompose';
  readonly params: readonly Ident[];
  readonly body: Body | Missing;
  readonly span: Span;
}
