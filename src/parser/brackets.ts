/**
 * The second pass: every bracket finds its partner. Where one has none, this pass decides where the
 * user would have closed it, so that the grammar only ever sees balanced brackets and one missing
 * `)` cannot swallow the statements after it.
 */
import type { IToken, TokenType } from 'chevrotain';
import { nestedTooDeeply } from '../diagnostics/messages/brackets.js';
import { closedByAnother, closesNothing, notClosed, type Unclosed } from './bracket-complaints.js';
import { complaint, type Complaint, type Complaints } from './complaints.js';
import { declarationKeywords, isOneOf, statementKeywords } from './keywords.js';
import { belongsInside } from './statement-words.js';
import * as T from './tokens.js';
import { isOperand, isOperator, tokenEnd, tokenSpan } from './tokens.js';

/** Beyond this depth nobody means it, and a recursive parser would run out of stack. */
const maxDepth = 64;

/** Tokens of an open argument list that are looked through for its end. */
const longestSearch = 10_000;

export interface Brackets {
  /** Closing brackets that are not in the text, by the index of the token they come before. */
  readonly inserted: ReadonlyMap<number, readonly TokenType[]>;
  /** Brackets to leave out. */
  readonly dropped: ReadonlySet<number>;
  /** Brackets to read as another kind. */
  readonly replaced: ReadonlyMap<number, TokenType>;
}

interface Open {
  readonly index: number;
  readonly closer: TokenType;
  /** Newlines do not count inside: ( ), [ ] and the braces of an import. */
  readonly flat: boolean;
  /** The column where the line of the bracket begins. */
  readonly indent: number;
  /** The keyword of the statement that the bracket belongs to. */
  readonly head: string | undefined;
}

const isStatementKeyword = (token: IToken): boolean => token.tokenType === T.Name && statementKeywords.has(token.image);

/** Whether the brace behind this token is that of an import, in which newlines do not count. */
export const opensNames = (before: IToken | undefined): boolean => before?.image === 'import';

const closerOf = new Map<TokenType, TokenType>([
  [T.LParen, T.RParen],
  [T.LBracket, T.RBracket],
  [T.LBrace, T.RBrace],
]);
const closers = new Set<TokenType>(closerOf.values());
const bracketText = new Map<TokenType, string>([
  [T.RParen, ')'],
  [T.RBracket, ']'],
  [T.RBrace, '}'],
]);
const textOf = (closer: TokenType | undefined): string => (closer && bracketText.get(closer)) ?? '';

/** After these an argument list goes on in the next line, so no bracket is closed there. */
const continuing = new Set<TokenType>([T.Comma, T.Colon, T.Equals, T.LParen, T.LBracket, T.LBrace]);

/** What stands in front of the first word of a statement. */
const precedesStatement = new Set<TokenType>([T.Newline, T.Semicolon, T.LBrace, T.RBrace]);

/** Whether a file has fewer closing braces than opening ones. */
export function lacksBraces(tokens: readonly IToken[]): boolean {
  let balance = 0;
  for (let index = 0; index < tokens.length; index++) {
    const { tokenType } = tokens[index]!;
    if (tokenType === T.LBrace) balance++;
    if (tokenType === T.RBrace) balance--;
  }
  return balance > 0;
}

/** Pairs all brackets of a file. */
export const matchBrackets = (text: string, tokens: readonly IToken[], complaints: Complaints): Brackets =>
  new Matcher(text, tokens, complaints).run();

class Matcher {
  private readonly stack: Open[] = [];
  private readonly unclosed = new Set<number>();
  private readonly inserted = new Map<number, Open[]>();
  private readonly dropped = new Set<number>();
  private readonly replaced = new Map<number, TokenType>();
  private readonly bracesMissing: boolean;
  private lineIndent = 0;
  private head: string | undefined;

  constructor(
    private readonly text: string,
    private readonly tokens: readonly IToken[],
    private readonly complaints: Complaints,
  ) {
    // Indentation is a guess. It is consulted only in a file that has too few closing braces.
    this.bracesMissing = lacksBraces(tokens);
  }

