/** The values of expressions in a pass, as they are measured. */
import type { Args, Expression, TensorRef } from '../../builtins/arguments.js';
import { loweringOf, type LikelihoodContext, type PenaltyContext } from '../../builtins/define.js';
import type { Node } from '../graph/graph.js';
import { product, sameDim } from '../graph/shape.js';
import { tensorsOf } from '../model/expressions.js';
import { storedName } from '../model/model.js';
import type { NodeSite } from '../model/networks.js';
import { missingOf } from '../model/variables.js';
import type { CompiledModel, CompiledTerm } from './compiled.js';
import { jacobianNorm } from './jacobian.js';
import type { Sight } from './mode.js';
import type { Pass } from './pass.js';
import { present } from './variables.js';

/** What is measured: for each example and more, of which the sum counts, or one number. */
type Measure = { readonly each: Node } | { readonly whole: Node };

export class Values {
  constructor(
    private readonly pass: Pass,
    private readonly as: Sight,
    private readonly where: CompiledTerm['where'] = [],
    /** Of a term over a tree: the nodes whose values count. */
    private readonly site?: NodeSite,
  ) {}

  /** The mean over the batch of a number for each example; one number counts with each row where the term holds. */
  mean(expr: Expression): Node {
    const { b } = this.pass;
    const measured = this.#measure(expr);
    if ('each' in measured) return this.meanOfRows(measured.each);
    const rows = this.#rows();
    return rows === undefined ? measured.whole : b.mul(measured.whole, b.batchMean(rows));
  }

  /** The mean over the batch of what is measured of its examples, where the term holds. */
  meanOfRows(each: Node): Node {
    const { b } = this.pass;
    const rows = this.#rows();
    return rows === undefined ? b.batchMean(each) : b.batchMean(b.mul(b.sumRows(each), rows));
  }

  /** A number for each row, or one for all. */
  eachIn(expr: Expression): Measure {
    const measured = this.#measure(expr);
    return 'whole' in measured ? measured : { each: this.pass.b.sumRows(measured.each) };
  }

  /** A number for each row; one that is of all, for each. */
  perRow(expr: Expression): Node {
    const { b, rows } = this.pass;
    const measured = this.eachIn(expr);
    return 'whole' in measured ? b.broadcastTo(measured.whole, [rows]) : measured.each;
  }

  /** The same, and 0 on the rows where the term does not hold. */
  heldRow(expr: Expression): Node {
    const [each, rows] = [this.perRow(expr), this.#rows()];
    return rows === undefined ? each : this.pass.b.mul(each, rows);
  }

  /** 1 on the rows where the term holds; undefined where it holds on all. */
  #rows(): Node | undefined {
    const { b } = this.pass;
    const rows = this.where.flatMap((one): readonly Node[] => {
      switch (one.kind) {
        case 'equals':
          return [b.indicator('Equal', this.pass.data(one.variable), b.cast(b.scalar(one.value), 'int32'))];
        case 'known':
          return [
            this.site === undefined ? this.pass.known(one.variable) : this.pass.trees.known(one.variable, this.site),
          ];
        case 'missing':
          return [b.sub(b.scalar(1), this.pass.known(one.variable))];
        case 'hidden':
          return [];
      }
    });
    return rows.length === 0 ? undefined : rows.reduce((both, one) => b.mul(both, one));
  }

