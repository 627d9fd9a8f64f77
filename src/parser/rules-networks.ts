/** The second layer of the grammar: the inside of encoders, decoders, heads, blocks and folds. */
import { tokenMatcher } from 'chevrotain';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';
import { ExpressionRules } from './rules-expressions.js';
import type { Rule } from './rules-expressions.js';

export class NetworkRules extends ExpressionRules {
  /** Names and argument lists in a row; `build-networks.ts` tells the name, the inputs and a derivation apart. */
  readonly network: Rule = this.RULE('network', () => {
    this.OR([
      { ALT: () => this.CONSUME(K.encoder) },
      { ALT: () => this.CONSUME(K.decoder) },
      { ALT: () => this.CONSUME(K.head) },
      { ALT: () => this.CONSUME(K.network) },
    ]);
    this.OPTION(() => this.SUBRULE(this.args));
    this.MANY({
      GATE: () => !(this.nextIs(1, K.at) && tokenMatcher(this.LA(2), T.Operand)),
      DEF: () => this.SUBRULE(this.reference),
    });
    this.OPTION1(() => {
      this.CONSUME(K.at);
      this.OPTION2(() => this.CONSUME(T.Name));
    });
    this.SUBRULE(this.skippedInHeader);
    this.OPTION3(() => this.SUBRULE(this.body));
  });

  readonly body: Rule = this.RULE('body', () => {
    this.CONSUME(T.LBrace);
    this.MANY(() =>
      this.OR([
        { GATE: this.notLabel, ALT: () => this.SUBRULE(this.repeat) },
        { GATE: this.notLabel, ALT: () => this.SUBRULE(this.take) },
        { GATE: this.notLabel, ALT: () => this.SUBRULE(this.clause) },
        { ALT: () => this.SUBRULE(this.layer), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.separator) },
        { ALT: () => this.SUBRULE(this.stray), IGNORE_AMBIGUITIES: true },
      ]),
    );
    this.CONSUME(T.RBrace);
  });

  /** `take: dense(3)` is a layer that is called take. */
  private readonly notLabel = (): boolean => !this.nextIs(2, T.Colon, T.Comma);

  readonly layer: Rule = this.RULE('layer', () => {
    this.OR([
      {
        GATE: () => this.nextIs(2, T.Colon, T.Comma, T.Equals),
        ALT: () => {
          this.SUBRULE(this.labels);
          this.OPTION(() => this.SUBRULE(this.reference));
        },
      },
      { ALT: () => this.SUBRULE1(this.reference), IGNORE_AMBIGUITIES: true },
    ]);
    this.SUBRULE(this.skipped);
  });

  readonly labels: Rule = this.RULE('labels', () => {
    this.CONSUME(T.Name);
    this.MANY(() => {
      this.CONSUME(T.Comma);
      this.OPTION(() => this.CONSUME1(T.Name));
    });
    this.OPTION1(() => this.OR([{ ALT: () => this.CONSUME(T.Colon) }, { ALT: () => this.CONSUME(T.Equals) }]));
  });

  readonly repeat: Rule = this.RULE('repeat', () => {
    this.CONSUME(K.repeat);
    this.optional(() => this.SUBRULE(this.expr));
    this.OPTION1(() => {
      this.CONSUME(K.as);
      this.OPTION2(() => this.CONSUME(T.Name));
    });
    this.SUBRULE(this.skippedInHeader);
    this.OPTION3(() => this.SUBRULE(this.body));
  });

  readonly take: Rule = this.RULE('take', () => {
    this.CONSUME(K.take);
    this.OPTION(() => this.SUBRULE(this.path));
    this.SUBRULE(this.skipped);
  });

  readonly clause: Rule = this.RULE('clause', () => {
    this.OR([
      { ALT: () => this.CONSUME(K.leaf) },
      { ALT: () => this.CONSUME(K.compose) },
      { ALT: () => this.CONSUME(K.decompose) },
    ]);
    this.OPTION(() => this.SUBRULE(this.args));
    this.SUBRULE(this.skippedInHeader);
    this.OPTION1(() => this.SUBRULE(this.body));
  });
}
