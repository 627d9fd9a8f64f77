/** What is done with a model: data sets, sweeps over parameters, figures. */
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/experiments.js';
import { isMissing, type AutoencoderDecl, type Expr, type FigureItem, type SweepItem } from '../../parser/ast.js';
import type { Figure, Sweep } from '../model/model.js';
import type { DataSource } from '../model/training.js';
import { bindCall } from './bind.js';
import { constantNumber } from './constants.js';
import type { Context } from './context.js';
import { evaluate, plain } from './parameters.js';
import type { Reporter } from './reporter.js';
import { placeIn, quote, sourceAt, type Scope } from './scope.js';
import { calleeOf } from './signatures.js';
import { Tensors } from './tensors.js';

/** `data identity(8)`: a name and numbers. Whether there is such a set is known where data are loaded, and not here. */
export function dataOf({ reporter }: Context, scope: Scope, expr: Expr): DataSource | undefined {
  const callee = calleeOf(expr);
  if (callee === undefined) {
    reporter.report(scope, say.noDataSet, expr.span, { text: quote(scope, expr) });
    return undefined;
  }
  const args = (expr.kind === 'call' ? expr.args : []).map(({ name, value }) => ({
    name,
    value: constantNumber(scope, reporter, value),
  }));
  if (args.some(({ value }) => value === undefined)) return undefined;
  return {
    set: callee.text,
    args: args.map(({ name, value }) => ({ ...(name === undefined ? {} : { name: name.text }), value: value! })),
    source: sourceAt(scope, expr.span),
  };
}

/** `sweep z in [784, 256, 64]`. */
export function sweepsOf(
  reporter: Reporter,
  scope: Scope,
  { params }: AutoencoderDecl,
  items: readonly SweepItem[],
): readonly Sweep[] {
  const found: Sweep[] = [];
  for (const item of items) {
    if (isMissing(item.param) || isMissing(item.values)) continue;
    const { text, span } = item.param;
    const decl = params.find((param) => param.name.text === text);
    reporter.refer(scope, span, scope.constants.symbol(text));
    const twice = found.find((sweep) => sweep.parameter === text);
    if (decl === undefined) {
      const known = params.map((param) => param.name.text);
      const { near, fixes } = reporter.guess(placeIn(scope, span), text, () => known);
      reporter.report(
        scope,
        say.sweepsNoParameter,
        span,
        {
          name: text,
          known,
          whole:
            item.values.kind !== 'list' ||
            item.values.items.every((value) => value.kind !== 'number' || Number.isInteger(value.value)),
          ...(near === undefined ? {} : { near }),
        },
        { fixes },
      );
    } else if (twice !== undefined)
      reporter.report(
        scope,
        say.sweptTwice,
        span,
        { name: text },
        { related: [{ place: twice.source.place, message: labels.writtenFirst }] },
      );
    else if (item.values.kind !== 'list' || item.values.items.length === 0)
      reporter.report(scope, say.noListOfValues, item.values.span, { name: text, text: quote(scope, item.values) });
    else {
      const values = item.values.items.map((value) => plain(evaluate(scope, reporter, decl, value)));
      if (values.every((value) => value !== undefined))
        found.push({ parameter: text, values, source: sourceAt(scope, item.span) });
    }
  }
  return found;
}

/** `figure samples(z)`. */
export function figureOf(context: Context, scope: Scope, item: FigureItem): Figure | undefined {
  const call = bindCall(
    { scope, reporter: context.reporter, tensors: new Tensors(context, scope, context.names.root) },
    'figure',
    item.value,
  );
  return call && { call, source: sourceAt(scope, item.span) };
}
