/** What `brackets.ts` says of brackets without a partner. */
import type { IToken } from 'chevrotain';
import * as M from '../diagnostics/messages/brackets.js';
import { labels, titles } from '../diagnostics/messages/labels.js';
import { at } from '../diagnostics/place.js';
import { wordAt } from '../diagnostics/words.js';
import { complaint, type Complaint } from './complaints.js';
import { tokenEnd, tokenSpan } from './tokens.js';

/** An opening bracket that is never closed, and how it would be. */
export interface Unclosed {
  readonly token: IToken;
  readonly closer: string;
  /** Whether newlines do not count inside. */
  readonly flat: boolean;
  /** The column where the line of the bracket begins. */
  readonly indent: number;
}

/**
 * Brackets that should be closed at one place, the innermost first.
 *
 * @param before the token that the closing brackets follow
 */
export function notClosed(text: string, before: IToken | undefined, opens: readonly Unclosed[]): Complaint {
  const end = before ? tokenEnd(before) : 0;
  const outermost = opens.at(-1);
  const closing = opens.map((open) => open.closer).join('');
  const newText = opens.map((open) => closingText(text, open, before)).join('');
  return complaint(
    M.notClosed,
    at(end),
    {
      opener: outermost?.token.image ?? '',
      closer: outermost?.closer ?? '',
      closing,
      found: wordAt(text, end),
    },
    {
      related: opens.map(({ token }) => ({ span: tokenSpan(token), message: labels.neverClosed(token.image) })),
      fixes: [{ title: titles.insert(closing), edits: [[at(end), newText]] }],
    },
  );
}

/** A brace opened on an earlier line is closed on a line of its own. */
function closingText(text: string, { token, closer, flat, indent }: Unclosed, before: IToken | undefined): string {
  if (flat || !before) return closer;
  const between = text.slice(token.startOffset, before.startOffset);
  return /[\r\n]/.test(between) ? `\n${' '.repeat(indent)}${closer}` : ` ${closer}`;
}

export const closesNothing = (token: IToken): Complaint =>
  complaint(
    M.closesNothing,
    tokenSpan(token),
    { bracket: token.image },
    { fixes: [{ title: titles.remove, edits: [[tokenSpan(token), '']] }] },
  );

export const closedByAnother = (opening: IToken | undefined, token: IToken, right: string): Complaint =>
  complaint(
    M.closedByAnother,
    tokenSpan(token),
    { opener: opening?.image ?? '', found: token.image, right },
    {
      related: opening ? [{ span: tokenSpan(opening), message: labels.opened }] : [],
      fixes: [{ title: titles.replaceBy(right), edits: [[tokenSpan(token), right]] }],
    },
  );
