/**
 * The abstract syntax of .ae files. It is total: whatever the user has typed so far has an Ast,
 * with `Missing` where something required is not there yet. Names are unresolved and nothing is
 * checked here beyond the grammar; `src/ir` gives the meaning.
 *
 * Invariants: every node carries the span of its own text, counted from the beginning of its unit;
 * children lie within their parent's span, siblings are in source order and do not overlap.
 */
import type { Finding } from '../diagnostics/finding.js';
import type { CommentText, Span } from '../diagnostics/place.js';
import type { Silence, SilencedUnit } from '../diagnostics/silence.js';
import type { Expr, Ident, Missing } from './ast-expressions.js';
import type { AutoencoderItem, ErrorItem } from './ast-items.js';
import type { Body } from './ast-networks.js';

export type { Expectation } from '../diagnostics/expectation.js';
export type { CommentText, Silence, Span };
export type * from './ast-expressions.js';
export type * from './ast-items.js';
export type * from './ast-networks.js';
export type * from './ast-training.js';

/** `hidden: int = 500`; types are int, float, bool, activation. */
export interface ParamDecl {
  readonly name: Ident;
  readonly type: Ident | Missing;
  readonly default?: Expr;
  readonly span: Span;
}

/** `import "blocks.ae"`, `import { Stage, Tower } from "blocks.ae"`. */
export interface ImportDecl {
  readonly kind: 'import';
  readonly names?: readonly Ident[];
  readonly path: { readonly text: string; readonly span: Span } | Missing;
  readonly span: Span;
}

export interface BlockDecl {
  readonly kind: 'block';
  readonly name: Ident | Missing;
  readonly params: readonly ParamDecl[];
  readonly body: Body | Missing;
  readonly doc: string;
  readonly span: Span;
}

export interface AutoencoderDecl {
  readonly kind: 'autoencoder';
  readonly name: Ident | Missing;
  readonly params: readonly ParamDecl[];
  readonly items: readonly AutoencoderItem[];
  readonly doc: string;
  readonly span: Span;
}

export type Declaration = ImportDecl | BlockDecl | AutoencoderDecl | ErrorItem;

/** What a piece of text is, for highlighting; `name` is what only resolution can tell more of. */
export type TokenRole =
  | 'keyword'
  | 'connective'
  | 'name'
  | 'number'
  | 'string'
  | 'operator'
  | 'punctuation'
  | 'comment'
  | 'documentation'
  /** What is not part of the language. */
  | 'unknown';

export interface RoleToken extends Span {
  readonly role: TokenRole;
}

/**
 * A declaration with the comments above it, to the end of the line behind it. What begins no declaration is a unit of
 * its own, and so are the comments behind the last one.
 */
export interface Unit extends SilencedUnit {
  /** More than one only where what stands behind a declaration on its line begins none, and where several such follow. */
  readonly declarations: readonly Declaration[];
  readonly silences: readonly Silence[];
  /** Every comment, `//` and `///`, in source order: the formatter puts them back. */
  readonly comments: readonly CommentText[];
  /** In source order, comments among them; together they are the text but for its blanks. */
  readonly tokens: readonly RoleToken[];
  /** Syntax errors, in source order, at most one a position; of very many the first. */
  readonly findings: readonly Finding[];
  /**
   * Whether it is read from its text alone. Where brackets and words were mended, which may depend on what stands
   * around it, it is not.
   */
  readonly selfContained: boolean;
  /** How it was read where its text does not say: units of the same text that were read alike are the same. */
  readonly readAs?: string;
}

export interface Ast {
  readonly kind: 'file';
  readonly file: string;
  readonly text: string;
  /** In source order; together they are the whole text. */
  readonly units: readonly { readonly at: number; readonly unit: Unit }[];
  /** Whether closing braces are missing somewhere: then indentation tells where, in all of the file. */
  readonly lacksBraces: boolean;
  /** Whether there are syntax errors beyond those that `syntaxFindings` shows. */
  readonly cut: boolean;
}

/** Whether a required piece of syntax is not there. */
export const isMissing = (node: object): node is Missing => 'kind' in node && node.kind === 'missing';