  run(): Brackets {
    let before: TokenType = T.Newline;
    this.tokens.forEach((token, index) => {
      const type = token.tokenType;
      // Most tokens stand within a statement, and are no brackets.
      if (type !== T.Newline && precedesStatement.has(before)) {
        if (before === T.Newline) this.beginLine(token, index);
        if (this.beginsStatement(index)) this.head = isStatementKeyword(token) ? token.image : undefined;
      }
      before = type;
      if (type === T.RBrace) this.closeBrace(token, index);
      else if (closers.has(type)) this.closeFlat(token, index);
      else if (closerOf.has(type)) this.open(token, index);
    });
    while (this.stack.length > 0) this.abandon(this.tokens.length);
    for (const [index, opens] of this.inserted)
      this.complaints.add(this.endBefore(index), () => this.notClosed(index, opens));
    return {
      inserted: new Map([...this.inserted].map(([index, opens]) => [index, opens.map((open) => open.closer)])),
      dropped: this.dropped,
      replaced: this.replaced,
    };
  }

  private top(): Open | undefined {
    return this.stack.at(-1);
  }

  private beginsLine(index: number): boolean {
    return index === 0 || this.tokens[index - 1]?.tokenType === T.Newline;
  }

  private beginsStatement(index: number): boolean {
    const before = this.tokens[index - 1]?.tokenType;
    if (this.top()?.flat || this.tokens[index]?.tokenType === T.LBrace) return false;
    return this.beginsLine(index) || before === T.Semicolon || before === T.LBrace || before === T.RBrace;
  }

  private column(token: IToken, index: number): number {
    const newline = this.tokens[index - 1];
    return token.startOffset - (newline ? tokenEnd(newline) : 0);
  }

  private beginLine(token: IToken, index: number): void {
    this.lineIndent = this.column(token, index);
    if (this.surelyBeginsStatement(index)) this.abandonFlat(index);
    if (!this.bracesMissing || !this.mayBeginStatement(index)) return;
    const declares = isOneOf(declarationKeywords, token.image) && this.lineIndent === 0;
    for (let brace = this.brace(); brace; brace = this.brace()) {
      const opensBody =
        this.tokens[index + 1]?.tokenType === T.LBrace || this.tokens[index + 2]?.tokenType === T.LBrace;
      const inside = this.lineIndent > brace.indent || belongsInside(brace.head, token.image, opensBody);
      if (inside && !declares) return;
      this.abandonFlat(index);
      this.abandon(index);
    }
  }

  /** The innermost open brace in which newlines count. */
  private brace(): Open | undefined {
    return this.stack.findLast((open) => !open.flat);
  }

  /** A keyword with a name, a number or a brace after it: in no expression do these stand side by side. */
  private surelyBeginsStatement(index: number): boolean {
    const token = this.tokens[index];
    const next = this.tokens[index + 1];
    if (!token || !next || !isStatementKeyword(token)) return false;
    return next.tokenType === T.LBrace || isOperand(next);
  }

  /** Where braces are missing, indentation decides what a keyword begins. */
  private mayBeginStatement(index: number): boolean {
    const token = this.tokens[index];
    const next = this.tokens[index + 1]?.tokenType;
    const isLabel = next === T.Colon || next === T.Comma || next === T.Equals;
    return token !== undefined && isStatementKeyword(token) && !isLabel;
  }

  private open(token: IToken, index: number): void {
    const isImport = token.tokenType === T.LBrace && opensNames(this.tokens[index - 1]);
    if (token.tokenType === T.LBrace) this.abandonFlat(index);
    if (this.stack.length >= maxDepth) {
      if (this.stack.length === maxDepth)
        this.complaints.add(token.startOffset, () => complaint(nestedTooDeeply, tokenSpan(token), { most: maxDepth }));
      this.dropped.add(index);
    }
    this.stack.push({
      index,
      closer: closerOf.get(token.tokenType) ?? T.RParen,
      flat: token.tokenType !== T.LBrace || isImport,
      indent: this.lineIndent,
      head: this.head,
    });
  }

