/** What the mutation tool and Vitest's runner, which is another process, say to each other. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

/** The function that switched text asks: whether the mutant of a number is the one that stands. */
export const switchName = 'aecMutant';

/** In front of the name of a test that failed, in what Vitest prints. */
export const failureMark = 'FIRST FAILURE ';

/** What the tool says to the runner, as JSON in a file that the environment names. */
export interface Order {
  /** The number of the mutant that stands. */
  readonly mutant?: number;
  /** Names of the cases to run, by file; all where it is absent. */
  readonly cases?: Readonly<Record<string, readonly string[]>>;
  /** Where to write what each file reaches. */
  readonly record?: { readonly to: string; readonly mutants: number; readonly modules: readonly string[] };
}

export interface RecordedCase {
  readonly name: string;
  /** Of processor time. */
  readonly ms: number;
  /** Numbers of the mutants whose place it comes by. */
  readonly reaches: readonly number[];
  readonly failed: boolean;
}

export interface Recorded {
  readonly file: string;
  /** Of the text of the file. */
  readonly digest: string;
  /** What is reached when modules are loaded, whatever is tested. */
  readonly always: readonly number[];
  /** What the file reaches outside of its cases. */
  readonly around: readonly number[];
  readonly cases: readonly RecordedCase[];
}

const orderName = 'AEC_MUTATION';

/** The environment for a runner that follows the order in a file. */
export const orderedBy = (path: string): Readonly<Record<string, string>> => ({ [orderName]: path });

export const readOrder = (): Order => JSON.parse(readFileSync(process.env[orderName] ?? '', 'utf8')) as Order;

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The lines that a recording has written. */
export const recorded = (path: string): readonly Recorded[] =>
  (existsSync(path) ? readFileSync(path, 'utf8') : '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded);
