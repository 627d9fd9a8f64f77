/** How tightly operators bind: an expression comes as operands and operators in a row, and is grouped here. */
import type { IToken } from 'chevrotain';
import type { Expr } from './ast.js';
import * as T from './tokens.js';

/** An operand with the signs in front of it. */
export interface Signed {
  /** Where each begins. */
  readonly signs: readonly number[];
  readonly operand: Expr;
}

type BinaryOp = Extract<Expr, { readonly kind: 'binary' }>['op'];

/** By type: a lookalike such as `−` has another image. */
const operators = new Map([
  [T.Plus, '+'],
  [T.Minus, '-'],
  [T.Star, '*'],
  [T.Slash, '/'],
  [T.Caret, '^'],
] as const);

export const operatorOf = (token: IToken): BinaryOp => operators.get(token.tokenType) ?? '^';

/**
 * From loose to tight `+ -`, `* /`, the sign, `^`; the first two group to the left, `^` to the right, and its exponent
 * may have a sign.
 *
 * @param operands one more than there are operators between them
 */
export function grouped(operands: readonly Signed[], between: readonly IToken[]): Expr {
  let next = 0;
  const operatorIs = (...signs: readonly BinaryOp[]): boolean => {
    const token = between[next];
    return token !== undefined && signs.includes(operatorOf(token));
  };

  const leftToRight = (signs: readonly BinaryOp[], tighter: () => Expr): Expr => {
    let left = tighter();
    while (operatorIs(...signs)) {
      const op = operatorOf(between[next++]!);
      left = binary(left, op, tighter());
    }
    return left;
  };
  const sum = (): Expr => leftToRight(['+', '-'], product);
  const product = (): Expr => leftToRight(['*', '/'], signed);
  const signed = (): Expr => {
    const { signs, operand } = operands[next]!;
    let value = operand;
    if (operatorIs('^')) {
      next++;
      value = binary(operand, '^', signed());
    }
    return signs.reduceRight<Expr>(negated, value);
  };

  return operands.length === 1 ? signed() : sum();
}

const binary = (left: Expr, op: BinaryOp, right: Expr): Expr => ({
  kind: 'binary',
  op,
  left,
  right,
  span: { start: left.span.start, end: right.span.end },
});

const negated = (operand: Expr, start: number): Expr => ({
  kind: 'unary',
  op: '-',
  operand,
  span: { start, end: operand.span.end },
});
