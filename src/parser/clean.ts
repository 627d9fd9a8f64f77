/**
 * The first pass over the text: tokens, with keywords told from names, and without what is not
 * part of the language. Each such piece is reported here once, and replaced by what was meant
 * where that is clear, so that the grammar never sees it.
 */
import type { IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Span } from './ast.js';
import { Complaints } from './complaints.js';
import { problem, quote } from './messages.js';
import * as T from './tokens.js';

/** A comment, `//` or `///`, as it stands in the text. */
export interface CommentText {
  readonly text: string;
  readonly span: Span;
}

export interface Cleaned {
  readonly tokens: readonly IToken[];
  readonly comments: readonly CommentText[];
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
  '∈': [' in ', T.keyword.in],
};

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

/** Where a token ends, exclusively. */
export const tokenEnd = (token: IToken): number => token.startOffset + token.image.length;

export const tokenSpan = (token: IToken): Span => ({ start: token.startOffset, end: tokenEnd(token) });

/** Splits the text into tokens; every character is in a token, a comment, a blank or a diagnostic. */
export function clean(file: string, text: string): Cleaned {
  const lexed = T.theLexer().tokenize(text);
  const comments = (lexed.groups['comments'] ?? []).map((token) => ({
    text: token.image,
    span: tokenSpan(token),
  }));
  const tokens: IToken[] = [];
  const complaints = new Complaints();
  let unknown: { start: number; end: number } | undefined;

  const endUnknown = (): void => {
    const span = unknown;
    if (span) complaints.add(span.start, () => unknownText(file, text, span));
    unknown = undefined;
  };

  for (const { tokenType, image, startOffset } of lexed.tokens) {
    const token = makeToken(tokenType === T.Name ? T.typeOfName(image) : tokenType, image, startOffset);
    const lookalike = lookalikes[image];
    if (tokenType === T.Unknown && !lookalike) {
      if (unknown?.end === startOffset) unknown.end = tokenEnd(token);
      else {
        endUnknown();
        unknown = { start: startOffset, end: tokenEnd(token) };
      }
      continue;
    }
    endUnknown();
    if (tokenType === T.Unknown && lookalike) {
      const [meant, type] = lookalike;
      complaints.add(startOffset, () => wrongCharacter(file, token, meant));
      tokens.push(makeToken(type, image, startOffset));
    } else if (tokenType === T.ForeignComment) {
      complaints.add(startOffset, () => foreignComment(file, token));
    } else {
      const complaint = malformed(file, token);
      if (complaint) complaints.add(startOffset, () => complaint);
      tokens.push(token);
    }
  }
  endUnknown();
  return { tokens, comments, complaints };
}

function malformed(file: string, token: IToken): Diagnostic | undefined {
  if (token.tokenType === T.NumberLiteral) return malformedNumber(file, token);
  if (token.tokenType === T.StringLiteral) return malformedString(file, token);
  return undefined;
}

function malformedNumber(file: string, token: IToken): Diagnostic | undefined {
  if (/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(token.image)) {
    if (Number.isFinite(Number(token.image))) return undefined;
    return problem('AE1004', file, tokenSpan(token), {
      title: 'the number is too large',
      cause: 'Numbers are 64-bit floating point, and this one is beyond them.',
      expected: 'a number below 1.8e308',
      found: quote(token.image),
    });
  }
  const meant = meantNumber(token.image);
  return problem('AE1004', file, tokenSpan(token), {
    title: 'this is not a number',
    cause: 'A number has digits, then perhaps a point with digits after it, then perhaps an exponent.',
    expected: 'a number, such as 64, 0.5 or 1e-3',
    found: quote(token.image),
    ...(meant === undefined ? {} : { hint: `Write ${quote(meant)}.` }),
    fixes: meant === undefined ? [] : [{ title: `Write \`${meant}\``, edits: [[tokenSpan(token), meant]] }],
  });
}

/** `.5` is 0.5, `1.` is 1, `1_000` is 1000, `2d` is 2 * d; `28x28` is nothing we could know. */
function meantNumber(image: string): string | undefined {
  const plain = image
    .replaceAll('_', '')
    .replace(/^\./, '0.')
    .replace(/\.(?!\d)/, '');
  if (/^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(plain)) return plain;
  const product = /^(\d+(?:\.\d+)?)(\p{L}+)$/u.exec(plain);
  return product ? `${product[1] ?? ''} * ${product[2] ?? ''}` : undefined;
}

