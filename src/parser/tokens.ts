/**
 * The vocabulary of .ae files. The lexer knows no keywords: where a word is one, and not a name, depends on the
 * statement that it stands in, and `settle.ts` gives it the type of its keyword there.
 */
import { createToken, Lexer, tokenMatcher } from 'chevrotain';
import type { CustomPatternMatcherFunc, IToken, TokenType } from 'chevrotain';
import type { Span } from '../diagnostics/place.js';
import { connectives, statementKeywords, type Keyword } from './keywords.js';

const abstract = (name: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories });

/** Whatever may be skipped within one statement: all but separators and brackets. */
export const Flat = abstract('Flat');
/** Names, numbers, strings and `_`: two of them side by side are never one expression. */
export const Operand = abstract('Operand', [Flat]);
export const Operator = abstract('Operator', [Flat]);

/** Chevrotain drops the u flag of a plain pattern; a function keeps it. */
function unicode(pattern: RegExp): CustomPatternMatcherFunc {
  const sticky = new RegExp(pattern.source, 'uy');
  return (text, offset) => {
    sticky.lastIndex = offset;
    return sticky.exec(text);
  };
}

/**
 * The characters that a token may begin with, one of each group that Chevrotain tells apart: with these it tries only the
 * patterns that can match.
 */
const starting = (may: (code: number) => boolean): number[] =>
  Array.from({ length: 256 + 257 }, (_, i) => (i < 256 ? i : Math.max(256, 255 * (i - 255)))).filter(may);

// A lone `_` is not a name. Names may use any letters, for lectures write σ and β.
const namePattern = unicode(/\p{L}[\p{L}\p{M}\p{N}_]*|_[\p{L}\p{M}\p{N}_]+/u);
// Anything that begins like a number, so that `28x28` and `.5` are one wrong number, not two right tokens.
const numberPattern = unicode(/(?:\d[\d_]*(?:\.[\d_]*)?|\.\d+)(?:[eE][+-]?\d+)?[\p{L}\p{M}\p{N}_]*/u);

export const Name = createToken({
  name: 'Name',
  pattern: namePattern,
  line_breaks: false,
  categories: [Operand],
  start_chars_hint: starting((code) => code > 127 || /[\p{L}_]/u.test(String.fromCharCode(code))),
});
export const NumberLiteral = createToken({
  name: 'NumberLiteral',
  pattern: numberPattern,
  line_breaks: false,
  start_chars_hint: [...'.0123456789'],
  categories: [Operand],
});
export const StringLiteral = createToken({
  name: 'StringLiteral',
  // The closing quote is optional here, and asked for afterwards: an open string ends with its line.
  pattern: /"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?/,
  categories: [Operand],
});
export const Infer = createToken({ name: 'Infer', pattern: /_/, categories: [Operand] });

/** A name in front of a layer or a term, with a colon behind it. */
export const Label = abstract('Label', [Flat]);

