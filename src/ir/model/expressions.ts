/** What the arithmetic of a term is made of. */
import type { CallOf, Expression, TensorRef } from '../../builtins/arguments.js';
import { expressionsIn, tensorsIn } from '../../builtins/arguments.js';

const none: readonly Expression[] = [];

/** The expressions right below one: operands, and those among the arguments of a call. */
export function operandsOf(expr: Expression): readonly Expression[] {
  switch (expr.kind) {
    case 'negate':
      return [expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'function':
      return expr.operands;
    case 'likelihood':
      return [expr.output, expr.target, ...expressionsIn(expr.call.args)];
    case 'penalty':
      return expressionsIn(expr.call.args);
    default:
      return none;
  }
}

/** An expression and all below it, each before what is below it. */
export function everyExpression(expr: Expression): readonly Expression[] {
  const all: Expression[] = [];
  collect(expr, all);
  return all;
}

/** Checks ask for these at every key of an editor: one list, and not one for each operand. */
function collect(expr: Expression, into: Expression[]): void {
  into.push(expr);
  for (const operand of operandsOf(expr)) collect(operand, into);
}

/** Whether something holds of an expression, or of one below it. */
export const someExpression = (expr: Expression, holds: (one: Expression) => boolean): boolean =>
  holds(expr) || operandsOf(expr).some((operand) => someExpression(operand, holds));

/** The tensors that an expression is computed from. */
export const tensorsOf = (expr: Expression): readonly TensorRef[] => tensorsAmong(everyExpression(expr));

/** The tensors that stand in expressions themselves, and not in those below them. */
export function tensorsAmong(expressions: readonly Expression[]): readonly TensorRef[] {
  const tensors: TensorRef[] = [];
  for (const one of expressions) {
    if (one.kind === 'tensor') tensors.push(one.ref);
    else if (one.kind === 'penalty') tensors.push(...tensorsIn(one.call.args));
  }
  return tensors;
}

/** Those of {@link everyExpression} through which a gradient flows back. */
export function movableExpressions(expr: Expression, into: Expression[] = []): readonly Expression[] {
  if (expr.kind === 'function' && expr.definition.stops === true) return into;
  into.push(expr);
  for (const operand of operandsOf(expr)) movableExpressions(operand, into);
  return into;
}

/** The weights that an expression names. */
export const weightsIn = (expr: Expression): readonly string[] => weightsAmong(everyExpression(expr));

/** The weights that stand in expressions themselves, and not in those below them. */
export function weightsAmong(expressions: readonly Expression[]): readonly string[] {
  const weights: string[] = [];
  for (const one of expressions) {
    if (one.kind === 'weights') weights.push(...one.names);
    if (one.kind !== 'penalty') continue;
    for (const name in one.call.args) {
      const value = one.call.args[name];
      if (typeof value === 'object' && 'kind' in value && value.kind === 'weights') weights.push(...value.names);
    }
  }
  return weights;
}

/** A product in a sum: what is measured, and by what it is multiplied. */
export interface Summand {
  readonly of: Expression;
  /** What stands in front: undefined where it is no number. */
  readonly factor: number | undefined;
  /** Schedules that it is multiplied by. */
  readonly schedules: readonly CallOf<'schedule'>[];
}

interface Scale {
  readonly factor: number | undefined;
  readonly schedules: readonly CallOf<'schedule'>[];
}

const one: Scale = { factor: 1, schedules: [] };

/** An expression as a sum of products; what is no sum and no product is one summand. */
export function summandsOf(expr: Expression, scale: Scale = one): readonly Summand[] {
  if (expr.kind !== 'negate' && expr.kind !== 'binary')
    return [{ of: expr, factor: scale.factor, schedules: scale.schedules }];
  const times = (factor: number): Scale => ({
    ...scale,
    factor: scale.factor === undefined ? undefined : scale.factor * factor,
  });
  if (expr.kind === 'negate') return summandsOf(expr.operand, times(-1));
  const { op, left, right } = expr;
  if (op === '+') return [...summandsOf(left, scale), ...summandsOf(right, scale)];
  if (op === '-') return [...summandsOf(left, scale), ...summandsOf(right, times(-1))];
  const [a, b] = [constantOf(left), constantOf(right)];
  if (op === '*' && a !== undefined) return summandsOf(right, joined(scale, a));
  if (op === '*' && b !== undefined) return summandsOf(left, joined(scale, b));
  if (op === '/' && b?.factor !== undefined) return summandsOf(left, times(1 / b.factor));
  return [{ of: expr, ...scale }];
}

const joined = (a: Scale, b: Scale): Scale => ({
  factor: a.factor === undefined || b.factor === undefined ? undefined : a.factor * b.factor,
  schedules: b.schedules.length === 0 ? a.schedules : [...a.schedules, ...b.schedules],
});

/** An expression of numbers and schedules; a schedule counts as 1. */
export function constantOf(expr: Expression): Scale | undefined {
  switch (expr.kind) {
    case 'number':
      return { factor: expr.value, schedules: [] };
    case 'schedule':
      return { factor: 1, schedules: [expr.call] };
    case 'negate': {
      const of = constantOf(expr.operand);
      return of && joined({ factor: -1, schedules: [] }, of);
    }
    case 'binary': {
      const [a, b] = [constantOf(expr.left), constantOf(expr.right)];
      if (a === undefined || b === undefined) return undefined;
      if (expr.op === '*') return joined(a, b);
      const plain = a.schedules.length + b.schedules.length === 0 && a.factor !== undefined && b.factor !== undefined;
      return plain
        ? { factor: arithmetic(expr.op, a.factor!, b.factor!), schedules: [] }
        : { factor: undefined, schedules: [...a.schedules, ...b.schedules] };
    }
    default:
      return undefined;
  }
}

export type Operator = '+' | '-' | '*' | '/' | '^';

export function arithmetic(op: Operator, left: number, right: number): number {
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

/** What an expression measures: its summands, but for those that are multiplied by 0. */
export const activeSummandsOf = (expr: Expression): readonly Summand[] =>
  summandsOf(expr).filter(({ factor }) => factor !== 0);

type PenaltyExpression = Extract<Expression, { readonly kind: 'penalty' }>;
type LikelihoodExpression = Extract<Expression, { readonly kind: 'likelihood' }>;

/** The penalties of an expression, but for those that are multiplied by 0. */
export const penaltiesIn = (expr: Expression): readonly PenaltyExpression[] =>
  activeSummandsOf(expr).flatMap(({ of }) =>
    everyExpression(of).filter((one): one is PenaltyExpression => one.kind === 'penalty'),
  );

/** The likelihoods of an expression, but for those that are multiplied by 0. */
export const likelihoodsIn = (expr: Expression): readonly LikelihoodExpression[] =>
  activeSummandsOf(expr).flatMap(({ of }) =>
    everyExpression(of).filter((one): one is LikelihoodExpression => one.kind === 'likelihood'),
  );

/** What is measured, without the numbers around it: what a term is called that has no name. */
export function measureName(value: Expression): string {
  const names: string[] = [];
  for (const { of } of summandsOf(value)) {
    const [only, another] = measuresIn(of, []);
    // A product or a quotient of measures is neither of them.
    if (only !== undefined) names.push(another === undefined ? only.text : of.text);
  }
  return names.length === 0 ? value.text : names.join(' + ');
}

/** The penalties, likelihoods and comparisons of trees in an expression that stand in no other. */
function measuresIn(expr: Expression, into: Expression[]): readonly Expression[] {
  if (expr.kind === 'penalty' || expr.kind === 'likelihood' || expr.kind === 'tree') into.push(expr);
  else for (const operand of operandsOf(expr)) measuresIn(operand, into);
  return into;
}

/**
 * Whether an expression asks for something of the data: by a comparison, or by what a network says. A penalty on a tensor asks
 * for nothing, however the tensor is computed.
 */
export function comparesWithData(expr: Expression): boolean {
  if (expr.kind === 'penalty') return expr.call.definition.compares === true;
  if (expr.kind === 'likelihood' || expr.kind === 'tree' || expr.kind === 'tensor') return true;
  return operandsOf(expr).some(comparesWithData);
}

/** An expression as a sum: what stands between its plus and minus signs. */
export function addendsOf(expr: Expression): readonly Expression[] {
  if (expr.kind === 'negate') return addendsOf(expr.operand).map(negated);
  if (expr.kind !== 'binary' || (expr.op !== '+' && expr.op !== '-')) return [expr];
  const right = addendsOf(expr.right);
  return [...addendsOf(expr.left), ...(expr.op === '+' ? right : right.map(negated))];
}

export const negated = (operand: Expression): Expression =>
  operand.kind === 'negate'
    ? operand.operand
    : { kind: 'negate', operand, type: operand.type, text: `-${operand.text}` };
