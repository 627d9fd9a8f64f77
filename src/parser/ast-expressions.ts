/** Expressions, arguments, conditions and the types of variables. */
import type { Expectation } from '../diagnostics/expectation.js';
import type { Span } from '../diagnostics/place.js';

export interface Ident {
  readonly text: string;
  readonly span: Span;
}

/** A required piece of syntax that is not there; zero-width, where it was expected. */
export interface Missing {
  readonly kind: 'missing';
  readonly expects: Expectation;
  readonly span: Span;
}

export type Expr =
  | Missing
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly span: Span }
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  /** `_`: to be inferred. */
  | { readonly kind: 'infer'; readonly span: Span }
  /** `x`, `encoder.code.kernel`; a lone identifier is a path of one part. */
  | PathExpr
  /** `adam(lr: 1e-3)`, `critic(decoder)`. */
  | CallExpr
  /** `critic(decoder).feat`. */
  | MemberExpr
  /** `[28, 28] of category(256)`; within types alone. */
  | OfExpr
  /** `[28, 28, 1]`, `[0, 1]`. */
  | { readonly kind: 'list'; readonly items: readonly Expr[]; readonly span: Span }
  | { readonly kind: 'unary'; readonly op: '-'; readonly operand: Expr; readonly span: Span }
  | {
      readonly kind: 'binary';
      readonly op: '+' | '-' | '*' | '/' | '^';
      readonly left: Expr;
      readonly right: Expr;
      readonly span: Span;
    };

export interface PathExpr {
  readonly kind: 'path';
  /** The last is empty where nothing follows a dot yet: `encoder.`. */
  readonly parts: readonly Ident[];
  readonly span: Span;
}

export interface CallExpr {
  readonly kind: 'call';
  readonly callee: Ident;
  readonly args: readonly Arg[];
  readonly span: Span;
}

export interface MemberExpr {
  readonly kind: 'member';
  readonly of: CallExpr;
  /** The last is empty where nothing follows a dot yet. */
  readonly parts: readonly Ident[];
  readonly span: Span;
}

/** Also written `[28, 28 of category(256)]`. */
export interface OfExpr {
  readonly kind: 'of';
  /** The sizes. */
  readonly shape: Expr;
  readonly element: Expr;
  /** Whether a `?` follows the element's type: elements may be missing one by one. */
  readonly optional: boolean;
  readonly span: Span;
}

/** `kernel: 3` or `relu`; within a type also `label: category(5)?`. */
export interface Arg {
  readonly name?: Ident;
  readonly value: Expr;
  /** Whether a `?` follows: the part of the type may be missing. */
  readonly optional?: true;
  readonly span: Span;
}

/** `[28, 28, 1]`, `category(10)`, `token(vocab: 20000)`, `tree(token(…), label: category(5)?)`; `?` = may be missing. */
export interface TypeNode {
  readonly kind: 'type';
  readonly form: Expr;
  readonly optional: boolean;
  readonly span: Span;
}

/** What follows `where`, joined by `and`. */
export type Condition =
  /** `y.known`, `hole`. */
  | { readonly kind: 'holds'; readonly of: PathExpr; readonly span: Span }
  /** `c = 3`. */
  | { readonly kind: 'equals'; readonly of: PathExpr; readonly value: Expr; readonly span: Span }
  | Missing;
