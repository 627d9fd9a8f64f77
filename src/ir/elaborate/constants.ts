/** Arithmetic on parameters and sizes: expressions whose value is known before any shape. */
import type { Expr } from '../../parser/ast.js';
import { inDigits, largestSize } from '../limits.js';
import { isBroken, type Reporter, type Scope } from './context.js';

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
      reporter.report(scope, 'AE2012', expr.span, {
        title: `\`${quote(scope, expr)}\` has no value`,
        cause: `${left} ${expr.op} ${right} is ${expr.op === '/' && right === 0 ? 'a division by zero' : 'not a finite number'}.`,
        hint: 'change one of the operands',
      });
      return undefined;
    }
    case 'path': {
      const value = expr.parts.length === 1 ? scope.constants.get(expr.parts[0]!.text) : undefined;
      if (typeof value === 'number') return value;
      // Half a path is still being typed.
      if (isBroken(value) || expr.parts.some((part) => part.text === '')) return undefined;
      const name = expr.parts.map((p) => p.text).join('.');
      const known = (): readonly string[] => [...scope.constants].filter(([, v]) => typeof v === 'number').map(([k]) => k);
      const guess = reporter.guess(scope, name, expr.span, known);
      if (reporter.wounded && value === undefined && guess.fixes === undefined) return undefined;
      reporter.report(scope, 'AE2001', expr.span, {
        title: value === undefined ? `no number is called \`${name}\`` : `\`${name}\` is not a number`,
        cause: value === undefined ? 'No parameter or `let` above has this name.' : 'Its declaration gives it another type.',
        expected: 'a number, a parameter or a `let`',
        found: `\`${name}\``,
        ...(guess.fixes === undefined ? {} : guess),
        hint: guess.fixes !== undefined ? guess.hint! : `declare it as a parameter, \`${name.replaceAll('.', '_')}: int = …\``,
      });
      return undefined;
    }
    case 'missing':
      return undefined;
    default:
      reporter.report(scope, 'AE2005', expr.span, {
        title: 'a number is needed here',
        cause: 'Only numbers, parameters and arithmetic on them have a value before training.',
        expected: 'a number',
        found: `\`${quote(scope, expr)}\``,
        hint: 'write a number or the name of a parameter',
      });
      return undefined;
  }
}

export function arithmetic(op: '+' | '-' | '*' | '/' | '^', left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '^':
      return left ** right;
  }
}

/** As people read it. */
const rounded = (value: number): string => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6))));

/** A whole number of at least `min` and at most `most`; reported otherwise. */
export function constantInteger(scope: Scope, reporter: Reporter, expr: Expr, min: number, what: string, most = largestSize): number | undefined {
  const value = constantNumber(scope, reporter, expr);
  if (value === undefined) return undefined;
  if (value > most) {
    reporter.report(scope, 'AE2005', expr.span, {
      title: `${what} is at most ${inDigits(most)}`,
      cause: expr.kind === 'number' ? 'What is larger cannot be computed.' : `\`${quote(scope, expr)}\` is ${rounded(value)}.`,
      expected: `a whole number ≤ ${inDigits(most)}`, found: rounded(value), hint: 'use a smaller number',
    });
    return undefined;
  }
  if (Number.isSafeInteger(value) && value >= min) return value;
  reporter.report(scope, 'AE2012', expr.span, {
    title: `${what} must be a whole number${Number.isFinite(min) && min > 0 ? ` of at least ${min}` : ''}`,
    cause: expr.kind === 'number' ? 'Sizes and counts are whole numbers.' : `\`${quote(scope, expr)}\` is ${rounded(value)}.`,
    expected: min > Number.MIN_SAFE_INTEGER ? `a whole number ≥ ${min}` : 'a whole number',
    found: rounded(value),
    hint: Number.isInteger(value) ? 'use a larger number' : expr.kind === 'number' ? 'write a whole number' : 'choose numbers that divide evenly',
  });
  return undefined;
}

export const quote = (scope: Scope, node: { readonly span: { readonly start: number; readonly end: number } }): string =>
  scope.file.text.slice(node.span.start, node.span.end);