  private close(index: number): void {
    const open = this.stack.pop();
    if (open && this.dropped.has(open.index)) this.dropped.add(index);
  }

  private closeBrace(token: IToken, index: number): void {
    if (this.top()?.closer === T.RBrace) {
      // A brace that stands further left than the body it would close belongs to an outer one.
      while (this.bracesMissing && this.beginsLine(index) && this.closesOuter()) this.abandon(index);
      this.close(index);
      return;
    }
    this.abandonFlat(index);
    if (this.top()) this.closeBrace(token, index);
    else this.superfluous(token, index);
  }

  private closesOuter(): boolean {
    const outer = this.stack.at(-2);
    return outer !== undefined && this.lineIndent < (this.top()?.indent ?? 0) && this.lineIndent <= outer.indent;
  }

  private closeFlat(token: IToken, index: number): void {
    const top = this.top();
    if (!top?.flat || top.closer === T.RBrace) {
      this.superfluous(token, index);
    } else if (top.closer === token.tokenType) {
      this.close(index);
    } else if (this.stack.at(-2)?.flat && this.stack.at(-2)?.closer === token.tokenType) {
      this.abandon(index);
      this.close(index);
    } else {
      this.wrongKind(token, index, top);
      this.close(index);
    }
  }

  /** Gives up on the brackets in which newlines do not count. */
  private abandonFlat(index: number): void {
    while (this.top()?.flat) this.abandon(index);
  }

  /** The innermost open bracket has no partner before the token at `boundary`. */
  private abandon(boundary: number): void {
    const open = this.stack.pop();
    if (!open) return;
    this.unclosed.add(open.index);
    if (this.dropped.has(open.index)) return;
    const where = open.flat ? this.endOfFlat(open.index, boundary) : this.beforeNewlines(boundary);
    this.inserted.set(where, [...(this.inserted.get(where) ?? []), open]);
  }

  private beforeNewlines(boundary: number): number {
    let index = boundary;
    while (index > 0 && this.tokens[index - 1]?.tokenType === T.Newline) index--;
    return index;
  }

  /** An open argument list ends with its line, unless the line ends in a comma or the like. */
  private endOfFlat(openIndex: number, boundary: number): number {
    let depth = 0;
    for (let index = openIndex + 1; index < Math.min(boundary, openIndex + longestSearch); index++) {
      const type = this.tokens[index]?.tokenType;
      const before = this.tokens[index - 1];
      if (!type || !before) break;
      if (closerOf.has(type) && !this.unclosed.has(index)) depth++;
      else if (closers.has(type)) depth = Math.max(0, depth - 1);
      else if (depth === 0 && type === T.Semicolon) return index;
      else if (
        depth === 0 &&
        type === T.Newline &&
        !continuing.has(before.tokenType) &&
        before.tokenType !== T.Newline
      ) {
        if (!isOperator(before)) return index;
      }
    }
    return this.beforeNewlines(boundary);
  }

  /** Where the token before this one ends. */
  private endBefore(index: number): number {
    const before = this.tokens[index - 1];
    return before ? tokenEnd(before) : 0;
  }

  private notClosed(index: number, opens: readonly Open[]): Complaint {
    const openings = opens.flatMap(({ index: opened, closer, flat, indent }): Unclosed[] => {
      const token = this.tokens[opened];
      return token ? [{ token, closer: textOf(closer), flat, indent }] : [];
    });
    return notClosed(this.text, this.tokens[index - 1], openings);
  }

  private superfluous(token: IToken, index: number): void {
    this.dropped.add(index);
    // One that stands for an indented body is not in the text.
    if (token.image !== '') this.complaints.add(token.startOffset, () => closesNothing(token));
  }

  private wrongKind(token: IToken, index: number, open: Open): void {
    this.replaced.set(index, open.closer);
    this.complaints.add(token.startOffset, () => closedByAnother(this.tokens[open.index], token, textOf(open.closer)));
  }
}
