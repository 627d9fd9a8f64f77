/** The loss: reconstructions and penalties, with their weights. */
import type { DefinitionOf, TensorRef } from '../../builtins/define.js';
import { builtins, find } from '../../builtins/index.js';
import { isMissing, type Expr, type PenaltyItem, type ReconstructItem } from '../../parser/ast.js';
import { activationOf, type ScalarExpr, type Term, type Variable } from '../model.js';
import { bindCall } from './bind.js';
import { constantNumber, quote } from './constants.js';
import { notCompiled, oneOf, sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import { isPlanned } from './planned.js';
import type { Wanted } from './mirrors.js';
import { resolver, type Names } from './names.js';

const one: ScalarExpr = { kind: 'number', value: 1 };

/** The variable that a `reconstruct` names; reported where there is none. */
export function reconstructed(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem): Variable | undefined {
  if (isMissing(item.target)) return undefined;
  const name = item.target.parts.map((p) => p.text).join('.');
  const variable = names.variables.get(name);
  if (variable === undefined && isPlanned('reconstruction', name)) notCompiled(scope, reporter, item.target.span, `\`reconstruct ${name}\` is`);
  else if (variable === undefined && !names.isBroken(name, '') && !reporter.wounded && !(names.variables.size === 0 && reporter.failed)) {
    reporter.report(scope, 'AE2001', item.target.span, {
      title: `there is no input or target \`${name}\``,
      cause: '`reconstruct` names an observed variable.',
      expected: 'an input or a target',
      found: `\`${name}\``,
      ...suggestion(scope, name, item.target.span, [...names.variables.keys()]),
    });
  }
  return variable;
}

/** What the network behind a `reconstruct` is to produce. Reports nothing: the term itself will. */
export function wantedBy(names: Names, item: ReconstructItem): Wanted | undefined {
  const variable = isMissing(item.target) ? undefined : names.variables.get(item.target.parts.map((p) => p.text).join('.'));
  const callee = item.by.kind === 'path' ? item.by.parts[0]!.text : item.by.kind === 'call' ? item.by.callee.text : '';
  const likelihood = find('likelihood', callee);
  if (variable === undefined || likelihood === undefined) return undefined;
  return { shape: outputShape(variable, likelihood), link: likelihood.link };
}

export const outputShape = (variable: Variable, likelihood: DefinitionOf<'likelihood'>): readonly number[] =>
  likelihood.outputShape(variable.shape, variable.domain.kind === 'category' ? variable.domain.classes : undefined);

export function elaborateReconstruct(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem): Term | undefined {
  const variable = reconstructed(scope, reporter, names, item);
  const likelihood = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'likelihood', item.by, 'a likelihood');
  const output = outputOf(scope, reporter, names, item);
  if (variable === undefined || likelihood === undefined || output === undefined) return undefined;
  const where = whereOf(scope, reporter, variable, item.where);
  if (where === undefined) return undefined;
  const weight = item.weight === undefined ? one : scalar(scope, reporter, names, item.weight);
  if (weight === undefined) return undefined;
  const layer = output.kind === 'layer' ? names.layers.get(output.id) : undefined;
  const activation = layer === undefined ? undefined : activationOf(layer);
  const linked = activation !== undefined && likelihood.definition.accepts.includes(activation.definition.name);
  return { kind: 'reconstruction', name: `reconstruct ${variable.name}`, variable: variable.name, output, likelihood, linked, where, weight, source: sourceAt(scope, item.span) };
}

/** Where a term holds; undefined and reported where that is no corruption of the variable. */
function whereOf(scope: Scope, reporter: Reporter, variable: Variable, expr: Expr | undefined): 'all' | 'hidden' | undefined {
  if (expr === undefined) return 'all';
  if (isMissing(expr)) return undefined;
  const text = quote(scope, expr);
  const corruption = variable.corruption.find((c) => c.definition.name === text);
  if (corruption?.definition.hidden !== undefined) return 'hidden';
  const rows = expr.kind === 'path' && ['known', 'missing'].includes(expr.parts.at(-1)!.text);
  if (rows || corruption !== undefined || isPlanned('corruption', text)) {
    notCompiled(scope, reporter, expr.span, `\`where ${text}\` is`);
    return undefined;
  }
  const known = find('corruption', text) !== undefined;
  const own = variable.corruption.map((c) => c.definition.name);
  reporter.report(scope, known ? 'AE2001' : 'AE2002', expr.span, {
    title: known ? `\`${variable.name}\` is not corrupted with \`${text}\`` : `\`${text}\` is no corruption`,
    cause: '`where` names the corruption whose hidden elements count.',
    expected: own.length === 0 ? `a corruption of \`${variable.name}\`` : oneOf(own.map((name) => `\`${name}\``)),
    found: `\`${text}\``,
    ...suggestion(scope, text, expr.span, own),
    ...(known ? { hint: `add \`corrupt ${variable.name} with ${find('corruption', text)!.examples[0]!}\`, or leave out \`where\`` } : {}),
  });
  return undefined;
}

