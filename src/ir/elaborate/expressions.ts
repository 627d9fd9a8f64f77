/** Expressions of terms: arithmetic over numbers, schedules, tensors, and what the registry measures. */
import type { Expression, ExpressionType } from '../../builtins/arguments.js';
import { answering } from '../../builtins/aliases.js';
import { builtins, find } from '../../builtins/index.js';
import { isMisfit } from '../../builtins/define.js';
import * as say from '../../diagnostics/messages/terms.js';
import type { CallExpr, Expr, PathExpr } from '../../parser/ast.js';
import { product } from '../graph/shape.js';
import { bindCall } from './bind.js';
import { Measures, type Around } from './measures.js';
import { isBroken, placeIn, quote } from './scope.js';
import { isBuiltOf } from './trees.js';

/** The value of an expression; undefined and reported where it has none. `orWeights`: the names of weights will do too. */
export const expressionOf = (around: Around, expr: Expr, orWeights = false): Expression | undefined =>
  new Reader(around).read(expr, orWeights);

const constant: ExpressionType = { rate: 'constant', shape: [], site: 'example' };

/** The categories whose entries stand in front of parentheses in terms. */
const measuring = ['penalty', 'likelihood', 'function', 'schedule'] as const;

class Reader {
  #made?: Measures;

  constructor(private readonly around: Around) {}

  /** Most expressions are a number or a name. */
  get #measures(): Measures {
    return (this.#made ??= new Measures(this.around));
  }

  read(expr: Expr, orWeights = false): Expression | undefined {
    const { scope, context } = this.around;
    const text = quote(scope, expr);
    switch (expr.kind) {
      case 'number':
        return { kind: 'number', value: expr.value, type: constant, text };
      case 'unary': {
        const operand = this.read(expr.operand);
        if (operand?.kind === 'number') return { kind: 'number', value: -operand.value, type: constant, text };
        return operand && { kind: 'negate', operand, type: operand.type, text };
      }
      case 'binary': {
        const [left, right] = [this.read(expr.left), this.read(expr.right)];
        if (left === undefined || right === undefined) return undefined;
        const type = this.#join(expr, left, right);
        return type && { kind: 'binary', op: expr.op, left, right, type, text };
      }
      case 'path':
        return this.#path(expr, text, orWeights);
      case 'call':
        return this.#call(expr, text);
      case 'member':
        return this.#tensor(expr, text);
      case 'missing':
        return undefined;
      default:
        context.reporter.report(scope, say.noTerm, expr.span, { text });
        return undefined;
    }
  }

