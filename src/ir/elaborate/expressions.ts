/** Expressions of terms: arithmetic over numbers, schedules, tensors, and what the registry measures. */
import type {
  Args,
  ArgValue,
  CallOf,
  Expression,
  ExpressionType,
  Param,
  Site,
  TensorRef,
} from '../../builtins/arguments.js';
import { isTensor } from '../../builtins/arguments.js';
import type { ArgumentType, ArgumentTypes, WeightDeclaration } from '../../builtins/define.js';
import { answering } from '../../builtins/aliases.js';
import { builtins, find } from '../../builtins/index.js';
import { isMisfit } from '../../builtins/define.js';
import * as say from '../../diagnostics/messages/terms.js';
import type { CallExpr, Expr, PathExpr } from '../../parser/ast.js';
import { product } from '../graph/shape.js';
import { endingsOfExpression, readingOf } from '../model/endings.js';
import type { NodeSite } from '../model/networks.js';
import { bindArgs, bindCall, type Binding } from './bind.js';
import type { Context } from './context.js';
import { describes } from './domains.js';
import { isBroken, placeIn, quote, sourceAt, type Scope } from './scope.js';
import type { Tensors } from './tensors.js';
import { isBuiltOf } from './trees.js';

/** Where an expression stands. */
export interface Around {
  readonly context: Context;
  readonly scope: Scope;
  readonly tensors: Tensors;
  /** Of a term over a tree: at which nodes it holds. What a fold gives is then the vector of each of them. */
  readonly at?: NodeSite;
}

/** The value of an expression; undefined and reported where it has none. `orWeights`: the names of weights will do too. */
export const expressionOf = (around: Around, expr: Expr, orWeights = false): Expression | undefined =>
  new Reader(around).read(expr, orWeights);

const constant: ExpressionType = { rate: 'constant', shape: [], site: 'example' };

const isNetwork = (value: ArgValue | undefined): value is Extract<ArgValue, { readonly kind: 'network' }> =>
  typeof value === 'object' && 'kind' in value && value.kind === 'network';

/** The categories whose entries stand in front of parentheses in terms. */
const measuring = ['penalty', 'likelihood', 'function', 'schedule'] as const;

class Reader {
  readonly #binding: Binding;

  constructor(private readonly around: Around) {
    const { context, scope, tensors, at } = around;
    this.#binding = { scope, reporter: context.reporter, tensors: at === undefined ? tensors : tensors.at(at) };
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
        return this.#penalty(expr, text);
      case 'likelihood':
        return this.#likelihood(expr, text);
      case 'function':
        return this.#function(expr, text);
      case 'schedule': {
        const call = bindCall(this.#binding, 'schedule', expr);
        return call && { kind: 'schedule', call, type: constant, text };
      }
    }
  }

  #penalty(expr: CallExpr, text: string): Expression | undefined {
    const { scope, context } = this.around;
    const call = bindCall(this.#binding, 'penalty', expr);
    if (call === undefined) return undefined;
    const types = this.#typesOf(call.args);
    const compared = Object.entries(types).filter(([name]) => !isNetwork(call.args[name]));
    const sites = new Set(compared.map(([, { site }]) => site === 'nodes'));
    if (sites.size > 1 && call.definition.fits !== undefined) {
      context.reporter.report(scope, say.otherPlaces, expr.span, { text });
      return undefined;
    }
    const misfit = call.definition.fits?.(types);
    if (misfit !== undefined) {
      context.reporter.report(scope, say.doesNotFit, expr.span, { text, cause: call.definition.summary, ...misfit });
      return undefined;
    }
    const ofWeights = Object.values(call.args).some(
      (value) =>
        typeof value === 'object' &&
        'kind' in value &&
        (value.kind === 'weights' || (value.kind === 'expression' && value.value.kind === 'weights')),
    );
    const rate = ofWeights ? 'whole' : (call.definition.rate ?? 'each');
    const site: Site =
      rate === 'each' && Object.values(types).some((type) => type.site === 'nodes') ? 'nodes' : 'example';
    const weights = this.#learned(call.definition.name, call.definition.weights?.(types, call.args) ?? [], expr);
    return { kind: 'penalty', call, ...weights, type: { rate, shape: [], site }, text };
  }

