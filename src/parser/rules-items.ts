/** The items of an autoencoder: the fourth layer of the grammar. */
import type { IToken } from 'chevrotain';
import { notAnItem } from '../diagnostics/messages/statements.js';
import { writtenTwice } from '../diagnostics/messages/unexpected.js';
import { excerpt } from '../diagnostics/words.js';
import type {
  AutoencoderItem,
  Condition,
  ConstrainItem,
  DrawItem,
  Expr,
  FigureItem,
  Ident,
  LatentItem,
  LetItem,
  Missing,
  PenaltyItem,
  PreprocessItem,
  PriorItem,
  ReconstructItem,
  SiteClause,
  Span,
  SweepItem,
  TieItem,
  TypeNode,
  VariableItem,
} from './ast.js';
import { isOneOf, settingWords, trainKeywords } from './keywords.js';
import type { Alternatives } from './reader.js';
import { TrainingRules } from './rules-training.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

/** `where … at … weight …`, in any order. */
interface Clauses {
  where: readonly Condition[];
  at?: SiteClause | Missing;
  weight?: Expr;
}

export class ItemRules extends TrainingRules {
  protected readonly items = this.RULE('items', (): readonly AutoencoderItem[] => {
    const items: AutoencoderItem[] = [];
    this.CONSUME(T.LBrace);
    this.MANY(() => {
      const item = this.OR(this.oneItem);
      if (item) items.push(item);
    });
    this.CONSUME(T.RBrace);
    return items;
  });

  private readonly oneItem: Alternatives<AutoencoderItem | undefined> = [
    { ALT: () => this.SUBRULE(this.separator) },
    { ALT: () => this.SUBRULE(this.variable) },
    { ALT: () => this.SUBRULE(this.let) },
    { ALT: () => this.SUBRULE(this.preprocess) },
    { ALT: () => this.SUBRULE(this.corrupt) },
    { ALT: () => this.SUBRULE(this.network) },
    { ALT: () => this.SUBRULE(this.latent) },
    { ALT: () => this.SUBRULE(this.prior) },
    { ALT: () => this.SUBRULE(this.draw) },
    { ALT: () => this.SUBRULE(this.reconstruct, { ARGS: [undefined] }) },
    { ALT: () => this.SUBRULE(this.penalty, { ARGS: [undefined] }) },
    { ALT: () => this.SUBRULE(this.namedTerm) },
    { ALT: () => this.SUBRULE(this.constrain) },
    { ALT: () => this.SUBRULE(this.tie) },
    { ALT: () => this.SUBRULE(this.sweep) },
    { ALT: () => this.SUBRULE(this.figure) },
    { ALT: () => this.SUBRULE(this.train) },
    { ALT: () => this.strayItem(this.SUBRULE(this.stray)) },
  ];

  /** What begins no item: most often a statement of another place. */
  private strayItem(span: Span): AutoencoderItem {
    const word = this.firstWord(span);
    const ofTraining = isOneOf(settingWords, word) || isOneOf(trainKeywords, word);
    this.report(notAnItem, span, { word: excerpt(word), text: excerpt(this.textOf(span)), ofTraining });
    return { kind: 'error', span };
  }

  // ───────────────────────────────────────────────────────────────────────────── variables

  private readonly variable = this.RULE('variable', (): VariableItem => {
    const role = this.OR([
      { ALT: () => this.CONSUME(K.input) && ('input' as const) },
      { ALT: () => this.CONSUME(K.target) && ('target' as const) },
    ]);
    this.begin(role);
    const name = this.SUBRULE(this.name);
    const place = this.end();
    const sign = this.OPTION(() => this.SUBRULE(this.sign));
    const found = this.OPTION1(() => this.SUBRULE(this.type));
    const type = this.joined(':', sign, found, 'variable type', place);
    const domain = this.OPTION2(() => {
      this.CONSUME(K.in);
      return this.SUBRULE(this.value, { ARGS: ['domain'] });
    });
    const doc = this.doc();
    return { kind: 'variable', role, name, type, ...(domain ? { domain } : {}), doc, span: this.finished() };
  });

  /** `[28, 28, 1]`, `tree(token(vocab: 100), label: category(5)?)`. */
  private readonly type = this.RULE('type', (): TypeNode => {
    this.inType = true;
    const form = this.SUBRULE(this.form);
    this.inType = false;
    const optional = this.OPTION(() => this.CONSUME(T.Question)) !== undefined;
    return { kind: 'type', form, optional, span: this.from(form) };
  });

  private readonly let = this.RULE('let', (): LetItem => {
    this.CONSUME(K.let);
    this.begin('let');
    const name = this.SUBRULE(this.name);
    const place = this.end();
    const sign = this.OPTION(() => this.SUBRULE(this.sign));
    const found = this.OPTION1(() => this.SUBRULE(this.expr));
    const value = this.joined('=', sign, found, 'value', place);
    return { kind: 'let', name, value, span: this.finished() };
  });

  private readonly preprocess = this.RULE('preprocess', (): PreprocessItem => {
    this.CONSUME(K.preprocess);
    this.begin('preprocess');
    const target = this.SUBRULE(this.target, { ARGS: ['variable'] });
    const transforms = this.SUBRULE(this.chain, { ARGS: ['transform'] });
    return { kind: 'preprocess', target, transforms, span: this.finished() };
  });

