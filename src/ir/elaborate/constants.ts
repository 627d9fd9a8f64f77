/** Arithmetic on parameters and sizes: expressions whose value is known before any shape. */
import * as say from '../../diagnostics/messages/numbers.js';
import type { Expr } from '../../parser/ast.js';
import { largestSize } from '../limits.js';
import { arithmetic } from '../model/expressions.js';
import type { Reporter } from './reporter.js';
import { isBroken, placeIn, quote, type Scope } from './scope.js';

/** The number that an expression stands for; undefined (and reported) where it stands for none. */
export function constantNumber(scope: Scope, reporter: Reporter, expr: Expr): number | undefined {
  switch (expr.kind) {
    case 'number':
      return expr.value;
    case 'unary': {
      const value = constantNumber(scope, reporter, expr.operand);
      return value === undefined ? undefined : -value;
    }
    case 'binary': {
      const left = constantNumber(scope, reporter, expr.left);
      const right = constantNumber(scope, reporter, expr.right);
      if (left === undefined || right === undefined) return undefined;
      const value = arithmetic(expr.op, left, right);
      if (Number.isFinite(value)) return value;
      reporter.report(scope, say.noValue, expr.span, { text: quote(scope, expr), op: expr.op, left, right });
      return undefined;
    }
    case 'path': {
      const [first] = expr.parts;
      const value = expr.parts.length === 1 ? reporter.constant(scope, first!) : undefined;
      if (typeof value === 'number') return value;
      // Half a path is still being typed.
      if (isBroken(value) || expr.parts.some((part) => part.text === '')) return undefined;
      const name = expr.parts.map((p) => p.text).join('.');
      const numbers = (): readonly string[] =>
        scope.constants.names().filter((known) => typeof scope.constants.get(known) === 'number');
      const { near, fixes } = reporter.guess(placeIn(scope, expr.span), name, numbers);
      if (reporter.wounded && value === undefined && near === undefined) return undefined;
      reporter.report(
        scope,
        say.notANumber,
        expr.span,
        { name, declared: value !== undefined, ...(near === undefined ? {} : { near }) },
        { fixes },
      );
      return undefined;
    }
    case 'missing':
      return undefined;
    default:
      reporter.report(scope, say.numberNeeded, expr.span, { text: quote(scope, expr) });
      return undefined;
  }
}

/** A whole number of at least `min` and at most `most`; reported otherwise. */
export function constantInteger(
  scope: Scope,
  reporter: Reporter,
  expr: Expr,
  min: number,
  what: string,
  most = largestSize,
): number | undefined {
  const value = constantNumber(scope, reporter, expr);
  if (value === undefined) return undefined;
  const facts = { what, text: quote(scope, expr), value, literal: expr.kind === 'number' };
  if (value > most) reporter.report(scope, say.tooLarge, expr.span, { ...facts, most });
  else if (Number.isSafeInteger(value) && value >= min) return value;
  else
    reporter.report(scope, say.notWhole, expr.span, {
      ...facts,
      ...(Number.isFinite(min) && min > Number.MIN_SAFE_INTEGER ? { min } : {}),
    });
  return undefined;
}
