/** Whose turn it is in a phase of players who take turns. */
import type { PhaseSpec } from './program.js';
import type { TurnSpec } from './spec.js';

/** What a step of a phase moves and measures. */
export interface Turn {
  /** Key of the program's step. */
  readonly step: string;
  readonly trains: readonly string[];
  /** Which of the phase's terms it measures, in the order of its result. */
  readonly terms: readonly number[];
  /** Steps that whoever takes this one has taken in the phase before. */
  readonly taken: number;
  /** Steps from this one on before it is another's turn. */
  readonly left: number;
}

/** The turn of a step, counted from 0 within the phase. */
export function turnAt(phase: PhaseSpec, step: number): Turn {
  const { turns, name, trains, terms } = phase;
  if (turns === undefined) return { step: name, trains, terms: terms.map((_, i) => i), taken: step, left: Infinity };
  let at = step % roundOf(turns);
  const turn = turns.find(({ count }) => {
    if (at < count) return true;
    at -= count;
    return false;
  })!;
  return {
    step: turn.step,
    trains: turn.trains,
    terms: turn.terms,
    taken: takenBy(turn.player, turns, step),
    left: turn.count - at,
  };
}

/** The steps that each term's player has taken when so many of the phase are done: what schedules in steps count. */
export function stepsOfTerms({ turns, terms }: PhaseSpec, step: number): readonly number[] {
  return terms.map((_, term) => {
    const own = turns?.find((turn) => turn.terms.includes(term));
    return own === undefined ? step : takenBy(own.player, turns!, step);
  });
}

const roundOf = (turns: readonly TurnSpec[]): number => turns.reduce((sum, { count }) => sum + count, 0);

/** Steps of a player among the first steps of a phase. */
function takenBy(player: string, turns: readonly TurnSpec[], step: number): number {
  const round = roundOf(turns);
  const among = (most: number): number => {
    let [left, taken] = [most, 0];
    for (const turn of turns) {
      const now = Math.min(left, turn.count);
      if (turn.player === player) taken += now;
      left -= now;
    }
    return taken;
  };
  return Math.floor(step / round) * among(round) + among(step % round);
}
