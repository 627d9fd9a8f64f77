/** The syntax errors of a file: those of its units, as many as are shown. */
import { finding, type Finding } from '../diagnostics/finding.js';
import { tooManyErrors } from '../diagnostics/messages/statements.js';
import { at } from '../diagnostics/place.js';
import type { Ast } from './ast.js';

/** Who sees more of them mends the first. */
export const mostShown = 100;

/** Whether there are more of them than are shown. */
export const isCut = (units: Ast['units']): boolean =>
  units.reduce((sum, { unit }) => sum + unit.findings.length, 0) > mostShown;

/** The first syntax errors in source order, and a word where there are more. */
export function syntaxFindings({ units, cut }: Ast): readonly Finding[] {
  const all = units.flatMap(({ unit }) => unit.findings);
  if (!cut) return all;
  const next = all[mostShown] ?? all.at(-1);
  if (next === undefined) return all;
  const place = { unit: next.place.unit, span: at(next.place.span.start) };
  // Where not all errors are known, nobody knows what a change mends.
  const shown = all.slice(0, mostShown).map((one) => ({ ...one, fixes: [] }));
  return [...shown, finding(tooManyErrors, place, { shown: mostShown })];
}
