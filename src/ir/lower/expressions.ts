/** The values of expressions in a pass, and the terms that they are. */
import type { Args, Expression } from '../../builtins/arguments.js';
import { loweringOf, type LikelihoodContext, type PenaltyContext } from '../../builtins/define.js';
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { B, product } from '../graph/shape.js';
import { summandsOf } from '../model/expressions.js';
import { storedName } from '../model/model.js';
import type { CompiledModel, CompiledTerm } from './compiled.js';
import { jacobianNorm } from './jacobian.js';
import { Pass, type Mode } from './pass.js';

/** The pass of a model, which evaluates what networks are applied to. */
export const passOf = (b: Builder, model: CompiledModel, mode: Mode): Pass =>
  Pass.of(b, model, mode, (pass, expr) => new Values(pass, 'read').of(expr));

/** An expression that has a value for each example, as terms see it, summed over all else. [B] */
export const perExampleOf = (pass: Pass, expr: Expression): Node => new Values(pass, 'value').of(expr);

/** In the order of the model's terms, each one number: the mean over the batch. */
export const lowerTerms = (pass: Pass): readonly Node[] =>
  pass.model.terms.map((term) => pass.b.at(term.source, () => pass.b.named(lowerTerm(pass, term), term.name)));

function lowerTerm(pass: Pass, { value, where }: CompiledTerm): Node {
  const { b } = pass;
  const values = new Values(pass, 'value', where);
  const parts = summandsOf(value).map(({ of, factor, schedules }): Node | undefined => {
    if (factor === 0) return undefined;
    const mean = values.mean(of);
    const weights = [
      ...(factor === undefined || factor === 1 ? [] : [b.scalar(factor)]),
      ...schedules.map(({ definition, args }) => definition.lower(b, args, pass.model.training)),
    ];
    return weights.reduce((product, weight) => b.mul(weight, product), mean);
  });
  const there = parts.filter((part) => part !== undefined);
  return there.length === 0 ? b.scalar(0) : there.reduce((sum, part) => b.add(sum, part));
}

/** All terms as one tensor of shape [terms], so that one read brings them to the host. */
export const stack = (b: Builder, terms: readonly Node[]): Node =>
  b.concat(
    terms.map((term) => b.reshape(term, [1])),
    0,
  );

/** What is measured: for each example and more, of which the sum counts, or one number. */
type Measure = { readonly each: Node } | { readonly whole: Node };

class Values {
  /** @param as tensors as terms see them, clean, or as networks read them */
  constructor(
    private readonly pass: Pass,
    private readonly as: 'value' | 'read',
    private readonly where: CompiledTerm['where'] = [],
  ) {}

  /** The mean over the batch of a number for each example; what is one number already, as it is. */
  mean(expr: Expression): Node {
    const { b } = this.pass;
    const measured = this.#measure(expr);
    if ('whole' in measured) return measured.whole;
    const rows = this.#rows();
    return rows === undefined ? b.batchMean(measured.each) : b.batchMean(b.mul(perExample(b, measured.each), rows));
  }

