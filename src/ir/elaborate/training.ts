/** The `train` clause: settings, phases, players, and what each moves and minimises. */
import { isMissing, type Expr, type Span, type TrainItem, type TrainStatement } from '../../parser/ast.js';
import { mostEpochs } from '../limits.js';
import type { Source, Tie } from '../model.js';
import type { Phase, Player, Settings, Training, Update } from '../training.js';
import { find } from '../../builtins/index.js';
import { bindCall, defaultCall, noNames } from './bind.js';
import { constantInteger, constantNumber, quote } from './constants.js';
import { listed, sourceAt, suggestion, type Message, type Reporter, type Scope } from './context.js';
import { dataOf } from './experiments.js';
import type { Names } from './names.js';
import { copyOf, movementOf, objectiveOf } from './objectives.js';
import { storedBehind } from './relations.js';

/** What stands around a statement. */
type Level = 'training' | 'phase' | 'player';
type Statement<K extends TrainStatement['kind']> = Extract<TrainStatement, { readonly kind: K }>;

/** Settings while they are read, on top of those that are inherited. */
type Draft = { -readonly [K in keyof Whole]: Whole[K] };
type Whole = Settings & Pick<Training, 'data' | 'validation' | 'seed'>;

interface Setting {
  /** Where it can be set; elsewhere it is inherited. */
  readonly levels: readonly Level[];
  read(scope: Scope, reporter: Reporter, value: Expr, into: Draft): void;
}

const everyLevel: readonly Level[] = ['training', 'phase', 'player'];

const settings: Readonly<Record<string, Setting>> = {
  data: {
    levels: ['training'],
    read: (scope, reporter, value, into) => {
      const data = dataOf(scope, reporter, value);
      if (data !== undefined) into.data = data;
    },
  },
  optimizer: {
    levels: everyLevel,
    read: (scope, reporter, value, into) => {
      const call = bindCall({ scope, reporter, names: noNames }, 'optimizer', value, 'an optimizer');
      if (call !== undefined) into.optimizer = { ...call, source: sourceAt(scope, value.span) };
    },
  },
  schedule: {
    levels: everyLevel,
    read: (scope, reporter, value, into) => {
      const call = bindCall({ scope, reporter, names: noNames }, 'schedule', value, 'a schedule');
      if (call !== undefined) into.schedule = call;
    },
  },
  clip: {
    levels: everyLevel,
    read: (scope, reporter, value, into) => {
      const call = bindCall({ scope, reporter, names: noNames }, 'clipping', value, 'a way of clipping');
      if (call !== undefined) into.clip = call;
    },
  },
  stop: {
    levels: ['training', 'phase'],
    read: (scope, reporter, value, into) => {
      const call = bindCall({ scope, reporter, names: noNames }, 'stopping', value, 'a stopping rule');
      if (call !== undefined) into.stop = call;
    },
  },
  batch: {
    levels: ['training', 'phase'],
    read: (scope, reporter, value, into) => {
      const full = value.kind === 'path' && quote(scope, value) === 'full';
      into.batch = full ? 'full' : (constantInteger(scope, reporter, value, 1, 'the batch') ?? into.batch);
    },
  },
  epochs: {
    levels: ['training', 'phase'],
    read: (scope, reporter, value, into) => {
      into.epochs = constantInteger(scope, reporter, value, 1, 'the number of epochs', mostEpochs) ?? into.epochs;
    },
  },
  validation: {
    levels: ['training'],
    read: (scope, reporter, value, into) => {
      const share = constantNumber(scope, reporter, value);
      if (share === undefined) return;
      if (share >= 0 && share < 1) into.validation = share;
      else reporter.report(scope, 'AE2005', value.span, { title: 'the validation share must lie in [0, 1)', cause: 'It is the share of the examples that is held out.', expected: 'a number ≥ 0 and < 1', found: String(share), hint: 'for example `validation 0.1`' });
    },
  },
  seed: {
    levels: ['training'],
    read: (scope, reporter, value, into) => {
      into.seed = constantInteger(scope, reporter, value, 0, 'the seed', Number.MAX_SAFE_INTEGER) ?? into.seed;
    },
  },
};

/** The training program; every setting has a default, written out here. */
export function elaborateTraining(scope: Scope, reporter: Reporter, names: Names, ties: readonly Tie[], items: readonly TrainItem[], fallback: Span): Training {
  const source = sourceAt(scope, items[0]?.span ?? fallback);
  const reader = new TrainReader(scope, reporter, names, storedBehind(ties));
  const defaults: Draft = { optimizer: { ...defaultCall('optimizer', 'adam'), source }, batch: 128, epochs: 10, validation: 0.1, seed: 1 };
  const statements = items.flatMap((item) => item.statements);
  const whole = reader.settings(statements, defaults, 'training');
  const written = only(statements, 'phase');
  if (written.length > 0) reader.refuse(statements, ['move', 'freeze', 'match', 'objective', 'copy', 'player', 'update'], 'outside of the phases', 'Where training has phases, each says itself what it moves; they inherit settings alone.');
  const phases = reader.named(written).map(([statement, name]): Phase => reader.phase(statement.statements, reader.settings(statement.statements, whole, 'phase'), name, sourceAt(scope, statement.span)));
  const own = reader.phase(written.length > 0 ? [] : statements, whole, 'train', source);
  const { data, validation, seed } = whole;
  return { ...own, ...(data === undefined ? {} : { data }), validation, seed, phases };
}

