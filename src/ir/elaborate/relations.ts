/** Relations between weights: ties and constraints. */
import { isTensor, type CallOf } from '../../builtins/arguments.js';
import { adjointOrder } from '../../builtins/kernels.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/weights.js';
import { noSuchWeight, severalWeights } from '../../diagnostics/messages/names.js';
import { isMissing, type ConstrainItem, type Expr, type TieItem } from '../../parser/ast.js';
import type { Constraint, Tie, Weight } from '../model/model.js';
import type { Layer } from '../model/networks.js';
import type { Source } from '../model/source.js';
import { bindCall, entryCalled } from './bind.js';
import type { Context } from './context.js';
import { quote, sourceAt, type Scope } from './scope.js';
import { Tensors } from './tensors.js';

/** A tie as it is written: one weight is another, as it is, as the adjoint layer needs it, or with the other sign. */
interface WrittenTie {
  readonly weight: Weight;
  readonly of: Weight;
  readonly adjoint: boolean;
  readonly sign: 1 | -1;
  readonly source: Source;
  /** The layer whose argument it is. */
  readonly layer?: Layer;
}

/** Ties written as `tied:` arguments, by a mirror, or as statements; none that goes round. */
export function tiesOf(context: Context, scope: Scope, items: readonly TieItem[]): readonly Tie[] {
  const written: WrittenTie[] = [];
  const add = (tie: WrittenTie | undefined): void => {
    if (tie !== undefined) written.push(tie);
  };
  for (const layer of context.layers()) add(argumentTie(context, layer));
  for (const item of items) add(statementTie(context, scope, item));
  return withoutRounds(
    context,
    written.flatMap((tie) => fit(context, tie) ?? []),
  );
}

function argumentTie(context: Context, layer: Layer): WrittenTie | undefined {
  const partner = layer.args['tied'];
  if (!isTensor(partner) || partner.kind !== 'layer' || layer.definition.tie === undefined) return undefined;
  const [weight, of] = [context.weight(`${layer.id}.kernel`), context.weight(`${partner.id}.kernel`)];
  if (weight !== undefined && of !== undefined)
    return { weight, of, adjoint: layer.definition.tie === 'transpose', sign: 1, source: layer.source, layer };
  if (weight !== undefined && context.layer(partner.id) !== undefined)
    context.reporter.at(layer.source, say.tiedToNothing, { layer: layer.id, partner: partner.id });
  return undefined;
}

function statementTie(context: Context, scope: Scope, item: TieItem): WrittenTie | undefined {
  if (isMissing(item.target)) return undefined;
  const weight = oneWeight(context, scope, item.target);
  const source = transformed(context, scope, item.source);
  return weight && source && { ...source, weight, source: sourceAt(scope, item.span) };
}

/** `transpose(b.kernel)`, `negate(out.bias)`, `b.kernel`. */
function transformed(
  context: Context,
  scope: Scope,
  expr: Expr,
): Pick<WrittenTie, 'of' | 'adjoint' | 'sign'> | undefined {
  if (expr.kind !== 'call') {
    const of = oneWeight(context, scope, expr);
    return of && { of, adjoint: false, sign: 1 };
  }
  const transform = entryCalled({ scope, reporter: context.reporter }, 'transform', expr.callee);
  const [inner, ...more] = expr.args;
  if (transform === undefined) return undefined;
  if (inner === undefined || more.length > 0) {
    context.reporter.report(scope, say.transformsOne, expr.span, {
      transform: transform.name,
      found: expr.args.length,
    });
    return undefined;
  }
  const of = transformed(context, scope, inner.value);
  return of && { of: of.of, adjoint: of.adjoint !== transform.adjoint, sign: of.sign === transform.sign ? 1 : -1 };
}

/** The tie, unless the shapes do not fit. */
function fit({ reporter }: Context, { weight, of, adjoint, sign, source, layer }: WrittenTie): Tie | undefined {
  const [own, other] = [weight.declaration, of.declaration];
  const order = adjoint ? adjointOrder(own.axes, other.axes) : other.shape.map((_, i) => i);
  const given = order?.map((i) => other.shape[i]!);
  if (order !== undefined && given?.join() === own.shape.join())
    return { weight: weight.name, of: of.name, order, sign, source };
  const facts = {
    weight: weight.name,
    of: of.name,
    adjoint,
    needed: own.shape,
    given: given ?? other.shape,
    reachable: given !== undefined,
    argument: layer !== undefined,
  };
  reporter.at(source, say.cannotTie, facts, {
    related: [{ place: of.source.place, message: labels.isOf(other.shape.join('×')) }],
  });
  return undefined;
}

