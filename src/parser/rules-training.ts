/** `train { … }`: the fifth layer of the grammar. */
import type { IToken } from 'chevrotain';
import { titles } from '../diagnostics/messages/labels.js';
import { callWithoutSetting, earlierSpelling, notInTraining } from '../diagnostics/messages/statements.js';
import { signBeforeValue, wrongSign } from '../diagnostics/messages/unexpected.js';
import { at } from '../diagnostics/place.js';
import { excerpt } from '../diagnostics/words.js';
import type {
  Condition,
  CorruptItem,
  Expr,
  Missing,
  MovementStatement,
  PathExpr,
  SettingStatement,
  Span,
  StageStatement,
  TrainItem,
  TrainStatement,
} from './ast.js';
import { matched, matchedNow } from './earlier-edition.js';
import { isOneOf, settingWords } from './keywords.js';
import type { Alternatives } from './reader.js';
import { NetworkRules } from './rules-networks.js';
import * as T from './tokens.js';
import { keyword as K, keywordOf } from './tokens.js';

type Composition = NonNullable<SettingStatement['composition']>;
type Targets = readonly (PathExpr | Missing)[];

export class TrainingRules extends NetworkRules {
  protected readonly train = this.RULE('train', (): TrainItem => {
    this.CONSUME(K.train);
    this.begin('train');
    return { kind: 'train', statements: this.SUBRULE(this.trainBody), span: this.finish() };
  });

  private readonly trainBody = this.RULE('trainBody', (): readonly TrainStatement[] => {
    const place = this.end();
    const superfluous = this.SUBRULE(this.flat);
    if (superfluous) this.unexpected(superfluous, 'header');
    const statements: TrainStatement[] = [];
    const braces = this.OPTION(() => {
      this.CONSUME(T.LBrace);
      this.MANY(() => {
        const statement = this.OR(this.oneTrainStatement);
        if (statement) statements.push(statement);
      });
      return this.CONSUME(T.RBrace);
    });
    if (!braces) this.missingBody(place);
    return statements;
  });

  private readonly oneTrainStatement: Alternatives<TrainStatement | undefined> = [
    { ALT: () => this.SUBRULE(this.separator) },
    { ALT: () => this.SUBRULE(this.setting) },
    { ALT: () => this.SUBRULE(this.stage) },
    { ALT: () => this.SUBRULE(this.move) },
    { ALT: () => this.SUBRULE(this.corrupt) },
    { ALT: () => this.SUBRULE(this.rate) },
    { ALT: () => this.SUBRULE(this.copy) },
    { ALT: () => this.SUBRULE(this.objective) },
    { ALT: () => this.SUBRULE(this.update) },
    { ALT: () => this.SUBRULE(this.match) },
    { ALT: () => this.strayInTraining(this.SUBRULE(this.stray)) },
  ];

  private strayInTraining(span: Span): TrainStatement {
    this.report(notInTraining, span, { word: this.firstWord(span), text: excerpt(this.textOf(span)) });
    return { kind: 'error', span };
  }

  private readonly stage = this.RULE('stage', (): StageStatement<'phase'> | StageStatement<'player'> => {
    const keyword = this.OR([{ ALT: () => this.CONSUME(K.phase) }, { ALT: () => this.CONSUME(K.player) }]);
    const kind = (keywordOf(keyword) ?? 'phase') as 'phase' | 'player';
    this.begin(kind);
    const name = this.SUBRULE(this.name);
    return { kind, name, statements: this.SUBRULE(this.trainBody), span: this.finish() };
  });

  /** `train h1, out`, `freeze h1`, `clean x`. */
  private readonly move = this.RULE(
    'move',
    (): MovementStatement<'move'> | MovementStatement<'freeze'> | MovementStatement<'clean'> => {
      const keyword = this.OR([
        { ALT: () => this.CONSUME(K.train) },
        { ALT: () => this.CONSUME(K.freeze) },
        { ALT: () => this.CONSUME(K.clean) },
      ]);
      const kind = kindOfMove[keywordOf(keyword) ?? 'train'] ?? 'move';
      this.begin(kind);
      const targets = this.SUBRULE(this.targets, { ARGS: [kind === 'clean' ? 'tensor' : 'weight'] });
      return { kind, targets, span: this.finished() };
    },
  );

