/** Networks and layers applied to other tensors, inside of networks whose own shapes are not known yet. */
import type { Expression, TensorRef } from '../../builtins/arguments.js';
import type { CallExpr, Expr } from '../../parser/ast.js';
import { quote, sourceAt, type Scope } from './scope.js';
import type { Chain } from './steps.js';
import type { Applied } from './applied.js';
import type { Tensors } from './tensors.js';

/** Where an application is written. */
export interface Site {
  readonly scope: Scope;
  readonly tensors: Tensors;
  readonly chain: Chain;
}

/** @param first what stands in front of the arguments */
export function applicationOf(
  site: Site,
  { callee, args, span }: Pick<CallExpr, 'callee' | 'args' | 'span'>,
  first?: TensorRef,
): Applied | undefined {
  const { scope, tensors, chain } = site;
  const given = args.map(({ value }) => inputOf(site, value));
  if (!given.every((one) => one !== undefined)) return undefined;
  const inputs = first === undefined ? given : [unshaped(first, ''), ...given];
  const applied = tensors.applied(callee, inputs);
  if (applied === undefined) return undefined;
  chain.apply({ of: applied.named, inputs, result: applied.tensor, source: sourceAt(scope, span), scope });
  return applied;
}

/** What `critic(h)` or `critic(h).feat` stands for; undefined where that is not what is written. */
export function appliedIn(site: Site, expr: Expr): TensorRef | undefined {
  const call = expr.kind === 'member' ? expr.of : expr;
  if (call.kind !== 'call' || !site.tensors.declares(call.callee)) return undefined;
  const applied = applicationOf(site, call);
  return expr.kind === 'member' && applied !== undefined ? site.tensors.member(applied, expr.parts) : applied?.tensor;
}

/** What a network is applied to: the shapes of this network's own tensors are not known yet. */
function inputOf(site: Site, value: Expr): Expression | undefined {
  const { scope, tensors } = site;
  const applied = appliedIn(site, value);
  if (applied !== undefined) return unshaped(applied, quote(scope, value));
  if (value.kind !== 'path' || !tensors.meansTensor(value)) return tensors.expression(value, false);
  const ref = tensors.tensor(value);
  return ref && unshaped(ref, quote(scope, value));
}

/** A tensor as an input of an application whose shape is seen later. */
const unshaped = (ref: TensorRef, text: string): Expression => ({
  kind: 'tensor',
  ref,
  type: { rate: 'each', shape: [], site: 'example' },
  text,
});