/** The ties without those that go round: a kernel that is itself, through however many others, has no value. */
function withoutRounds(context: Context, ties: readonly Tie[]): readonly Tie[] {
  // The first tie of a weight holds.
  const [first, above] = [new Map<string, Tie>(), new Map<string, string>()];
  const storedOf = followed(above);
  return ties.filter((tie) => {
    const before = first.get(tie.weight);
    if (storedOf(tie.of) === tie.weight) {
      reportRound(context, tie, first);
      return false;
    }
    if (before === undefined) {
      first.set(tie.weight, tie);
      above.set(tie.weight, tie.of);
      return true;
    }
    const related = [{ place: before.source.place, message: labels.tiedHere }];
    context.reporter.at(tie.source, say.tiedTwice, { weight: tie.weight }, { related });
    return false;
  });
}

/** Where steps lead in the end; the way is shortened each time. They do not go round. */
const followed =
  (above: Map<string, string>) =>
  (name: string): string => {
    let at = name;
    for (let next = above.get(at); next !== undefined; next = above.get(at)) {
      above.set(at, above.get(next) ?? next);
      at = next;
    }
    return at;
  };

/** The weight that is stored for one that may be tied. */
export const storedBehind = (ties: readonly Tie[]): ((weight: string) => string) =>
  followed(new Map(ties.map(({ weight, of }) => [weight, of])));

function reportRound({ reporter }: Context, tie: Tie, first: ReadonlyMap<string, Tie>): void {
  const others: Tie[] = [];
  for (let at = first.get(tie.of); at !== undefined && others.length < 4; at = first.get(at.of)) others.push(at);
  const facts = {
    weight: tie.weight,
    round: [tie.weight, tie.of, ...others.map(({ of }) => of)],
    longer: others.length === 4,
  };
  const related = others.slice(0, 3).map(({ source }) => ({ place: source.place, message: labels.tiedHere }));
  reporter.at(tie.source, say.tiedToItself, facts, { related });
}

/** The one weight that an expression names. */
export function oneWeight(context: Context, scope: Scope, expr: Expr): Weight | undefined {
  const { reporter } = context;
  if (expr.kind === 'missing') return undefined;
  if (expr.kind !== 'path') {
    reporter.report(scope, noSuchWeight, expr.span, { name: quote(scope, expr) });
    return undefined;
  }
  const names = new Tensors(context, scope, context.names.root).weights(expr);
  const [only, ...more] = names ?? [];
  if (more.length > 0) {
    reporter.report(scope, severalWeights, expr.span, { name: quote(scope, expr), weights: names!.slice(0, 6) });
    return undefined;
  }
  return only === undefined ? undefined : context.weight(only);
}

/** `constrain code.kernel by unit_norm`: one for each weight that it is of. */
export function constraintsOf(context: Context, scope: Scope, item: ConstrainItem): readonly Constraint[] {
  const { reporter } = context;
  const call: CallOf<'constraint'> | undefined = bindCall({ scope, reporter }, 'constraint', item.constraint);
  if (call === undefined || isMissing(item.target)) return [];
  const tensors = new Tensors(context, scope, context.names.root);
  const names = call.definition.of === 'weights' ? tensors.allWeights(item.target) : tensors.weights(item.target);
  const source = sourceAt(scope, item.span);
  return (names ?? []).flatMap((name) => {
    const weight = context.weight(name)!;
    const misfit = call.definition.admits(weight.declaration);
    if (misfit === undefined) return [{ weight: name, call, source }];
    const related = [{ place: weight.source.place, message: labels.declaredHere }];
    reporter.report(
      scope,
      say.cannotConstrain,
      item.constraint.span,
      { constraint: call.definition.name, weight: name, summary: call.definition.summary, ...misfit },
      { related },
    );
    return [];
  });
}
