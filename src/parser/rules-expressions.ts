/**
 * Expressions, paths and argument lists, and the skipping of what no rule expects. The first layer
 * of the grammar; `parser.ts` says how the layers are meant.
 */
import { CstParser, tokenMatcher } from 'chevrotain';
import type { CstNode, ParserMethod, TokenType } from 'chevrotain';
import * as T from './tokens.js';

export type Rule = ParserMethod<[], CstNode>;

export class ExpressionRules extends CstParser {
  constructor() {
    super(T.vocabulary, {
      recoveryEnabled: true,
      maxLookahead: 1,
      nodeLocationTracking: 'onlyOffset',
      // No rule is ambiguous beyond a name that is also a keyword, where the first alternative wins.
      skipValidations: true,
    });
  }

  protected readonly nextIs = (distance: number, ...types: TokenType[]): boolean =>
    types.includes(this.LA(distance).tokenType);

  /** `where` in `penalty where y.known` joins; in `penalty where * 2` it is a name. */
  protected readonly joins = (): boolean =>
    tokenMatcher(this.LA(1), T.Connective) &&
    (tokenMatcher(this.LA(2), T.Operand) || this.nextIs(2, T.LBracket)) &&
    !tokenMatcher(this.LA(2), T.Connective);

  protected readonly noJoin = (): boolean => !this.joins();

  protected optional(rule: () => unknown, gate = this.noJoin): void {
    this.OPTION({ GATE: gate, DEF: rule });
  }

  readonly expr: Rule = this.RULE('expr', () => {
    this.SUBRULE(this.term);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(T.Plus) }, { ALT: () => this.CONSUME(T.Minus) }]);
      this.optional(() => this.SUBRULE1(this.term));
    });
  });

  readonly term: Rule = this.RULE('term', () => {
    this.SUBRULE(this.unary);
    this.MANY(() => {
      this.OR([{ ALT: () => this.CONSUME(T.Star) }, { ALT: () => this.CONSUME(T.Slash) }]);
      this.optional(() => this.SUBRULE1(this.unary));
    });
  });

  readonly unary: Rule = this.RULE('unary', () => {
    this.OR([
      {
        ALT: () => {
          this.AT_LEAST_ONE(() => this.CONSUME(T.Minus));
          this.optional(() => this.SUBRULE(this.power));
        },
      },
      { ALT: () => this.SUBRULE1(this.power) },
    ]);
  });

  readonly power: Rule = this.RULE('power', () => {
    this.SUBRULE(this.primary);
    this.OPTION1(() => {
      this.CONSUME(T.Caret);
      this.optional(() => this.SUBRULE(this.unary));
    });
  });

  readonly primary: Rule = this.RULE('primary', () => {
    this.OR([
      { ALT: () => this.CONSUME(T.NumberLiteral) },
      { ALT: () => this.CONSUME(T.StringLiteral) },
      { ALT: () => this.CONSUME(T.Infer) },
      { ALT: () => this.SUBRULE(this.reference) },
      { ALT: () => this.SUBRULE(this.list) },
      { ALT: () => this.SUBRULE(this.group) },
    ]);
  });

  readonly group: Rule = this.RULE('group', () => {
    this.CONSUME(T.LParen);
    this.OPTION(() => this.SUBRULE(this.expr));
    this.MANY(() => this.SUBRULE(this.inner));
    this.CONSUME(T.RParen);
  });

  readonly list: Rule = this.RULE('list', () => {
    this.CONSUME(T.LBracket);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.expr) },
        { ALT: () => this.CONSUME(T.Comma) },
        { ALT: () => this.SUBRULE(this.inner), IGNORE_AMBIGUITIES: true },
      ]),
    );
    this.CONSUME(T.RBracket);
  });

  /** A path or a call; the two are told apart when the Ast is built. */
  readonly reference: Rule = this.RULE('reference', () => {
    this.SUBRULE(this.path);
    this.OPTION(() => this.SUBRULE(this.args));
  });

  readonly path: Rule = this.RULE('path', () => {
    this.CONSUME(T.Name);
    this.MANY(() => {
      this.CONSUME(T.Dot);
      this.OPTION(() => this.CONSUME1(T.Name));
    });
  });

  readonly args: Rule = this.RULE('args', () => {
    this.CONSUME(T.LParen);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.arg) },
        { ALT: () => this.CONSUME(T.Comma) },
        { ALT: () => this.SUBRULE(this.inner), IGNORE_AMBIGUITIES: true },
      ]),
    );
    this.CONSUME(T.RParen);
  });

  readonly arg: Rule = this.RULE('arg', () => {
    this.OR([
      {
        GATE: () => this.nextIs(2, T.Colon, T.Equals),
        ALT: () => {
          this.CONSUME(T.Name);
          this.OR1([{ ALT: () => this.CONSUME(T.Colon) }, { ALT: () => this.CONSUME(T.Equals) }]);
          this.OPTION(() => this.SUBRULE(this.expr));
        },
      },
      { ALT: () => this.SUBRULE1(this.expr), IGNORE_AMBIGUITIES: true },
    ]);
    this.OPTION1(() => this.CONSUME(T.Question));
  });

  readonly byPart: Rule = this.RULE('byPart', () => {
    this.CONSUME(T.keyword.by);
    this.OPTION({ GATE: this.noJoin, DEF: () => this.SUBRULE(this.expr) });
  });

  // ───────────────────────────────────────────────────────────── what no rule expects

  readonly separator: Rule = this.RULE('separator', () => {
    this.OR([{ ALT: () => this.CONSUME(T.Newline) }, { ALT: () => this.CONSUME(T.Semicolon) }]);
  });

  /** The rest of a statement. */
  readonly skipped: Rule = this.RULE('skipped', () => {
    this.MANY(() => this.OR([{ ALT: () => this.SUBRULE(this.inner) }, { ALT: () => this.SUBRULE(this.braced) }]));
  });

  /** The rest of a header, up to its brace. */
  readonly skippedInHeader: Rule = this.RULE('skippedInHeader', () => {
    this.MANY(() => this.SUBRULE(this.inner));
  });

  /** A statement that does not belong where it stands. */
  readonly stray: Rule = this.RULE('stray', () => {
    this.AT_LEAST_ONE(() =>
      this.OR([{ ALT: () => this.SUBRULE(this.inner) }, { ALT: () => this.SUBRULE(this.braced) }]),
    );
  });

  readonly inner: Rule = this.RULE('inner', () => {
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
  });

  readonly braced: Rule = this.RULE('braced', () => {
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
