/** Arithmetic of terms: numbers, schedules, penalties, and tensors of one number an example. */
import { isApplication, isTensor, type Application, type CallOf, type TensorRef } from '../../builtins/arguments.js';
import type { ArgumentShapes } from '../../builtins/define.js';
import { find } from '../../builtins/index.js';
import { showExample } from '../../builtins/layers/shapes.js';
import type { Expr } from '../../parser/ast.js';
import type { ScalarExpr } from '../model/model.js';
import { product } from '../graph/shape.js';
import { bindCall } from './bind.js';
import { constantNumber, quote } from './constants.js';
import type { Reporter, Scope } from './context.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';
import { shapeOf, siteOf } from './shapes.js';

export const one: ScalarExpr = { kind: 'number', value: 1 };

/** The value of an expression; undefined and reported where it has none. */
export function scalar(scope: Scope, reporter: Reporter, names: Names, expr: Expr): ScalarExpr | undefined {
  switch (expr.kind) {
    case 'unary': {
      const operand = scalar(scope, reporter, names, expr.operand);
      if (operand?.kind === 'number') return { kind: 'number', value: -operand.value };
      return operand === undefined ? undefined : { kind: 'negate', operand };
    }
    case 'binary': {
      const left = scalar(scope, reporter, names, expr.left);
      const right = scalar(scope, reporter, names, expr.right);
      if (left?.kind === 'number' && right?.kind === 'number') return constant(scope, reporter, expr);
      return left === undefined || right === undefined ? undefined : { kind: 'binary', op: expr.op, left, right };
    }
    case 'call': {
      const binding = { scope, reporter, names: resolver(scope, reporter, names, '') };
      if (find('schedule', expr.callee.text) !== undefined) {
        const call = bindCall(binding, 'schedule', expr, 'a schedule');
        return call === undefined ? undefined : { kind: 'schedule', call };
      }
      if (names.networks.has(expr.callee.text)) {
        const of = binding.names.application(expr);
        return of === undefined ? undefined : mean(scope, reporter, names, expr, of as Application);
      }
      const call = bindCall(binding, 'penalty', expr, 'a penalty');
      return call === undefined || !argumentsFit(scope, reporter, names, expr, call) ? undefined : { kind: 'penalty', call, text: quote(scope, expr) };
    }
    case 'path':
      return named(scope, reporter, names, expr);
    default:
      return constant(scope, reporter, expr);
  }
}

function constant(scope: Scope, reporter: Reporter, expr: Expr): ScalarExpr | undefined {
  const value = constantNumber(scope, reporter, expr);
  return value === undefined ? undefined : { kind: 'number', value };
}

/** A parameter, a penalty without its arguments, or a tensor. */
function named(scope: Scope, reporter: Reporter, names: Names, expr: Extract<Expr, { readonly kind: 'path' }>): ScalarExpr | undefined {
  const [first, ...rest] = expr.parts;
  const isConstant = rest.length === 0 && scope.constants.has(first!.text);
  if (!isConstant && rest.length === 0 && find('penalty', first!.text) !== undefined) {
    bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'penalty', expr, 'a penalty');
    return undefined;
  }
  const found = isConstant ? undefined : names.lookup(expr.parts.map((part) => part.text).join('.'), '');
  return found !== undefined && 'kind' in found ? mean(scope, reporter, names, expr, found) : constant(scope, reporter, expr);
}

/** A tensor as a term is its mean over the batch, so it has one number an example. */
function mean(scope: Scope, reporter: Reporter, names: Names, expr: Expr, of: TensorRef | Application): ScalarExpr | undefined {
  const shape = shapeOf(names, of);
  if (shape === undefined) return undefined;
  if (product(shape) === 1) return { kind: 'mean', of, text: quote(scope, expr) };
  reporter.report(scope, 'AE3007', expr.span, {
    title: `\`${quote(scope, expr)}\` has ${showExample(shape)} numbers for each example, and a term is one`,
    cause: 'A tensor stands for its mean over the batch where it has one number for each example.',
    expected: 'one number', found: showExample(shape), hint: `make a penalty of it, such as \`l1(${quote(scope, expr)})\``,
  });
  return undefined;
}

/** Whether the arguments of a penalty fit each other. */
function argumentsFit(scope: Scope, reporter: Reporter, names: Names, expr: Expr, { definition, args }: CallOf<'penalty'>): boolean {
  if (definition.fits === undefined) return true;
  const sites = new Set(Object.values(args).flatMap((value) => (isTensor(value) ? [siteOf(names, value) === 'nodes'] : isApplication(value) ? [false] : [])));
  if (sites.size > 1) {
    reporter.report(scope, 'AE3008', expr.span, {
      title: `\`${quote(scope, expr)}\` joins what stands at different places`, cause: 'One has values at the nodes of a tree, the other one for each example.',
      expected: 'both at nodes, or neither', found: 'one of them', hint: 'read the code of the tree, or write `at nodes`',
    });
    return false;
  }
  const shapes: Record<string, ArgumentShapes[string]> = {};
  for (const [name, value] of Object.entries(args)) {
    const shape = typeof value === 'number' ? value : isTensor(value) || isApplication(value) ? shapeOf(names, value) : undefined;
    if (shape === undefined) return false;
    shapes[name] = shape;
  }
  const misfit = definition.fits(shapes);
  if (misfit === undefined) return true;
  reporter.report(scope, 'AE3007', expr.span, { title: `\`${quote(scope, expr)}\` joins what does not fit`, cause: definition.summary, ...misfit });
  return false;
}
