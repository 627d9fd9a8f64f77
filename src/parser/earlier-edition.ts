/** What an earlier edition wrote otherwise: `match a to b [by l]` is `minimize l(a, stop(b))`. */
import { at } from '../diagnostics/place.js';
import type { Arg, CallExpr, Expr, Ident, Missing, PathExpr, Span } from './ast.js';

/** How it is written now. */
export function matchedNow(textOf: (span: Span) => string, from: PathExpr, to: PathExpr, by: Expr | undefined): string {
  const tensors = `${textOf(from.span)}, stop(${textOf(to.span)})`;
  if (by?.kind !== 'call') return `minimize ${by ? textOf(by.span) : 'squared_error'}(${tensors})`;
  const args = by.args.map(({ span }) => `, ${textOf(span)}`).join('');
  return `minimize ${by.callee.text}(${tensors}${args})`;
}

/** `l(a, stop(b))` with the spans of the parts that are there. */
export function matched(
  start: number,
  end: number,
  from: PathExpr | undefined,
  to: PathExpr | undefined,
  by: Expr | undefined,
): CallExpr {
  const missing = (place: number): Missing => ({ kind: 'missing', expects: 'tensor', span: at(place) });
  const value = from ?? missing(start);
  const constant = to ?? missing(value.span.end);
  const stop: CallExpr = {
    kind: 'call',
    callee: { text: 'stop', span: at(constant.span.start) },
    args: [{ value: constant, span: constant.span }],
    span: constant.span,
  };
  const implied: Ident = { text: 'squared_error', span: at(start) };
  const callee = by?.kind === 'call' ? by.callee : by?.kind === 'path' ? (by.parts[0] ?? implied) : implied;
  const more: readonly Arg[] = by?.kind === 'call' ? by.args : [];
  const args = [{ value, span: value.span }, { value: stop, span: stop.span }, ...more];
  return { kind: 'call', callee, args, span: { start, end } };
}
