/** Settings of training: what each line sets, on top of what is inherited. */
import type { SettingDefinition, TrainingLevel } from '../../builtins/define.js';
import { answering } from '../../builtins/aliases.js';
import { builtins, find } from '../../builtins/index.js';
import { change } from '../../diagnostics/fixes.js';
import { labels } from '../../diagnostics/messages/labels.js';
import { notAShare } from '../../diagnostics/messages/numbers.js';
import * as say from '../../diagnostics/messages/training.js';
import { isMissing, type Expr, type SettingStatement, type Span, type TrainStatement } from '../../parser/ast.js';
import type { Settings, Training } from '../model/training.js';
import { bindCall } from './bind.js';
import { conditionOf } from './conditions.js';
import { constantInteger, constantNumber } from './constants.js';
import type { Context } from './context.js';
import { dataOf } from './experiments.js';
import { placeIn, quote, sourceAt, type Scope } from './scope.js';

/** Settings while they are read. */
export type Draft = { -readonly [K in keyof Whole]: Whole[K] };
type Whole = Omit<Settings, 'rates'> & Pick<Training, 'data' | 'validation' | 'seed'>;

/** What statements set, on top of what is inherited. */
export function settingsOf(
  context: Context,
  scope: Scope,
  statements: readonly TrainStatement[],
  inherited: Draft,
  level: TrainingLevel,
): Draft {
  const into: Draft = { ...inherited };
  const reader = new SettingReader(context, scope, level);
  for (const statement of statements) if (statement.kind === 'setting') reader.read(statement, into);
  return into;
}

class SettingReader {
  readonly #first = new Map<string, Span>();

  constructor(
    private readonly context: Context,
    private readonly scope: Scope,
    private readonly level: TrainingLevel,
  ) {}

  read(statement: SettingStatement, into: Draft): void {
    const {
      scope,
      level,
      context: { reporter },
    } = this;
    if (isMissing(statement.name)) return;
    const { text, span } = statement.name;
    const definition = find('setting', text) ?? this.#unknown(statement, text, span);
    if (definition === undefined) return;
    reporter.refer(scope, span, { kind: 'entry', definition });
    if (!definition.levels.includes(level)) {
      reporter.report(scope, say.notSetHere, span, {
        setting: text,
        level,
        perPhase: definition.levels.includes('phase'),
      });
      return;
    }
    const before = this.#first.get(text);
    if (before === undefined) this.#first.set(text, span);
    else
      reporter.report(
        scope,
        say.setTwice,
        span,
        { setting: text },
        { related: [{ place: placeIn(scope, before), message: labels.writtenFirst }] },
      );
    if (!isMissing(statement.value)) this.#set(definition, statement, into);
    this.#beside(definition, statement);
  }

  #unknown(statement: SettingStatement, word: string, span: Span): undefined {
    const {
      scope,
      level,
      context: { reporter },
    } = this;
    const here = builtins.setting.filter(({ levels }) => levels.includes(level)).map(({ name }) => name);
    const meant = answering('setting', word);
    const { near, fixes } = reporter.guess(placeIn(scope, span), word, () => here, meant?.name);
    // Words that are a setting and its value elsewhere: `lr 1e-3`, `early_stopping 5`.
    const whole = say.wholeSettings[word.toLowerCase().replaceAll(/[_-]/g, '')];
    const rewritten = whole?.(quote(scope, statement.value));
    const mends = rewritten === undefined ? fixes : [change(placeIn(scope, statement.span), rewritten)];
    reporter.report(
      scope,
      say.noSuchSetting,
      span,
      {
        word,
        level,
        known: here,
        ...(rewritten !== undefined ? { written: rewritten } : near === undefined ? {} : { near }),
      },
      { fixes: mends },
    );
    return undefined;
  }

  #set({ name, value }: SettingDefinition, statement: SettingStatement, into: Draft): void {
    const {
      scope,
      context: { reporter },
    } = this;
    const { value: written } = statement;
    const source = sourceAt(scope, statement.span);
    switch (value.kind) {
      case 'builtin':
        this.#builtin(value.category, written, into);
        return;
      case 'integer': {
        const count = constantInteger(
          scope,
          reporter,
          written,
          value.min,
          name === 'seed' ? 'the seed' : `the number of ${name}`,
          value.max,
        );
        if (count === undefined) return;
        if (name === 'seed') into.seed = count;
        else into.epochs = count;
        return;
      }
      case 'batch': {
        const full = written.kind === 'path' && quote(scope, written) === 'full';
        const size = full ? 'full' : constantInteger(scope, reporter, written, 1, 'the batch');
        const composition = this.#composition(statement, size);
        if (size !== undefined && composition !== 'wrong')
          into.batch = { size, source, ...(composition === undefined ? {} : { composition }) };
        return;
      }
      case 'share': {
        const share = constantNumber(scope, reporter, written);
        if (share === undefined) return;
        if (share >= 0 && share < 1) into.validation = { share, clean: statement.mode?.text === 'clean', source };
        else reporter.report(scope, notAShare, written.span, { value: share });
        return;
      }
      case 'data': {
        const data = dataOf(this.context, scope, written);
        if (data !== undefined) into.data = data;
      }
    }
  }

  #builtin(
    category: Extract<SettingDefinition['value'], { readonly kind: 'builtin' }>['category'],
    written: Expr,
    into: Draft,
  ): void {
    const binding = { scope: this.scope, reporter: this.context.reporter };
    const source = sourceAt(this.scope, written.span);
    switch (category) {
      case 'optimizer': {
        const call = bindCall(binding, 'optimizer', written);
        if (call !== undefined) into.optimizer = { ...call, source };
        return;
      }
      case 'schedule': {
        const call = bindCall(binding, 'schedule', written);
        if (call !== undefined) into.schedule = { ...call, source };
        return;
      }
      case 'clipping': {
        const call = bindCall(binding, 'clipping', written);
        if (call !== undefined) into.clip = { ...call, source };
        return;
      }
      case 'stopping': {
        const call = bindCall(binding, 'stopping', written);
        if (call !== undefined) into.stop = { ...call, source };
      }
    }
  }

  /** `with 100 of y.known`. */
  #composition(
    { composition }: SettingStatement,
    size: number | 'full' | undefined,
  ): Settings['batch']['composition'] | 'wrong' {
    if (composition === undefined) return undefined;
    const { scope, context } = this;
    const count = constantInteger(scope, context.reporter, composition.count, 1, 'the number of such examples');
    const of = conditionOf(context, scope, composition.of);
    if (count === undefined || of === undefined || size === undefined) return 'wrong';
    if (size !== 'full' && count < size) return { count, of };
    context.reporter.report(scope, say.composedBatch, composition.span, { count, size });
    return 'wrong';
  }

  /** Words behind a value that do not belong there. */
  #beside({ name, value }: SettingDefinition, { mode, composition }: SettingStatement): void {
    const {
      scope,
      context: { reporter },
    } = this;
    if (mode !== undefined && (value.kind !== 'share' || mode.text !== 'clean')) {
      const fixes = value.kind === 'share' ? [change(placeIn(scope, mode.span), 'clean')] : [];
      reporter.report(
        scope,
        say.wordBehindSetting,
        mode.span,
        { setting: name, word: mode.text, clean: value.kind === 'share' },
        { fixes },
      );
    }
    if (composition !== undefined && value.kind !== 'batch')
      reporter.report(scope, say.wordBehindSetting, composition.span, { setting: name, word: 'with', clean: false });
  }
}
