/** The terms of the loss: the sixth layer of the grammar. */
import type { IToken } from 'chevrotain';
import { writtenTwice } from '../diagnostics/messages/unexpected.js';
import { excerpt } from '../diagnostics/words.js';
import type { Condition, Expr, Ident, Missing, PenaltyItem, ReconstructItem, SiteClause } from './ast.js';
import { TrainingRules } from './rules-training.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

/** `where … at … weight …`, in any order. */
interface Clauses {
  where: readonly Condition[];
  at?: SiteClause | Missing;
  weight?: Expr;
}

export class TermRules extends TrainingRules {
  /** `sparse: penalty …`. */
  protected readonly namedTerm = this.RULE('namedTerm', (): ReconstructItem | PenaltyItem => {
    const label = this.CONSUME(T.Label);
    this.CONSUME(T.Colon);
    const term = this.OPTION(() =>
      this.OR<ReconstructItem | PenaltyItem>([
        { ALT: () => this.SUBRULE(this.reconstruct, { ARGS: [label] }) },
        { ALT: () => this.SUBRULE(this.penalty, { ARGS: [label] }) },
      ]),
    );
    if (term) return term;
    this.begin('label', label);
    const value = this.missing('term');
    return { kind: 'penalty', ...this.named(label), value, where: [], span: this.finish() };
  });

  protected readonly reconstruct = this.RULE('reconstruct', (label: IToken | undefined): ReconstructItem => {
    const keyword = this.CONSUME(K.reconstruct);
    this.begin('reconstruct', label ?? keyword);
    const target = this.SUBRULE(this.target, { ARGS: ['variable'] });
    const from = this.OPTION(() => {
      this.CONSUME(K.from);
      return this.SUBRULE1(this.target, { ARGS: ['tensor'] });
    });
    const by = this.SUBRULE(this.joinedExpr, { ARGS: ['by', 'likelihood'] });
    const { weight, ...clauses } = this.SUBRULE(this.clauses);
    const parts = { target, ...(from ? { from } : {}), by, ...clauses, ...(weight ? { weight } : {}) };
    return { kind: 'reconstruct', ...this.named(label), ...parts, span: this.finished() };
  });

  protected readonly penalty = this.RULE('penalty', (label: IToken | undefined): PenaltyItem => {
    const keyword = this.CONSUME(K.penalty);
    this.begin('penalty', label ?? keyword);
    const value = this.SUBRULE(this.value, { ARGS: ['term'] });
    const { where, at } = this.SUBRULE(this.clauses);
    return { kind: 'penalty', ...this.named(label), value, where, ...(at ? { at } : {}), span: this.finished() };
  });

  private readonly clauses = this.RULE('clauses', (): Clauses => {
    const found: Clauses = { where: [] };
    this.MANY(() => {
      const word = this.LA(1);
      this.OR([
        {
          ALT: () => {
            const where = this.SUBRULE(this.where);
            if (found.where.length > 0) this.twice(word);
            else found.where = where;
          },
        },
        {
          ALT: () => {
            const site = this.SUBRULE(this.site);
            if (found.at) this.twice(word);
            found.at ??= site;
          },
        },
        {
          ALT: () => {
            this.CONSUME(K.weight);
            const weight = this.SUBRULE(this.value, { ARGS: ['number'] });
            if (found.weight) this.twice(word);
            found.weight ??= weight;
          },
        },
      ]);
    });
    return found;
  });

  /** `where y.known and c = 3`. */
  private readonly where = this.RULE('where', (): readonly Condition[] => {
    this.CONSUME(K.where);
    const conditions = [this.OPTION(() => this.SUBRULE(this.condition)) ?? this.missing('condition')];
    this.MANY(() => {
      this.CONSUME(K.and);
      conditions.push(this.OPTION1(() => this.SUBRULE1(this.condition)) ?? this.missing('condition'));
    });
    return conditions;
  });

  private named(label: IToken | undefined): { readonly name?: Ident } {
    return label ? { name: this.ident(label) } : {};
  }

  /** A second part of a kind. */
  protected twice(word: IToken): void {
    if (this.RECORDING_PHASE) return;
    const span = this.from(word);
    this.report(writtenTwice, span, { word: word.image, text: excerpt(this.textOf(span)) });
  }
}