  #path(expr: PathExpr, text: string, orWeights: boolean): Expression | undefined {
    const { scope, tensors, context } = this.around;
    const name = expr.parts.length === 1 ? expr.parts[0]!.text : undefined;
    const value = name === undefined ? undefined : context.reporter.constant(scope, expr.parts[0]!);
    if (isBroken(value)) return undefined;
    if (typeof value === 'number') return { kind: 'number', value, type: constant, text };
    if (tensors.meansTensor(expr)) return this.#tensor(expr, text);
    const category = measuring.find((one) => name !== undefined && find(one, name) !== undefined);
    // A measure without its parentheses: its arguments are asked for.
    if (category !== undefined && name !== undefined)
      return this.#measure(category, { kind: 'call', callee: expr.parts[0]!, args: [], span: expr.span }, text);
    if (!orWeights) return this.#tensor(expr, text);
    const names = tensors.weights(expr);
    return names && { kind: 'weights', names, type: { rate: 'whole', shape: [], site: 'example' }, text };
  }

  #tensor(expr: Expr, text: string): Expression | undefined {
    const ref = this.around.tensors.tensor(expr, true);
    if (ref === undefined) return undefined;
    const { context, at } = this.around;
    const { shape, site } = context.typeOf(ref);
    if (shape === undefined) {
      context.reporter.fail();
      return undefined;
    }
    if (at === 'leaves' && site === 'positions' && isBuiltOf(context, ref))
      return { kind: 'tensor', ref, type: { rate: 'each', shape: shape.slice(1), site: 'nodes' }, text };
    const atNodes = at !== undefined && context.nodesOf(ref) !== undefined;
    return { kind: 'tensor', ref, type: { rate: 'each', shape, site: atNodes ? 'nodes' : site }, text };
  }

  #call(expr: CallExpr, text: string): Expression | undefined {
    const { scope, context, tensors } = this.around;
    const { text: name, span } = expr.callee;
    const category = measuring.find((one) => find(one, name) !== undefined);
    if (category !== undefined) return this.#measure(category, expr, text);
    if (tensors.declares(expr.callee)) return this.#tensor(expr, text);
    if (tensors.mayDeclare(expr.callee)) {
      context.reporter.fail();
      return undefined;
    }
    const meant = measuring.map((one) => answering(one, name)).find((entry) => entry !== undefined);
    const known = (): readonly string[] => [
      ...measuring.flatMap((one) => builtins[one].map((entry) => entry.name)),
      ...context.networksOf('network'),
    ];
    const { near, fixes } = context.reporter.guess(placeIn(scope, span), name, known, meant?.name);
    if (context.reporter.wounded && near === undefined) return undefined;
    const example = builtins.penalty[0]!.examples[0]!;
    context.reporter.report(
      scope,
      say.unknownMeasure,
      span,
      { word: name, example, ...(near === undefined ? {} : { near }) },
      { fixes },
    );
    // What it is applied to is looked at all the same.
    for (const { value } of expr.args) this.read(value, true);
    return undefined;
  }

  #measure(category: (typeof measuring)[number], expr: CallExpr, text: string): Expression | undefined {
    switch (category) {
      case 'penalty':
        return this.#measures.penalty(expr, text);
      case 'likelihood':
        return this.#measures.comparison(expr, text);
      case 'function':
        return this.#function(expr, text);
      case 'schedule': {
        const call = bindCall(this.#measures.binding, 'schedule', expr);
        return call && { kind: 'schedule', call, type: constant, text };
      }
    }
  }

  #function(expr: CallExpr, text: string): Expression | undefined {
    const { scope, context } = this.around;
    const definition = find('function', expr.callee.text)!;
    context.reporter.refer(scope, expr.callee.span, { kind: 'entry', definition });
    const operands = expr.args.map(({ value }) => this.read(value));
    const [fewest, most] = definition.arity;
    if (operands.length < fewest || operands.length > most) {
      context.reporter.report(scope, say.wrongArity, expr.callee.span, {
        name: definition.name,
        fewest,
        most,
        found: operands.length,
        example: definition.examples[0]!,
      });
      return undefined;
    }
    if (!operands.every((operand) => operand !== undefined)) return undefined;
    const type = definition.type(operands.map((operand) => operand.type));
    if (!isMisfit(type)) return { kind: 'function', definition, operands, type, text };
    context.reporter.report(scope, say.doesNotFit, expr.span, { text, cause: definition.summary, ...type });
    return undefined;
  }

  #join(expr: Expr, left: Expression, right: Expression): ExpressionType | undefined {
    const { scope, context } = this.around;
    const [a, b] = [left.type, right.type];
    const rate =
      a.rate === 'each' || b.rate === 'each' ? 'each' : a.rate === 'whole' || b.rate === 'whole' ? 'whole' : 'constant';
    const varying = [a, b].filter((type) => type.rate === 'each');
    if (varying.length === 2 && (a.site === 'nodes') !== (b.site === 'nodes')) {
      context.reporter.report(scope, say.otherPlaces, expr.span, { text: quote(scope, expr) });
      return undefined;
    }
    const site = varying.find((type) => type.site !== 'example')?.site ?? 'example';
    // A number beside a tensor leaves it its shape, be that of one element.
    if (a.rate === 'constant' || b.rate === 'constant')
      return { rate, shape: a.rate === 'constant' ? b.shape : a.shape, site };
    if (product(a.shape) === 1) return { rate, shape: b.shape, site };
    if (product(b.shape) === 1 || a.shape.join() === b.shape.join()) return { rate, shape: a.shape, site };
    context.reporter.report(scope, say.shapesDiffer, expr.span, {
      left: left.text,
      right: right.text,
      leftShape: a.shape,
      rightShape: b.shape,
    });
    return undefined;
  }
}
