/** Calls, tensors and expressions as text. */
import { isInferred, showArg, showCall, showRef, type Expression } from '../builtins/arguments.js';
import { constantOf } from '../ir/model/expressions.js';
import type { Condition, Term } from '../ir/model/terms.js';

export { showCall, showRef };

const signs = { '*': '·', '/': '/', '+': '+', '-': '−', '^': '^' } as const;
const binding = { '+': 1, '-': 1, '*': 2, '/': 2, '^': 3 } as const;

export function showExpression(expr: Expression): string {
  switch (expr.kind) {
    case 'number':
      return String(expr.value);
    case 'schedule':
      return showCall(expr.call);
    case 'negate':
      return `−${within(expr.operand, 2)}`;
    case 'binary': {
      // What stands behind a minus or a stroke, or below an exponent, binds tighter than the operator.
      const [own, tighter] = [binding[expr.op], binding[expr.op] + 1];
      const [left, right] = [expr.op === '^' ? tighter : own, expr.op === '-' || expr.op === '/' ? tighter : own];
      return `${within(expr.left, left)} ${signs[expr.op]} ${within(expr.right, right)}`;
    }
    case 'function':
      return `${expr.definition.name}(${expr.operands.map(showExpression).join(', ')})`;
    case 'tree': {
      const { name, params } = expr.call.definition;
      const args = params.flatMap((param) => {
        const value = expr.call.args[param.name];
        return value === undefined || isInferred(value) ? [] : [`, ${param.name}: ${showArg(value)}`];
      });
      return `${name}(${expr.compared}${args.join('')})`;
    }
    default:
      return expr.text;
  }
}

/** An operand, in parentheses where it binds less than `least`. */
function within(expr: Expression, least: number): string {
  const own =
    expr.kind === 'binary'
      ? binding[expr.op]
      : expr.kind === 'negate' || (expr.kind === 'number' && expr.value < 0)
        ? 2
        : 4;
  return own < least ? `(${showExpression(expr)})` : showExpression(expr);
}

/** A term with its reduction, and the rows and nodes where it holds, as `aec explain` prints it. */
export function showTerm(term: Term): string {
  const where = term.where.length === 0 ? '' : ` where ${term.where.map(showCondition).join(' and ')}`;
  return `${measured(term)}${where}${term.at === undefined ? '' : ` at ${term.at}`}`;
}

export function showCondition(one: Condition): string {
  switch (one.kind) {
    case 'equals':
      return `${one.variable} = ${one.value}`;
    case 'hidden':
      return one.by.definition.name;
    default:
      return `${one.variable}.${one.kind}`;
  }
}

function measured({ value, reconstruction }: Term): string {
  if (reconstruction === undefined) return showExpression(value);
  const weight = value.kind === 'binary' ? value.left : undefined;
  const constant = weight && constantOf(weight);
  const plain = weight === undefined || (constant?.factor === 1 && constant.schedules.length === 0);
  return `${plain ? '' : `${within(weight, 2)} · `}mean over the batch of [${reconstruction.likelihood.definition.formula}]`;
}
