/** What networks are to produce, from the terms that compare their outputs with variables. */
import { find } from '../../builtins/index.js';
import type { Span } from '../../diagnostics/place.js';
import { isMissing, type Expr, type TrainStatement } from '../../parser/ast.js';
import type { Context, Wanted } from './context.js';
import { grouped } from './grouped.js';
import type { Items } from './items.js';
import { placeIn, quote, type Scope } from './scope.js';
import { calleeOf } from './signatures.js';

interface Comparison {
  readonly network: string;
  readonly likelihood: string;
  readonly variable: string;
  readonly text: string;
  readonly span: Span;
}

/** In source order, by the name of the network that gives what is compared. */
export type Comparisons = ReadonlyMap<string, readonly Comparison[]>;

export function comparisonsOf(context: Context, items: Items): Comparisons {
  const { scope } = context;
  const [only, ...others] = context.networksOf('decoder');
  const reconstructs = items.of('reconstruct').flatMap(({ target, from, by, span }): readonly Comparison[] => {
    const network =
      from === undefined ? (others.length === 0 ? only : undefined) : isMissing(from) ? undefined : quote(scope, from);
    if (isMissing(target) || network === undefined) return [];
    const variable = quote(scope, target);
    return [{ network, likelihood: calleeOf(by)?.text ?? '', variable, text: `reconstruct ${variable}`, span }];
  });
  const expressions = [
    ...items.of('penalty').map(({ value }) => value),
    ...items.of('train').flatMap(({ statements }) => objectivesIn(statements)),
  ];
  const all = [...reconstructs];
  for (const expr of expressions) collectLikelihoods(scope, expr, all);
  all.sort((a, b) => a.span.start - b.span.start);
  return grouped(all, ({ network }) => network);
}

const objectivesIn = (statements: readonly TrainStatement[]): readonly Expr[] =>
  statements.flatMap((statement) => {
    if (statement.kind === 'objective') return [statement.value];
    return statement.kind === 'phase' || statement.kind === 'player' ? objectivesIn(statement.statements) : [];
  });

/** Adds each `bernoulli(decoder, x)` inside of an expression, which is looked for at every key of an editor. */
function collectLikelihoods(scope: Scope, expr: Expr, into: Comparison[]): void {
  switch (expr.kind) {
    case 'unary':
      collectLikelihoods(scope, expr.operand, into);
      return;
    case 'binary':
      collectLikelihoods(scope, expr.left, into);
      collectLikelihoods(scope, expr.right, into);
      return;
    case 'call': {
      const [output, target] = expr.args;
      if (
        output?.value.kind === 'path' &&
        target?.value.kind === 'path' &&
        find('likelihood', expr.callee.text) !== undefined
      )
        into.push({
          network: quote(scope, output.value),
          likelihood: expr.callee.text,
          variable: quote(scope, target.value),
          text: quote(scope, expr),
          span: expr.span,
        });
      for (const { value } of expr.args) collectLikelihoods(scope, value, into);
    }
  }
}

/** What the first comparison asks for that can be told; reports nothing, since the term itself will. */
export function wantedOf(context: Context, comparisons: readonly Comparison[]): Wanted | undefined {
  for (const { likelihood: name, variable: of, text, span } of comparisons) {
    const [likelihood, variable] = [
      find('likelihood', name),
      context.variables.includes(of) ? context.variable(of) : undefined,
    ];
    if (likelihood === undefined || variable === undefined) continue;
    const shape = likelihood.outputShape(
      variable.shape,
      variable.domain.kind === 'category' ? variable.domain.classes : undefined,
    );
    return { shape, link: likelihood.link, because: { text, place: placeIn(context.scope, span) } };
  }
  return undefined;
}