  #typesOf(args: Args): ArgumentTypes {
    const { context } = this.around;
    return Object.fromEntries(
      Object.entries(args).flatMap(([name, value]): readonly (readonly [string, ArgumentTypes[string]])[] => {
        if (typeof value !== 'object' || !('kind' in value)) return [];
        if (value.kind === 'expression')
          return [
            [name, { ...value.value.type, ...(value.value.kind === 'number' ? { number: value.value.value } : {}) }],
          ];
        if (isNetwork(value)) {
          const network = context.network(value.name);
          return network === undefined ? [] : [[name, { rate: 'each', shape: network.outputShape, site: 'example' }]];
        }
        if (!isTensor(value)) return [];
        const { shape, site } = context.typeOf(value);
        return shape === undefined ? [] : [[name, { rate: 'each', shape, site, ...this.#entriesOf(value) }]];
      }),
    );
  }

  #entriesOf(of: TensorRef): Pick<ArgumentType, 'layer' | 'latent'> {
    const { context } = this.around;
    if (of.kind === 'layer') {
      const layer = context.layer(of.id)?.definition.name;
      return layer === undefined ? {} : { layer };
    }
    const latent = of.kind === 'latent' ? context.latent(of.name) : undefined;
    if (latent === undefined) return {};
    const flows = latent.through.map(({ definition }) => definition.name);
    return { latent: { distribution: latent.definition.name, flows } };
  }

  /** `bernoulli(out, x)`: what is compared, then the parameters of the distribution. */
  #likelihood(expr: CallExpr, text: string): Expression | undefined {
    const { scope, context } = this.around;
    const definition = find('likelihood', expr.callee.text)!;
    context.reporter.refer(scope, expr.callee.span, { kind: 'entry', definition });
    const compared: readonly Param[] = [
      { name: 'output', type: { kind: 'expression' }, summary: 'what the network gives' },
      { name: 'target', type: { kind: 'expression' }, summary: 'what it is compared with' },
    ];
    const example = `${definition.name}(out, x)`;
    const args = bindArgs(
      this.#binding,
      { name: definition.name, params: [...compared, ...definition.params], examples: [example] },
      expr.args,
      expr.callee.span,
    );
    if (args === undefined) return undefined;
    const { output, target, ...own } = args;
    if (!isExpression(output) || !isExpression(target)) return undefined;
    const call: CallOf<'likelihood'> = { kind: 'call', definition, args: own };
    const name =
      target.value.kind === 'tensor' && target.value.ref.kind === 'variable' ? target.value.ref.name : 'loss';
    return this.likelihood(call, output.value, target.value, text, name, expr, (wanted) => {
      const facts = {
        likelihood: definition.name,
        output: output.value.text,
        target: target.value.text,
        found: output.value.type.shape,
        wanted,
      };
      context.reporter.report(scope, say.cannotCompare, expr.span, facts);
    });
  }

  /**
   * @param name what its weights stand below
   * @param node where the likelihood is named
   * @param differ reports that the shapes do not fit each other
   */
  likelihood(
    call: CallOf<'likelihood'>,
    output: Expression,
    target: Expression,
    text: string,
    name: string,
    node: Expr,
    differ: (wanted: readonly number[]) => void,
  ): Expression | undefined {
    const { context } = this.around;
    if (!describes(this.around, call, target, node)) return undefined;
    const wanted = this.#wanted(call, target);
    if (
      output.type.shape.join() !== wanted.join() ||
      (output.type.site === 'nodes') !== (target.type.site === 'nodes')
    ) {
      differ(wanted);
      return undefined;
    }
    const rate = output.type.rate === 'each' || target.type.rate === 'each' ? 'each' : 'whole';
    const reading = readingOf(
      call.definition,
      endingsOfExpression((id) => context.layer(id), output),
    );
    const site: Site = output.type.site === 'nodes' ? 'nodes' : 'example';
    const weights = this.#learned(name, call.definition.weights?.(call.args) ?? [], node);
    return {
      kind: 'likelihood',
      call,
      output,
      target,
      linked: reading === 'mean',
      ...weights,
      type: { rate, shape: [], site },
      text,
    };
  }

  #learned(name: string, declarations: readonly WeightDeclaration[], { span }: Expr): { readonly weights?: string } {
    const { context, scope } = this.around;
    return declarations.length === 0 ? {} : { weights: context.addOwned(name, declarations, sourceAt(scope, span)) };
  }

  /** The shape of an output that is compared with a target. */
  #wanted({ definition }: CallOf<'likelihood'>, { kind, type, ...target }: Expression): readonly number[] {
    const variable =
      kind === 'tensor' && 'ref' in target && target.ref.kind === 'variable'
        ? this.around.context.variable(target.ref.name)
        : undefined;
    if (variable === undefined) return type.shape;
    return definition.outputShape(
      variable.shape,
      variable.domain.kind === 'category' ? variable.domain.classes : undefined,
    );
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

const isExpression = (value: Args[string]): value is { readonly kind: 'expression'; readonly value: Expression } =>
  typeof value === 'object' && 'kind' in value && value.kind === 'expression';

/** Reads a likelihood that compares what a network gives with a variable, as a `reconstruct` does. */
export const compare = (
  ...[around, ...rest]: readonly [Around, ...Parameters<Reader['likelihood']>]
): Expression | undefined => new Reader(around).likelihood(...rest);