  private readonly targets = this.RULE('targets', (expects: 'tensor' | 'weight'): Targets => {
    const targets = [this.SUBRULE(this.target, { ARGS: [expects] })];
    this.MANY(() => {
      this.CONSUME(T.Comma);
      targets.push(this.SUBRULE1(this.target, { ARGS: [expects] }));
    });
    return targets;
  });

  protected readonly corrupt = this.RULE('corrupt', (): CorruptItem => {
    this.CONSUME(K.corrupt);
    this.begin('corrupt');
    const target = this.SUBRULE(this.target, { ARGS: ['tensor'] });
    const corruptions = this.SUBRULE(this.chain, { ARGS: ['corruption'] });
    return { kind: 'corrupt', target, corruptions, span: this.finished() };
  });

  private readonly rate = this.RULE('rate', (): TrainStatement => {
    this.CONSUME(K.rate);
    this.begin('rate');
    const targets = this.SUBRULE(this.targets, { ARGS: ['weight'] });
    const by = this.SUBRULE(this.joinedExpr, { ARGS: ['by', 'number'] });
    return { kind: 'rate', targets, by, span: this.finished() };
  });

  private readonly copy = this.RULE('copy', (): TrainStatement => {
    this.CONSUME(K.copy);
    this.begin('copy');
    const from = this.SUBRULE(this.target, { ARGS: ['weight'] });
    const place = this.end();
    const sign = this.OPTION(() => this.CONSUME(K.to));
    const path = this.OPTION1(() => this.SUBRULE(this.path));
    const to = this.joined('to', sign, path, 'weight', place);
    return { kind: 'copy', from, to, span: this.finished() };
  });

  private readonly objective = this.RULE('objective', (): TrainStatement => {
    const keyword = this.OR([{ ALT: () => this.CONSUME(K.minimize) }, { ALT: () => this.CONSUME(K.maximize) }]);
    const direction = (keywordOf(keyword) ?? 'minimize') as 'minimize' | 'maximize';
    this.begin(direction);
    return { kind: 'objective', direction, value: this.SUBRULE(this.value, { ARGS: ['term'] }), span: this.finished() };
  });

  private readonly update = this.RULE('update', (): TrainStatement => {
    this.CONSUME(K.update);
    this.begin('update');
    return { kind: 'update', value: this.SUBRULE(this.value, { ARGS: ['update'] }), span: this.finished() };
  });

  // ────────────────────────────────────────────────────────────────────────────── settings

  /** `batch 128`, `batch 200 with 100 of y.known`, `validation 0.1 clean`. */
  private readonly setting = this.RULE('setting', (): SettingStatement => {
    const word = this.CONSUME(T.Name);
    this.begin('setting');
    const sign = this.OPTION(() => this.SUBRULE(this.sign));
    const given = this.OPTION1(() => this.SUBRULE(this.expr));
    const value = given ?? this.missing('value', { after: word.image });
    const composition = this.OPTION2(() => this.SUBRULE(this.composition));
    const mode = this.OPTION3(() => this.ident(this.CONSUME1(T.Name)));
    const more = { ...(composition ? { composition } : {}), ...(mode ? { mode } : {}) };
    const applied = this.ACTION(() => (given && !sign ? this.appliedSetting(word, given) : undefined));
    if (sign) this.ACTION(() => this.superfluousSign(word, sign, given));
    const name = this.ident(word);
    return { kind: 'setting', ...(applied ?? { name, value }), ...more, span: this.finished() };
  });

  /** `with 100 of y.known`. */
  private readonly composition = this.RULE('composition', (): Composition => {
    const first = this.CONSUME(K.with);
    const count = this.SUBRULE(this.value, { ARGS: ['number'] });
    const place = this.end();
    const sign = this.OPTION(() => this.CONSUME(K.of));
    const condition = this.OPTION1(() => this.SUBRULE(this.condition));
    const of = this.joined('of', sign, condition, 'condition', place);
    return { count, of, span: this.from(first) };
  });

