/**
 * The abstract syntax of .ae files. It is total: whatever the user has typed so far has an Ast,
 * with `Missing` where something required is not there yet. Names are unresolved and nothing is
 * checked here beyond the grammar; `src/ir` gives the meaning.
 *
 * Invariants: every node carries the span of its own text, counted from the beginning of its unit;
 * children lie within their parent's span, siblings are in source order and do not overlap.
 */
import type { Expectation } from '../diagnostics/expectation.js';
import type { Finding } from '../diagnostics/finding.js';
import type { CommentText, Span } from '../diagnostics/place.js';
import type { Silence, SilencedUnit } from '../diagnostics/silence.js';

export type { CommentText, Expectation, Silence, Span };

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

// ───────────────────────────────────────────────────────────── expressions

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

// ─────────────────────────────────────────────────────────────── types of variables

/** `[28, 28, 1]`, `category(10)`, `token(vocab: 20000)`, `tree(token(…), label: category(5)?)`; `?` = may be missing. */
export interface TypeNode {
  readonly kind: 'type';
  readonly form: Expr;
  readonly optional: boolean;
  readonly span: Span;
}

// ──────────────────────────────────────────────────────────────────── bodies of networks

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

// ─────────────────────────────────────────────────────────────────── items of an autoencoder

/** `input x: [784] in [0, 1]`, `target y: category(10)?`. `in` takes `[low, high]`, `real`, `binary` or `counts`. */
export interface VariableItem {
  readonly kind: 'variable';
  readonly role: 'input' | 'target';
  readonly name: Ident | Missing;
  readonly type: TypeNode | Missing;
  readonly domain?: Expr;
  readonly doc: string;
  readonly span: Span;
}

/** `let h = hidden / 2`. */
export interface LetItem {
  readonly kind: 'let';
  readonly name: Ident | Missing;
  readonly value: Expr;
  readonly span: Span;
}

/** `corrupt x with mask(0.25)`, `corrupt h1 with gaussian(0.1) then dropout(0.2)`. */
export interface CorruptItem {
  readonly kind: 'corrupt';
  readonly target: PathExpr | Missing;
  readonly corruptions: readonly Expr[];
  readonly span: Span;
}

