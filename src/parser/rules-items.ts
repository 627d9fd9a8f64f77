/** The fourth layer of the grammar: the items of an autoencoder. */
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';
import { TrainingRules } from './rules-training.js';
import type { Rule } from './rules-expressions.js';

export class ItemRules extends TrainingRules {
  readonly items: Rule = this.RULE('items', () => {
    this.CONSUME(T.LBrace);
    this.MANY(() =>
      this.OR([
        { ALT: () => this.SUBRULE(this.variable) },
        { ALT: () => this.SUBRULE(this.let) },
        { ALT: () => this.SUBRULE(this.preprocess) },
        { ALT: () => this.SUBRULE(this.corrupt) },
        { ALT: () => this.SUBRULE(this.network) },
        { ALT: () => this.SUBRULE(this.latent) },
        { ALT: () => this.SUBRULE(this.prior) },
        { ALT: () => this.SUBRULE(this.reconstruct) },
        { ALT: () => this.SUBRULE(this.penalty) },
        { ALT: () => this.SUBRULE(this.constrain) },
        { ALT: () => this.SUBRULE(this.tie) },
        { ALT: () => this.SUBRULE(this.sweep) },
        { ALT: () => this.SUBRULE(this.figure) },
        { ALT: () => this.SUBRULE(this.train) },
        { ALT: () => this.SUBRULE(this.separator) },
        { ALT: () => this.SUBRULE(this.stray), IGNORE_AMBIGUITIES: true },
      ]),
    );
    this.CONSUME(T.RBrace);
  });

  readonly variable: Rule = this.RULE('variable', () => {
    this.OR([{ ALT: () => this.CONSUME(K.input) }, { ALT: () => this.CONSUME(K.target) }]);
    this.optional(() => this.CONSUME(T.Name));
    this.OPTION1(() => this.OR1([{ ALT: () => this.CONSUME(T.Colon) }, { ALT: () => this.CONSUME(T.Equals) }]));
    this.OPTION2({ GATE: this.noJoin, DEF: () => this.SUBRULE(this.type) });
    this.OPTION3(() => {
      this.CONSUME(K.in);
      this.OPTION4(() => this.SUBRULE(this.expr));
    });
    this.SUBRULE(this.skipped);
  });

  readonly type: Rule = this.RULE('type', () => {
    this.SUBRULE(this.expr);
    this.OPTION(() => this.CONSUME(T.Question));
  });

  readonly let: Rule = this.RULE('let', () => {
    this.CONSUME(K.let);
    this.OPTION(() => this.CONSUME(T.Name));
    this.OPTION1(() => this.OR([{ ALT: () => this.CONSUME(T.Equals) }, { ALT: () => this.CONSUME(T.Colon) }]));
    this.OPTION2(() => this.SUBRULE(this.expr));
    this.SUBRULE(this.skipped);
  });

  readonly preprocess: Rule = this.RULE('preprocess', () => {
    this.CONSUME(K.preprocess);
    this.optional(() => this.SUBRULE(this.path));
    this.OPTION1(() => this.CONSUME(K.with));
    this.OPTION2(() => this.SUBRULE(this.expr));
    this.SUBRULE(this.skipped);
  });

  readonly corrupt: Rule = this.RULE('corrupt', () => {
    this.CONSUME(K.corrupt);
    this.optional(() => this.SUBRULE(this.path));
    this.OPTION1(() => this.CONSUME(K.with));
    this.OPTION2({ GATE: this.noJoin, DEF: () => this.SUBRULE(this.expr) });
    this.MANY(() => this.SUBRULE(this.thenPart));
    this.SUBRULE(this.skipped);
  });

  readonly thenPart: Rule = this.RULE('thenPart', () => {
    this.CONSUME(K.then);
    this.OPTION({ GATE: this.noJoin, DEF: () => this.SUBRULE(this.expr) });
  });

  readonly latent: Rule = this.RULE('latent', () => {
    this.CONSUME(K.latent);
    this.SUBRULE(this.distributed);
    this.OPTION(() => this.SUBRULE(this.byPart));
    this.SUBRULE(this.skipped);
  });

  readonly prior: Rule = this.RULE('prior', () => {
    this.CONSUME(K.prior);
    this.SUBRULE(this.distributed);
    this.SUBRULE(this.skipped);
  });

  readonly distributed: Rule = this.RULE('distributed', () => {
    this.optional(() => this.CONSUME(T.Name));
    this.OPTION1(() =>
      this.OR([
        { ALT: () => this.CONSUME(T.Tilde) },
        { ALT: () => this.CONSUME(T.Colon) },
        { ALT: () => this.CONSUME(T.Equals) },
      ]),
    );
    this.OPTION2({ GATE: this.noJoin, DEF: () => this.SUBRULE(this.expr) });
  });

  readonly reconstruct: Rule = this.RULE('reconstruct', () => {
    this.CONSUME(K.reconstruct);
    this.optional(() => this.SUBRULE(this.path));
    this.OPTION1(() => this.SUBRULE(this.fromPart));
    this.OPTION2(() => this.SUBRULE(this.byPart));
    this.MANY(() =>
      this.OR([{ ALT: () => this.SUBRULE(this.wherePart) }, { ALT: () => this.SUBRULE(this.weightPart) }]),
    );
    this.SUBRULE(this.skipped);
  });

  readonly fromPart: Rule = this.RULE('fromPart', () => {
    this.CONSUME(K.from);
    this.optional(() => this.SUBRULE(this.path));
  });

  readonly wherePart: Rule = this.RULE('wherePart', () => {
    this.CONSUME(K.where);
    this.OPTION({ GATE: this.noJoin, DEF: () => this.SUBRULE(this.expr) });
  });

  readonly weightPart: Rule = this.RULE('weightPart', () => {
    this.CONSUME(K.weight);
    this.OPTION({ GATE: this.noJoin, DEF: () => this.SUBRULE(this.expr) });
  });

  readonly penalty: Rule = this.RULE('penalty', () => {
    this.CONSUME(K.penalty);
    this.optional(() => this.SUBRULE(this.expr));
    this.OPTION1(() => this.SUBRULE(this.wherePart));
    this.SUBRULE(this.skipped);
  });

  readonly constrain: Rule = this.RULE('constrain', () => {
    this.CONSUME(K.constrain);
    this.optional(() => this.SUBRULE(this.path));
    this.OPTION1(() => this.SUBRULE(this.byPart));
    this.SUBRULE(this.skipped);
  });

  readonly tie: Rule = this.RULE('tie', () => {
    this.CONSUME(K.tie);
    this.OPTION(() => this.SUBRULE(this.path));
    this.OPTION1(() => this.OR([{ ALT: () => this.CONSUME(T.Equals) }, { ALT: () => this.CONSUME(T.Colon) }]));
    this.OPTION2(() => this.SUBRULE(this.expr));
    this.SUBRULE(this.skipped);
  });

  readonly sweep: Rule = this.RULE('sweep', () => {
    this.CONSUME(K.sweep);
    this.optional(() => this.CONSUME(T.Name));
    this.OPTION1(() => this.CONSUME(K.in));
    this.OPTION2(() => this.SUBRULE(this.expr));
    this.SUBRULE(this.skipped);
  });

  readonly figure: Rule = this.RULE('figure', () => {
    this.CONSUME(K.figure);
    this.OPTION(() => this.SUBRULE(this.expr));
    this.SUBRULE(this.skipped);
  });
}
