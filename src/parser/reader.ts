/**
 * What every rule of the grammar needs: the unit that is read, the statement that it is in, and ways to say what is
 * missing or superfluous there. `parser.ts` says how the grammar is meant.
 */
import { EmbeddedActionsParser, tokenMatcher } from 'chevrotain';
import type { IOrAlt, IToken, TokenType } from 'chevrotain';
import type { Message } from '../diagnostics/finding.js';
import { titles } from '../diagnostics/messages/labels.js';
import { missingPart } from '../diagnostics/messages/missing.js';
import { unexpectedText, wrongSign } from '../diagnostics/messages/unexpected.js';
import { at } from '../diagnostics/place.js';
import { excerpt, wordAt } from '../diagnostics/words.js';
import type { CommentText, Expectation, Ident, Missing, Span } from './ast.js';
import { complaint, Complaints, type Details, type Repair } from './complaints.js';
import { lowerBound } from '../diagnostics/search.js';
import { LazyLookahead } from './lookahead.js';
import * as T from './tokens.js';
import { keywordOf, tokenEnd } from './tokens.js';

/** What `OR` chooses from, where that is made once and not at each choice. */
export type Alternatives<Result> = IOrAlt<Result>[];

/** A unit before it is parsed. */
export interface Unread {
  readonly text: string;
  /** Where it begins in its file, which its tokens count from. */
  readonly start: number;
  readonly comments: readonly CommentText[];
  /** Where the errors begin that earlier passes found, in order. */
  readonly earlier: readonly number[];
  readonly complaints: Complaints;
}

/** The statement that is being read. */
interface Statement {
  /** As messages know it: most often its keyword. */
  readonly name: string;
  readonly start: number;
  /** Where it ends, once that was asked for. */
  end?: number;
}

interface MissingDetails {
  readonly where?: string;
  /** Where it is missing: behind what was read last if left out. */
  readonly place?: number;
  readonly sign?: string;
  readonly after?: string;
  readonly insert?: string;
}

type Behind = Parameters<(typeof unexpectedText)['say']>[0]['behind'];

export class Reader extends EmbeddedActionsParser {
  #unit: Unread = { text: '', start: 0, comments: [], earlier: [], complaints: new Complaints() };
  #statements: Statement[] = [];
  /** Where the last complaint of the grammar begins. */
  #last = -1;

  constructor() {
    super(T.vocabulary, {
      lookaheadStrategy: new LazyLookahead({ maxLookahead: 1 }),
      maxLookahead: 1,
      // No rule is ambiguous beyond what may be skipped, where the alternative before it wins.
      skipValidations: true,
    });
  }

  protected prepare(unit: Unread, tokens: IToken[]): void {
    this.input = tokens;
    this.#unit = unit;
    this.#statements = [];
    this.#last = -1;
  }

  protected get text(): string {
    return this.#unit.text;
  }

  protected textOf = ({ start, end }: Span): string => this.#unit.text.slice(start, end);

  // ─────────────────────────────────────────────────────────────────────────────── places

  /** Where what was read last ends: the place of what is missing behind it. */
  protected end(): number {
    return tokenEnd(this.LA(0)) - this.#unit.start;
  }

  /**
   * Whether a token of this type is next. Rules that mostly end there ask before they make closures for what could follow;
   * while Chevrotain reads the rules, all of it follows.
   */
  protected follows(type: TokenType): boolean {
    return this.RECORDING_PHASE || tokenMatcher(this.LA(1), type);
  }

  /** The first word of a piece of the unit. */
  protected firstWord({ start }: Span): string {
    return wordAt(this.text, start);
  }

  /** From a node or token to what was read last. */
  protected from(start: IToken | { readonly span: Span }): Span {
    return { start: 'span' in start ? start.span.start : this.startOf(start), end: this.end() };
  }

  protected startOf({ startOffset }: IToken): number {
    return startOffset - this.#unit.start;
  }

  protected spanOf({ startOffset, image }: IToken): Span {
    const start = startOffset - this.#unit.start;
    return { start, end: start + image.length };
  }

  /** Names compare equal however their accents are encoded. */
  protected ident(name: IToken): Ident {
    return { text: name.image.normalize('NFC'), span: this.spanOf(name) };
  }

  // ─────────────────────────────────────────────────────────────────────────── statements

  /** A statement begins with the token read last. */
  protected begin(name: string, first: IToken = this.LA(0)): void {
    this.#statements.push({ name, start: this.startOf(first) });
  }