  // ─────────────────────────────────────────────────────────────────────── random variables

  private readonly latent = this.RULE('latent', (): LatentItem => {
    this.CONSUME(K.latent);
    this.begin('latent');
    const parts = this.SUBRULE(this.distributed);
    const ways: { through?: Expr; by?: Expr } = {};
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            const word = this.CONSUME(K.through);
            const flow = this.SUBRULE(this.value, { ARGS: ['flow'] });
            if (ways.through) this.twice(word);
            ways.through ??= flow;
          },
        },
        {
          ALT: () => {
            const word = this.CONSUME(K.by);
            const expectation = this.SUBRULE1(this.value, { ARGS: ['expectation'] });
            if (ways.by) this.twice(word);
            ways.by ??= expectation;
          },
        },
      ]),
    );
    const { through, by } = ways;
    const found = { ...(through ? { through } : {}), ...(by ? { by } : {}) };
    return { kind: 'latent', ...parts, ...found, doc: this.doc(), span: this.finished() };
  });

  private readonly prior = this.RULE('prior', (): PriorItem => {
    this.CONSUME(K.prior);
    this.begin('prior');
    return { kind: 'prior', ...this.SUBRULE(this.distributed), span: this.finished() };
  });

  private readonly draw = this.RULE('draw', (): DrawItem => {
    this.CONSUME(K.draw);
    this.begin('draw');
    return { kind: 'draw', ...this.SUBRULE(this.distributed), doc: this.doc(), span: this.finished() };
  });

  /** `z ~ normal(20)`. */
  private readonly distributed = this.RULE('distributed', (): { name: Ident | Missing; distribution: Expr } => {
    const name = this.SUBRULE(this.name);
    const place = this.end();
    const sign = this.OPTION(() => this.SUBRULE(this.sign));
    const found = this.OPTION1(() => this.SUBRULE(this.expr));
    return { name, distribution: this.joined('~', sign, found, 'distribution', place) };
  });

  // ───────────────────────────────────────────────────────────────────── terms of the loss

  /** `sparse: penalty …`. */
  private readonly namedTerm = this.RULE('namedTerm', (): ReconstructItem | PenaltyItem => {
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

  private readonly reconstruct = this.RULE('reconstruct', (label: IToken | undefined): ReconstructItem => {
    const keyword = this.CONSUME(K.reconstruct);
    this.begin('reconstruct', label ?? keyword);
    const target = this.SUBRULE(this.target, { ARGS: ['variable'] });
    const from = this.OPTION(() => {
      this.CONSUME(K.from);
      return this.SUBRULE1(this.target, { ARGS: ['tensor'] });
    });
    const place = this.end();
    const sign = this.OPTION1(() => this.CONSUME(K.by));
    const likelihood = this.OPTION2(() => this.SUBRULE(this.expr));
    const by = this.joined('by', sign, likelihood, 'likelihood', place);
    const { weight, ...clauses } = this.SUBRULE(this.clauses);
    const parts = { target, ...(from ? { from } : {}), by, ...clauses, ...(weight ? { weight } : {}) };
    return { kind: 'reconstruct', ...this.named(label), ...parts, span: this.finished() };
  });

  private readonly penalty = this.RULE('penalty', (label: IToken | undefined): PenaltyItem => {
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
  private twice(word: IToken): void {
    if (this.RECORDING_PHASE) return;
    const span = this.from(word);
    this.report(writtenTwice, span, { word: word.image, text: excerpt(this.textOf(span)) });
  }

  // ──────────────────────────────────────────────────────────────────────────────── others

  private readonly constrain = this.RULE('constrain', (): ConstrainItem => {
    this.CONSUME(K.constrain);
    this.begin('constrain');
    const target = this.SUBRULE(this.target, { ARGS: ['weight'] });
    const place = this.end();
    const sign = this.OPTION(() => this.CONSUME(K.by));
    const found = this.OPTION1(() => this.SUBRULE(this.expr));
    const constraint = this.joined('by', sign, found, 'constraint', place);
    return { kind: 'constrain', target, constraint, span: this.finished() };
  });

  private readonly tie = this.RULE('tie', (): TieItem => {
    this.CONSUME(K.tie);
    this.begin('tie');
    const target = this.SUBRULE(this.target, { ARGS: ['weight'] });
    const place = this.end();
    const sign = this.OPTION(() => this.SUBRULE(this.sign));
    const found = this.OPTION1(() => this.SUBRULE(this.expr));
    return { kind: 'tie', target, source: this.joined('=', sign, found, 'weight', place), span: this.finished() };
  });

  private readonly sweep = this.RULE('sweep', (): SweepItem => {
    this.CONSUME(K.sweep);
    this.begin('sweep');
    const param = this.SUBRULE(this.name);
    const place = this.end();
    const sign = this.OPTION(() => this.CONSUME(K.in));
    const found = this.OPTION1(() => this.SUBRULE(this.expr));
    return { kind: 'sweep', param, values: this.joined('in', sign, found, 'list', place), span: this.finished() };
  });

  private readonly figure = this.RULE('figure', (): FigureItem => {
    this.CONSUME(K.figure);
    this.begin('figure');
    return { kind: 'figure', value: this.SUBRULE(this.value, { ARGS: ['figure'] }), span: this.finished() };
  });
}