class TrainReader {
  constructor(
    private readonly scope: Scope,
    private readonly reporter: Reporter,
    private readonly names: Names,
    private readonly storedOf: (weight: string) => string,
  ) {}

  /** What statements set, on top of what is inherited. */
  settings(statements: readonly TrainStatement[], inherited: Draft, level: Level): Draft {
    const { scope, reporter } = this;
    const into: Draft = { ...inherited };
    const seen = new Map<string, Span>();
    const here = Object.keys(settings).filter((name) => settings[name]!.levels.includes(level));
    for (const statement of statements) {
      if (statement.kind !== 'setting') continue;
      const { text, span } = statement.name;
      const setting = Object.hasOwn(settings, text) ? settings[text] : undefined;
      if (setting === undefined) {
        reporter.report(scope, 'AE2002', span, {
          title: `there is no training setting \`${text}\``, cause: `${level === 'training' ? 'Training' : `A ${level}`} is set by ${listed(here)}.`,
          expected: 'a setting', found: `\`${text}\``, ...(settingOf(scope, text, span, here) ?? suggestion(scope, text, span, here)),
        });
        continue;
      }
      if (!setting.levels.includes(level)) {
        reporter.report(scope, 'AE1005', span, {
          title: `\`${text}\` cannot be set in a ${level}`, cause: setting.levels.includes('phase') ? 'The players of a phase train on the same batches.' : 'It is one for the whole training.',
          hint: `set it outside of the ${level}`,
        });
        continue;
      }
      const before = seen.get(text);
      if (before !== undefined) {
        reporter.report(scope, 'AE2007', span, {
          title: `\`${text}\` is set twice`, cause: 'Only one value can hold.', hint: 'remove one of them',
          related: [{ place: { file: scope.file.file, span: before }, message: 'set here first' }],
        });
      } else seen.set(text, span);
      if (!isMissing(statement.value)) setting.read(scope, reporter, statement.value, into);
    }
    return into;
  }

  /** Reports statements that cannot stand `where`. */
  refuse(statements: readonly TrainStatement[], kinds: readonly TrainStatement['kind'][], where: string, cause: string): void {
    for (const statement of statements) {
      if (!kinds.includes(statement.kind)) continue;
      this.reporter.report(this.scope, 'AE1005', statement.span, { title: `\`${wordOf(statement)}\` cannot stand ${where}`, cause, hint: 'move it' });
    }
  }

  /** Phases or players with their names, which must differ. */
  named<S extends Statement<'phase' | 'player'>>(statements: readonly S[]): readonly (readonly [S, string])[] {
    const first = new Map<string, Span>();
    return statements.flatMap((statement) => {
      if (isMissing(statement.name)) return [];
      const { text, span } = statement.name;
      const before = first.get(text);
      if (before === undefined) first.set(text, span);
      else {
        this.reporter.report(this.scope, 'AE2007', span, {
          title: `the ${statement.kind} \`${text}\` is declared twice`, cause: 'Its report uses its name.', hint: 'choose another name',
          related: [{ place: { file: this.scope.file.file, span: before }, message: 'declared here first' }],
        });
      }
      return [[statement, text] as const];
    });
  }

  phase(statements: readonly TrainStatement[], settings: Draft, name: string, source: Source): Phase {
    const { scope, reporter, names, storedOf } = this;
    this.refuse(statements, ['phase'], 'in a phase', 'Phases run one after another.');
    const players = this.named(only(statements, 'player')).map(([statement, own]) => this.#player(statement, own, settings));
    if (players.length > 0) this.refuse(statements, ['move', 'freeze', 'match', 'objective'], 'beside players', 'Each player says itself what it moves and what it minimises.');
    const alone = players.length > 0 ? [] : statements;
    const copies = only(statements, 'copy').flatMap((statement) => copyOf(scope, reporter, names, statement) ?? []);
    const update = this.#update(only(statements, 'update'), players);
    const { optimizer, schedule, clip, stop, batch, epochs } = settings;
    return {
      name, optimizer, batch, epochs,
      ...(schedule === undefined ? {} : { schedule }), ...(clip === undefined ? {} : { clip }), ...(stop === undefined ? {} : { stop }),
      movements: [...only(alone, 'move'), ...only(alone, 'freeze')].sort((a, b) => a.span.start - b.span.start).flatMap((statement) => movementOf(scope, reporter, names, storedOf, statement) ?? []),
      objective: objectiveOf(scope, reporter, names, alone),
      copies, players, ...(update === undefined ? {} : { update }), source,
    };
  }

  #player(statement: Statement<'player'>, name: string, inherited: Draft): Player {
    const { scope, reporter, names, storedOf } = this;
    const { statements } = statement;
    this.refuse(statements, ['phase', 'player', 'update', 'copy'], 'in a player', 'A player says what it moves, what it minimises, and how.');
    const { optimizer, schedule, clip } = this.settings(statements, inherited, 'player');
    return {
      name, optimizer, ...(schedule === undefined ? {} : { schedule }), ...(clip === undefined ? {} : { clip }),
      movements: statements.flatMap((s) => (s.kind === 'move' || s.kind === 'freeze' ? (movementOf(scope, reporter, names, storedOf, s) ?? []) : [])),
      objective: objectiveOf(scope, reporter, names, statements),
      source: sourceAt(scope, statement.span),
    };
  }

