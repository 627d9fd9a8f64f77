/** Output of commands, and how they end where a user has made a mistake. */
import { renderDataError, type DataError } from '../runtime/result.js';

/** Of everything that `--json` prints; docs/cli.md says what it holds. */
export const jsonVersion = 1;

/** What a refusal says to machines. */
export interface RefusedJson {
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  /** What to do, and whatever else there is to say. */
  readonly help?: readonly string[];
  /** Findings of a source. */
  readonly diagnostics?: readonly unknown[];
}

/** A user's mistake, printed as it is: exit code 1. */
export class Refusal extends Error {
  constructor(
    readonly lines: readonly string[],
    private readonly diagnostics?: readonly unknown[],
  ) {
    super(lines.join('\n'));
  }

  /** The same, field by field. */
  json(): RefusedJson {
    const lines = this.lines.flatMap((line) => line.split('\n'));
    const [first = '', ...rest] = lines;
    const field = (name: string): string | undefined =>
      rest.flatMap((line) => new RegExp(`^ +${name}:? +(.*)$`).exec(line)?.[1] ?? [])[0];
    const [expected, found] = [field('expected'), field('found')];
    const help = rest.filter((line) => !/^ +(expected|found)\b/.test(line)).map((line) => line.trim());
    return {
      message: first.replace(/^error: /, ''),
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      ...(help.length === 0 ? {} : { help }),
      ...(this.diagnostics === undefined ? {} : { diagnostics: this.diagnostics }),
    };
  }
}

export const refuse = (...lines: readonly string[]): never => {
  throw new Refusal(lines);
};

/** An error in what the user gave. */
export const refuseData = (error: DataError, ...more: readonly string[]): never =>
  refuse(`error: ${renderDataError(error)}`, ...more);

export const out = (text: string): void => void process.stdout.write(`${text}\n`);
export const err = (text: string): void => void process.stderr.write(`${text}\n`);

/** What a command came to, for machines. */
export const outJson = (value: object): void => out(JSON.stringify({ version: jsonVersion, ...value }, null, 2));

/** One line: a run's events, and every refusal. */
export const outJsonLine = (value: object): void => out(JSON.stringify({ version: jsonVersion, ...value }));