  #measure(expr: Expression): Measure {
    switch (expr.kind) {
      case 'penalty': {
        const definition = loweringOf(expr.call.definition);
        const measured = definition.lower(
          this.#penaltyContext(expr.weights),
          storedOnce(this.pass.model, expr.call.args),
        );
        return 'whole' in measured ? measured : { each: this.#present(measured.each, expr) };
      }
      case 'likelihood':
        return { each: this.#present(this.#likelihood(expr), expr) };
      default:
        return expr.type.rate === 'each' ? { each: this.#present(this.of(expr), expr) } : { whole: this.of(expr) };
    }
  }

  /** A value: of one number for each example [B], of a tensor [B, …], of the batch or of weights []. */
  of(expr: Expression): Node {
    const { b } = this.pass;
    switch (expr.kind) {
      case 'number':
        return b.scalar(expr.value);
      case 'schedule':
        return expr.call.definition.lower(b, expr.call.args, this.pass.stretch);
      case 'tensor':
        return expr.type.site === 'nodes' && this.site !== undefined
          ? this.pass.trees.at(expr.ref, this.site)
          : this.#tensor(expr.ref);
      case 'penalty':
      case 'likelihood': {
        const measured = this.#measure(expr);
        return 'whole' in measured ? measured.whole : b.sumRows(measured.each);
      }
      case 'function':
        if (expr.definition.noiseless === true)
          return new Values(this.pass.noiseless(), this.as, this.where, this.site).of(expr.operands[0]!);
        return loweringOf(expr.definition).lower(
          b,
          aligned(
            this.pass,
            expr.operands.map((operand) => this.of(operand)),
            expr,
          ),
        );
      case 'negate':
        return b.neg(this.of(expr.operand));
      case 'binary': {
        const [left, right] = aligned(this.pass, [this.of(expr.left), this.of(expr.right)], expr) as readonly [
          Node,
          Node,
        ];
        const spelled = {
          '+': () => b.add(left, right),
          '-': () => b.sub(left, right),
          '*': () => b.mul(left, right),
          '/': () => b.div(left, right),
          '^': () => b.make('Pow', [left, right]),
        };
        return spelled[expr.op]();
      }
      case 'tree':
        return this.#tree(expr);
      case 'weights':
        throw new Error(`${expr.text} has no value by itself`);
    }
  }

  /** −log p of what a decoder of a tree gives, one number for each inner node, or for each leaf that was decoded. */
  #tree({ call, compared, fromRoot, encoder, decoder }: Extract<Expression, { readonly kind: 'tree' }>): Node {
    const { pass } = this;
    const { b } = pass;
    const { negativeLogLikelihood } = loweringOf(call.definition);
    const context: LikelihoodContext = {
      b,
      linked: false,
      weight: () => {
        throw new Error('a likelihood of vectors of a tree learns nothing');
      },
      value: (expr) => this.of(expr),
    };
    return pass.trees
      .compared(compared, fromRoot, pass.network(encoder), pass.network(decoder))
      .map(([decoded, encoded]) => b.sumRows(negativeLogLikelihood(context, decoded, encoded, call.args)))
      .reduce((sum, one) => b.add(sum, one));
  }

  /** Zeros where a variable that it is measured of is missing, and at padding. */
  #present(each: Node, expr: Expression): Node {
    const { pass } = this;
    if (expr.type.site === 'nodes') return each;
    const masks = new Map<string, Node>();
    for (const ref of tensorsOf(expr)) {
      const missing = ref.kind === 'variable' ? missingOf(pass.variable(ref.name)) : undefined;
      const mask =
        ref.kind === 'variable' && missing !== undefined && missing !== 'positions'
          ? pass.mask(ref.name)
          : pass.positionsMask(ref);
      if (mask !== undefined && (missing === 'rows' || fits(mask, each))) masks.set(String(mask.id), mask);
    }
    return [...masks.values()].reduce((x, mask) => present(pass.b, x, mask), each);
  }

  #tensor(ref: TensorRef): Node {
    switch (this.as) {
      case 'value':
        return this.pass.value(ref);
      case 'read':
        return this.pass.tensor(ref);
      case 'still':
        return this.pass.still(ref);
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
      return one.kind === 'hidden' ? b.mul(x, this.pass.hidden(one.variable, one)) : x;
    }, each);
  }

  #penaltyContext(weights: string | undefined): PenaltyContext {
    const { pass } = this;
    return {
      b: pass.b,
      value: (expr) => this.of(expr),
      weight: (name) => pass.weight(name),
      there: (expr) =>
        tensorsOf(expr).reduce<Node | undefined>((found, one) => found ?? pass.positionsMask(one), undefined),
      own: (name) => pass.weight(`${weights ?? ''}.${name}`),
      network: (name, input) => pass.on(name, input),
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

/** Whether a mask says something of each number that is measured. */
const fits = (mask: Node, each: Node): boolean =>
  mask.shape.every((dim, axis) => each.shape[axis] !== undefined && sameDim(dim, each.shape[axis]));

/** Operands of one rank: a number for each example stands beside every element of it. */
function aligned({ b }: Pass, operands: readonly Node[], { type }: Expression): readonly Node[] {
  const rank = Math.max(...operands.map(({ shape }) => shape.length));
  if (type.rate !== 'each' || operands.every(({ shape }) => shape.length === rank || shape.length === 0))
    return operands;
  const rows = operands.find(({ shape }) => shape.length > 0)!.shape[0]!;
  // Of one number, with or without axes of length 1.
  const single = product(type.shape) === 1;
  return operands.map((node) => {
    if (node.shape.length === 0) return node;
    if (single) return b.reshape(node, [rows]);
    return node.shape.length === rank ? node : b.reshape(node, [rows, ...Array.from({ length: rank - 1 }, () => 1)]);
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
