/** `train { … }`. */
import type { Span } from '../diagnostics/place.js';
import type { Condition, Expr, Ident, Missing, PathExpr } from './ast-expressions.js';
import type { CorruptItem } from './ast-items.js';

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
