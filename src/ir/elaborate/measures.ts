/** What terms measure: penalties, and likelihoods of what networks give. */
import type { Args, ArgValue, CallOf, Expression, Param, Site, TensorRef } from '../../builtins/arguments.js';
import { isTensor } from '../../builtins/arguments.js';
import type { ArgumentType, ArgumentTypes, WeightDeclaration } from '../../builtins/define.js';
import { find } from '../../builtins/index.js';
import * as say from '../../diagnostics/messages/terms.js';
import type { CallExpr, Expr } from '../../parser/ast.js';
import { endingsOfExpression, readingOf } from '../model/endings.js';
import type { NodeSite } from '../model/networks.js';
import { bindArgs, bindCall, type Binding } from './bind.js';
import type { Context } from './context.js';
import { describes } from './domains.js';
import { sourceAt, type Scope } from './scope.js';
import type { Tensors } from './tensors.js';

/** Where an expression stands. */
export interface Around {
  readonly context: Context;
  readonly scope: Scope;
  readonly tensors: Tensors;
  /** Of a term over a tree: at which nodes it holds. What a fold gives is then the vector of each of them. */
  readonly at?: NodeSite;
}

/** What stands in front of the parentheses of one term; `likelihood` is read of a `reconstruct`, too. */
export class Measures {
  readonly binding: Binding;

  constructor(private readonly around: Around) {
    const { context, scope, tensors, at } = around;
    this.binding = { scope, reporter: context.reporter, tensors: at === undefined ? tensors : tensors.at(at) };
  }

  penalty(expr: CallExpr, text: string): Expression | undefined {
    const { scope, context } = this.around;
    const call = bindCall(this.binding, 'penalty', expr);
    if (call === undefined) return undefined;
    const types = this.#typesOf(call.args);
    let [atNodes, elsewhere] = [false, false];
    for (const name in types)
      if (types[name]!.site === 'nodes') atNodes = true;
      else if (!isNetwork(call.args[name])) elsewhere = true;
    if (atNodes && elsewhere && call.definition.fits !== undefined) {
      context.reporter.report(scope, say.otherPlaces, expr.span, { text });
      return undefined;
    }
    const misfit = call.definition.fits?.(types);
    if (misfit !== undefined) {
      context.reporter.report(scope, say.doesNotFit, expr.span, { text, cause: call.definition.summary, ...misfit });
      return undefined;
    }
    const rate = isOfWeights(call.args) ? 'whole' : (call.definition.rate ?? 'each');
    const site: Site = rate === 'each' && atNodes ? 'nodes' : 'example';
    const weights = this.#learned(call.definition.name, call.definition.weights?.(types, call.args) ?? [], expr);
    return { kind: 'penalty', call, ...weights, type: { rate, shape: [], site }, text };
  }

  #typesOf(args: Args): ArgumentTypes {
    const types: Record<string, ArgumentType> = {};
    for (const name in args) {
      const type = this.#typeOf(args[name]);
      if (type !== undefined) types[name] = type;
    }
    return types;
  }

  #typeOf(value: ArgValue | undefined): ArgumentType | undefined {
    const { context } = this.around;
    if (typeof value !== 'object' || !('kind' in value)) return undefined;
    if (value.kind === 'expression') {
      const { type } = value.value;
      return value.value.kind === 'number' ? { ...type, number: value.value.value } : type;
    }
    if (isNetwork(value)) {
      const shape = context.network(value.name)?.outputShape;
      return shape && { rate: 'each', shape, site: 'example' };
    }
    if (!isTensor(value)) return undefined;
    const { shape, site } = context.typeOf(value);
    return shape && { rate: 'each', shape, site, ...this.#entriesOf(value) };
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
  comparison(expr: CallExpr, text: string): Expression | undefined {
    const { scope, context } = this.around;
    const definition = find('likelihood', expr.callee.text)!;
    context.reporter.refer(scope, expr.callee.span, { kind: 'entry', definition });
    const compared: readonly Param[] = [
      { name: 'output', type: { kind: 'expression' }, summary: 'what the network gives' },
      { name: 'target', type: { kind: 'expression' }, summary: 'what it is compared with' },
    ];
    const example = `${definition.name}(out, x)`;
    const args = bindArgs(
      this.binding,
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
    if (!this.#parametersFit(call, wanted, node)) return undefined;
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

  /** A parameter that is a tensor is one of each element, or of each of the first axes of an example. */
  #parametersFit({ definition, args }: CallOf<'likelihood'>, wanted: readonly number[], { span }: Expr): boolean {
    const { scope, context } = this.around;
    const odd = Object.values(args).find(
      (value) =>
        isExpression(value) &&
        (value.value.type.shape.length > wanted.length ||
          value.value.type.shape.some((size, axis) => size !== 1 && size !== wanted[axis])),
    );
    if (odd === undefined || !isExpression(odd)) return true;
    const { text, type } = odd.value;
    context.reporter.report(scope, say.parameterMisfit, span, {
      likelihood: definition.name,
      parameter: text,
      wanted,
      found: type.shape,
    });
    return false;
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
}

const isNetwork = (value: ArgValue | undefined): value is Extract<ArgValue, { readonly kind: 'network' }> =>
  typeof value === 'object' && 'kind' in value && value.kind === 'network';

const isOfWeights = (args: Args): boolean => {
  for (const name in args) {
    const value = args[name];
    if (typeof value !== 'object' || !('kind' in value)) continue;
    if (value.kind === 'weights' || (value.kind === 'expression' && value.value.kind === 'weights')) return true;
  }
  return false;
};

const isExpression = (value: Args[string]): value is { readonly kind: 'expression'; readonly value: Expression } =>
  typeof value === 'object' && 'kind' in value && value.kind === 'expression';
