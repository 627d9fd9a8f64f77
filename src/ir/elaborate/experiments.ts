/** What is done with a model: data sets, sweeps over parameters, figures. */
import { isMissing, type AutoencoderDecl, type Expr, type FigureItem, type SweepItem } from '../../parser/ast.js';
import type { Figure, Sweep } from '../model/model.js';
import type { DataSource } from '../model/training.js';
import { bindCall } from './bind.js';
import { constantNumber, quote } from './constants.js';
import { isBroken, sourceAt, suggestion, type Constant, type Reporter, type Scope } from './context.js';
import { calleeOf } from './describe.js';
import type { Names } from './names.js';
import { resolver } from './resolver.js';
import { evaluate } from './parameters.js';

/** `data identity(8)`: a name and numbers. Whether there is such a set is known where data are loaded, and not here. */
export function dataOf(scope: Scope, reporter: Reporter, expr: Expr): DataSource | undefined {
  const callee = calleeOf(expr);
  if (callee === undefined) {
    reporter.report(scope, 'AE2005', expr.span, { title: 'the name of a data set is needed here', cause: `\`${quote(scope, expr)}\` is none.`, expected: 'a data set', found: `\`${quote(scope, expr)}\``, hint: 'for example `data mnist`; files are named from outside, with `--data`' });
    return undefined;
  }
  const args = (expr.kind === 'call' ? expr.args : []).map(({ name, value }) => ({ name, value: constantNumber(scope, reporter, value) }));
  if (args.some(({ value }) => value === undefined)) return undefined;
  return { set: callee.text, args: args.map(({ name, value }) => ({ ...(name === undefined ? {} : { name: name.text }), value: value! })), source: sourceAt(scope, expr.span) };
}

/** `sweep z in [784, 256, 64]`. */
export function elaborateSweep(scope: Scope, reporter: Reporter, { params }: AutoencoderDecl, item: SweepItem, before: readonly Sweep[]): Sweep | undefined {
  if (isMissing(item.param) || isMissing(item.values)) return undefined;
  const { text, span } = item.param;
  const decl = params.find((param) => param.name.text === text);
  if (decl === undefined) {
    const known = params.map((param) => param.name.text);
    reporter.report(scope, 'AE2001', span, {
      title: `no parameter is called \`${text}\``, cause: 'A sweep varies a parameter of the autoencoder.', expected: 'a parameter', found: `\`${text}\``,
      ...(known.length === 0 ? { hint: `declare it: \`(${text}: int = 32)\` behind the name of the autoencoder` } : suggestion(scope, text, span, known)),
    });
    return undefined;
  }
  const twice = before.find((sweep) => sweep.parameter === text);
  if (twice !== undefined) {
    reporter.report(scope, 'AE2007', span, { title: `\`${text}\` is swept twice`, cause: 'Several sweeps form a grid, so each varies a parameter of its own.', hint: 'write one list', related: [{ place: twice.source.place, message: 'swept here first' }] });
    return undefined;
  }
  if (item.values.kind !== 'list' || item.values.items.length === 0) {
    reporter.report(scope, 'AE2005', item.values.span, { title: 'a list of values is needed here', cause: 'The model is trained once for each.', expected: 'values in brackets', found: `\`${quote(scope, item.values)}\``, hint: `for example \`sweep ${text} in [64, 32, 16]\`` });
    return undefined;
  }
  const values = item.values.items.map((value) => plain(evaluate(scope, reporter, decl, value)));
  return values.every((value) => value !== undefined) ? { parameter: text, values, source: sourceAt(scope, item.span) } : undefined;
}

/** A constant as data: an activation by its name. */
export function plain(value: Constant | undefined): number | boolean | string | undefined {
  if (isBroken(value)) return undefined;
  if (typeof value === 'object' && 'kind' in value && value.kind === 'call') return value.definition.name;
  return typeof value === 'object' ? undefined : value;
}

/** `figure samples(z)`. */
export function elaborateFigure(scope: Scope, reporter: Reporter, names: Names, item: FigureItem): Figure | undefined {
  const call = bindCall({ scope, reporter, names: resolver(scope, reporter, names, '') }, 'figure', item.value, 'a figure');
  return call === undefined ? undefined : { call, source: sourceAt(scope, item.span) };
}
