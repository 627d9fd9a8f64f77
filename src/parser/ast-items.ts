/** The items of an autoencoder. */
import type { Span } from '../diagnostics/place.js';
import type { Condition, Expr, Ident, Missing, PathExpr, TypeNode } from './ast-expressions.js';
import type { NetworkItem, SiteClause } from './ast-networks.js';
import type { TrainItem } from './ast-training.js';

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
