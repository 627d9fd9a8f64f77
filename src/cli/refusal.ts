/** Output of commands, and how they end where a user has made a mistake. */
import { renderDataError, type DataError } from '../runtime/result.js';

/** A user's mistake, printed as it is: exit code 1. */
export class Refusal extends Error {}

export const refuse = (...lines: readonly string[]): never => {
  throw new Refusal(lines.join('\n'));
};

/** An error in what the user gave. */
export const refuseData = (error: DataError, ...more: readonly string[]): never =>
  refuse(`error: ${renderDataError(error)}`, ...more);

export const out = (text: string): void => void process.stdout.write(`${text}\n`);
export const err = (text: string): void => void process.stderr.write(`${text}\n`);
export const outJson = (value: unknown): void => out(JSON.stringify(value, null, 2));
