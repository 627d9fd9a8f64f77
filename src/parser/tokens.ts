/**
 * The vocabulary of .ae files. Keywords are contextual: each keyword's token type belongs to the
 * category Name, so the grammar accepts it wherever it asks for a name.
 */
import { createToken, Lexer, tokenMatcher } from 'chevrotain';
import type { CustomPatternMatcherFunc, IToken, TokenType } from 'chevrotain';

/** Keywords that begin a declaration at the top of a file. */
export const declarationKeywords = ['import', 'block', 'autoencoder'] as const;

/** Keywords that begin an item of an autoencoder. */
export const itemKeywords = [
  'input',
  'target',
  'let',
  'preprocess',
  'corrupt',
  'encoder',
  'decoder',
  'head',
  'network',
  'latent',
  'prior',
  'reconstruct',
  'penalty',
  'constrain',
  'tie',
  'sweep',
  'figure',
  'train',
] as const;

/** Keywords that begin a clause of a recursive encoder or decoder. */
export const clauseKeywords = ['leaf', 'compose', 'decompose'] as const;

/** Keywords that begin a statement in the body of a network, beside layers and clauses. */
export const bodyKeywords = ['repeat', 'take'] as const;

/** Keywords that begin a statement of `train { … }`; any other name there is a setting. */
export const trainKeywords = [
  'phase',
  'player',
  'train',
  'freeze',
  'match',
  'copy',
  'minimize',
  'maximize',
  'update',
] as const;

/** Words that join the parts of one statement. */
export const connectives = ['from', 'with', 'then', 'by', 'where', 'weight', 'in', 'at', 'as', 'to'] as const;

export type Keyword =
  | (typeof declarationKeywords)[number]
  | (typeof itemKeywords)[number]
  | (typeof clauseKeywords)[number]
  | (typeof bodyKeywords)[number]
  | (typeof trainKeywords)[number]
  | (typeof connectives)[number];

const abstract = (name: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories });

/** Whatever may be skipped within one statement: all but separators and brackets. */
export const Flat = abstract('Flat');
/** Names, numbers, strings and `_`: two of them side by side are never one expression. */
export const Operand = abstract('Operand', [Flat]);
export const Connective = abstract('Connective');
/** A word that can begin a statement. */
export const StatementKeyword = abstract('StatementKeyword');
export const Operator = abstract('Operator', [Flat]);

/** Chevrotain drops the u flag of a plain pattern; a function keeps it. */
function unicode(pattern: RegExp): CustomPatternMatcherFunc {
  const sticky = new RegExp(pattern.source, 'uy');
  return (text, offset) => {
    sticky.lastIndex = offset;
    return sticky.exec(text);
  };
}

// A lone `_` is not a name. Names may use any letters, for lectures write σ and β.
const namePattern = unicode(/\p{L}[\p{L}\p{M}\p{N}_]*|_[\p{L}\p{M}\p{N}_]+/u);
// Anything that begins like a number, so that `28x28` and `.5` are one wrong number, not two right tokens.
const numberPattern = unicode(/(?:\d[\d_]*(?:\.[\d_]*)?|\.\d+)(?:[eE][+-]?\d+)?[\p{L}\p{M}\p{N}_]*/u);

export const Name = createToken({ name: 'Name', pattern: namePattern, line_breaks: false, categories: [Operand] });
export const NumberLiteral = createToken({
  name: 'NumberLiteral',
  pattern: numberPattern,
  line_breaks: false,
  categories: [Operand],
});
export const StringLiteral = createToken({
  name: 'StringLiteral',
  // The closing quote is optional here, and asked for afterwards: an open string ends with its line.
  pattern: /"(?:[^"\\\r\n]|\\.)*"?|'(?:[^'\\\r\n]|\\.)*'?/,
  categories: [Operand],
});
export const Infer = createToken({ name: 'Infer', pattern: /_/, categories: [Operand] });

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

const Blank = createToken({ name: 'Blank', pattern: /[^\S\r\n]+|\uFEFF/, group: Lexer.SKIPPED });
export const Comment = createToken({ name: 'Comment', pattern: /\/\/[^\r\n]*/, group: 'comments' });
/** Comments of other languages, which `clean` reports and drops. */
export const ForeignComment = createToken({
  name: 'ForeignComment',
  pattern: /#[^\r\n]*|\/\*[^]*?(?:\*\/|(?![^]))/,
  line_breaks: true,
});
/** Any other character; it makes the lexer total. */
export const Unknown = createToken({ name: 'Unknown', pattern: unicode(/[^]/u), line_breaks: true });

function keywordTypes(): Readonly<Record<Keyword, TokenType>> {
  const statements: readonly string[] = [
    ...declarationKeywords,
    ...itemKeywords,
    ...clauseKeywords,
    ...bodyKeywords,
    ...trainKeywords,
  ];
  const words = [...new Set([...statements, ...connectives])];
  return Object.fromEntries(
    words.map((word) => {
      const role = statements.includes(word) ? StatementKeyword : Connective;
      return [word, abstract(`Keyword_${word}`, [Name, role])];
    }),
  ) as Record<Keyword, TokenType>;
}

/** The token type of each keyword, by its text. */
export const keyword = keywordTypes();

export const isOperand = (token: IToken): boolean => tokenMatcher(token, Operand);

const textOfKeyword = new Map(Object.entries(keyword).map(([text, type]) => [type, text]));

/** The keyword that a token stands for, also where it is misspelled. */
export function keywordOf(token: IToken | undefined): string | undefined {
  return token && textOfKeyword.get(token.tokenType);
}

/** Whether a keyword is one that begins statements, rather than joins their parts. */
export const beginsStatement = (token: IToken | undefined): boolean =>
  token !== undefined && tokenMatcher(token, StatementKeyword);

/** The token type of a name: its keyword's where it is one. */
export function typeOfName(text: string): TokenType {
  return Object.hasOwn(keyword, text) ? keyword[text as Keyword] : Name;
}

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
export const vocabulary: TokenType[] = [
  ...concrete,
  Flat,
  Operand,
  Operator,
  Connective,
  StatementKeyword,
  ...Object.values(keyword),
];

let lexer: Lexer | undefined;

/** The one lexer. Built on first use, so that importing this module costs nothing. */
export function theLexer(): Lexer {
  lexer ??= new Lexer(concrete, { positionTracking: 'onlyOffset', skipValidations: true });
  return lexer;
}
