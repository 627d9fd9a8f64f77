/** The training program of a model: phases one after another, each with players or alone, and what they minimise. */
import type { CallOf, Expression, TensorRef } from '../../builtins/arguments.js';
import { everyExpression } from './expressions.js';
import type { Source } from './source.js';
import type { Condition } from './terms.js';
import type { Corruption } from './variables.js';

export type Located<T> = T & { readonly source: Source };

/** How many examples a step sees; with a composition, `count` of them are ones where its condition holds. */
export interface Batch {
  readonly size: number | 'full';
  readonly composition?: { readonly count: number; readonly of: Condition };
  readonly source: Source;
}

/** How a stretch of training goes; what a phase leaves out it inherits. */
export interface Settings {
  readonly optimizer: Located<CallOf<'optimizer'>>;
  readonly schedule?: Located<CallOf<'schedule'>>;
  readonly clip?: Located<CallOf<'clipping'>>;
  readonly stop?: Located<CallOf<'stopping'>>;
  readonly batch: Batch;
  readonly epochs: number;
  /** Factors of the learning rate, by stored weight. */
  readonly rates: readonly { readonly weights: readonly string[]; readonly factor: number; readonly source: Source }[];
}

/** `train a` or `freeze a`. */
export interface Movement {
  readonly kind: 'train' | 'freeze';
  /** The trained weights behind the names. */
  readonly named: readonly string[];
  /** The same, ties followed to the weight that is stored. */
  readonly weights: readonly string[];
  readonly source: Source;
}

export type Objective =
  /** The loss of the model: the sum of its terms. */
  | { readonly kind: 'loss' }
  | { readonly kind: 'minimize' | 'maximize'; readonly value: Expression; readonly source: Source };

/** Who moves what for which end. */
interface Part {
  readonly name: string;
  /** In source order; without a `train` among them, everything moves that is not frozen. */
  readonly movements: readonly Movement[];
  readonly objective: Objective;
  readonly source: Source;
}

export interface Player extends Part, Pick<Settings, 'optimizer' | 'schedule' | 'clip' | 'rates'> {}

/** Copies weights once, before the first step. */
export interface Copy {
  readonly weights: readonly { readonly from: string; readonly to: string }[];
  readonly source: Source;
}

/** What stands between a tensor and its readers in a phase, in the place of the model's corruption; nothing for `clean`. */
export interface PhaseCorruption {
  readonly of: TensorRef;
  readonly corruption: readonly Corruption[];
  readonly source: Source;
}

/** Whose steps are made in which order. */
export type Update =
  | { readonly kind: 'simultaneous'; readonly source: Source }
  | {
      readonly kind: 'alternate';
      readonly steps: readonly { readonly player: string; readonly count: number }[];
      readonly source: Source;
    };

/** One stretch of training. Where it has players, they hold movements and objectives, and it has none. */
export interface Phase extends Settings, Part {
  readonly corruptions: readonly PhaseCorruption[];
  readonly copies: readonly Copy[];
  readonly players: readonly Player[];
  /** Absent: simultaneous. */
  readonly update?: Update;
}

/** A data set as `--data` names it; whether there is such a set is seen when it is loaded. */
export interface DataSource {
  readonly set: string;
  readonly args: readonly { readonly name?: string; readonly value: number }[];
  readonly source: Source;
}

/** What stands outside of phases: the one phase of a training without any, or what its phases inherit. */
export interface Training extends Phase {
  readonly data?: DataSource;
  /** The share that is held out; `clean`: measured without noise. */
  readonly validation: { readonly share: number; readonly clean: boolean; readonly source?: Source };
  readonly seed: number;
  readonly phases: readonly Phase[];
}

const learnedBelow = (one: Expression): readonly string[] =>
  (one.kind === 'penalty' || one.kind === 'likelihood') && one.weights !== undefined ? [one.weights] : [];

/** The weights that a phase or a player moves, of all that can be trained. */
export function movedBy(
  { movements, objective }: Pick<Part, 'movements' | 'objective'>,
  trainable: readonly string[],
): readonly string[] {
  const of = (kind: Movement['kind']): ReadonlySet<string> =>
    new Set(movements.filter((m) => m.kind === kind).flatMap((m) => m.weights));
  const [trained, frozen] = [of('train'), of('freeze')];
  const all = !movements.some((m) => m.kind === 'train');
  // What an objective learns by itself moves with whoever minimises it.
  const learned = objective.kind === 'loss' ? [] : everyExpression(objective.value).flatMap(learnedBelow);
  const own = (name: string): boolean => learned.some((below) => name.startsWith(`${below}.`));
  return trainable.filter((name) => (all || trained.has(name) || own(name)) && !frozen.has(name));
}

/** Every phase, or the whole training where it is one. */
export const phasesOf = (training: Training): readonly Phase[] =>
  training.phases.length === 0 ? [training] : training.phases;

/** Who moves what in every phase: its players, or the phase itself. */
export const partsOf = (training: Training): readonly (Phase | Player)[] =>
  phasesOf(training).flatMap((phase): readonly (Phase | Player)[] =>
    phase.players.length === 0 ? [phase] : phase.players,
  );

/** Whose steps a phase makes, in the order in which they go round: all parts at once, or one player after another. */
export function cycleOf<P extends Pick<Phase, 'players' | 'update'>>(
  phase: P,
): readonly (readonly (P | P['players'][number])[])[] {
  const { players, update } = phase;
  if (players.length === 0) return [[phase]];
  if (update?.kind !== 'alternate') return [players];
  return update.steps.flatMap(({ player, count }) =>
    Array.from({ length: count }, () => players.filter(({ name }) => name === player)),
  );
}