function malformedString(file: string, token: IToken): Diagnostic | undefined {
  const quoteMark = token.image[0] ?? '"';
  const closed = token.image.length > 1 && token.image.endsWith(quoteMark) && !/[^\\](?:\\\\)*\\.$/.test(token.image);
  const end = tokenEnd(token);
  if (!closed) {
    return problem(
      'AE1003',
      file,
      { start: token.startOffset, end },
      {
        title: 'the string is not closed',
        cause: 'A string ends on the line where it begins.',
        expected: `${quoteMark} before the end of the line`,
        found: 'the end of the line',
        fixes: [{ title: `Insert \`${quoteMark}\``, edits: [[{ start: end, end }, quoteMark]] }],
      },
    );
  }
  if (quoteMark === '"') return undefined;
  const doubled = `"${token.image.slice(1, -1).replaceAll('"', '\\"')}"`;
  return problem('AE1004', file, tokenSpan(token), {
    title: 'a string stands in double quotes',
    cause: 'Single quotes do not begin a string.',
    expected: doubled,
    found: quote(token.image),
    fixes: [{ title: 'Use double quotes', edits: [[tokenSpan(token), doubled]] }],
  });
}

function foreignComment(file: string, token: IToken): Diagnostic {
  const oneLine = token.image.replace(/^#+|^\/\*+|\*+\/$/g, '').trim();
  const single = !/[\r\n]/.test(token.image);
  return problem('AE1004', file, tokenSpan(token), {
    title: 'a comment begins with //',
    cause: `${token.image.startsWith('#') ? '`#`' : '`/*`'} does not begin a comment.`,
    expected: 'a comment that begins with //',
    found: quote(token.image),
    fixes: single ? [{ title: 'Begin it with //', edits: [[tokenSpan(token), `// ${oneLine}`]] }] : [],
  });
}

function wrongCharacter(file: string, token: IToken, meant: string): Diagnostic {
  const shown = meant.trim();
  return problem('AE1004', file, tokenSpan(token), {
    title: `\`${token.image}\` is written \`${shown}\` here`,
    cause: `The character \`${token.image}\` only looks like \`${shown}\`, or means it elsewhere.`,
    expected: `\`${shown}\``,
    found: `\`${token.image}\``,
    fixes: [{ title: `Replace it by \`${shown}\``, edits: [[tokenSpan(token), meant]] }],
  });
}

/** `20%` is 0.2. */
function percentage(file: string, span: Span, start: number, percent: string): Diagnostic {
  const share = String(Number((Number(percent) / 100).toPrecision(12)));
  return problem('AE1004', file, span, {
    title: '`%` is not part of the language',
    cause: 'Shares are written as fractions.',
    expected: `\`${share}\``,
    found: `\`${percent}%\``,
    fixes: [{ title: `Write \`${share}\``, edits: [[{ start, end: span.end }, share]] }],
  });
}

function unknownText(file: string, text: string, span: Span): Diagnostic {
  const found = text.slice(span.start, span.end);
  const percent = found === '%' ? /(?:^|[^\w.])(\d+(?:\.\d+)?)\s*$/.exec(text.slice(Math.max(0, span.start - 40), span.start))?.[1] : undefined;
  if (percent !== undefined) return percentage(file, span, text.lastIndexOf(percent, span.start), percent);
  return problem('AE1004', file, span, {
    title: `${quote(found)} is not part of the language`,
    cause: 'No name, number, string or sign begins with this character.',
    expected: 'a name, a number, a string, or one of ( ) [ ] { } : = ~ , . + - * / ^ ?',
    found: quote(found),
    hint: /[“”„«»]/u.test(found) ? 'Strings stand in straight double quotes.' : 'Remove it.',
    fixes: /[“”„«»]/u.test(found)
      ? [{ title: 'Use straight quotes', edits: [[span, found.replace(/[“”„«»]/gu, '"')]] }]
      : [{ title: 'Remove it', edits: [[span, '']] }],
  });
}