/** `preprocess x with standardize`, `preprocess x with center then scale`. */
export interface PreprocessItem {
  readonly kind: 'preprocess';
  readonly target: PathExpr | Missing;
  readonly transforms: readonly Expr[];
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

/** `latent z ~ normal(20)`, `latent y ~ category(10, from: classify) by enumerated`, `latent z ~ normal(40) through planar(10)`. */
export interface LatentItem {
  readonly kind: 'latent';
  readonly name: Ident | Missing;
  readonly distribution: Expr;
  readonly through?: Expr;
  /** point, reparameterized, enumerated, relaxed(…), straight_through, quantised. */
  readonly by?: Expr;
  readonly doc: string;
  readonly span: Span;
}

/** `prior z ~ normal(0, 1)`, `prior z ~ normal(from: priornet)`. */
export interface PriorItem {
  readonly kind: 'prior';
  readonly name: Ident | Missing;
  readonly distribution: Expr;
  readonly span: Span;
}

/** `draw z ~ normal(100)`: noise that no network computes. */
export interface DrawItem {
  readonly kind: 'draw';
  readonly name: Ident | Missing;
  readonly distribution: Expr;
  readonly doc: string;
  readonly span: Span;
}

/** What follows `where`, joined by `and`. */
export type Condition =
  /** `y.known`, `hole`. */
  | { readonly kind: 'holds'; readonly of: PathExpr; readonly span: Span }
  /** `c = 3`. */
  | { readonly kind: 'equals'; readonly of: PathExpr; readonly value: Expr; readonly span: Span }
  | Missing;

/** `reconstruct x by bernoulli`, `reconstruct y from out by gaussian(sigma: 0.5) where hole weight 2`. */
export interface ReconstructItem {
  readonly kind: 'reconstruct';
  /** `rec: reconstruct …`. */
  readonly name?: Ident;
  readonly target: PathExpr | Missing;
  readonly from?: PathExpr | Missing;
  readonly by: Expr;
  /** Rows or elements where the term holds: `where hole`, `where y.known and c = 3`. */
  readonly where: readonly Condition[];
  readonly at?: SiteClause | Missing;
  readonly weight?: Expr;
  readonly span: Span;
}

/** `penalty 1e-4 * l1(code)`, `penalty beta * kl(z) where y.missing`. */
export interface PenaltyItem {
  readonly kind: 'penalty';
  readonly name?: Ident;
  readonly value: Expr;
  readonly where: readonly Condition[];
  readonly at?: SiteClause | Missing;
  readonly span: Span;
}

/** `constrain code.kernel by unit_norm`. */
export interface ConstrainItem {
  readonly kind: 'constrain';
  readonly target: PathExpr | Missing;
  readonly constraint: Expr;
  readonly span: Span;
}

/** `tie decoder.out.kernel = transpose(encoder.code.kernel)`. */
export interface TieItem {
  readonly kind: 'tie';
  readonly target: PathExpr | Missing;
  readonly source: Expr;
  readonly span: Span;
}

/** `sweep hidden in [784, 256, 64]`. */
export interface SweepItem {
  readonly kind: 'sweep';
  readonly param: Ident | Missing;
  readonly values: Expr;
  readonly span: Span;
}

/** `figure samples(z)`. */
export interface FigureItem {
  readonly kind: 'figure';
  readonly value: Expr;
  readonly span: Span;
}

export type AutoencoderItem =
  | VariableItem
  | LetItem
  | PreprocessItem
  | CorruptItem
  | NetworkItem
  | LatentItem
  | DrawItem
  | PriorItem
  | ReconstructItem
  | PenaltyItem
  | ConstrainItem
  | TieItem
  | SweepItem
  | FigureItem
  | TrainItem
  | ErrorItem;

/** Text that the parser had to skip; one diagnostic points at it. */
export interface ErrorItem {
  readonly kind: 'error';
  readonly span: Span;
}

// ──────────────────────────────────────────────────────────────────────── training

export interface TrainItem {
  readonly kind: 'train';
  readonly statements: readonly TrainStatement[];
  readonly span: Span;
}

/** `phase first { … }`, `player critic { … }`. */
export interface StageStatement<K extends 'phase' | 'player'> {
  readonly kind: K;
  readonly name: Ident | Missing;
  readonly statements: readonly TrainStatement[];
  readonly span: Span;
}

/**
 * `optimizer adam(lr: 1e-3)`, `batch 128`, `batch 200 with 100 of y.known`, `epochs 20`, `validation 0.1`, `validation 0.1 clean`,
 * `seed 7`, `clip norm(1)`, `stop early(patience: 5)`.
 */
export interface SettingStatement {
  readonly kind: 'setting';
  /** Missing where a call stands alone: `adam(1e-3)` for `optimizer adam(1e-3)`. */
  readonly name: Ident | Missing;
  readonly value: Expr;
  /** `with 100 of y.known`. */
  readonly composition?: { readonly count: Expr; readonly of: Condition; readonly span: Span };
  /** A word behind the value: `clean`. */
  readonly mode?: Ident;
  readonly span: Span;
}

/** `train h1, out`, `train all`, `freeze h1`, `clean x`. */
export interface MovementStatement<K extends 'move' | 'freeze' | 'clean'> {
  readonly kind: K;
  /** At least one. */
  readonly targets: readonly (PathExpr | Missing)[];
  readonly span: Span;
}

/** `rate encoder, head by 0.1`. */
export interface RateStatement {
  readonly kind: 'rate';
  readonly targets: readonly (PathExpr | Missing)[];
  readonly by: Expr;
  readonly span: Span;
}

export type TrainStatement =
  | SettingStatement
  | StageStatement<'phase'>
  | StageStatement<'player'>
  | MovementStatement<'move'>
  | MovementStatement<'freeze'>
  /** `corrupt h1 with mask(0.25)` and `clean x`, for the phase. */
  | CorruptItem
  | MovementStatement<'clean'>
  | RateStatement
  /** `copy encoder.h1 to classifier.h1`. */
  | { readonly kind: 'copy'; readonly from: PathExpr | Missing; readonly to: PathExpr | Missing; readonly span: Span }
  /** `minimize cross_entropy(critic, real)`, `maximize …`. */
  | {
      readonly kind: 'objective';
      readonly direction: 'minimize' | 'maximize';
      readonly value: Expr;
      readonly span: Span;
    }
  /** `update simultaneous`, `update alternate(critic: 5, generator: 1)`. */
  | { readonly kind: 'update'; readonly value: Expr; readonly span: Span }
  | { readonly kind: 'error'; readonly span: Span };

// ────────────────────────────────────────────────────────────────────────── files

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
}

export interface Ast {
  readonly kind: 'file';
  readonly file: string;
  readonly text: string;
  /** In source order; together they are the whole text. */
  readonly units: readonly { readonly at: number; readonly unit: Unit }[];
  /** Whether there are syntax errors beyond those that `syntaxFindings` shows. */
  readonly cut: boolean;
}

/** Whether a required piece of syntax is not there. */
export const isMissing = (node: object): node is Missing => 'kind' in node && node.kind === 'missing';