  /** 1 on the rows where the term holds; undefined where it holds on all. */
  #rows(): Node | undefined {
    const { b } = this.pass;
    const rows = this.where.flatMap((one) =>
      one.kind === 'equals'
        ? [b.cast(b.make('Equal', [this.pass.data(one.variable), b.cast(b.scalar(one.value), 'int32')]), 'float32')]
        : [],
    );
    return rows.length === 0 ? undefined : rows.reduce((both, one) => b.mul(both, one));
  }

  #measure(expr: Expression): Measure {
    switch (expr.kind) {
      case 'penalty': {
        const definition = loweringOf(expr.call.definition);
        return definition.lower(this.#penaltyContext(), storedOnce(this.pass.model, expr.call.args));
      }
      case 'likelihood':
        return { each: this.#likelihood(expr) };
      default:
        return expr.type.rate === 'each' ? { each: this.of(expr) } : { whole: this.of(expr) };
    }
  }

  /** A value: of one number for each example [B], of a tensor [B, …], of the batch or of weights []. */
  of(expr: Expression): Node {
    const { b, model } = this.pass;
    switch (expr.kind) {
      case 'number':
        return b.scalar(expr.value);
      case 'schedule':
        return expr.call.definition.lower(b, expr.call.args, model.training);
      case 'tensor':
        return this.as === 'read' ? this.pass.tensor(expr.ref) : this.pass.value(expr.ref);
      case 'penalty':
      case 'likelihood': {
        const measured = this.#measure(expr);
        return 'whole' in measured ? measured.whole : perExample(b, measured.each);
      }
      case 'function':
        return loweringOf(expr.definition).lower(
          b,
          aligned(
            b,
            expr.operands.map((operand) => this.of(operand)),
            expr,
          ),
        );
      case 'negate':
        return b.neg(this.of(expr.operand));
      case 'binary': {
        const [left, right] = aligned(b, [this.of(expr.left), this.of(expr.right)], expr) as readonly [Node, Node];
        const spelled = {
          '+': () => b.add(left, right),
          '-': () => b.sub(left, right),
          '*': () => b.mul(left, right),
          '/': () => b.div(left, right),
          '^': () => b.make('Pow', [left, right]),
        };
        return spelled[expr.op]();
      }
      case 'weights':
      case 'tree':
        throw new Error(`${expr.text} has no value by itself`);
    }
  }

  /** −log p element by element. */
  #likelihood({ call, output, target, linked, weights }: Extract<Expression, { readonly kind: 'likelihood' }>): Node {
    const { b } = this.pass;
    const context: LikelihoodContext = {
      b,
      linked,
      weight: (name) => this.pass.weight(`${weights ?? ''}.${name}`),
      value: (expr) => this.of(expr),
    };
    const variable =
      target.kind === 'tensor' && target.ref.kind === 'variable' ? this.pass.variable(target.ref.name) : undefined;
    const data = variable?.domain.kind === 'category' ? this.pass.data(variable.name) : this.of(target);
    const each = loweringOf(call.definition).negativeLogLikelihood(context, this.of(output), data, call.args);
    return this.where.reduce((x, one) => {
      return one.kind === 'hidden' ? b.mul(x, this.pass.hidden(one.variable, one.index)) : x;
    }, each);
  }

  #penaltyContext(): PenaltyContext {
    const { pass } = this;
    return {
      b: pass.b,
      value: (expr) => this.of(expr),
      weight: (name) => pass.weight(name),
      axes: (name) => pass.model.weights.find((w) => w.name === name)!.declaration.axes,
      latent: (ref) => {
        if (ref.kind !== 'latent') throw new Error('not a latent');
        return pass.latent(ref.name);
      },
      layer: (ref) => pass.layer(ref),
      jacobianNorm: (of, from) => jacobianNorm(pass, of, from),
    };
  }
}

/** The sum over all that follows the rows. */
function perExample(b: Builder, each: Node): Node {
  const axes = each.shape.slice(1).map((_, i) => i + 1);
  return axes.length === 0 ? each : b.sum(each, axes);
}

/** Operands of one rank: a number for each example stands beside every element of it. */
function aligned(b: Builder, operands: readonly Node[], { type }: Expression): readonly Node[] {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  if (type.rate !== 'each' || operands.every(({ shape }) => shape.length === rank || shape.length === 0))
    return operands;
  // Of one number, with or without axes of length 1.
  const single = product(type.shape) === 1;
  return operands.map((node) => {
    if (node.shape.length === 0) return node;
    if (single) return b.reshape(node, [B]);
    return node.shape.length === rank ? node : b.reshape(node, [B, ...Array.from({ length: rank - 1 }, () => 1)]);
  });
}

/** Arguments in which sets of weights name each stored weight once: tied ones are one weight. */
const storedOnce = (model: CompiledModel, args: Args): Args =>
  Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (typeof value !== 'object' || !('kind' in value)) return [name, value];
      if (value.kind === 'weights') return [name, { ...value, names: once(model, value.names) }];
      if (value.kind === 'expression' && value.value.kind === 'weights')
        return [name, { ...value, value: { ...value.value, names: once(model, value.value.names) } }];
      return [name, value];
    }),
  );

function once(model: CompiledModel, names: readonly string[]): readonly string[] {
  const first = new Map([...names].reverse().map((weight) => [storedName(model, weight), weight]));
  return names.filter((weight) => first.get(storedName(model, weight)) === weight);
}