export const LParen = createToken({ name: 'LParen', pattern: /\(/ });
export const RParen = createToken({ name: 'RParen', pattern: /\)/ });
export const LBracket = createToken({ name: 'LBracket', pattern: /\[/ });
export const RBracket = createToken({ name: 'RBracket', pattern: /\]/ });
export const LBrace = createToken({ name: 'LBrace', pattern: /\{/ });
export const RBrace = createToken({ name: 'RBrace', pattern: /\}/ });
export const Comma = createToken({ name: 'Comma', pattern: /,/, categories: [Flat] });
export const Colon = createToken({ name: 'Colon', pattern: /:/, categories: [Flat] });
export const Equals = createToken({ name: 'Equals', pattern: /=/, categories: [Flat] });
export const Tilde = createToken({ name: 'Tilde', pattern: /~/, categories: [Flat] });
export const Question = createToken({ name: 'Question', pattern: /\?/, categories: [Flat] });
export const Dot = createToken({ name: 'Dot', pattern: /\./, categories: [Flat] });
export const Plus = createToken({ name: 'Plus', pattern: /\+/, categories: [Operator] });
export const Minus = createToken({ name: 'Minus', pattern: /-/, categories: [Operator] });
export const Star = createToken({ name: 'Star', pattern: /\*/, categories: [Operator] });
export const Slash = createToken({ name: 'Slash', pattern: /\//, categories: [Operator] });
export const Caret = createToken({ name: 'Caret', pattern: /\^/, categories: [Operator] });
export const Semicolon = createToken({ name: 'Semicolon', pattern: /;/ });
export const Newline = createToken({ name: 'Newline', pattern: /\r\n|\n|\r/, line_breaks: true });

const Blank = createToken({
  name: 'Blank',
  pattern: /[^\S\r\n]+|\uFEFF/,
  group: Lexer.SKIPPED,
  start_chars_hint: starting((code) => code > 127 || /\s/.test(String.fromCharCode(code))),
});
export const Comment = createToken({ name: 'Comment', pattern: /\/\/[^\r\n]*/, group: 'comments' });
/** Comments of other languages, which `clean` reports and drops. */
export const ForeignComment = createToken({
  name: 'ForeignComment',
  pattern: /#[^\r\n]*|\/\*[^]*?(?:\*\/|(?![^]))/,
  line_breaks: true,
});
/** Any other character; it makes the lexer total. */
export const Unknown = createToken({
  name: 'Unknown',
  pattern: unicode(/[^]/u),
  line_breaks: true,
  start_chars_hint: starting(() => true),
});

/** The token type of each keyword, by its text. */
export const keyword = Object.fromEntries(
  [...new Set([...statementKeywords, ...connectives])].map((word) => [word, abstract(`Keyword_${word}`, [Flat])]),
) as Readonly<Record<Keyword, TokenType>>;

const textOfKeyword = new Map(Object.entries(keyword).map(([text, type]) => [type, text]));

/** The keyword that a token is, also where it is misspelled; undefined for a name. */
export const keywordOf = (token: IToken | undefined): string | undefined => token && textOfKeyword.get(token.tokenType);

/** The word that a name stands for: lectures write `∈` for `in`. */
export const wordOf = (token: IToken): string => (token.image === '∈' ? 'in' : token.image);

export const isOperand = (token: IToken): boolean => tokenMatcher(token, Operand);

const operators = new Set([Plus, Minus, Star, Slash, Caret]);
export const isOperator = ({ tokenType }: IToken): boolean => operators.has(tokenType);

// ─────────────────────────────────────────────────────────────────────────── single tokens

/** A token as the passes pass it on; Chevrotain asks for no more than these fields. */
export function makeToken(tokenType: TokenType, image: string, startOffset: number): IToken {
  return {
    image,
    startOffset,
    endOffset: startOffset + image.length - 1,
    tokenType,
    tokenTypeIdx: tokenType.tokenTypeIdx ?? 0,
  };
}

/** A token that is not in the text: empty, right after the token before it. */
export const virtual = (tokenType: TokenType, before: IToken | undefined): IToken =>
  makeToken(tokenType, '', before ? tokenEnd(before) : 0);

/** Where a token ends, exclusively. */
export const tokenEnd = (token: IToken): number => token.startOffset + token.image.length;

export const tokenSpan = (token: IToken): Span => ({ start: token.startOffset, end: tokenEnd(token) });

// ────────────────────────────────────────────────────────────────────────────── the lexer

const concrete: TokenType[] = [
  Blank,
  Newline,
  Comment,
  ForeignComment,
  Name,
  NumberLiteral,
  StringLiteral,
  Infer,
  LParen,
  RParen,
  LBracket,
  RBracket,
  LBrace,
  RBrace,
  Comma,
  Colon,
  Equals,
  Tilde,
  Question,
  Dot,
  Plus,
  Minus,
  Star,
  Slash,
  Caret,
  Semicolon,
  Unknown,
];

/** Every token type: what the parser is built over. */
export const vocabulary: TokenType[] = [...concrete, Flat, Operand, Operator, Label, ...Object.values(keyword)];

let lexer: Lexer | undefined;

/** The one lexer. Built on first use, so that importing this module costs nothing. */
export function theLexer(): Lexer {
  lexer ??= new Lexer(concrete, { positionTracking: 'onlyOffset', skipValidations: true });
  return lexer;
}
