/** Which words begin statements, and which join their parts, by where they stand. */
import type { IToken } from 'chevrotain';
import { nearest } from '../diagnostics/spelling.js';
import * as K from './keywords.js';
import { isOneOf } from './keywords.js';
import * as T from './tokens.js';
import { isOperand } from './tokens.js';

/** What the innermost braces hold; `skipped` where nobody knows. */
export type Context = 'file' | 'items' | 'body' | 'train' | 'skipped';

/** What the braces of a statement hold. */
export function inside(outer: Context, keyword: string): Context {
  switch (outer) {
    case 'file':
      return keyword === 'autoencoder' ? 'items' : keyword === 'block' ? 'body' : 'skipped';
    case 'items':
      return keyword === 'train' ? 'train' : isOneOf(K.networkRoles, keyword) ? 'body' : 'skipped';
    case 'body':
      return keyword === 'repeat' || isOneOf(K.clauseKeywords, keyword) ? 'body' : 'skipped';
    case 'train':
      return keyword === 'phase' || keyword === 'player' ? 'train' : 'skipped';
    case 'skipped':
      return 'skipped';
  }
}

/** Whether a keyword begins a statement inside the braces of a statement, where only these braces tell. */
export function belongsInside(head: string | undefined, word: string, opensBody: boolean): boolean {
  switch (head) {
    case 'autoencoder':
      return isOneOf(K.itemKeywords, word);
    case 'train':
      return isOneOf(K.trainKeywords, word) && !(word === 'train' && opensBody);
    case 'phase':
    case 'player':
      return isOneOf(K.trainKeywords, word) && !opensBody;
    default:
      return isOneOf(K.bodyKeywords, word) || isOneOf(K.clauseKeywords, word);
  }
}

/**
 * The keywords that the first word of a statement, which is none, may have been meant as.
 *
 * @param behind what stands behind its parentheses
 */
export function meantKeywords(
  context: Context,
  word: string,
  next: IToken | undefined,
  afterNext: IToken | undefined,
  behind: IToken | undefined,
): readonly string[] {
  if (!next || next.tokenType === T.Colon || next.tokenType === T.Comma) return [];
  switch (context) {
    case 'file':
      return isOneOf(K.itemKeywords, word) ? [] : K.declarationKeywords;
    case 'items':
      return K.itemKeywords;
    case 'body':
      if (isOneOf(K.itemKeywords, word)) return [];
      if (next.tokenType === T.LBrace || behind?.tokenType === T.LBrace) return K.clauseKeywords;
      return isOperand(next) ? K.bodyKeywords : [];
    case 'train':
      return meantInTraining(word, next, afterNext);
    case 'skipped':
      return [];
  }
}

/** Any name may be a setting there, which resolution corrects. */
function meantInTraining(word: string, next: IToken, afterNext: IToken | undefined): readonly string[] {
  if (!isOperand(next) || isOneOf(K.settingWords, word)) return [];
  if (afterNext?.tokenType === T.LBrace) return ['phase', 'player'];
  const meant = nearest(word, [...K.settingWords, ...K.trainKeywords]);
  return meant !== undefined && !isOneOf(K.settingWords, meant) ? [meant] : [];
}

/**
 * Whether a word in the middle of a line, where the statement could end, can only begin another.
 *
 * @param statement the keyword of the statement on the line
 */
export function surelyBegins(
  context: Context,
  statement: string,
  before: IToken | undefined,
  word: string,
  next: IToken | undefined,
): boolean {
  const operandFollows = next !== undefined && isOperand(next);
  const bracketFollows = next?.tokenType === T.LBrace || next?.tokenType === T.LParen;
  switch (context) {
    case 'file':
      return isOneOf(K.declarationKeywords, word) && (operandFollows || next?.tokenType === T.LBrace);
    case 'items':
      if (isOneOf(K.networkRoles, word) || word === 'train') return operandFollows || bracketFollows;
      return isOneOf(K.itemKeywords, word) && operandFollows;
    case 'body':
      if (statement !== 'layer' && statement !== 'take') return false;
      return before?.tokenType === T.RParen || (isOneOf(K.bodyKeywords, word) && operandFollows);
    case 'train':
      if (word === 'minimize' || word === 'maximize') return operandFollows || bracketFollows;
      return (isOneOf(K.trainKeywords, word) || isOneOf(K.settingWords, word)) && operandFollows;
    case 'skipped':
      return false;
  }
}

export const isSign = (token: IToken | undefined): boolean =>
  token?.tokenType === T.Colon || token?.tokenType === T.Equals;

const statementEnds = new Set([T.Newline, T.Semicolon, T.RBrace]);
export const endsStatement = (token: IToken | undefined): boolean => !token || statementEnds.has(token.tokenType);

const keywordsIn: Readonly<Record<Context, ReadonlySet<string>>> = {
  file: new Set(K.declarationKeywords),
  items: new Set(K.itemKeywords),
  body: new Set([...K.bodyKeywords, ...K.clauseKeywords]),
  train: new Set(K.trainKeywords),
  skipped: new Set(),
};

export const isKeyword = (context: Context, word: string): boolean => keywordsIn[context].has(word);

const joinedKeywords = Object.keys(K.connectivesOf) as readonly (keyof typeof K.connectivesOf)[];

/** The connectives that may come next in a statement outside of brackets, given those that were seen. */
export function joiningIn(keyword: string, seen: ReadonlySet<string>): readonly K.Connective[] {
  const all: readonly K.Connective[] = isOneOf(joinedKeywords, keyword) ? K.connectivesOf[keyword] : [];
  return all.filter((word) => {
    if (word === 'previous') return false;
    if (word === 'and') return seen.has('where');
    return word !== 'of' || keyword !== 'setting' || seen.has('with');
  });
}
