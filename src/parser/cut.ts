/**
 * Cuts a file at its declarations: each piece has the comments above its declaration, and ends with the line that the
 * declaration ends on. What begins no declaration is a piece of its own, so that half a word at the end of a file is not
 * a change of what stands above it.
 */
import type { IToken } from 'chevrotain';
import * as T from './tokens.js';
import { tokenEnd } from './tokens.js';

export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly tokens: readonly IToken[];
}

type Kind = 'declaration' | 'stray';

const declares = new Set([T.keyword.import, T.keyword.block, T.keyword.autoencoder]);

/** The pieces of a text, which together are the whole of it. */
export function cut(tokens: readonly IToken[], length: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let [first, start, depth] = [0, 0, 0];
  let kind: Kind | undefined;
  /** Where the piece would end if it ended here, in the text and among the tokens. */
  let edge: { readonly at: number; readonly index: number } | undefined;
  let atStart = true;

  const close = (end: number, next: number): void => {
    if (end > start) pieces.push({ start, end, tokens: tokens.slice(first, next) });
    [start, first] = [end, next];
  };

  tokens.forEach((token, index) => {
    const type = token.tokenType;
    if (depth === 0 && (type === T.Newline || type === T.Semicolon)) {
      if (type === T.Newline && kind !== undefined) edge ??= { at: tokenEnd(token), index: index + 1 };
      atStart = true;
      return;
    }
    if (depth === 0 && atStart) {
      const begins: Kind = declares.has(type) ? 'declaration' : 'stray';
      // What follows on the line of a declaration, and begins none, stays with it.
      if (kind !== undefined && (begins === 'declaration' || (edge !== undefined && kind === 'declaration'))) {
        if (edge) close(edge.at, edge.index);
        else close(token.startOffset, index);
        kind = undefined;
      }
      kind ??= begins;
      edge = undefined;
      atStart = false;
    }
    if (opens.has(type)) depth++;
    else if (closes.has(type)) depth--;
    // Behind the braces of a declaration another may begin on the same line.
    if (depth === 0 && type === T.RBrace) atStart = true;
  });
  if (kind !== undefined && edge) close(edge.at, edge.index);
  close(length, tokens.length);
  return pieces;
}

const opens = new Set([T.LParen, T.LBracket, T.LBrace]);
const closes = new Set([T.RParen, T.RBracket, T.RBrace]);
