/**
 * The third pass: which newlines end a statement, and which words were meant as keywords. Its
 * output is what the grammar reads: balanced brackets, separators only where they separate.
 */
import { tokenMatcher } from 'chevrotain';
import type { IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { nearest } from '../diagnostics/spelling.js';
import { matchBrackets } from './brackets.js';
import { makeToken, tokenEnd, tokenSpan } from './clean.js';
import { braceColonBodies } from './colon-bodies.js';
import { Complaints } from './complaints.js';
import { forms } from './forms.js';
import { problem } from './messages.js';
import * as T from './tokens.js';

/** More operators than this in one statement would nest its expressions too deeply to walk. */
const maxOperators = 200;

export interface Layout {
  readonly tokens: IToken[];
  readonly complaints: Complaints;
}

/** Turns clean tokens into what the grammar reads. */
export function layOut(file: string, text: string, cleaned: readonly IToken[]): Layout {
  const complaints = new Complaints();
  const tokens = braceColonBodies(file, text, cleaned, complaints);
  const brackets = matchBrackets(file, text, tokens, complaints);
  const out: IToken[] = [];
  let flatDepth = 0;
  let operators = 0;

  const emit = (token: IToken): void => {
    const type = token.tokenType;
    // A brace may stand on the line after its header.
    if (type === T.LBrace) while (out.at(-1)?.tokenType === T.Newline) out.pop();
    const isImport = type === T.LBrace && out.at(-1)?.tokenType === T.keyword.import;
    if (type === T.LParen || type === T.LBracket || isImport) flatDepth++;
    else if (flatDepth > 0 && (type === T.RParen || type === T.RBracket || type === T.RBrace)) flatDepth--;
    out.push(token);
  };

  tokens.forEach((token, index) => {
    for (const closer of brackets.inserted.get(index) ?? []) emit(virtual(closer, out.at(-1)));
    if (brackets.dropped.has(index)) return;
    const type = brackets.replaced.get(index) ?? token.tokenType;
    if (type === T.Newline && flatDepth > 0) return;
    if (type === T.Semicolon && flatDepth > 0) {
      complaints.add(token.startOffset, () => semicolonInside(file, token));
      emit(makeToken(T.Comma, token.image, token.startOffset));
      return;
    }
    if (type === T.Newline || type === T.Semicolon || (type === T.LBrace && flatDepth === 0)) operators = 0;
    else if (tokenMatcher(token, T.Operator) && ++operators === maxOperators) complaints.add(token.startOffset, () => tooLong(file, token));
    if (operators >= maxOperators && (tokenMatcher(token, T.Operator) || tokenMatcher(token, T.Operand))) return;
    emit(type === token.tokenType ? token : makeToken(type, token.image, token.startOffset));
  });
  for (const closer of brackets.inserted.get(tokens.length) ?? []) emit(virtual(closer, out.at(-1)));
  return { tokens: correctKeywords(file, out, complaints), complaints };
}

/** A closing bracket that is not in the text: empty, right after the token before it. */
function virtual(type: TokenType, before: IToken | undefined): IToken {
  return makeToken(type, '', before ? tokenEnd(before) : 0);
}

type Context = 'file' | 'autoencoder' | 'body' | 'train' | 'skipped';

/** Replaces misspelled keywords, so that the statement is still understood. */
function correctKeywords(file: string, tokens: readonly IToken[], complaints: Complaints): IToken[] {
  const contexts: Context[] = ['file'];
  let head: IToken | undefined;
  let depth = 0;
  return tokens.map((original, index) => {
    let token = original;
    const before = tokens[index - 1];
    const next = tokens[index + 1];
    const context = contexts.at(-1) ?? 'file';
    if (head === undefined && tokenMatcher(token, T.Name)) {
      token = correct(file, token, startCandidates(context, token, next, tokens[index + 2]), complaints);
    } else if (depth === 0 && before && before !== head && token.tokenType === T.Name && endsOperand(before)) {
      token = correct(file, token, forms[T.keywordOf(head) ?? '']?.connectives ?? [], complaints);
    }
    switch (token.tokenType) {
      case T.LParen:
      case T.LBracket:
        depth++;
        break;
      case T.RParen:
      case T.RBracket:
        depth--;
        break;
      case T.LBrace:
        contexts.push(contextInside(context, head));
        head = undefined;
        return token;
      case T.RBrace:
        if (contexts.length > 1) contexts.pop();
        head = undefined;
        return token;
      case T.Newline:
      case T.Semicolon:
        head = undefined;
        return token;
    }
    head ??= token;
    return token;
  });
}

const endsOperand = (token: IToken): boolean =>
  (tokenMatcher(token, T.Operand) && !tokenMatcher(token, T.Connective)) ||
  token.tokenType === T.RParen ||
  token.tokenType === T.RBracket;

function contextInside(outer: Context, head: IToken | undefined): Context {
  const word = T.keywordOf(head);
  if (outer === 'file') return word === 'autoencoder' ? 'autoencoder' : word === 'block' ? 'body' : 'skipped';
  if (outer === 'autoencoder') return word === 'train' ? 'train' : 'body';
  if (outer === 'train') return word === 'phase' || word === 'player' ? 'train' : 'skipped';
  return outer;
}

/** The keywords that a word at the start of a statement may have been meant as. */
function startCandidates(
  context: Context,
  token: IToken,
  next: IToken | undefined,
  afterNext: IToken | undefined,
): readonly string[] {
  const isKeyword = (words: readonly string[]): boolean => words.includes(token.image);
  if (!next || next.tokenType === T.Colon || next.tokenType === T.Comma) return [];
  const nextIsOperand = tokenMatcher(next, T.Operand);
  switch (context) {
    case 'file':
      return isKeyword([...T.declarationKeywords, ...T.itemKeywords]) ? [] : T.declarationKeywords;
    case 'autoencoder':
      return isKeyword(T.itemKeywords) ? [] : T.itemKeywords;
    case 'body':
      if (isKeyword([...T.bodyKeywords, ...T.clauseKeywords, ...T.itemKeywords])) return [];
      if (next.tokenType === T.LBrace) return T.clauseKeywords;
      return nextIsOperand ? T.bodyKeywords : [];
    case 'train':
      // Any name may be a setting; only a block tells that one of these was meant.
      return afterNext?.tokenType === T.LBrace && nextIsOperand && !isKeyword(T.trainKeywords)
        ? ['phase', 'player']
        : [];
    case 'skipped':
      return [];
  }
}

function correct(file: string, token: IToken, candidates: readonly string[], complaints: Complaints): IToken {
  const meant = nearest(token.image, candidates);
  if (meant === undefined) return token;
  complaints.add(token.startOffset, () =>
    problem('AE1006', file, tokenSpan(token), {
      title: `\`${token.image}\` is not a keyword`,
      cause: `Did you mean \`${meant}\`?`,
      expected: `\`${meant}\``,
      found: `\`${token.image}\``,
      fixes: [{ title: `Write \`${meant}\``, edits: [[tokenSpan(token), meant]] }],
    }),
  );
  return makeToken(T.typeOfName(meant), token.image, token.startOffset);
}

function semicolonInside(file: string, token: IToken): Diagnostic {
  return problem('AE1001', file, tokenSpan(token), {
    title: '`;` cannot stand inside brackets',
    cause: '`;` separates statements; arguments and sizes are separated by commas.',
    expected: '`,`',
    found: '`;`',
    fixes: [{ title: 'Replace it by `,`', edits: [[tokenSpan(token), ',']] }],
  });
}

function tooLong(file: string, token: IToken): Diagnostic {
  return problem('AE1007', file, tokenSpan(token), {
    title: 'the statement is too long',
    cause: `A statement may have at most ${maxOperators} operators.`,
    expected: `at most ${maxOperators} operators`,
    found: 'more of them',
    hint: 'Name parts of it with `let`.',
  });
}
