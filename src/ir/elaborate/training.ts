/** The `train` clause. */
import { isMissing, type Expr, type TrainItem, type TrainStatement } from '../../parser/ast.js';
import type { Training } from '../model.js';
import { bindCall, defaultCall, type NameResolver } from './bind.js';
import { constantInteger, constantNumber, quote } from './constants.js';
import { listed, notCompiled, sourceAt, suggestion, type Reporter, type Scope } from './context.js';
import { isPlanned, planned } from './planned.js';

type Draft = { -readonly [K in keyof Training]: Training[K] };
type Setting = (scope: Scope, reporter: Reporter, value: Expr, into: Draft) => void;

const noNames: NameResolver = { tensor: () => undefined, layer: () => undefined, latent: () => undefined, weights: () => undefined };

/** The settings by name. */
const settings: Readonly<Record<string, Setting>> = {
  optimizer: (scope, reporter, value, into) => {
    into.optimizer = bindCall({ scope, reporter, names: noNames }, 'optimizer', value, 'an optimizer') ?? into.optimizer;
  },
  schedule: (scope, reporter, value, into) => {
    const call = bindCall({ scope, reporter, names: noNames }, 'schedule', value, 'a schedule');
    if (call !== undefined) into.schedule = call;
  },
  clip: (scope, reporter, value, into) => {
    const call = bindCall({ scope, reporter, names: noNames }, 'clipping', value, 'a way of clipping');
    if (call !== undefined) into.clip = call;
  },
  stop: (scope, reporter, value, into) => {
    const call = bindCall({ scope, reporter, names: noNames }, 'stopping', value, 'a stopping rule');
    if (call !== undefined) into.stop = call;
  },
  batch: (scope, reporter, value, into) => {
    const full = value.kind === 'path' && quote(scope, value) === 'full';
    into.batch = full ? 'full' : (constantInteger(scope, reporter, value, 1, 'the batch') ?? into.batch);
  },
  epochs: (scope, reporter, value, into) => {
    into.epochs = constantInteger(scope, reporter, value, 1, 'the number of epochs') ?? into.epochs;
  },
  seed: (scope, reporter, value, into) => {
    into.seed = constantInteger(scope, reporter, value, 0, 'the seed') ?? into.seed;
  },
  validation: (scope, reporter, value, into) => {
    const share = constantNumber(scope, reporter, value);
    if (share === undefined) return;
    if (share >= 0 && share < 1) into.validation = share;
    else reporter.report(scope, 'AE2005', value.span, { title: 'the validation share must lie in [0, 1)', cause: 'It is the share of the examples that is held out.', expected: 'a number ≥ 0 and < 1', found: String(share), hint: 'for example `validation 0.1`' });
  },
};

/** The training program; every setting has a default, written out here. */
export function elaborateTraining(scope: Scope, reporter: Reporter, items: readonly TrainItem[], fallback: { readonly start: number; readonly end: number }): Training {
  const training: Draft = {
    optimizer: defaultCall('optimizer', 'adam'),
    batch: 128,
    epochs: 10,
    validation: 0.1,
    seed: 1,
    source: sourceAt(scope, items[0]?.span ?? fallback),
  };
  const seen = new Map<string, { readonly start: number; readonly end: number }>();
  for (const statement of items.flatMap((item) => item.statements)) {
    if (statement.kind === 'error') continue;
    if (statement.kind !== 'setting') {
      notCompiled(scope, reporter, statement.span, statement.kind === 'phase' || statement.kind === 'player' ? `${statement.kind}s are` : `\`${keywordOf(statement)}\` statements are`);
      continue;
    }
    const set = settings[statement.name.text];
    if (set === undefined && isPlanned('setting', statement.name.text)) {
      notCompiled(scope, reporter, statement.span, `\`${statement.name.text}\` settings are`);
      continue;
    }
    if (set === undefined) {
      const guess = suggestion(scope, statement.name.text, statement.name.span, [...Object.keys(settings), ...(planned.setting ?? [])]);
      reporter.report(scope, 'AE2002', statement.name.span, {
        title: `there is no training setting \`${statement.name.text}\``,
        cause: `Training is set by ${listed(Object.keys(settings))}.`,
        expected: 'a setting', found: `\`${statement.name.text}\``,
        ...guess,
      });
      continue;
    }
    const before = seen.get(statement.name.text);
    if (before !== undefined) {
      reporter.report(scope, 'AE2007', statement.name.span, {
        title: `\`${statement.name.text}\` is set twice`, cause: 'Only one value can hold.', hint: 'remove one of them',
        related: [{ place: { file: scope.file.file, span: before }, message: 'set here first' }],
      });
    } else seen.set(statement.name.text, statement.name.span);
    if (!isMissing(statement.value)) set(scope, reporter, statement.value, training);
  }
  return training;
}

/** The word that a statement begins with. */
const keywordOf = (statement: TrainStatement): string =>
  statement.kind === 'move' ? 'train' : statement.kind === 'objective' ? statement.direction : statement.kind;
