/**
 * The second pass: balanced brackets, and newlines only where they separate statements. What it puts in, leaves out
 * and changes is complained of.
 */
import type { IToken } from 'chevrotain';
import { semicolonInBrackets } from '../diagnostics/messages/brackets.js';
import { titles } from '../diagnostics/messages/labels.js';
import { tooManyOperators } from '../diagnostics/messages/statements.js';
import { matchBrackets, opensNames } from './brackets.js';
import { braceColonBodies } from './colon-bodies.js';
import { complaint, type Complaints } from './complaints.js';
import * as T from './tokens.js';
import { isOperand, isOperator, makeToken, tokenSpan, virtual } from './tokens.js';

/** More operators than this in one statement would nest its expressions too deeply to walk. */
const mostOperators = 200;

export function layOut(text: string, cleaned: readonly IToken[], complaints: Complaints): readonly IToken[] {
  const tokens = braceColonBodies(text, cleaned, complaints);
  const brackets = matchBrackets(text, tokens, complaints);
  const out: IToken[] = [];
  let flatDepth = 0;
  let operators = 0;

  const emit = (token: IToken): void => {
    const type = token.tokenType;
    if (type === T.LBrace) {
      // A brace may stand on the line after its header.
      while (out.at(-1)?.tokenType === T.Newline) out.pop();
      if (opensNames(out.at(-1))) flatDepth++;
    } else if (type === T.LParen || type === T.LBracket) flatDepth++;
    else if (flatDepth > 0 && (type === T.RParen || type === T.RBracket || type === T.RBrace)) flatDepth--;
    out.push(token);
  };

  const { inserted, dropped, replaced } = brackets;
  const insert = (index: number): void => {
    const closers = inserted.get(index);
    if (closers !== undefined) for (const closer of closers) emit(virtual(closer, out.at(-1)));
  };

  tokens.forEach((token, index) => {
    if (inserted.size > 0) insert(index);
    if (dropped.size > 0 && dropped.has(index)) return;
    const type = (replaced.size > 0 ? replaced.get(index) : undefined) ?? token.tokenType;
    if (type === T.Newline && flatDepth > 0) return;
    if (type === T.Semicolon && flatDepth > 0) {
      complaints.add(token.startOffset, () => semicolonInside(token));
      emit(makeToken(T.Comma, token.image, token.startOffset));
      return;
    }
    if (type === T.Newline || type === T.Semicolon || (type === T.LBrace && flatDepth === 0)) operators = 0;
    else if (nests(token) && ++operators === mostOperators) {
      complaints.add(token.startOffset, () => complaint(tooManyOperators, tokenSpan(token), { most: mostOperators }));
    }
    if (operators >= mostOperators && (nests(token) || isOperand(token))) return;
    emit(type === token.tokenType ? token : makeToken(type, token.image, token.startOffset));
  });
  insert(tokens.length);
  return out;
}

/** Operators nest their operands, and so does the `of` of types. */
const nests = (token: IToken): boolean => isOperator(token) || token.image === 'of';

const semicolonInside = (token: IToken) =>
  complaint(
    semicolonInBrackets,
    tokenSpan(token),
    {},
    { fixes: [{ title: titles.replaceBy(','), edits: [[tokenSpan(token), ',']] }] },
  );
