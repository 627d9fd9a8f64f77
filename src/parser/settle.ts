/**
 * The third pass: statements. It finds where each begins, which of its words are keywords and which are names, what was
 * misspelled, and where a separator was forgotten. The grammar reads keywords only where they are meant as such, and
 * never has to ask what else a word could be.
 */
import type { IToken } from 'chevrotain';
import { titles } from '../diagnostics/messages/labels.js';
import { domainInType, misspelledKeyword, notSeparated } from '../diagnostics/messages/statements.js';
import { at } from '../diagnostics/place.js';
import { nearest } from '../diagnostics/spelling.js';
import { excerpt } from '../diagnostics/words.js';
import { complaint, type Complaints, type Repair } from './complaints.js';
import { opensNames } from './brackets.js';
import * as K from './keywords.js';
import { isOneOf } from './keywords.js';
import {
  endsStatement,
  inside,
  joiningIn,
  isKeyword,
  isSign,
  meantKeywords,
  surelyBegins,
  type Context,
} from './statement-words.js';
import * as T from './tokens.js';
import { isOperand, makeToken, tokenEnd, tokenSpan, virtual, wordOf } from './tokens.js';

/** Gives words the types of the keywords that they are. */
export const settle = (tokens: readonly IToken[], complaints: Complaints): readonly IToken[] =>
  new Settler(tokens, complaints).run();

/** The statement that is being read. */
interface Statement {
  /** Its keyword; `setting`, or `layer`, where it has none, and nothing where it is not understood. */
  readonly keyword: string;
  /** Connectives of it that were seen. */
  seen: ReadonlySet<string>;
  /** The name of the layer or setting, once it is there. */
  name?: IToken;
}

/** Tokens that are looked ahead for a bracket: more than people write, and few beside a long text. */
const farthest = 200;

class Settler {
  private readonly out: IToken[] = [];
  private readonly contexts: Context[] = ['file'];
  private statement: Statement | undefined;
  /** Open ( ) and [ ] of the statement. */
  private depth = 0;
  private index = 0;
  /** Names before this index have turned out to be no labels. */
  private unlabelled = 0;

  constructor(
    private readonly tokens: readonly IToken[],
    private readonly complaints: Complaints,
  ) {}

  run(): readonly IToken[] {
    for (; this.index < this.tokens.length; this.index++) {
      const token = this.tokens[this.index];
      if (token) this.read(token);
    }
    return this.out;
  }

  private get context(): Context {
    return this.contexts.at(-1) ?? 'file';
  }

  private next(distance = 1): IToken | undefined {
    return this.tokens[this.index + distance];
  }

  private read(token: IToken): void {
    switch (token.tokenType) {
      case T.Name:
        if (this.statement === undefined) this.begin(token);
        else if (this.depth > 0) this.goOnInBrackets(token);
        else this.goOn(token, this.statement);
        return;
      case T.Newline:
      case T.Semicolon:
        this.statement = undefined;
        break;
      case T.Comma:
        if (this.depth === 0 && this.commaSeparates()) return this.separateAt(token);
        break;
      case T.LBrace:
        if (opensNames(this.out.at(-1))) this.depth++;
        else {
          this.contexts.push(inside(this.context, this.statement?.keyword ?? ''));
          this.statement = undefined;
        }
        break;
      case T.RBrace:
        if (this.depth > 0) this.depth--;
        else {
          if (this.contexts.length > 1) this.contexts.pop();
          this.statement = undefined;
        }
        break;
      default:
        this.statement ??= statementOf('');
        if (token.tokenType === T.LParen || token.tokenType === T.LBracket) this.depth++;
        else if (token.tokenType === T.RParen || token.tokenType === T.RBracket) this.depth--;
    }
    this.out.push(token);
  }

  // ────────────────────────────────────────────────────────────────── where a statement begins

  private begin(token: IToken): void {
    const { context } = this;
    const labels = this.labels();
    if (labels > 0) return this.label(labels);
    const [word, next] = [wordOf(token), this.next()];
    const keyword = isKeyword(context, word)
      ? word
      : this.meant(token, meantKeywords(context, word, next, this.next(2), this.behindParentheses()));
    if (keyword !== undefined) {
      this.statement = statementOf(keyword);
      this.out.push(retyped(token, T.keyword[keyword as K.Keyword]));
    } else {
      this.statement = statementOf(context === 'body' ? 'layer' : context === 'train' ? 'setting' : '');
      this.statement.name = token;
      this.out.push(token);
    }
  }

  /** What stands behind the parentheses that open next; undefined where none do. */
  private behindParentheses(): IToken | undefined {
    const closes = this.next()?.tokenType === T.LParen ? this.distanceToDepth(this.depth, 1) : 0;
    return closes === 0 ? undefined : this.next(closes + 1);
  }

  /** Reads labels; in front of a term with their colon, so that the term begins the statement. */
  private label(labels: number): void {
    const inBody = this.context === 'body';
    const end = this.index + labels + (inBody ? 0 : 1);
    for (const token of this.tokens.slice(this.index, end)) {
      this.out.push(token.tokenType === T.Name ? retyped(token, T.Label) : token);
    }
    this.index = end - 1;
    this.statement = inBody ? statementOf('layer') : undefined;
  }

