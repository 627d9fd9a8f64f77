/** What the arithmetic of a term is made of. */
import { isApplication, isTensor, type Application, type TensorRef } from '../builtins/arguments.js';
import type { ScalarExpr, Term } from './model.js';

type Leaf = Exclude<ScalarExpr, { readonly kind: 'negate' | 'binary' }>;

/** The operands of an expression, left to right. */
export function leavesOf(expr: ScalarExpr): readonly Leaf[] {
  switch (expr.kind) {
    case 'negate':
      return leavesOf(expr.operand);
    case 'binary':
      return [...leavesOf(expr.left), ...leavesOf(expr.right)];
    default:
      return [expr];
  }
}

/** The penalty calls inside an expression, left to right. */
export const penaltiesIn = (expr: ScalarExpr): readonly Extract<ScalarExpr, { readonly kind: 'penalty' }>[] => leavesOf(expr).filter((leaf) => leaf.kind === 'penalty');

/** The tensors that an expression is computed from. */
export const tensorsOf = (expr: ScalarExpr): readonly (TensorRef | Application)[] =>
  leavesOf(expr).flatMap((leaf) => (leaf.kind === 'mean' ? [leaf.of] : leaf.kind === 'penalty' ? Object.values(leaf.call.args).filter((value) => isTensor(value) || isApplication(value)) : []));

/** The expression that a term multiplies or is. */
export const scalarOf = (term: Term): ScalarExpr => (term.kind === 'penalty' ? term.value : term.weight);
