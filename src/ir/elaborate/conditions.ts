/** `where`: the rows and the elements on which a term holds. */
import { answering } from '../../builtins/aliases.js';
import type { TensorRef } from '../../builtins/arguments.js';
import { find } from '../../builtins/index.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/terms.js';
import { isMissing, type Condition as Written, type PathExpr } from '../../parser/ast.js';
import type { Condition } from '../model/terms.js';
import type { Variable } from '../model/variables.js';
import { constantNumber } from './constants.js';
import type { Context } from './context.js';
import { placeIn, quote, sourceAt, type Scope } from './scope.js';
import { Tensors } from './tensors.js';

/** @param target what a `reconstruct` is of: only there, elements can be chosen */
export function conditionOf(
  context: Context,
  scope: Scope,
  written: Written,
  target?: Variable,
): Condition | undefined {
  if (isMissing(written)) return undefined;
  return written.kind === 'equals' ? equality(context, scope, written) : held(context, scope, written.of, target);
}

/** The variable of a path; undefined and reported where it is none. */
function variableOf(context: Context, scope: Scope, path: PathExpr): Variable | undefined {
  const ref: TensorRef | undefined = new Tensors(context, scope, context.names.root).variable(path);
  return ref?.kind === 'variable' ? context.variable(ref.name) : undefined;
}

function equality(
  context: Context,
  scope: Scope,
  { of, value, span }: Extract<Written, { readonly kind: 'equals' }>,
): Condition | undefined {
  const { reporter } = context;
  const variable = variableOf(context, scope, of);
  const number = constantNumber(scope, reporter, value);
  if (variable === undefined || number === undefined) return undefined;
  const { name: known, domain, shape, source } = variable;
  const related = [{ place: source.place, message: labels.declaredHere }];
  if (domain.kind !== 'category' || shape.length > 0)
    reporter.report(
      scope,
      say.notACategory,
      of.span,
      { variable: known, text: scope.unit.text.slice(span.start, span.end) },
      { related },
    );
  else if (Number.isInteger(number) && number >= 0 && number < domain.classes)
    return { kind: 'equals', variable: known, value: number, source: sourceAt(scope, span) };
  else
    reporter.report(
      scope,
      say.noSuchClass,
      value.span,
      { variable: known, classes: domain.classes, value: number },
      { related },
    );
  return undefined;
}

function held(context: Context, scope: Scope, path: PathExpr, target: Variable | undefined): Condition | undefined {
  const { reporter } = context;
  const last = path.parts.at(-1)?.text;
  if (path.parts.length > 1 && (last === 'known' || last === 'missing')) {
    const parts = path.parts.slice(0, -1);
    const variable = variableOf(context, scope, {
      ...path,
      parts,
      span: { start: path.span.start, end: parts.at(-1)!.span.end },
    });
    if (variable === undefined) return undefined;
    const { name, observed, source } = variable;
    const related = [{ place: source.place, message: labels.declaredHere }];
    if (observed === 'sometimes')
      return { kind: last, variable: name, implied: false, source: sourceAt(scope, path.span) };
    reporter.report(
      scope,
      observed === 'always' ? say.neverMissing : say.missingElements,
      path.span,
      { variable: name },
      { related },
    );
    return undefined;
  }
  const word = path.parts.length === 1 ? last! : undefined;
  const isCorruption = word !== undefined && find('corruption', word) !== undefined;
  if (target === undefined || word === undefined) {
    reporter.report(
      scope,
      isCorruption && find('corruption', word)?.hides === true ? say.onlyOfReconstructions : say.choosesNoRows,
      path.span,
      { text: quote(scope, path) },
    );
    return undefined;
  }
  const index = target.corruption.findIndex(({ definition }) => definition.name === word);
  const by = target.corruption[index];
  if (by?.definition.hides === true) {
    reporter.refer(scope, path.span, { kind: 'entry', definition: by.definition });
    return { kind: 'hidden', variable: target.name, by, index, source: sourceAt(scope, path.span) };
  }
  if (by !== undefined) {
    reporter.report(scope, say.hidesNothing, path.span, { corruption: word, summary: by.definition.summary });
    return undefined;
  }
  // The corruption may be there, and wrong.
  if (reporter.wounded || (isCorruption && reporter.failed)) return undefined;
  const own = target.corruption.map(({ definition }) => definition.name);
  const { near, fixes } = reporter.guess(
    placeIn(scope, path.span),
    word,
    () => own,
    isCorruption ? undefined : answering('corruption', word)?.name,
  );
  const example = find('corruption', word)?.examples[0];
  const facts = {
    variable: target.name,
    word,
    own,
    ...(example === undefined ? {} : { example }),
    ...(near === undefined ? {} : { near }),
  };
  reporter.report(scope, say.notCorruptedWith, path.span, facts, { fixes });
  return undefined;
}
