/** Relations between weights: ties and constraints; and corruption of named layers. */
import { isMissing, type ConstrainItem, type CorruptItem, type Expr, type TieItem } from '../../parser/ast.js';
import type { TensorRef } from '../../builtins/arguments.js';
import { adjointOrder } from '../../builtins/kernels.js';
import type { Constraint, Layer, Tie, Weight } from '../model/model.js';
import { bindCall } from './bind.js';
import { quote } from './constants.js';
import { scopeAt, sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import type { Names } from './names.js';
import { resolver, weightsBehind } from './resolver.js';
import { corruptionCalls } from './variables.js';

/** Ties written as `tied:` arguments, or by a mirror. */
export function argumentTies(reporter: Reporter, names: Names, scope: Scope): readonly Tie[] {
  return [...names.layers.values()].flatMap((layer): readonly Tie[] => {
    const partner = layer.args['tied'];
    if (typeof partner !== 'object' || !('kind' in partner) || partner.kind !== 'layer') return [];
    const of = names.layers.get(partner.id);
    if (of === undefined || layer.definition.tie === undefined) return [];
    const tie = fit(reporter, names, scope, { weight: `${layer.id}.kernel`, of: `${of.id}.kernel`, transposed: layer.definition.tie === 'transpose', source: layer.source }, layer);
    return tie === undefined ? [] : [tie];
  });
}

/** A tie as it is written: one weight is another, as it is or as the adjoint layer needs it. */
interface WrittenTie extends Omit<Tie, 'order'> {
  readonly transposed: boolean;
}

/** The tie, unless the shapes do not fit. */
function fit(reporter: Reporter, names: Names, scope: Scope, { transposed, ...tie }: WrittenTie, layer?: Layer): Tie | undefined {
  const [own, other] = [names.weights.get(tie.weight), names.weights.get(tie.of)];
  if (own === undefined) return undefined;
  const order = other === undefined ? undefined : transposed ? adjointOrder(own.declaration.axes, other.declaration.axes) : other.declaration.shape.map((_, i) => i);
  const given = other === undefined ? 'no kernel' : order === undefined ? `${other.declaration.shape.join('×')}, which no transposition brings there` : order.map((i) => other.declaration.shape[i]).join('×');
  const needed = own.declaration.shape.join('×');
  if (order !== undefined && given === needed) return { ...tie, order };
  const place = tie.source.place;
  reporter.report(scopeAt(scope, tie.source), 'AE3003', place.span, {
    title: `\`${tie.weight}\` cannot be \`${tie.of}\`${transposed ? ' transposed' : ''}`,
    cause: 'Tied kernels are one matrix, so their shapes must agree; biases are never tied.',
    expected: needed,
    found: given,
    hint: layer === undefined ? 'tie layers that mirror each other' : `give \`${tie.of.replace(/\.kernel$/, '')}\` and this layer mirrored sizes`,
    ...(other === undefined ? {} : { related: [{ place: other.source.place, message: `\`${tie.of}\` is ${other.declaration.shape.join('×')}` }] }),
  });
  return undefined;
}

/** The ties without those that go round: a kernel that is itself, through however many others, has no value. */
export function withoutRounds(scope: Scope, reporter: Reporter, ties: readonly Tie[]): readonly Tie[] {
  // The first tie of a weight holds.
  const [first, above] = [new Map<string, Tie>(), new Map<string, string>()];
  const storedOf = followed(above);
  return ties.filter((tie) => {
    if (storedOf(tie.of) === tie.weight) {
      reportRound(scope, reporter, tie, first);
      return false;
    }
    if (!first.has(tie.weight)) {
      first.set(tie.weight, tie);
      above.set(tie.weight, tie.of);
    }
    return true;
  });
}

/** Where steps lead in the end; the way is shortened each time. They do not go round. */
const followed = (above: Map<string, string>) => (name: string): string => {
  let at = name;
  for (let next = above.get(at); next !== undefined; next = above.get(at)) {
    above.set(at, above.get(next) ?? next);
    at = next;
  }
  return at;
};

/** The weight that is stored for one that may be tied. */
export const storedBehind = (ties: readonly Tie[]): ((weight: string) => string) =>
  followed(new Map([...ties].reverse().map(({ weight, of }) => [weight, of])));

function reportRound(scope: Scope, reporter: Reporter, tie: Tie, first: ReadonlyMap<string, Tie>): void {
  const others: Tie[] = [];
  for (let at = first.get(tie.of); at !== undefined && others.length < 4; at = first.get(at.of)) others.push(at);
  const round = [tie.weight, tie.of, ...others.map(({ of }) => of)].map((name) => `\`${name}\``);
  reporter.report(scopeAt(scope, tie.source), 'AE3003', tie.source.place.span, {
    title: `\`${tie.weight}\` would be tied to itself`,
    cause: others.length === 0 ? 'A kernel cannot be its own tie.' : `The ties go round: ${round.join(' is ')}${others.length < 4 ? '' : ' …'}.`,
    expected: 'a tie to a kernel that is stored', found: `${round[0]!} = ${round[1]!}`, hint: 'remove one of the ties',
    related: others.slice(0, 3).map(({ weight, source }) => ({ place: source.place, message: `\`${weight}\` is tied here` })),
  });
}

/** `tie a.kernel = transpose(b.kernel)`. */
export function elaborateTie(scope: Scope, reporter: Reporter, names: Names, item: TieItem): Tie | undefined {
  if (isMissing(item.target) || isMissing(item.source)) return undefined;
  const transposed = item.source.kind === 'call' && item.source.callee.text === 'transpose';
  const inner = item.source.kind === 'call' ? item.source.args[0]?.value : item.source;
  const target = oneWeight(scope, reporter, names, item.target);
  const of = inner === undefined || (item.source.kind === 'call' && !transposed) ? undefined : oneWeight(scope, reporter, names, inner);
  if (item.source.kind === 'call' && !transposed) {
    reporter.report(scope, 'AE2002', item.source.callee.span, { title: `a tie cannot use \`${item.source.callee.text}\``, cause: 'A tied kernel is another one, as it is or transposed.', expected: '`transpose`', found: `\`${item.source.callee.text}\``, ...suggestion(scope, item.source.callee.text, item.source.callee.span, ['transpose']) });
  }
  if (target === undefined || of === undefined) return undefined;
  return fit(reporter, names, scope, { weight: target.name, of: of.name, transposed, source: sourceAt(scope, item.span) });
}

function oneWeight(scope: Scope, reporter: Reporter, names: Names, expr: Expr): Weight | undefined {
  const path = expr.kind === 'path' ? expr.parts.map((p) => p.text).join('.') : undefined;
  const found = path === undefined ? [] : weightsBehind(names, path, '');
  if (found.length === 1) return names.weights.get(found[0]!);
  if (path === undefined ? expr.kind === 'missing' : names.isBroken(path, '')) return undefined;
  reporter.report(scope, found.length === 0 ? 'AE2001' : 'AE2008', expr.span, {
    title: found.length === 0 ? `there is no weight \`${quote(scope, expr)}\`` : `\`${quote(scope, expr)}\` stands for several weights`,
    cause: 'A weight is written as `layer.kernel`.',
    expected: 'one weight',
    found: found.length === 0 ? `\`${quote(scope, expr)}\`` : found.join(', '),
    ...(path === undefined ? {} : found.length > 0 ? { hint: 'write one of them' } : reporter.guess(scope, path, expr.span, () => shortWeights(names))),
  });
  return undefined;
}

/** Full names of weights, and what comes after the network. */
const shortWeights = (names: Names): readonly string[] => [...names.weights.keys()].flatMap((name) => [name, name.slice(name.indexOf('.') + 1)]);

export function elaborateConstraint(scope: Scope, reporter: Reporter, names: Names, item: ConstrainItem): readonly Constraint[] {
  if (isMissing(item.target)) return [];
  const found = resolver(scope, reporter, names, '').weights(item.target, false);
  const call = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'constraint', item.constraint, 'a constraint');
  if (found === undefined || call === undefined || typeof found !== 'object' || !('kind' in found) || found.kind !== 'weights') return [];
  return found.names.flatMap((weight): readonly Constraint[] => {
    const misfit = call.definition.admits(names.weights.get(weight)!.declaration);
    if (misfit === undefined) return [{ weight, call, source: sourceAt(scope, item.span) }];
    reporter.report(scope, 'AE3006', item.span, { title: `\`${call.definition.name}\` cannot hold for \`${weight}\``, cause: call.definition.summary, ...misfit });
    return [];
  });
}