function outputOf(scope: Scope, reporter: Reporter, names: Names, item: ReconstructItem): TensorRef | undefined {
  if (item.from !== undefined) return isMissing(item.from) ? undefined : (resolver(scope, reporter, names, '').tensor(item.from) as TensorRef | undefined);
  const decoders = [...names.networks.values()].filter((n) => n.role === 'decoder');
  if (decoders.length === 1) return decoders[0]!.output;
  if (decoders.length === 0 && reporter.failed) return undefined;
  if (decoders.length === 0) {
    reporter.report(scope, 'AE2013', item.span, {
      title: 'there is no decoder to reconstruct from',
      cause: 'A reconstruction compares a variable with the output of a network.',
      hint: 'declare one, for example `decoder mirror(encoder)`',
    });
    return undefined;
  }
  const at = isMissing(item.target) ? item.span.end : item.target.span.end;
  reporter.report(scope, 'AE2008', item.span, {
    title: `this could be reconstructed from ${oneOf(decoders.map((d) => `\`${d.name}\``))}`,
    cause: 'Where there is more than one decoder, a reconstruction says which it means.',
    hint: `add \`from ${decoders[0]!.name}\``,
    related: decoders.map((d) => ({ place: d.source.place, message: `\`${d.name}\`` })),
    fixes: decoders.map((d) => ({ title: `add \`from ${d.name}\``, edits: [{ place: { file: scope.file.file, span: { start: at, end: at } }, newText: ` from ${d.name}` }] })),
  });
  return undefined;
}

export function elaboratePenalty(scope: Scope, reporter: Reporter, names: Names, item: PenaltyItem): Term | undefined {
  if (item.where !== undefined) {
    notCompiled(scope, reporter, item.where.span, '`where` clauses of penalties are');
    return undefined;
  }
  const value = scalar(scope, reporter, names, item.value);
  if (value === undefined) return undefined;
  const calls = penaltiesIn(value);
  if (calls.length === 0) {
    reporter.report(scope, 'AE2002', item.value.span, {
      title: 'this penalty depends on nothing',
      cause: 'A number alone does not change with the weights.',
      expected: oneOf(builtins.penalty.map((p) => p.name)),
      found: `\`${quote(scope, item.value)}\``,
      hint: 'for example `penalty 1e-4 * l1(code)`',
    });
    return undefined;
  }
  return { kind: 'penalty', name: calls.map((c) => c.text).join(' + '), value, source: sourceAt(scope, item.span) };
}

/** The penalty calls inside an expression, left to right. */
export function penaltiesIn(expr: ScalarExpr): readonly Extract<ScalarExpr, { readonly kind: 'penalty' }>[] {
  switch (expr.kind) {
    case 'penalty':
      return [expr];
    case 'negate':
      return penaltiesIn(expr.operand);
    case 'binary':
      return [...penaltiesIn(expr.left), ...penaltiesIn(expr.right)];
    default:
      return [];
  }
}

/** Arithmetic over numbers, schedules and penalties. */
function scalar(scope: Scope, reporter: Reporter, names: Names, expr: Expr): ScalarExpr | undefined {
  switch (expr.kind) {
    case 'unary': {
      const operand = scalar(scope, reporter, names, expr.operand);
      return operand === undefined ? undefined : { kind: 'negate', operand };
    }
    case 'binary': {
      const left = scalar(scope, reporter, names, expr.left);
      const right = scalar(scope, reporter, names, expr.right);
      return left === undefined || right === undefined ? undefined : { kind: 'binary', op: expr.op, left, right };
    }
    case 'call': {
      const binding = { scope, reporter, names: resolver(scope, reporter, names, '') };
      if (find('schedule', expr.callee.text) !== undefined) {
        const call = bindCall(binding, 'schedule', expr, 'a schedule');
        return call === undefined ? undefined : { kind: 'schedule', call };
      }
      const call = bindCall(binding, 'penalty', expr, 'a penalty');
      return call === undefined ? undefined : { kind: 'penalty', call, text: quote(scope, expr) };
    }
    default: {
      // A bare `l1` is a call without its arguments.
      if (expr.kind === 'path' && expr.parts.length === 1 && !scope.constants.has(expr.parts[0]!.text) && find('penalty', expr.parts[0]!.text) !== undefined) {
        bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'penalty', expr, 'a penalty');
        return undefined;
      }
      const value = constantNumber(scope, reporter, expr);
      return value === undefined ? undefined : { kind: 'number', value };
    }
  }
}
