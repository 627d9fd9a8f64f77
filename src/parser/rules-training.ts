/** The third layer of the grammar: `train { … }`. */
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';
import { NetworkRules } from './rules-networks.js';
import type { Rule } from './rules-expressions.js';

export class TrainingRules extends NetworkRules {
  readonly train: Rule = this.RULE('train', () => {
    this.CONSUME(K.train);
    this.SUBRULE(this.skippedInHeader);
    this.OPTION(() => this.SUBRULE(this.trainBody));
  });

  readonly trainBody: Rule = this.RULE('trainBody', () => {
    this.CONSUME(T.LBrace);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.stage) },
        { ALT: () => this.SUBRULE(this.move) },
        { ALT: () => this.SUBRULE(this.match) },
        { ALT: () => this.SUBRULE(this.copy) },
        { ALT: () => this.SUBRULE(this.objective) },
        { ALT: () => this.SUBRULE(this.update) },
        { ALT: () => this.SUBRULE(this.setting), IGNORE_AMBIGUITIES: true },
        { ALT: () => this.SUBRULE(this.separator) },
        { ALT: () => this.SUBRULE(this.stray), IGNORE_AMBIGUITIES: true },
      ]),
    );
    this.CONSUME(T.RBrace);
  });

  readonly stage: Rule = this.RULE('stage', () => {
    this.OR([{ ALT: () => this.CONSUME(K.phase) }, { ALT: () => this.CONSUME(K.player) }]);
    this.OPTION(() => this.CONSUME(T.Name));
    this.SUBRULE(this.skippedInHeader);
    this.OPTION1(() => this.SUBRULE(this.trainBody));
  });

  readonly move: Rule = this.RULE('move', () => {
    this.OR([{ ALT: () => this.CONSUME(K.train) }, { ALT: () => this.CONSUME(K.freeze) }]);
    this.OPTION(() => this.SUBRULE(this.path));
    this.MANY(() => {
      this.CONSUME(T.Comma);
      this.OPTION1(() => this.SUBRULE1(this.path));
    });
    this.SUBRULE(this.skipped);
  });

  readonly match: Rule = this.RULE('match', () => {
    this.CONSUME(K.match);
    this.optional(() => this.SUBRULE(this.path));
    this.OPTION1(() => this.SUBRULE(this.toPart));
    this.OPTION2(() => this.SUBRULE(this.byPart));
    this.SUBRULE(this.skipped);
  });

  readonly copy: Rule = this.RULE('copy', () => {
    this.CONSUME(K.copy);
    this.optional(() => this.SUBRULE(this.path));
    this.OPTION1(() => this.SUBRULE(this.toPart));
    this.SUBRULE(this.skipped);
  });

  readonly toPart: Rule = this.RULE('toPart', () => {
    this.CONSUME(K.to);
    this.optional(() => this.SUBRULE(this.path));
  });

  readonly objective: Rule = this.RULE('objective', () => {
    this.OR([{ ALT: () => this.CONSUME(K.minimize) }, { ALT: () => this.CONSUME(K.maximize) }]);
    this.OPTION(() => this.SUBRULE(this.expr));
    this.SUBRULE(this.skipped);
  });

  readonly update: Rule = this.RULE('update', () => {
    this.CONSUME(K.update);
    this.OPTION(() => this.SUBRULE(this.expr));
    this.SUBRULE(this.skipped);
  });

  readonly setting: Rule = this.RULE('setting', () => {
    this.CONSUME(T.Name);
    this.OPTION(() => this.OR([{ ALT: () => this.CONSUME(T.Colon) }, { ALT: () => this.CONSUME(T.Equals) }]));
    this.OPTION1(() => this.SUBRULE(this.expr));
    this.SUBRULE(this.skipped);
  });
}