  #update([statement, again]: readonly Statement<'update'>[], players: readonly Player[]): Update | undefined {
    const { scope, reporter } = this;
    if (statement === undefined || isMissing(statement.value)) return undefined;
    const { value, span } = statement;
    const source = sourceAt(scope, span);
    if (again !== undefined) {
      reporter.report(scope, 'AE2007', again.span, { title: '`update` is set twice', cause: 'Steps are made in one order.', hint: 'remove one of them', related: [{ place: { file: scope.file.file, span }, message: 'set here first' }] });
    }
    const name = value.kind === 'call' ? value.callee : value.kind === 'path' ? value.parts[0] : undefined;
    if (name?.text === 'simultaneous' && value.kind === 'path') return { kind: 'simultaneous', source };
    if (name?.text !== 'alternate' || value.kind !== 'call') {
      reporter.report(scope, 'AE2002', value.span, {
        title: `\`${quote(scope, value)}\` is no order of updates`, cause: 'It says whose steps are made when.', expected: '`simultaneous` or `alternate(a: 5, b: 1)`', found: `\`${quote(scope, value)}\``,
        ...(name === undefined ? { hint: 'write `update simultaneous`' } : suggestion(scope, name.text, name.span, ['simultaneous', 'alternate'])),
      });
      return undefined;
    }
    const steps = value.args.flatMap((arg): readonly { readonly player: string; readonly count: number }[] => {
      const player = arg.name ?? (arg.value.kind === 'path' ? arg.value.parts[0] : undefined);
      const count = arg.name === undefined ? 1 : constantInteger(scope, reporter, arg.value, 1, 'a number of steps');
      if (player === undefined || !players.some((p) => p.name === player.text)) {
        const span = player?.span ?? arg.span;
        reporter.report(scope, 'AE2001', span, { title: `no player is called \`${quote(scope, { span })}\``, cause: 'Steps are made by the players of the same phase.', expected: 'a player', found: `\`${quote(scope, { span })}\``, ...reporter.guess(scope, player?.text ?? '', span, () => players.map((p) => p.name)) });
        return [];
      }
      return count === undefined ? [] : [{ player: player.text, count }];
    });
    const idle = players.filter((p) => !value.args.some((arg) => (arg.name ?? (arg.value.kind === 'path' ? arg.value.parts[0] : undefined))?.text === p.name));
    if (idle.length > 0) {
      reporter.report(scope, 'AE2006', value.span, { title: `${listed(idle.map((p) => `\`${p.name}\``))} would make no step`, cause: '`alternate` says how many steps each player makes.', expected: 'every player', found: `no \`${idle[0]!.name}\``, hint: `add \`${idle[0]!.name}: 1\`` });
    }
    return { kind: 'alternate', steps, source };
  }
}

/** `adam(1e-3)` for `optimizer adam(1e-3)`: an entry that a setting takes, where the name of the setting should be. */
function settingOf(scope: Scope, text: string, span: Span, here: readonly string[]): Pick<Message, 'hint' | 'fixes'> | undefined {
  const categories = { optimizer: 'optimizer', schedule: 'schedule', clip: 'clipping', stop: 'stopping' } as const;
  const [setting] = Object.entries(categories).find(([name, category]) => here.includes(name) && find(category, text) !== undefined) ?? [];
  if (setting === undefined) return undefined;
  const at = { start: span.start, end: span.start };
  return { hint: `write \`${setting} ${text}\``, fixes: [{ title: `write \`${setting} ${text}\``, edits: [{ place: { file: scope.file.file, span: at }, newText: `${setting} ` }] }] };
}

const only = <K extends TrainStatement['kind']>(statements: readonly TrainStatement[], kind: K): readonly Statement<K>[] =>
  statements.filter((s): s is Statement<K> => s.kind === kind);

/** The word that a statement begins with. */
const wordOf = (statement: TrainStatement): string =>
  statement.kind === 'move' ? 'train' : statement.kind === 'objective' ? statement.direction : statement.kind;
