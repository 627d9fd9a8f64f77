/** The parts that statements of several kinds are made of: a name, a sign, `by …`. */
import type { CstNode, IToken } from 'chevrotain';
import type { Expr, Ident, Missing, PathExpr } from './ast.js';
import * as C from './build-context.js';
import type { BuildContext, Need } from './build-context.js';
import { requireExpr, requirePath } from './build-expressions.js';
import { quote } from './messages.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

/** A connective or sign that the statement needs; its absence is reported where it would stand. */
export function requireSign(
  b: BuildContext,
  cst: CstNode,
  offset: number,
  sign: string,
  need: Omit<Need, 'what'>,
): IToken | undefined {
  const right = signs[sign];
  const found = right && C.token(cst, right);
  if (found) return found;
  const wrong = C.token(cst, T.Equals) ?? C.token(cst, T.Colon);
  if (wrong && right) {
    b.wrongSign(wrong, sign, need.because);
    return wrong;
  }
  b.missing(offset, { ...need, what: `\`${sign}\`` }, C.spanOf(cst));
  return undefined;
}

const signs: Readonly<Record<string, typeof T.Name>> = {
  ':': T.Colon,
  '=': T.Equals,
  '~': T.Tilde,
  with: K.with,
  in: K.in,
};

/** The name after the keyword. */
export function requireName(b: BuildContext, cst: CstNode, because: string, keyword: string): Ident | Missing {
  const name = C.token(cst, T.Name);
  if (name) return C.identOf(name);
  const first = C.firstToken(cst);
  return b.missing(C.endOfLast(C.startOf(cst), first), { what: 'a name', because, keyword }, C.spanOf(cst));
}

/** The tensor, weight or variable after the keyword. */
export function requireTarget(b: BuildContext, cst: CstNode, what: string, keyword: string): PathExpr | Missing {
  const offset = C.endOfLast(C.startOf(cst), C.firstToken(cst));
  return requirePath(b, C.node(cst, 'path'), offset, { what, because: `\`${keyword}\` must say which.`, keyword });
}

/** The expression of a part such as `by bernoulli`, where the part is there at all. */
export function partExpr(b: BuildContext, part: CstNode | undefined, what: string, keyword: string): Expr | undefined {
  if (!part) return undefined;
  const word = C.firstToken(part);
  return requireExpr(b, C.node(part, 'expr'), C.endOf(part), {
    what,
    because: `\`${word?.image ?? ''}\` must be followed by ${what}.`,
    keyword,
  });
}

/** The first part of a kind; a second one is reported. */
export function once(b: BuildContext, cst: CstNode, rule: string): CstNode | undefined {
  const [first, second] = C.nodes(cst, rule);
  if (second) {
    const span = C.spanOf(second);
    const word = C.firstToken(second)?.image ?? '';
    b.report('AE1001', span, {
      title: `\`${word}\` stands here twice`,
      cause: `A statement has at most one \`${word}\`.`,
      found: quote(b.text.slice(span.start, span.end)),
    });
  }
  return first;
}