  /** The statement ends here; its span. */
  protected finish(): Span {
    return { start: this.#statements.pop()?.start ?? 0, end: this.end() };
  }

  protected get statement(): Statement {
    return this.#statements.at(-1) ?? { name: '', start: 0 };
  }

  /** The `///` lines right above the statement. */
  protected doc(): string {
    const { text, comments } = this.#unit;
    const lines: string[] = [];
    let top = this.statement.start;
    const behind = lowerBound(comments.length, (index) => comments[index]!.span.start < top);
    for (let index = behind - 1; index >= 0; index--) {
      const comment = comments[index];
      if (!comment?.text.startsWith('///')) break;
      if (!/^[^\S\r\n]*(?:\r\n|\n|\r)?[^\S\r\n]*$/.test(text.slice(comment.span.end, top))) break;
      // Behind a statement it belongs to that line, and documents nothing.
      if (!/(?:^|[\r\n])[^\S\r\n]*$/.test(text.slice(Math.max(0, comment.span.start - 200), comment.span.start))) break;
      lines.unshift(comment.text.replace(/^\/\/\/ ?/, '').trimEnd());
      top = comment.span.start;
    }
    return lines.join('\n');
  }

  // ──────────────────────────────────────────────────────────────────────────── complaints

  protected report<Facts extends object>(message: Message<Facts>, span: Span, facts: Facts, details?: Details): void {
    if (this.RECORDING_PHASE) return;
    this.#last = Math.max(this.#last, span.start);
    this.#unit.complaints.add(span.start, () => complaint(message, span, facts, details));
  }

  /**
   * A required part is not there. Says so, unless an earlier pass complained of the statement: then that accounts for it.
   *
   * @param where in the words of messages; the statement if left out
   * @param sign the word or sign in front of it that is not there either
   * @param insert what would be right, where only one text is
   */
  protected missing(expects: Expectation, details: MissingDetails = {}): Missing {
    const { where = this.statement.name, place = this.end(), sign, after, insert } = details;
    const span = at(place);
    if (!this.RECORDING_PHASE && !this.mended) {
      const facts = {
        statement: where,
        expects,
        ...(sign === undefined ? {} : { sign }),
        ...(after === undefined ? {} : { after: excerpt(after) }),
        found: wordAt(this.text, place),
      };
      const fix = { title: titles.insert(insert ?? ''), edits: [[span, insert ?? '']] } as const;
      this.report(missingPart, span, facts, { fixes: insert === undefined ? [] : [fix] });
    }
    return { kind: 'missing', expects: sign === undefined ? expects : 'connective', span };
  }

  /**
   * What follows a word or sign that the statement needs: `with mask(0.25)`, `: [784]`.
   *
   * @param found the word or sign, or what stands in its place
   * @param place where it would stand
   */
  protected joined<Value>(
    right: string,
    found: IToken | undefined,
    value: Value | undefined,
    expects: Expectation,
    place: number,
  ): Value | Missing {
    if (value === undefined) return this.missing(expects, found ? {} : { sign: right });
    if (this.RECORDING_PHASE) return value;
    const sign = found && (keywordOf(found) ?? signs.get(found.tokenType));
    if (found === undefined) {
      const insert = right === ':' ? right : ` ${right}`;
      this.missing('connective', { sign: right, place, insert });
    } else if (sign !== right) this.wrong(found, right);
    return value;
  }

  /** One sign stands where another belongs: `=` for `:`. */
  protected wrong(found: IToken, right: string, where = this.statement.name): void {
    this.report(
      wrongSign,
      this.spanOf(found),
      { found: found.image, right, statement: where },
      { fixes: [{ title: titles.replace(found.image, right), edits: [[this.spanOf(found), right]] }] },
    );
  }

  /** Text that nothing expects. Silent where another error of the statement explains it. */
  protected unexpected(span: Span, behind: Behind): void {
    if (this.RECORDING_PHASE || this.mended || this.#last >= this.statement.start) return;
    const text = this.textOf(span);
    const word = wordAt(this.text, span.start);
    const facts = { text: excerpt(text), word, behind, statement: this.statement.name };
    // Words and numbers are what somebody meant, though not here.
    const fixes: readonly Repair[] = /^[^\p{L}\p{N}"_]+$/u.test(text)
      ? [{ title: titles.remove, edits: [[this.withBlanksBefore(span), '']] }]
      : [];
    this.report(unexpectedText, span, facts, { fixes });
  }

  /** Whether an earlier pass complained of the statement. */
  protected get mended(): boolean {
    const { earlier } = this.#unit;
    if (earlier.length === 0) return false;
    const next = earlier[lowerBound(earlier.length, (index) => earlier[index]! < this.statement.start)];
    return next !== undefined && (next <= this.end() || next <= this.#endOfStatement());
  }

  #endOfStatement(): number {
    const statement = this.statement;
    if (statement.end === undefined) {
      let distance = 1;
      for (let token = this.LA(distance); !endsStatement(token); token = this.LA(++distance));
      const last = this.LA(distance);
      statement.end = Number.isNaN(last.startOffset) ? this.text.length : this.startOf(last);
    }
    return statement.end;
  }

  protected withBlanksBefore({ start, end }: Span): Span {
    let from = start;
    while (from > 0 && /[^\S\r\n]/.test(this.text[from - 1] ?? '')) from--;
    return { start: from, end };
  }
}

const signs = new Map([
  [T.Colon, ':'],
  [T.Equals, '='],
  [T.Tilde, '~'],
]);

const ends = new Set([T.Newline, T.Semicolon, T.LBrace, T.RBrace]);

/** What is not in the text ends nothing; behind the last token there is only the end. */
const endsStatement = (token: IToken): boolean =>
  (ends.has(token.tokenType) && token.image !== '') || Number.isNaN(token.startOffset);
