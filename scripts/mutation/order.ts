/** What the mutation tool and Vitest's runner, which is another process, say to each other. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** The function that switched text asks: whether the mutant of a number is the one that stands. */
export const switchName = 'aecMutant';

/** In front of the name of a test that failed, in what Vitest prints. */
export const failureMark = 'FIRST FAILURE ';

/** In the place of a mutant: the source as it is. */
export const noMutant = -1;

/** The number of the switches that tell who uses what a mutant changes when files are loaded. */
export const probeOf = (mutant: number, mutants: number): number => mutants + mutant;

/** What the tool says to the runner, as JSON in a file that the environment names. */
export type Order =
  /** One mutant stands from the beginning on, and the first case that fails ends the run. */
  | {
      readonly kind: 'one';
      readonly mutant: number;
      /** Names of the cases to run, by file. */
      readonly cases: Readonly<Record<string, readonly string[]>>;
    }
  /** Each case is run without a mutant, and then again with each that it comes by. */
  | {
      readonly kind: 'all';
      /** Mutants, and as many probes. */
      readonly switches: number;
      /** Mutants that nothing has noticed, with the milliseconds that they have cost. */
      readonly open: readonly (readonly [mutant: number, spent: number])[];
      /** Milliseconds of processor time for a mutant. */
      readonly effort: number;
      /** Names of the cases that were run before, by file. */
      readonly done: Readonly<Record<string, readonly string[]>>;
      /** Of the texts of files, and what they read: results of others are forgotten. */
      readonly digests: Readonly<Record<string, string>>;
      /** What is loaded in front of all tests: what it reaches is reached by all. */
      readonly modules: readonly string[];
      /** The log, a line of JSON a case and one a file. */
      readonly log: string;
      /** What is tried now, for the case that it comes to no end. */
      readonly trying: string;
    };

/** A line of the log. */
export type Line =
  | {
      readonly kind: 'case';
      readonly file: string;
      readonly digest: string;
      readonly name: string;
      readonly ms: number;
      /** Mutants and probes. */
      readonly reaches: readonly number[];
      /** Mutants with which it was run again. */
      readonly tried: readonly number[];
      /** Those with which it fails. */
      readonly notices: readonly number[];
    }
  | {
      readonly kind: 'file';
      readonly file: string;
      readonly digest: string;
      /** What is reached when the source is loaded. */
      readonly always: readonly number[];
      /** What the file reaches outside of its cases. */
      readonly around: readonly number[];
    };

export interface Trying {
  readonly mutant: number;
  readonly file: string;
  readonly name: string;
}

const orderName = 'AEC_MUTATION';

/** The environment for a runner that follows the order in a file. */
export const orderedBy = (path: string): Readonly<Record<string, string>> => ({ [orderName]: path });

export const readOrder = (): Order => JSON.parse(readFileSync(process.env[orderName] ?? '', 'utf8')) as Order;

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** Lines of JSON in a file; none where it is not there. */
export const linesOf = <T>(path: string): readonly T[] =>
  (existsSync(path) ? readFileSync(path, 'utf8') : '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
