/** The `train` clause: settings, phases, players, and what each moves and minimises. */
import { find } from '../../builtins/index.js';
import { answering } from '../../builtins/aliases.js';
import { labels } from '../../diagnostics/messages/labels.js';
import * as say from '../../diagnostics/messages/training.js';
import { isMissing, type Span, type TrainItem, type TrainStatement } from '../../parser/ast.js';
import type { Tie } from '../model/model.js';
import type { Source } from '../model/source.js';
import type { Phase, Player, Training, Update } from '../model/training.js';
import { constantInteger } from './constants.js';
import type { Context } from './context.js';
import { defaultCall } from './defaults.js';
import { Parts } from './phase-parts.js';
import { settingsOf, type Draft } from './phase-settings.js';
import { placeIn, quote, sourceAt, type Scope } from './scope.js';
import { calleeOf } from './signatures.js';
import { storedBehind } from './relations.js';

type Kind = TrainStatement['kind'];
type Statement<K extends Kind> = Extract<TrainStatement, { readonly kind: K }>;

/** The training program; every setting has a default, written out here. */
export function trainingOf(
  context: Context,
  scope: Scope,
  ties: readonly Tie[],
  items: readonly TrainItem[],
  head: Span,
): Training {
  const source = sourceAt(scope, items[0]?.span ?? head);
  const reader = new TrainReader(context, scope, new Parts(context, scope, storedBehind(ties)));
  const defaults: Draft = {
    optimizer: { ...defaultCall('optimizer', 'adam'), source },
    batch: { size: 128, source },
    epochs: 10,
    validation: { share: 0.1, clean: false },
    seed: 1,
  };
  const statements = items.flatMap((item) => item.statements);
  const whole = settingsOf(context, scope, statements, defaults, 'training');
  const written = only(statements, 'phase');
  if (written.length > 0) reader.refuse(statements, ofParts, 'outside of phases');
  const phases = reader
    .named(written)
    .map(([statement, name]): Phase =>
      reader.phase(
        statement.statements,
        settingsOf(context, scope, statement.statements, whole, 'phase'),
        name,
        sourceAt(scope, statement.span),
      ),
    );
  const own = reader.phase(written.length > 0 ? [] : statements, whole, 'train', source);
  const { data, validation, seed } = whole;
  return { ...own, ...(data === undefined ? {} : { data }), validation, seed, phases };
}

/** What a phase says itself. */
const ofParts: readonly Kind[] = [
  'move',
  'freeze',
  'objective',
  'copy',
  'corrupt',
  'clean',
  'player',
  'update',
  'rate',
];

class TrainReader {
  constructor(
    private readonly context: Context,
    private readonly scope: Scope,
    private readonly parts: Parts,
  ) {}

  /** Reports statements that cannot stand where they do. */
  refuse(statements: readonly TrainStatement[], kinds: readonly Kind[], where: say.Misplaced): void {
    for (const statement of statements) {
      if (kinds.includes(statement.kind))
        this.context.reporter.report(this.scope, say.misplaced, statement.span, { word: wordOf(statement), where });
    }
  }

  /** Phases or players with their names. */
  named<S extends Statement<'phase' | 'player'>>(statements: readonly S[]): readonly (readonly [S, string])[] {
    return statements.flatMap((statement) =>
      isMissing(statement.name) ? [] : [[statement, statement.name.text] as const],
    );
  }

  phase(statements: readonly TrainStatement[], settings: Draft, name: string, source: Source): Phase {
    const { parts } = this;
    this.refuse(statements, ['phase'], 'in a phase');
    const players = this.named(only(statements, 'player')).map(([statement, own]) =>
      this.#player(statement, own, settings),
    );
    if (players.length > 0) this.refuse(statements, ['move', 'freeze', 'objective'], 'beside players');
    const alone = players.length > 0 ? [] : statements;
    const update = this.#update(only(statements, 'update'), players, only(statements, 'player'));
    const { optimizer, schedule, clip, stop, batch, epochs } = settings;
    return {
      name,
      optimizer,
      batch,
      epochs,
      rates: parts.rates(statements),
      ...(schedule === undefined ? {} : { schedule }),
      ...(clip === undefined ? {} : { clip }),
      ...(stop === undefined ? {} : { stop }),
      movements: parts.movements(alone),
      objective: parts.objective(alone),
      corruptions: parts.corruptions(statements),
      copies: parts.copies(statements),
      players,
      ...(update === undefined ? {} : { update }),
      source,
    };
  }