  /** How many tokens here are labels: `a, b` in `a, b: split(2)`, `sparse` in `sparse: penalty …`. */
  private labels(): number {
    if (this.context === 'items') return this.namesTerm() ? 1 : 0;
    if (this.context !== 'body' || this.index < this.unlabelled) return 0;
    let distance = 1;
    while (this.next(distance)?.tokenType === T.Comma && this.next(distance + 1)?.tokenType === T.Name) distance += 2;
    let behind = this.next(distance);
    // A comma without a name yet; or several names, and no colon yet.
    const unfinished = behind?.tokenType === T.Comma;
    if (unfinished) behind = this.next(++distance);
    const several = distance > 1 && !unfinished;
    if (isSign(behind) || (endsStatement(behind) && distance > 1) || (several && behind && isOperand(behind))) {
      return distance;
    }
    this.unlabelled = this.index + distance;
    return 0;
  }

  private namesTerm(): boolean {
    if (this.next()?.tokenType !== T.Colon) return false;
    const term = this.next(2);
    if (endsStatement(term)) return !isOneOf(K.itemKeywords, this.tokens[this.index]?.image ?? '');
    if (term?.tokenType !== T.Name) return false;
    return isOneOf(K.termKeywords, wordOf(term)) || nearest(wordOf(term), K.termKeywords) !== undefined;
  }

  // ──────────────────────────────────────────────────────────────────────── within a statement

  /** A word behind the first of its statement, outside of brackets. */
  private goOn(token: IToken, statement: Statement): void {
    const [word, before] = [wordOf(token), this.out.at(-1)];
    const joining = joiningIn(statement.keyword, statement.seen);
    const behindOperand = this.endsOperand(before, token);
    const inPath = before?.tokenType === T.Dot && !behindOperand;
    if (isOneOf(joining, word) && !inPath && (behindOperand || this.operandFollows(joining))) {
      this.join(token, word, statement);
    } else if (behindOperand && surelyBegins(this.context, statement.keyword, before, word, this.next())) {
      this.separate(token, before);
      this.begin(token);
    } else {
      if (statement.keyword === 'layer') statement.name ??= token;
      const meant = behindOperand ? this.meant(token, this.likely(joining, statement)) : undefined;
      if (meant === undefined) this.out.push(token);
      else this.join(token, meant, statement);
    }
  }

  /** The connectives that a name behind an operand may be a misspelling of. */
  private likely(joining: readonly string[], { keyword }: Statement): readonly string[] {
    const [before, beforeThat] = [this.out.at(-1)?.tokenType, this.out.at(-2)?.tokenType];
    // Behind the name of a network may stand what it is derived from: `decoder d mirror(encoder)`.
    const derives = isOneOf(K.networkRoles, keyword) && this.next()?.tokenType === T.LParen;
    if (derives || before === T.Dot) return [];
    // A site may have two words, and short words are near to anything.
    return beforeThat === T.keyword.at ? joining.filter((word) => word.length > 3) : joining;
  }

  private join(token: IToken, connective: string, statement: Statement): void {
    statement.seen = new Set([...statement.seen, connective]);
    this.out.push(retyped(token, T.keyword[connective as K.Connective]));
  }

  private goOnInBrackets(token: IToken): void {
    const domain = this.domainInType(token);
    if (domain === 0) this.out.push(this.inBrackets(token));
    else this.index += domain;
  }

  /**
   * How many tokens behind a word are the domain of a variable that stands inside of its type, `tree([2] in [0, 1])`, where it says
   * so; the type is read without it.
   */
  private domainInType(token: IToken): number {
    const [keyword, before, next] = [this.statement?.keyword, this.out.at(-1), this.next()];
    if (token.image !== 'in' || (keyword !== 'input' && keyword !== 'target')) return 0;
    if (before === undefined || next === undefined || !this.endsOperand(before, token)) return 0;
    const size =
      next.tokenType === T.LBracket ? this.distanceToDepth(this.depth, 1) : next.tokenType === T.Name ? 1 : 0;
    const last = this.next(size);
    if (size === 0 || last === undefined) return 0;
    const images = this.tokens.slice(this.index, this.index + size + 1).map(({ image }) => image);
    const domain = `in ${images.slice(1).join('').replaceAll(',', ', ')}`;
    const closes = this.distanceToDepth(0, size + 1);
    const ends = this.next(closes + 1)?.tokenType === T.Question ? closes + 1 : closes;
    const isCertain = closes > 0 && this.next(ends + 1)?.image !== 'in';
    const [span, behind] = [{ start: token.startOffset, end: tokenEnd(last) }, this.next(ends)];
    const edits: Repair['edits'] =
      !isCertain || behind === undefined
        ? []
        : [
            [{ start: tokenEnd(before), end: span.end }, ''],
            [at(tokenEnd(behind)), ` ${domain}`],
          ];
    this.complaints.add(span.start, () =>
      complaint(
        domainInType,
        span,
        { domain: excerpt(domain) },
        { fixes: edits.length === 0 ? [] : [{ title: titles.moveBehindType, edits }] },
      ),
    );
    return size;
  }

