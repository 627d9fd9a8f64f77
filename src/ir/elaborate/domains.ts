/** Likelihoods against the values that they are of. */
import type { CallOf, Expression } from '../../builtins/arguments.js';
import type { LikelihoodDefinition } from '../../builtins/define.js';
import { builtins } from '../../builtins/index.js';
import { insertBehind } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import { noDistributionOf } from '../../diagnostics/messages/ranges.js';
import type { Expr } from '../../parser/ast.js';
import type { Domain } from '../../runtime/program.js';
import { endingsOf } from '../model/endings.js';
import { modelDomain, type Variable } from '../model/variables.js';
import type { Context } from './context.js';
import type { Scope } from './scope.js';

/** Whether a likelihood is a distribution of a target; reported where it is not. */
export function describes(
  { context, scope }: { readonly context: Context; readonly scope: Scope },
  { definition }: CallOf<'likelihood'>,
  target: Expression,
  node: Expr,
): boolean {
  const variable =
    target.kind === 'tensor' && target.ref.kind === 'variable' ? context.variable(target.ref.name) : undefined;
  const domain = rangeDomain(context, target);
  if (!misfits(definition, domain)) return true;
  const undeclared =
    variable !== undefined &&
    !variable.declaresDomain &&
    domain.kind === 'real' &&
    variable.preprocessing.length === 0 &&
    ofUnitInterval(definition);
  const fitting = builtins.likelihood.filter((l) => !misfits(l, domain) && !ofUnitInterval(l)).map(({ name }) => name);
  const preprocessing = variable?.preprocessing.at(-1)?.definition.name;
  const facts = {
    likelihood: definition.name,
    target: target.text,
    domains: definition.domains,
    found: domain,
    undeclared,
    fitting,
    ...(preprocessing === undefined ? {} : { preprocessing }),
  };
  const related = variable === undefined ? [] : [{ place: variable.source.place, message: labels.declaredHere }];
  const fixes = variable !== undefined && undeclared ? [insertBehind(variable.source.place, ' in [0, 1]')] : [];
  context.reporter.report(scope, noDistributionOf, node.span, facts, { related, fixes });
  return false;
}

/** It takes values for probabilities. */
const ofUnitInterval = ({ domains }: LikelihoodDefinition): boolean =>
  !domains.includes('real') && domains.includes('interval');

/** A likelihood that gives the data probability zero, or none at all. */
export function misfits(definition: LikelihoodDefinition, domain: Domain): boolean {
  if (!definition.domains.includes(domain.kind)) return true;
  const unit = domain.kind !== 'interval' || ((domain.low ?? -Infinity) >= 0 && (domain.high ?? Infinity) <= 1);
  return ofUnitInterval(definition) && !unit;
}

/** The values that a tensor may have: those of its variable, or what it is computed to. */
function rangeDomain(context: Context, target: Expression): Domain {
  if (
    target.kind === 'function' &&
    target.operands.length === 1 &&
    target.type.shape.join() === target.operands[0]!.type.shape.join()
  )
    return rangeDomain(context, target.operands[0]!);
  if (target.kind === 'number')
    return target.value >= 0 && target.value <= 1 ? { kind: 'interval', low: 0, high: 1 } : { kind: 'real' };
  if (target.kind !== 'tensor') return { kind: 'real' };
  if (target.ref.kind === 'variable') return modelDomain(context.variable(target.ref.name) as Variable);
  const endings = endingsOf((id) => context.layer(id), target.ref);
  const within = endings.every(({ range: [low, high] }) => low >= 0 && high <= 1);
  return within ? { kind: 'interval', low: 0, high: 1 } : { kind: 'real' };
}
