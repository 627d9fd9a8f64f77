/** What the command line says in place of the file, or what it said when a run began. */
import type { Model } from '../ir/model/model.js';
import type { Phase } from '../ir/model/training.js';
import type { RunOrigin } from '../runtime/node/record.js';

export type Overrides = RunOrigin['overrides'];

/** Epochs and batch of every phase, and the seed. */
export function withOverrides(model: Model, { epochs, batch, seed }: Overrides): Model {
  const inPhase = <P extends Phase>(phase: P): P => ({
    ...phase,
    ...(epochs === undefined ? {} : { epochs }),
    ...(batch === undefined ? {} : { batch: { ...phase.batch, size: batch } }),
  });
  const { training } = model;
  return {
    ...model,
    training: {
      ...inPhase(training),
      phases: training.phases.map(inPhase),
      ...(seed === undefined ? {} : { seed }),
    },
  };
}

/** Those that were given. */
export const overridesOf = (given: Readonly<Partial<Record<keyof Overrides, number | undefined>>>): Overrides =>
  Object.fromEntries(
    (['epochs', 'batch', 'seed'] as const).flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])),
  );

/** A flag of the command line; absent without a value, alone where the value is true. */
export type Flag = readonly [name: string, value: string | number | boolean | undefined];

/** A command as a shell reads it. */
export function commandLine(command: string, path: string, flags: readonly Flag[]): string {
  return [`aec ${command}`, quoted(path), ...words(flags).map(quoted)].join(' ');
}

/** Flags as a process takes them. */
export const words = (flags: readonly Flag[]): readonly string[] =>
  flags.flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    return value === true ? [`--${name}`] : [`--${name}`, String(value)];
  });

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