  /** How far it is from a token on to the bracket that leads back to a depth; 0 where none near by does. */
  private distanceToDepth(wanted: number, from: number): number {
    let { depth } = this;
    for (let distance = from; distance < farthest; distance++) {
      const type = this.next(distance)?.tokenType;
      if (type === undefined || type === T.Newline) return 0;
      if (type === T.LParen || type === T.LBracket) depth++;
      else if ((type === T.RParen || type === T.RBracket) && --depth === wanted) return distance;
    }
    return 0;
  }

  /** In brackets only the types of variables have a connective, and the inputs of networks. */
  private inBrackets(token: IToken): IToken {
    const [keyword, before, next] = [this.statement?.keyword ?? '', this.out.at(-1), this.next()];
    if (token.image === 'of' && (keyword === 'input' || keyword === 'target')) {
      const begins = next !== undefined && (isOperand(next) || next.tokenType === T.LBracket);
      const first = before?.tokenType === T.LBracket && begins;
      if (first || this.endsOperand(before, token)) return retyped(token, T.keyword.of);
    }
    if (token.image === 'previous' && isOneOf(K.networkRoles, keyword) && this.depth === 1) {
      const begins = before?.tokenType === T.LParen || before?.tokenType === T.Comma;
      if (begins && next?.tokenType === T.Name) return retyped(token, T.keyword.previous);
    }
    return token;
  }

  /** Whether what stands before a word is whole, so that no name can follow. */
  private endsOperand(before: IToken | undefined, word: IToken): boolean {
    if (!before) return false;
    if (this.statement?.keyword === 'setting' && before === this.statement.name) return false;
    // `from encoder. by …`: the name behind the dot is not there yet.
    if (before.tokenType === T.Dot) return tokenEnd(before) < word.startOffset;
    if (before.tokenType === T.RBrace) return this.statement?.keyword === 'import';
    return isOperand(before) || operandEnds.has(before.tokenType);
  }

  /** Whether the next word is an operand, so that this one is none: `where` in `penalty where y.known`. */
  private operandFollows(joining: readonly string[]): boolean {
    const next = this.next();
    if (!next) return false;
    return (isOperand(next) && !joining.includes(wordOf(next))) || next.tokenType === T.LBracket;
  }

  // ────────────────────────────────────────────────────────────────────── commas as separators

  /** Whether a comma outside of brackets stands between two statements: `epochs 10, batch 5`. */
  private commaSeparates(): boolean {
    const [statement, next, behind] = [this.statement, this.next(), this.next(2)];
    if (!statement || next?.tokenType !== T.Name) return false;
    switch (this.context) {
      case 'body': {
        const before = this.out.at(-1);
        return before?.tokenType === T.RParen || (before !== undefined && before === statement.name);
      }
      case 'items':
        return surelyBegins('items', statement.keyword, this.out.at(-1), wordOf(next), behind);
      case 'train': {
        if (!behind) return false;
        const joins = isOneOf(joiningIn(statement.keyword, statement.seen), wordOf(behind));
        return (isOperand(behind) && !joins) || behind.tokenType === T.LParen || isSign(behind);
      }
      default:
        return false;
    }
  }

  private separateAt(comma: IToken): void {
    const span = tokenSpan(comma);
    const next = excerpt(this.next()?.image ?? '');
    const fix = { title: titles.replaceBy(';'), edits: [[span, ';']] } as const;
    this.complaints.add(span.start, () => complaint(notSeparated, span, { next, comma: true }, { fixes: [fix] }));
    this.out.push(retyped(comma, T.Semicolon));
    this.statement = undefined;
  }

  /** A separator that is not there. */
  private separate(token: IToken, before: IToken | undefined): void {
    const end = before ? tokenEnd(before) : 0;
    const fix = { title: titles.insert(';'), edits: [[at(end), ';']] } as const;
    this.complaints.add(token.startOffset, () =>
      complaint(notSeparated, tokenSpan(token), { next: excerpt(token.image), comma: false }, { fixes: [fix] }),
    );
    this.out.push(virtual(T.Semicolon, before));
    this.statement = undefined;
  }

  /** The keyword that a word is near to; says so. */
  private meant(token: IToken, candidates: readonly string[]): string | undefined {
    const meant = nearest(token.image, candidates);
    if (meant === undefined) return undefined;
    const fix = { title: titles.write(meant), edits: [[tokenSpan(token), meant]] } as const;
    this.complaints.add(token.startOffset, () =>
      complaint(misspelledKeyword, tokenSpan(token), { found: excerpt(token.image), meant }, { fixes: [fix] }),
    );
    return meant;
  }
}

const operandEnds = new Set([T.RParen, T.RBracket, T.Question]);

const statementOf = (keyword: string): Statement => ({ keyword, seen: none });

const none: ReadonlySet<string> = new Set();

const retyped = (token: IToken, type: IToken['tokenType']): IToken => makeToken(type, token.image, token.startOffset);
