/** Arithmetic on parameters and sizes: expressions whose value is known before any shape. */
import type { Expr } from '../../parser/ast.js';
import { suggestion, type Reporter, type Scope } from './context.js';

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
      const name = expr.parts.map((p) => p.text).join('.');
      const known = [...scope.constants].filter(([, v]) => typeof v === 'number').map(([k]) => k);
      reporter.report(scope, 'AE2001', expr.span, {
        title: `no number is called \`${name}\``,
        cause: value === undefined ? 'Nothing of this name is declared here.' : 'The name stands for something that is not a number.',
        expected: 'a number, a parameter or a `let`',
        found: `\`${name}\``,
        ...suggestion(scope, name, expr.span, known),
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

/** A whole number of at least `min`; reported otherwise. */
export function constantInteger(scope: Scope, reporter: Reporter, expr: Expr, min: number, what: string): number | undefined {
  const value = constantNumber(scope, reporter, expr);
  if (value === undefined) return undefined;
  if (Number.isInteger(value) && value >= min) return value;
  reporter.report(scope, 'AE2012', expr.span, {
    title: `${what} must be a whole number${min > 0 ? ` of at least ${min}` : ''}`,
    cause: `\`${quote(scope, expr)}\` is ${value}.`,
    expected: `a whole number ≥ ${min}`,
    found: String(value),
    hint: Number.isInteger(value) ? 'use a larger number' : 'choose numbers that divide evenly',
  });
  return undefined;
}

export const quote = (scope: Scope, node: { readonly span: { readonly start: number; readonly end: number } }): string =>
  scope.file.text.slice(node.span.start, node.span.end);
