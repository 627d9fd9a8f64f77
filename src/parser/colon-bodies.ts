/**
 * Bodies written as in Python: a header that ends in a colon, and its statements indented below.
 * They are read as if in braces, with one diagnostic whose fix writes the braces.
 */
import type { IToken } from 'chevrotain';
import { indentedBody } from '../diagnostics/messages/brackets.js';
import { titles } from '../diagnostics/messages/labels.js';
import { at } from '../diagnostics/place.js';
import { excerpt } from '../diagnostics/words.js';
import { complaint, type Complaints } from './complaints.js';
import { clauseKeywords, networkRoles } from './keywords.js';
import * as T from './tokens.js';
import { makeToken, tokenEnd, tokenSpan } from './tokens.js';

const headers: ReadonlySet<string> = new Set([
  ...['autoencoder', 'block', 'train', 'phase', 'player', 'repeat'],
  ...networkRoles,
  ...clauseKeywords,
]);

interface Line {
  readonly first: number;
  /** Index after the last token of the line, where its newline is. */
  readonly end: number;
  readonly indent: number;
}

/** Replaces the colon of each such header by a brace, and closes it after its last indented line. */
export function braceColonBodies(text: string, tokens: readonly IToken[], complaints: Complaints): readonly IToken[] {
  if (!someLineEndsInColon(tokens)) return tokens;
  const openings = new Map<number, IToken>();
  const closings = new Map<number, IToken[]>();
  const lines = linesOf(tokens);
  lines.forEach((line, index) => {
    const first = tokens[line.first];
    const colon = tokens[line.end - 1];
    if (!first || colon?.tokenType !== T.Colon || !headers.has(first.image)) return;
    let last = index;
    while ((lines[last + 1]?.indent ?? -1) > line.indent) last++;
    const end = lines[last]?.end ?? line.end;
    const final = tokens[end - 1];
    if (last === index || !final) return;
    const close = tokenEnd(final);
    openings.set(line.end - 1, makeToken(T.LBrace, colon.image, colon.startOffset));
    closings.set(end, [makeToken(T.RBrace, '', close), ...(closings.get(end) ?? [])]);
    complaints.add(colon.startOffset, () =>
      complaint(
        indentedBody,
        tokenSpan(colon),
        { statement: first.image, header: excerpt(text.slice(first.startOffset, tokenEnd(colon))) },
        {
          fixes: [
            {
              title: titles.useBraces,
              edits: [
                [tokenSpan(colon), ' {'],
                [at(close), `\n${' '.repeat(line.indent)}}`],
              ],
            },
          ],
        },
      ),
    );
  });
  if (openings.size === 0) return tokens;
  const out: IToken[] = [];
  for (let index = 0; index <= tokens.length; index++) {
    const closing = closings.get(index);
    if (closing !== undefined) out.push(...closing);
    if (index < tokens.length) out.push(openings.get(index) ?? tokens[index]!);
  }
  return out;
}

function someLineEndsInColon(tokens: readonly IToken[]): boolean {
  for (let index = 0; index < tokens.length; index++)
    if (tokens[index]!.tokenType === T.Colon && (tokens[index + 1]?.tokenType ?? T.Newline) === T.Newline) return true;
  return false;
}

/** The lines that hold tokens. */
function linesOf(tokens: readonly IToken[]): Line[] {
  const lines: Line[] = [];
  let first = 0;
  let lineStart = 0;
  for (let index = 0; index <= tokens.length; index++) {
    const token = tokens[index];
    if (token && token.tokenType !== T.Newline) continue;
    const head = tokens[first];
    if (head && index > first) lines.push({ first, end: index, indent: head.startOffset - lineStart });
    first = index + 1;
    lineStart = token ? tokenEnd(token) : lineStart;
  }
  return lines;
}
