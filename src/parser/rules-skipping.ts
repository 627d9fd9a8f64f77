/** Separators, lists with commas, and the skipping of what no rule expects: the first layer of the grammar. */
import type { IToken } from 'chevrotain';
import { titles } from '../diagnostics/messages/labels.js';
import { missingComma, type List } from '../diagnostics/messages/missing.js';
import { unexpectedComma } from '../diagnostics/messages/unexpected.js';
import { at } from '../diagnostics/place.js';
import { excerpt } from '../diagnostics/words.js';
import type { Span } from './ast.js';
import { Reader, type Alternatives } from './reader.js';
import * as T from './tokens.js';

const closers = new Set([T.RParen, T.RBracket]);
/** What an item begins with, and nothing else that may stand in a list. */
const beginsItem = new Set([T.Name, T.NumberLiteral]);

export class SkippingRules extends Reader {
  /**
   * Items with commas between them, up to the closing bracket. A comma too few or too many is reported, and the items
   * are kept. A comma behind the last is only untidy, and allowed.
   *
   * @param also what else may stand there
   */
  protected separated<Item extends { readonly span: Span }>(
    list: List,
    items: Item[],
    item: () => Item,
    also: readonly { readonly ALT: () => void }[] = [],
  ): void {
    let before: 'nothing' | 'comma' | 'junk' | Item = this.alternating(items, item);
    if (!this.RECORDING_PHASE && closers.has(this.LA(1).tokenType)) return;
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            const next = item();
            if (typeof before === 'object') this.missingComma(list, before, next);
            items.push(next);
            before = next;
          },
        },
        {
          ALT: () => {
            const comma = this.CONSUME(T.Comma);
            if (before === 'nothing' || before === 'comma') this.superfluousComma(list, comma);
            before = 'comma';
          },
        },
        ...also,
        {
          ALT: () => {
            this.unexpected(this.SUBRULE(this.inner), list);
            before = 'junk';
          },
        },
      ]),
    );
  }

  /**
   * Reads items and commas as long as they take turns, which mostly is to the end: no choice is made then at each. What was
   * read last.
   */
  private alternating<Item>(items: Item[], item: () => Item): 'nothing' | 'comma' | Item {
    let before: 'nothing' | 'comma' | Item = 'nothing';
    while (!this.RECORDING_PHASE && beginsItem.has(this.LA(1).tokenType)) {
      before = item();
      items.push(before);
      if (!this.follows(T.Comma)) return before;
      this.CONSUME1(T.Comma);
      before = 'comma';
    }
    return before;
  }

  private missingComma(list: List, before: { readonly span: Span }, item: { readonly span: Span }): void {
    if (this.RECORDING_PHASE) return;
    const gap = { start: before.span.end, end: item.span.start };
    const [left, right] = [this.textOf(before.span), this.textOf(item.span)];
    const named = list === 'arguments' && /^\p{L}\w*$/u.test(left) && /^[\d"[-]/.test(right);
    const sign = named ? ':' : ',';
    const facts = { list, sign, left: excerpt(left), right: excerpt(right) } as const;
    const fixes = [{ title: titles.insert(sign), edits: [[gap, `${sign} `]] }] as const;
    this.report(missingComma, at(gap.start), facts, { fixes });
  }

  private superfluousComma(list: List, comma: IToken): void {
    const fixes = [{ title: titles.remove, edits: [[this.spanOf(comma), '']] }] as const;
    this.report(unexpectedComma, this.spanOf(comma), { list }, { fixes });
  }

  // ───────────────────────────────────────────────────────────────── what no rule expects

  readonly separator = this.RULE('separator', (): undefined => {
    this.OR(this.separators);
    return undefined;
  });

  private readonly separators: Alternatives<IToken> = [
    { ALT: () => this.CONSUME(T.Newline) },
    { ALT: () => this.CONSUME(T.Semicolon) },
  ];

  /** Ends a statement, with what superfluous there is on its line. */
  protected finished(): Span {
    const rest = this.SUBRULE(this.rest);
    if (rest) this.unexpected(rest, 'statement');
    return this.finish();
  }

  /** The rest of a statement. */
  readonly rest = this.RULE('rest', (): Span | undefined => {
    const first = this.LA(1);
    let found = false;
    this.MANY(() => {
      found = true;
      this.OR([{ ALT: () => this.SUBRULE(this.inner) }, { ALT: () => this.SUBRULE(this.braced) }]);
    });
    return found ? this.from(first) : undefined;
  });

  /** The rest of a header, up to its brace, or of what stands in brackets. */
  readonly flat = this.RULE('flat', (): Span | undefined => {
    const first = this.LA(1);
    let found = false;
    this.MANY(() => {
      found = true;
      this.SUBRULE(this.inner);
    });
    return found ? this.from(first) : undefined;
  });

  /** A statement that does not belong where it stands. */
  readonly stray = this.RULE('stray', (): Span => {
    const first = this.LA(1);
    this.AT_LEAST_ONE(() =>
      this.OR([{ ALT: () => this.SUBRULE(this.inner) }, { ALT: () => this.SUBRULE(this.braced) }]),
    );
    return this.from(first);
  });

  readonly inner = this.RULE('inner', (): Span => {
    const first = this.LA(1);
    this.OR([
      { ALT: () => this.CONSUME(T.Flat) },
      {
        ALT: () => {
          this.CONSUME(T.LParen);
          this.MANY(() => this.SUBRULE(this.inner));
          this.CONSUME(T.RParen);
        },
      },
      {
        ALT: () => {
          this.CONSUME(T.LBracket);
          this.MANY1(() => this.SUBRULE1(this.inner));
          this.CONSUME(T.RBracket);
        },
      },
    ]);
    return this.from(first);
  });

  readonly braced = this.RULE('braced', (): void => {
    this.CONSUME(T.LBrace);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.inner) },
        { ALT: () => this.SUBRULE(this.braced) },
        { ALT: () => this.SUBRULE(this.separator) },
      ]),
    );
    this.CONSUME(T.RBrace);
  });
}