  #player(statement: Statement<'player'>, name: string, inherited: Draft): Player {
    const { parts, context, scope } = this;
    const { statements } = statement;
    this.refuse(statements, ['phase', 'player', 'update', 'copy', 'corrupt', 'clean'], 'in a player');
    const { optimizer, schedule, clip } = settingsOf(context, scope, statements, inherited, 'player');
    return {
      name,
      optimizer,
      ...(schedule === undefined ? {} : { schedule }),
      ...(clip === undefined ? {} : { clip }),
      rates: parts.rates(statements),
      movements: parts.movements(statements),
      objective: parts.objective(statements),
      source: sourceAt(scope, statement.span),
    };
  }

  #update(
    [statement, again]: readonly Statement<'update'>[],
    players: readonly Player[],
    declared: readonly Statement<'player'>[],
  ): Update | undefined {
    const {
      scope,
      context: { reporter },
    } = this;
    if (statement === undefined || isMissing(statement.value)) return undefined;
    const { value, span } = statement;
    const source = sourceAt(scope, span);
    if (again !== undefined)
      reporter.report(
        scope,
        say.setTwice,
        again.span,
        { setting: 'update' },
        { related: [{ place: placeIn(scope, span), message: labels.writtenFirst }] },
      );
    const name = calleeOf(value);
    const order = name && find('update', name.text);
    if (name !== undefined && order !== undefined)
      reporter.refer(scope, name.span, { kind: 'entry', definition: order });
    if (order === undefined || order.counts !== (value.kind === 'call')) {
      const meant = name && answering('update', name.text);
      const { near, fixes } =
        name === undefined || order !== undefined
          ? { near: undefined, fixes: [] }
          : reporter.guess(placeIn(scope, name.span), name.text, () => ['simultaneous', 'alternate'], meant?.name);
      reporter.report(
        scope,
        say.noOrder,
        value.span,
        { text: quote(scope, value), ...(near === undefined ? {} : { near }) },
        { fixes },
      );
      return undefined;
    }
    if (value.kind !== 'call') return { kind: 'simultaneous', source };
    const named = value.args.map((arg) => arg.name ?? (arg.value.kind === 'path' ? arg.value.parts[0] : undefined));
    const steps = value.args.flatMap((arg, i): readonly { readonly player: string; readonly count: number }[] => {
      const count = arg.name === undefined ? 1 : constantInteger(scope, reporter, arg.value, 1, 'a number of steps');
      const player = named[i];
      const node = declared.find(({ name: one }) => !isMissing(one) && one.text === player?.text);
      if (player !== undefined && node !== undefined)
        reporter.refer(scope, player.span, {
          kind: 'player',
          name: player.text,
          place: placeIn(scope, node.name.span),
          node,
          members: [],
        });
      if (player !== undefined && players.some((p) => p.name === player.text))
        return count === undefined ? [] : [{ player: player.text, count }];
      const at = player?.span ?? arg.span;
      const text = quote(scope, { span: at });
      const { near, fixes } = reporter.guess(placeIn(scope, at), text, () => players.map((p) => p.name));
      reporter.report(scope, say.noSuchPlayer, at, { name: text, ...(near === undefined ? {} : { near }) }, { fixes });
      return [];
    });
    const idle = players.filter((p) => !named.some((one) => one?.text === p.name)).map((p) => p.name);
    if (idle.length > 0) reporter.report(scope, say.idlePlayers, value.span, { idle });
    return { kind: 'alternate', steps, source };
  }
}

export const only = <K extends Kind>(statements: readonly TrainStatement[], kind: K): readonly Statement<K>[] =>
  statements.filter((s): s is Statement<K> => s.kind === kind);

/** The word that a statement begins with. */
const wordOf = (statement: TrainStatement): string =>
  statement.kind === 'move' ? 'train' : statement.kind === 'objective' ? statement.direction : statement.kind;