/** `corrupt h with …` on a named layer: the noise stands on the edge behind the layer. `names.refresh` tells the networks. */
export function elaborateLayerCorruption(scope: Scope, reporter: Reporter, names: Names, item: CorruptItem): void {
  if (isMissing(item.target)) return;
  const name = item.target.parts.map((p) => p.text).join('.');
  if (names.variables.has(name)) return;
  const ref = resolver(scope, reporter, names, '').layer(item.target) as TensorRef | undefined;
  const calls = corruptionCalls(scope, reporter, names, item);
  if (ref?.kind !== 'layer' || calls === undefined) return;
  const layer = names.layers.get(ref.id);
  const own = layer?.outputs[ref.output];
  // A result that the layer does not have is reported where it is named.
  if (layer === undefined || own === undefined) return;
  for (const [i, call] of calls.entries()) {
    const shape = call.definition.shape(own, call.args);
    if (Array.isArray(shape) && shape.join() === own.join() && call.definition.statistics.length === 0) continue;
    reporter.report(scope, 'AE3002', item.corruptions[i]!.span, {
      title: `\`${call.definition.name}\` works on inputs alone`,
      cause: 'It changes the shape, or needs statistics of the data.',
      expected: 'gaussian, uniform, mask or dropout', found: `\`${call.definition.name}\``, hint: 'corrupt the input instead',
    });
    return;
  }
  names.layers.set(layer.id, { ...layer, corruption: [...layer.corruption, ...calls.map((call) => ({ ...call, output: ref.output }))] });
}
