/** Whose turn it is in a phase of players who take turns. */
import type { PhaseSpec } from './program.js';

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
  const round = turns.reduce((sum, { count }) => sum + count, 0);
  const ofPlayer = (player: string, among: typeof turns): number =>
    among.reduce((sum, one) => sum + (one.player === player ? one.count : 0), 0);
  let at = step % round;
  const index = turns.findIndex(({ count }) => {
    if (at < count) return true;
    at -= count;
    return false;
  });
  const turn = turns[index]!;
  return {
    step: turn.step,
    trains: turn.trains,
    terms: turn.terms,
    taken: Math.floor(step / round) * ofPlayer(turn.player, turns) + ofPlayer(turn.player, turns.slice(0, index)) + at,
    left: turn.count - at,
  };
}
