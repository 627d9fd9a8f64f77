/** The items of an autoencoder: the seventh layer of the grammar. */
import { titles } from '../diagnostics/messages/labels.js';
import { itemElsewhere, notAnItem } from '../diagnostics/messages/statements.js';
import { excerpt } from '../diagnostics/words.js';
import type {
  AutoencoderItem,
  ConstrainItem,
  DrawItem,
  Expr,
  FigureItem,
  Ident,
  LatentItem,
  LetItem,
  Missing,
  PreprocessItem,
  PriorItem,
  Span,
  SweepItem,
  TieItem,
  TypeNode,
  VariableItem,
} from './ast.js';
import { isOneOf, settingWords, trainKeywords } from './keywords.js';
import type { Alternatives } from './reader.js';
import { TermRules } from './rules-terms.js';
import * as T from './tokens.js';
import { keyword as K } from './tokens.js';

export class ItemRules extends TermRules {
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
    const meant = ofTraining ? undefined : this.meantBy(word, span);
    const ofWord = { start: span.start, end: span.start + word.length };
    this.report(
      notAnItem,
      span,
      { word: excerpt(word), text: excerpt(this.textOf(span)), ofTraining },
      { fixes: meant === undefined ? [] : [{ title: titles.replaceBy(meant), edits: [[ofWord, meant]] }] },
    );
    return { kind: 'error', span };
  }

  /** What stands in the place of the first word of a statement that people write otherwise. */
  private meantBy(word: string, span: Span): string | undefined {
    const elsewhere = itemElsewhere(word);
    if (elsewhere?.ofOne === undefined || !/^\S+\s+[\w.]+$/u.test(this.textOf(span))) return elsewhere?.word;
    const input = /^\s*input\s+([\p{L}_][\p{L}\p{M}\p{N}_]*)/mu.exec(this.text)?.[1];
    return input && elsewhere.ofOne.replace(' x ', ` ${input} `);
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
    const value = this.SUBRULE(this.joinedExpr, { ARGS: ['=', 'value'] });
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
    return { name, distribution: this.SUBRULE(this.joinedExpr, { ARGS: ['~', 'distribution'] }) };
  });

  // ──────────────────────────────────────────────────────────────────────────────── others

  private readonly constrain = this.RULE('constrain', (): ConstrainItem => {
    this.CONSUME(K.constrain);
    this.begin('constrain');
    const target = this.SUBRULE(this.target, { ARGS: ['weight'] });
    const constraint = this.SUBRULE(this.joinedExpr, { ARGS: ['by', 'constraint'] });
    return { kind: 'constrain', target, constraint, span: this.finished() };
  });

  private readonly tie = this.RULE('tie', (): TieItem => {
    this.CONSUME(K.tie);
    this.begin('tie');
    const target = this.SUBRULE(this.target, { ARGS: ['weight'] });
    return {
      kind: 'tie',
      target,
      source: this.SUBRULE(this.joinedExpr, { ARGS: ['=', 'weight'] }),
      span: this.finished(),
    };
  });

  private readonly sweep = this.RULE('sweep', (): SweepItem => {
    this.CONSUME(K.sweep);
    this.begin('sweep');
    const param = this.SUBRULE(this.name);
    return {
      kind: 'sweep',
      param,
      values: this.SUBRULE(this.joinedExpr, { ARGS: ['in', 'list'] }),
      span: this.finished(),
    };
  });

  private readonly figure = this.RULE('figure', (): FigureItem => {
    this.CONSUME(K.figure);
    this.begin('figure');
    return { kind: 'figure', value: this.SUBRULE(this.value, { ARGS: ['figure'] }), span: this.finished() };
  });
}