  /** `y.known`, `c = 3`. */
  protected readonly condition = this.RULE('condition', (): Condition => {
    const of = this.SUBRULE(this.path);
    const equals = this.OPTION(() => {
      const first = this.CONSUME(T.Equals);
      const second = this.OPTION1(() => this.CONSUME1(T.Equals));
      if (second) this.ACTION(() => this.doubledEquals(first, second));
      return this.OPTION2(() => this.SUBRULE(this.expr)) ?? this.missing('value', { where: 'condition' });
    });
    if (!equals) return { kind: 'holds', of, span: this.from(of) };
    return { kind: 'equals', of, value: equals, span: this.from(of) };
  });

  private doubledEquals(first: IToken, second: IToken): void {
    const span = { start: this.startOf(first), end: this.spanOf(second).end };
    const fixes = [{ title: titles.replace('==', '='), edits: [[span, '=']] }] as const;
    this.report(wrongSign, span, { found: '==', right: '=', statement: 'condition' }, { fixes });
  }

  /** `adam(1e-3)`: a call that is the value of no setting; a setting may be followed by its value in parentheses. */
  private appliedSetting(word: IToken, value: Expr): Pick<SettingStatement, 'name' | 'value'> | undefined {
    const { end } = this.spanOf(word);
    const adjacent = this.text[end] === '(' && value.span.start === end;
    if (!adjacent || isOneOf(settingWords, word.image)) return undefined;
    const span = this.from(word);
    const title = titles.insert('optimizer');
    const fixes = [{ title, edits: [[at(span.start), 'optimizer ']] }] as const;
    this.report(callWithoutSetting, span, { call: excerpt(this.textOf(span)) }, { fixes });
    return { name: { kind: 'missing', expects: 'setting', span: at(span.start) }, value };
  }

  /** `optimizer: adam` for `optimizer adam`. */
  private superfluousSign(word: IToken, sign: IToken, value: Expr | undefined): void {
    const facts = {
      sign: sign.image,
      setting: excerpt(word.image),
      value: value ? excerpt(this.textOf(value.span)) : '',
      text: excerpt(this.textOf(this.from(word))),
    };
    const span = this.spanOf(sign);
    const blank = /\s/.test(this.text[span.end] ?? '') ? '' : ' ';
    const fixes = [{ title: titles.removeSign(sign.image), edits: [[this.withBlanksBefore(span), blank]] }] as const;
    this.report(signBeforeValue, span, facts, { fixes });
  }

  // ───────────────────────────────────────────────────────────────────── of the first edition

  /** `match a to b [by l]`, which is written `minimize l(a, stop(b))`. */
  private readonly match = this.RULE('match', (): TrainStatement => {
    const keyword = this.CONSUME(K.match);
    this.begin('match');
    const from = this.OPTION(() => this.SUBRULE(this.path));
    const to = this.OPTION1(() => {
      this.CONSUME(K.to);
      return this.OPTION2(() => this.SUBRULE1(this.path));
    });
    const by = this.OPTION3(() => {
      this.CONSUME(K.by);
      return this.OPTION4(() => this.SUBRULE(this.expr));
    });
    const end = this.end();
    this.SUBRULE(this.rest);
    return this.ACTION((): TrainStatement => {
      const value = matched(this.spanOf(keyword).end, end, from, to, by);
      const text = { start: this.startOf(keyword), end };
      const now = from && to ? matchedNow(this.textOf, from, to, by) : undefined;
      const facts = { text: excerpt(this.textOf(text)), keyword: 'match', ...(now ? { now: excerpt(now) } : {}) };
      const fixes = now === undefined ? [] : ([{ title: titles.write(now), edits: [[text, now]] }] as const);
      this.report(earlierSpelling, text, facts, { fixes });
      return { kind: 'objective', direction: 'minimize', value, span: this.finish() };
    });
  });
}

const kindOfMove: Readonly<Record<string, 'move' | 'freeze' | 'clean'>> = {
  train: 'move',
  freeze: 'freeze',
  clean: 'clean',
};
