/** What the arithmetic of a term is made of. */
import { isApplication, isTensor, type Application, type TensorRef } from '../../builtins/arguments.js';
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

type PenaltyLeaf = Extract<ScalarExpr, { readonly kind: 'penalty' }>;

/** The penalty calls inside an expression, left to right. */
export const penaltiesIn = (expr: ScalarExpr): readonly PenaltyLeaf[] => leavesOf(expr).filter((leaf) => leaf.kind === 'penalty');

/** Those that are not multiplied by 0. */
export function activePenaltiesIn(expr: ScalarExpr): readonly PenaltyLeaf[] {
  if (expr.kind === 'negate') return activePenaltiesIn(expr.operand);
  if (expr.kind !== 'binary') return penaltiesIn(expr);
  if ((expr.op === '*' && [expr.left, expr.right].some(isZero)) || (expr.op === '/' && isZero(expr.left))) return [];
  return [...activePenaltiesIn(expr.left), ...activePenaltiesIn(expr.right)];
}

const isZero = (expr: ScalarExpr): boolean =>
  expr.kind === 'number' ? expr.value === 0 : expr.kind === 'negate' ? isZero(expr.operand) : expr.kind === 'binary' && expr.op === '*' && (isZero(expr.left) || isZero(expr.right));

/** The tensors that an expression is computed from. */
export const tensorsOf = (expr: ScalarExpr): readonly (TensorRef | Application)[] =>
  leavesOf(expr).flatMap((leaf) => (leaf.kind === 'mean' ? [leaf.of] : leaf.kind === 'penalty' ? Object.values(leaf.call.args).filter((value) => isTensor(value) || isApplication(value)) : []));

/** The expression that a term multiplies or is. */
export const scalarOf = (term: Term): ScalarExpr => (term.kind === 'penalty' ? term.value : term.weight);

/** The constant factors in front of the penalties of a sum. */
export function penaltyFactors(expr: ScalarExpr, sign = 1): readonly { readonly name: string; readonly factor: number | undefined }[] {
  if (expr.kind === 'negate') return penaltyFactors(expr.operand, -sign);
  if (expr.kind === 'binary' && (expr.op === '+' || expr.op === '-')) return [...penaltyFactors(expr.left, sign), ...penaltyFactors(expr.right, expr.op === '-' ? -sign : sign)];
  const factor = constantFactor(expr);
  return penaltiesIn(expr).map(({ text }) => ({ name: text, factor: factor === undefined ? undefined : sign * factor }));
}

/** The constant factor of a penalty, where it has one. */
export function constantFactor(expr: ScalarExpr): number | undefined {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'penalty':
      return 1;
    case 'schedule':
    case 'mean':
      return undefined;
    case 'negate': {
      const value = constantFactor(expr.operand);
      return value === undefined ? undefined : -value;
    }
    case 'binary': {
      const [left, right] = [constantFactor(expr.left), constantFactor(expr.right)];
      if (left === undefined || right === undefined) return undefined;
      return expr.op === '*' ? left * right : expr.op === '/' ? left / right : undefined;
    }
  }
}
