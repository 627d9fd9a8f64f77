/**
 * The first pass over the text: tokens, without what is not part of the language. Each such piece is reported here
 * once, and replaced by what was meant where that is clear, so that the grammar never sees it.
 */
import type { IToken, TokenType } from 'chevrotain';
import * as M from '../diagnostics/messages/lexical.js';
import { titles } from '../diagnostics/messages/labels.js';
import { excerpt } from '../diagnostics/words.js';
import type { CommentText, Span } from './ast.js';
import { complaint, Complaints, type Complaint, type Repair } from './complaints.js';
import * as T from './tokens.js';
import { makeToken, tokenEnd, tokenSpan } from './tokens.js';

export interface Cleaned {
  readonly tokens: readonly IToken[];
  readonly comments: readonly CommentText[];
  /** What is no token and no comment: comments of other languages, and what is not part of this one. */
  readonly dropped: readonly { readonly foreignComment: boolean; readonly span: Span }[];
  readonly complaints: Complaints;
}

/** Characters that word processors and lectures write where the language has another. */
const lookalikes: Readonly<Record<string, readonly [string, TokenType]>> = {
  '−': ['-', T.Minus],
  '–': ['-', T.Minus],
  '×': ['*', T.Star],
  '·': ['*', T.Star],
  '∗': ['*', T.Star],
  '÷': ['/', T.Slash],
  '∼': ['~', T.Tilde],
  '：': [':', T.Colon],
  '，': [',', T.Comma],
  '；': [';', T.Semicolon],
  '（': ['(', T.LParen],
  '）': [')', T.RParen],
  '∈': [' in ', T.Name],
};

/** Splits the text into tokens; every character is in a token, a comment, a blank, or what is dropped. */
export function clean(text: string): Cleaned {
  const lexed = T.theLexer().tokenize(text);
  const comments = (lexed.groups['comments'] ?? []).map((token) => ({ text: token.image, span: tokenSpan(token) }));
  const tokens: IToken[] = [];
  const dropped: { foreignComment: boolean; span: { start: number; end: number } }[] = [];
  const complaints = new Complaints();
  let unknown: { start: number; end: number } | undefined;

  const endUnknown = (): void => {
    const span = unknown;
    if (span) complaints.add(span.start, () => unknownText(text, span));
    unknown = undefined;
  };

  for (const token of lexed.tokens) {
    const { tokenType, image, startOffset } = token;
    const lookalike = tokenType === T.Unknown ? lookalikes[image] : undefined;
    if (tokenType === T.Unknown && !lookalike) {
      if (image === '%' && !unknown && isShare(tokens.at(-1), startOffset)) {
        tokens.push(percentage(tokens.pop()!, complaints));
      } else if (unknown?.end === startOffset) unknown.end = tokenEnd(token);
      else {
        endUnknown();
        unknown = { start: startOffset, end: tokenEnd(token) };
        dropped.push({ foreignComment: false, span: unknown });
      }
      continue;
    }
    endUnknown();
    if (lookalike) {
      const [meant, type] = lookalike;
      complaints.add(startOffset, () => wrongCharacter(token, meant));
      tokens.push(makeToken(type, image, startOffset));
    } else if (tokenType === T.ForeignComment) {
      complaints.add(startOffset, () => foreignComment(token));
      dropped.push({ foreignComment: true, span: { ...tokenSpan(token) } });
    } else {
      const wrong = malformed(token);
      if (wrong) complaints.add(startOffset, wrong);
      tokens.push(token);
    }
  }
  endUnknown();
  return { tokens, comments, dropped, complaints };
}

const write = (span: Span, text: string): Repair => ({ title: titles.write(text), edits: [[span, text]] });

// ──────────────────────────────────────────────────────────────────────────────── numbers

const plainNumber = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** What is wrong with a number or a string, if something is. */
function malformed(token: IToken): (() => Complaint) | undefined {
  if (token.tokenType === T.NumberLiteral) {
    if (!plainNumber.test(token.image)) return () => notANumber(token);
    if (Number.isFinite(Number(token.image))) return undefined;
    return () => complaint(M.numberTooLarge, tokenSpan(token), { text: excerpt(token.image) });
  }
  if (token.tokenType !== T.StringLiteral) return undefined;
  if (!isClosed(token.image)) return () => notClosed(token);
  return token.image.startsWith("'") ? () => singleQuotes(token) : undefined;
}

function notANumber(token: IToken): Complaint {
  const [span, text, meant] = [tokenSpan(token), excerpt(token.image), meantNumber(token.image)];
  if (meant === undefined) return complaint(M.notANumber, span, { text });
  return complaint(M.notANumber, span, { text, meant: excerpt(meant) }, { fixes: [write(span, meant)] });
}

