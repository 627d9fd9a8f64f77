/** `where`: the rows and the elements on which a term holds. */
import { find } from '../../builtins/index.js';
import { isMissing, type Expr } from '../../parser/ast.js';
import type { Rows, Term, Variable } from '../model/model.js';
import { quote } from './constants.js';
import { oneOf, sourceAt, type Reporter, type Scope } from './context.js';
import type { Names } from './names.js';

type Elements = Extract<Term, { readonly kind: 'reconstruction' }>['elements'];

const everywhere: Rows = { kind: 'all' };
const allElements: Elements = { kind: 'all' };

/** `y.known`, `y.missing`: the variable and which of its rows; undefined where it is written otherwise. */
function rowsIn(expr: Expr): { readonly variable: string; readonly kind: 'known' | 'missing' } | undefined {
  const kind = expr.kind === 'path' && expr.parts.length > 1 ? expr.parts.at(-1)!.text : '';
  return expr.kind === 'path' && (kind === 'known' || kind === 'missing') ? { variable: expr.parts.slice(0, -1).map((p) => p.text).join('.'), kind } : undefined;
}

/** Rows that a term with `where` holds on; undefined and reported where it names none. */
export function rowsOf(scope: Scope, reporter: Reporter, names: Names, expr: Expr | undefined): Rows | undefined {
  if (expr === undefined) return everywhere;
  if (isMissing(expr)) return undefined;
  const rows = rowsIn(expr);
  if (rows === undefined) {
    reporter.report(scope, 'AE2005', expr.span, {
      title: `\`${quote(scope, expr)}\` chooses no rows`, cause: 'This term holds on rows, so `where` says of a variable whether it is there.', expected: '`y.known` or `y.missing`', found: `\`${quote(scope, expr)}\``,
      hint: 'write the name of a variable that may be missing, then `.known` or `.missing`',
    });
    return undefined;
  }
  const variable = names.variables.get(rows.variable);
  if (variable === undefined) {
    if (!names.isBroken(rows.variable, '')) {
      const head = { start: expr.span.start, end: expr.span.start + rows.variable.length };
      reporter.report(scope, 'AE2001', head, {
        title: `there is no input or target \`${rows.variable}\``, cause: `Only of what is observed it is known where it is ${rows.kind === 'known' ? 'there' : 'missing'}.`, expected: 'an input or a target', found: `\`${rows.variable}\``,
        ...reporter.guess(scope, rows.variable, head, () => [...names.variables.keys()]),
      });
    }
    return undefined;
  }
  if (variable.observed === 'sometimes') return { ...rows, source: sourceAt(scope, expr.span) };
  reporter.report(scope, 'AE2005', expr.span, {
    title: `\`${rows.variable}\` is never missing`, cause: 'It is declared without a `?`, so every row has it.', expected: 'a variable that may be missing', found: `\`${rows.variable}\``,
    hint: `write \`?\` behind the type of \`${rows.variable}\`, or leave out \`where\``, related: [{ place: variable.source.place, message: 'declared here' }],
  });
  return undefined;
}

/**
 * Rows and elements that a reconstruction of `variable` holds on. What may be missing is compared
 * where it is known, said or unsaid.
 */
export function whereOf(scope: Scope, reporter: Reporter, names: Names, variable: Variable, expr: Expr | undefined): { readonly elements: Elements; readonly rows: Rows } | undefined {
  if (expr === undefined) return { elements: allElements, rows: variable.observed === 'always' ? everywhere : { kind: 'known', variable: variable.name, source: variable.source } };
  if (isMissing(expr)) return undefined;
  if (rowsIn(expr) !== undefined) {
    const rows = rowsOf(scope, reporter, names, expr);
    return rows === undefined ? undefined : { elements: allElements, rows };
  }
  const text = quote(scope, expr);
  const corruption = variable.corruption.find((c) => c.definition.name === text);
  if (corruption?.definition.hides === true) return { elements: { kind: 'hidden', by: corruption, source: sourceAt(scope, expr.span) }, rows: everywhere };
  const known = find('corruption', text) !== undefined;
  const own = variable.corruption.map((c) => c.definition.name);
  if (corruption !== undefined) {
    reporter.report(scope, 'AE2005', expr.span, { title: `\`${text}\` hides no elements`, cause: corruption.definition.summary, expected: 'a corruption that takes elements away', found: `\`${text}\``, hint: 'leave out `where`' });
    return undefined;
  }
  reporter.report(scope, known ? 'AE2001' : 'AE2002', expr.span, {
    title: known ? `\`${variable.name}\` is not corrupted with \`${text}\`` : `\`${text}\` is no corruption`,
    cause: '`where` names the corruption whose hidden elements count.',
    expected: own.length === 0 ? `a corruption of \`${variable.name}\`` : oneOf(own.map((name) => `\`${name}\``)),
    found: `\`${text}\``,
    ...reporter.guess(scope, text, expr.span, () => own),
    ...(known ? { hint: `add \`corrupt ${variable.name} with ${find('corruption', text)!.examples[0]!}\`, or leave out \`where\`` } : {}),
  });
  return undefined;
}
