/** What `brackets.ts` says of brackets without a partner. */
import type { IToken } from 'chevrotain';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { tokenEnd, tokenSpan } from './clean.js';
import { at, describeAt, problem } from './messages.js';

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
export function notClosed(
  file: string,
  text: string,
  before: IToken | undefined,
  opens: readonly Unclosed[],
): Diagnostic {
  const end = before ? tokenEnd(before) : 0;
  const outermost = opens.at(-1);
  const closing = opens.map((open) => open.closer).join('');
  const opener = outermost?.token.image ?? '';
  const newText = opens.map((open) => closingText(text, open, before)).join('');
  return problem('AE1003', file, at(end), {
    title: `\`${opener}\` is not closed`,
    cause: `The \`${opener}\` has no \`${outermost?.closer ?? ''}\` that belongs to it.`,
    expected: `\`${closing}\``,
    found: describeAt(text, end),
    related: opens.map(({ token }) => ({
      span: tokenSpan(token),
      message: `this \`${token.image}\` is never closed`,
    })),
    fixes: [{ title: `Insert \`${closing}\``, edits: [[at(end), newText]] }],
  });
}

/** A brace opened on an earlier line is closed on a line of its own. */
function closingText(text: string, { token, closer, flat, indent }: Unclosed, before: IToken | undefined): string {
  if (flat || !before) return closer;
  const between = text.slice(token.startOffset, before.startOffset);
  return /[\r\n]/.test(between) ? `\n${' '.repeat(indent)}${closer}` : ` ${closer}`;
}

export function closesNothing(file: string, token: IToken): Diagnostic {
  return problem('AE1001', file, tokenSpan(token), {
    title: `\`${token.image}\` closes nothing`,
    cause: `No bracket is open here that \`${token.image}\` could close.`,
    found: `\`${token.image}\``,
    hint: 'Remove it, or open the bracket that it should close.',
    fixes: [{ title: 'Remove it', edits: [[tokenSpan(token), '']] }],
  });
}

export function closedByOther(file: string, opening: IToken | undefined, token: IToken, right: string): Diagnostic {
  return problem('AE1003', file, tokenSpan(token), {
    title: `\`${opening?.image ?? ''}\` is closed by \`${token.image}\``,
    cause: 'A bracket is closed by its own kind.',
    expected: `\`${right}\``,
    found: `\`${token.image}\``,
    related: opening ? [{ span: tokenSpan(opening), message: 'opened here' }] : [],
    fixes: [{ title: `Replace it by \`${right}\``, edits: [[tokenSpan(token), right]] }],
  });
}

export function tooDeep(file: string, token: IToken, maxDepth: number): Diagnostic {
  return problem('AE1007', file, tokenSpan(token), {
    title: 'brackets are nested too deeply',
    cause: `At most ${maxDepth} brackets may be open at one place.`,
    expected: `at most ${maxDepth} open brackets`,
    found: 'one more',
    hint: 'Name a part with `let`, or move it to a block.',
  });
}