/** `.5` is 0.5, `1.` is 1, `1_000` is 1000, `2d` is 2 * d; `28x28` is nothing we could know. */
function meantNumber(image: string): string | undefined {
  const plain = image
    .replaceAll('_', '')
    .replace(/^\./, '0.')
    .replace(/\.(?!\d)/, '');
  if (plainNumber.test(plain)) return plain;
  const product = /^(\d+(?:\.\d+)?)(\p{L}+)$/u.exec(plain);
  return product ? `${product[1] ?? ''} * ${product[2] ?? ''}` : undefined;
}

const isShare = (before: IToken | undefined, offset: number): before is IToken =>
  before?.tokenType === T.NumberLiteral && tokenEnd(before) === offset && /^\d{1,9}(?:\.\d{1,9})?$/.test(before.image);

/** `20%` is the number 0.2. */
function percentage(number: IToken, complaints: Complaints): IToken {
  const token = makeToken(T.NumberLiteral, `${number.image}%`, number.startOffset);
  const [span, share] = [tokenSpan(token), String(numberValue(token.image))];
  complaints.add(span.start, () =>
    complaint(M.percentage, span, { text: token.image, share }, { fixes: [write(span, share)] }),
  );
  return token;
}

/** The value of a number, a malformed one too: something finite that the rest can go on with. */
export function numberValue(image: string): number {
  const plain = Number(image);
  if (Number.isFinite(plain)) return plain;
  const value = Number.parseFloat(image.replaceAll('_', ''));
  if (!Number.isFinite(value)) return 0;
  return image.endsWith('%') ? Number((value / 100).toPrecision(12)) : value;
}

// ──────────────────────────────────────────────────────────────────────────────── strings

/** Whether the last character is the closing quote, and no escape stands before it. */
const isClosed = (image: string): boolean =>
  image.length > 1 && image.endsWith(image[0] ?? '"') && !/[^\\](?:\\\\)*\\.$/.test(image);

/** The text between the quotes, with `\n`, `\t`, `\"` and `\\` resolved. */
export function stringValue(image: string): string {
  const mark = image[0] ?? '"';
  const inner = image.length > 1 && image.endsWith(mark) ? image.slice(1, -1) : image.slice(1);
  return inner.replace(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped));
}

function notClosed(token: IToken): Complaint {
  const [mark, end] = [token.image[0] ?? '"', tokenEnd(token)];
  const fixes: readonly Repair[] = [{ title: titles.insert(mark), edits: [[{ start: end, end }, mark]] }];
  return complaint(M.stringNotClosed, tokenSpan(token), { mark }, { fixes });
}

function singleQuotes(token: IToken): Complaint {
  const span = tokenSpan(token);
  const meant = `"${token.image.slice(1, -1).replaceAll('"', '\\"')}"`;
  const facts = { text: excerpt(token.image), meant: excerpt(meant) };
  return complaint(M.singleQuotes, span, facts, { fixes: [{ title: titles.useDoubleQuotes, edits: [[span, meant]] }] });
}

// ──────────────────────────────────────────────────────────────────── what is not the language's

function foreignComment(token: IToken): Complaint {
  const [span, inner] = [tokenSpan(token), token.image.replace(/^#+|^\/\*+|\*+\/$/g, '').trim()];
  const facts = { text: excerpt(token.image), begins: token.image.startsWith('#') ? '#' : '/*' } as const;
  const oneLine = !/[\r\n]/.test(token.image);
  const fixes: readonly Repair[] = oneLine ? [{ title: titles.useSlashes, edits: [[span, `// ${inner}`]] }] : [];
  return complaint(M.foreignComment, span, facts, { fixes });
}

function wrongCharacter(token: IToken, meant: string): Complaint {
  const facts = { character: token.image, meant: meant.trim() };
  const fixes: readonly Repair[] = [{ title: titles.replaceBy(meant), edits: [[tokenSpan(token), meant]] }];
  return complaint(M.lookalike, tokenSpan(token), facts, { fixes });
}

function unknownText(text: string, span: Span): Complaint {
  const found = text.slice(span.start, span.end);
  const quotes = /[“”„«»]/u.test(found);
  const fix: Repair = quotes
    ? { title: titles.useStraightQuotes, edits: [[span, found.replace(/[“”„«»]/gu, '"')]] }
    : { title: titles.remove, edits: [[span, '']] };
  return complaint(M.unknownText, { ...span }, { text: excerpt(found), quotes }, { fixes: [fix] });
}
