/** The training program of a model: phases one after another, each with players or alone, and what they minimise. */
import type { CallOf, TensorRef } from '../../builtins/arguments.js';
import type { ScalarExpr, Source } from './model.js';

/** How a stretch of training goes; what a phase leaves out it inherits. */
export interface Settings {
  readonly optimizer: CallOf<'optimizer'> & { readonly source: Source };
  readonly schedule?: CallOf<'schedule'>;
  readonly clip?: CallOf<'clipping'>;
  readonly stop?: CallOf<'stopping'>;
  readonly batch: number | 'full';
  readonly epochs: number;
}

/** `train a` or `freeze a`: the trained weights behind the names, ties followed to the weight that is stored. */
export interface Movement {
  readonly kind: 'train' | 'freeze';
  readonly weights: readonly string[];
  readonly source: Source;
}

export type Objective =
  /** The loss of the model: the sum of its terms. */
  | { readonly kind: 'loss' }
  /** −log p(to ∣ value); no gradient flows into `to`. */
  | {
      readonly kind: 'match';
      readonly value: TensorRef;
      readonly to: TensorRef;
      /** What the layer that gives `value` reads in this phase: its own input, or a layer before those that are bypassed. */
      readonly reads: TensorRef;
      readonly likelihood: CallOf<'likelihood'>;
      readonly source: Source;
    }
  | { readonly kind: 'minimize' | 'maximize'; readonly value: ScalarExpr; readonly source: Source };

/** Who moves what for which end. */
interface Part {
  readonly name: string;
  /** In source order; without a `train` among them, everything moves that is not frozen. */
  readonly movements: readonly Movement[];
  readonly objective: Objective;
  readonly source: Source;
}

export interface Player extends Part {
  readonly optimizer: Settings['optimizer'];
  readonly schedule?: Settings['schedule'];
  readonly clip?: Settings['clip'];
}

/** Copies weights once, before the first step. */
export interface Copy {
  readonly weights: readonly { readonly from: string; readonly to: string }[];
  readonly source: Source;
}

/** Whose steps are made in which order. */
export type Update =
  | { readonly kind: 'simultaneous'; readonly source: Source }
  | { readonly kind: 'alternate'; readonly steps: readonly { readonly player: string; readonly count: number }[]; readonly source: Source };

/** One stretch of training. Where it has players, they hold movements and objectives, and it has none. */
export interface Phase extends Settings, Part {
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
  readonly validation: number;
  readonly seed: number;
  readonly phases: readonly Phase[];
}

/** The weights that a phase or a player moves, of all that can be trained. */
export function movedBy({ movements }: Pick<Part, 'movements'>, trainable: readonly string[]): readonly string[] {
  const of = (kind: Movement['kind']): ReadonlySet<string> => new Set(movements.filter((m) => m.kind === kind).flatMap((m) => m.weights));
  const [trained, frozen] = [of('train'), of('freeze')];
  return trainable.filter((name) => (trained.size === 0 || trained.has(name)) && !frozen.has(name));
}

/** Every phase, or the whole training where it is one. */
export const phasesOf = (training: Training): readonly Phase[] => (training.phases.length === 0 ? [training] : training.phases);

/** What is minimised by whom, in every phase. */
export const objectivesOf = (training: Training): readonly Objective[] =>
  phasesOf(training).flatMap((phase) => (phase.players.length === 0 ? [phase.objective] : phase.players.map((player) => player.objective)));

