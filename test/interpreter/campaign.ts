/** Many random models, one after another: what came of them, and the least text of each failure. */
import { checkText } from '../support/emitted.js';
import { attempt, type Attempt, type Backend } from './compare/attempt.js';
import { generate } from './generate/models.js';
import { shrunk } from './generate/shrink.js';

export interface Failure {
  readonly seed: number;
  readonly text: string;
  readonly stage: string;
  readonly reason: string;
}

export interface Tally {
  readonly tried: number;
  readonly agreed: number;
  /** Agreed where comparisons tell little: near a tie, or beyond float32. */
  readonly blunt: number;
  /** Quantities that were compared. */
  readonly compared: number;
  readonly failures: readonly Failure[];
}

/** A model from its text; an exception is a failure too. */
export async function tryText(text: string, backends: readonly Backend[]): Promise<Attempt> {
  try {
    return await attempt(checkText(text), backends, { sharply: true });
  } catch (error) {
    return {
      kind: 'fails',
      stage: 'check',
      reason: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

export async function campaign(
  seeds: readonly number[],
  backends: readonly Backend[],
  onModel?: (tally: Tally, failure?: Failure) => void,
): Promise<Tally> {
  let tally: Tally = { tried: 0, agreed: 0, blunt: 0, compared: 0, failures: [] };
  for (const seed of seeds) {
    const { text } = generate(seed);
    const result = await tryText(text, backends);
    const failure = result.kind === 'fails' ? { seed, text, stage: result.stage, reason: result.reason } : undefined;
    tally = {
      tried: tally.tried + 1,
      agreed: tally.agreed + (result.kind === 'agrees' ? 1 : 0),
      blunt: tally.blunt + (result.kind === 'agrees' && result.blunt ? 1 : 0),
      compared: tally.compared + (result.kind === 'agrees' ? result.compared : 0),
      failures: failure === undefined ? tally.failures : [...tally.failures, failure],
    };
    onModel?.(tally, failure);
  }
  return tally;
}

/** The least text that fails at the same stage, with the same first words. */
export async function least({ text, stage, reason }: Failure, backends: readonly Backend[]): Promise<Failure> {
  const kind = (of: string): string =>
    of
      .split('\n')[0]!
      .replace(/[-\d.]+(e-?\d+)?/g, '#')
      .slice(0, 24);
  let last = reason;
  const smaller = await shrunk(text, async (candidate) => {
    const result = await tryText(candidate, backends);
    const fails =
      result.kind === 'fails' && result.stage === stage && (stage === 'values' || kind(result.reason) === kind(reason));
    if (fails) last = result.reason;
    return fails;
  });
  return { seed: -1, text: smaller, stage, reason: last };
}

export const showFailure = ({ seed, text, stage, reason }: Failure): string =>
  `${seed < 0 ? 'least text' : `seed ${seed}`} fails at ${stage}:\n${reason}\n\n${text}`;
