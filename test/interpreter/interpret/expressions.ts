/** The values of expressions, from docs/language.md §7: numbers for each example, tensors, or one number of the batch or of weights. */
import { abs, atLeast, broadcast, mean, reshape, sum } from './arrays.js';
import type { Forward } from './forward.js';
import { surprise } from './likelihoods.js';
import { comparedWith, positionsOf, present } from './missing.js';
import type { Expression } from './model.js';
import { penalty } from './penalties.js';
import { factorAt, type Moment } from './schedules.js';
import { add, div, exp, log, mul, neg, power, scalar, size, stopped, sub, type Shape, type Value } from './tape.js';

/** What an expression is evaluated in. */
export interface Scope {
  readonly forward: Forward;
  readonly moment: Moment;
  /** Terms see what layers give and clean data; networks that are applied read what stands behind corruptions. */
  readonly as: 'term' | 'network';
  /** 1 on the elements that a condition chooses, of the shape of what is compared. */
  readonly chosen?: (shape: Shape) => Value | undefined;
}

/** Of a term over the batch: [batch, …shape], or one number. */
export function valueOf(scope: Scope, expr: Expression): Value {
  const { forward, moment } = scope;
  switch (expr.kind) {
    case 'number':
      return scalar(expr.value);
    case 'schedule':
      return scalar(factorAt(expr.call, moment, forward.model.training.epochs));
    case 'tensor':
      return scope.as === 'network'
        ? forward.tensor(expr.ref)
        : present(forward.own(expr.ref), positionsOf(forward, expr.ref));
    case 'penalty':
      return penalty(scope, expr);
    case 'likelihood': {
      const each = comparedWith(forward, [expr.output, expr.target]).reduce(present, surprise(scope, expr));
      return perExample(scope.chosen?.(each.shape) === undefined ? each : mul(each, scope.chosen(each.shape)!));
    }
    case 'negate':
      return neg(valueOf(scope, expr.operand));
    case 'function':
      return called(scope, expr);
    case 'binary': {
      const [left, right] = alike(scope, expr.type, [expr.left, expr.right]) as [Value, Value];
      return combined(expr.op, left, right);
    }
    case 'weights':
    case 'tree':
      throw new Error(`${expr.text} has no value by itself`);
  }
}

/** Σ over all axes but the first. */
export const perExample = (x: Value): Value =>
  x.shape.length <= 1
    ? x
    : sum(
        x,
        x.shape.slice(1).map((_, i) => i + 1),
      );

/** Operands over each other: a number for each example beside every element of it, one number beside everything. */
function alike(scope: Scope, type: Expression['type'], operands: readonly Expression[]): readonly Value[] {
  const shape = type.rate === 'each' ? [scope.forward.batchSize, ...type.shape] : type.shape;
  return operands.map((operand) => spread(valueOf(scope, operand), operand.type.rate === 'each', shape));
}

/** A value in a shape: `each`, of which the first axis is the batch. */
export function spread(x: Value, each: boolean, shape: Shape): Value {
  if (x.shape.join() === shape.join()) return x;
  if (size(x.shape) === 1 && !each) return broadcast(reshape(x, []), shape);
  if (size(x.shape.slice(1)) === 1) return broadcast(reshape(x, [x.shape[0]!, ...shape.slice(1).map(() => 1)]), shape);
  return broadcast(x, shape);
}

function combined(op: '+' | '-' | '*' | '/' | '^', left: Value, right: Value): Value {
  switch (op) {
    case '+':
      return add(left, right);
    case '-':
      return sub(left, right);
    case '*':
      return mul(left, right);
    case '/':
      return div(left, right);
    case '^':
      return raised(left, right);
  }
}

/** a^b: by the power rule where b is one number, else e^(b ln a). */
const raised = (a: Value, b: Value): Value =>
  b.moves || b.data.some((v) => v !== b.data[0]) ? exp(mul(b, log(a))) : power(a, b.data[0]!);

/** max(a, b) = b + max(a − b, 0). */
const larger = (a: Value, b: Value): Value => add(b, atLeast(sub(a, b), 0));

function called(
  scope: Scope,
  { definition: { name }, operands, type }: Extract<Expression, { readonly kind: 'function' }>,
): Value {
  const { forward } = scope;
  const of = (): Value => valueOf(scope, operands[0]!);
  switch (name) {
    case 'stop':
      return stopped(of());
    // §7: the tensor in a pass without any noise.
    case 'clean':
      return valueOf({ ...scope, forward: forward.noiseless() }, operands[0]!);
    case 'mean':
      return operands[0]!.type.rate === 'each' ? mean(of()) : of();
    case 'abs':
      return abs(of());
    case 'exp':
      return exp(of());
    case 'log':
      return log(of());
    case 'max':
      return alike(scope, type, operands).reduce(larger);
    case 'min':
      return neg(alike(scope, type, operands).map(neg).reduce(larger));
    default:
      throw new Error(`the interpreter knows no function ${name}`);
  }
}

/** The mean over the batch of what is a number for each example. */
export const batchMean = (x: Value, each: boolean): Value =>
  each ? mean(reshape(x, [x.data.length])) : reshape(x, []);

/** The tensor that an expression is. */
export function refOf(expr: Expression) {
  if (expr.kind !== 'tensor') throw new Error(`${expr.text} is no tensor`);
  return expr.ref;
}
