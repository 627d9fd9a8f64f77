/** What each piece of a text is, for highlighting; damaged text too. */
import type { IToken, TokenType } from 'chevrotain';
import type { CommentText, RoleToken, TokenRole } from './ast.js';
import { connectives } from './keywords.js';
import * as T from './tokens.js';
import { keywordOf } from './tokens.js';

const roleOfType = new Map<TokenType, TokenRole>([
  [T.Name, 'name'],
  [T.Label, 'name'],
  [T.Infer, 'name'],
  [T.NumberLiteral, 'number'],
  [T.StringLiteral, 'string'],
  ...[T.Plus, T.Minus, T.Star, T.Slash, T.Caret, T.Equals, T.Tilde].map((type) => [type, 'operator'] as const),
]);

function roleOf(token: IToken): TokenRole {
  const keyword = keywordOf(token);
  if (keyword !== undefined) return connectives.has(keyword) ? 'connective' : 'keyword';
  return roleOfType.get(token.tokenType) ?? 'punctuation';
}

/** What is in the text and no token. */
export const commentRole = ({ text, span }: CommentText): RoleToken => ({
  role: text.startsWith('///') ? 'documentation' : 'comment',
  ...span,
});

/**
 * All pieces of a unit in source order.
 *
 * @param written the tokens as they stand in the file
 * @param settled those that the grammar reads, with keywords told from names
 * @param start where the unit begins in the file
 * @param asides comments, and what the language does not have; counted from there
 */
export function rolesOf(
  written: readonly IToken[],
  settled: readonly IToken[],
  start: number,
  asides: readonly RoleToken[],
): readonly RoleToken[] {
  const roles: RoleToken[] = [];
  let [nextSettled, nextAside] = [0, 0];
  const takeAsides = (before: number): void => {
    for (let aside = asides[nextAside]; aside && aside.start < before; aside = asides[++nextAside]) {
      roles.push(aside);
    }
  };
  for (const token of written) {
    if (token.tokenType === T.Newline) continue;
    const own = token.startOffset - start;
    takeAsides(own);
    while (precedes(settled[nextSettled], token)) nextSettled++;
    const read = settled[nextSettled];
    const role = roleOf(read?.startOffset === token.startOffset ? read : token);
    roles.push({ role, start: own, end: own + token.image.length });
  }
  takeAsides(Infinity);
  return roles;
}

/** What is not in the text is empty, and precedes all. */
const precedes = (read: IToken | undefined, { startOffset }: IToken): boolean =>
  read !== undefined && (read.startOffset < startOffset || (read.startOffset === startOffset && read.image === ''));
