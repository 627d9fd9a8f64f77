/** Which data a command works on: those of `--data`, or those that the file names. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../ir/model/model.js';
import type { DataSource } from '../ir/model/training.js';
import { syntheticSets } from '../runtime/index.js';
import { refuse } from './refusal.js';

export interface DataOptions {
  readonly data?: string;
  /** Where sets that a file names are looked for; `AEC_DATA` of the environment unless given. */
  readonly dataDir?: string;
}

/** The data as `--data` names them. Refuses where neither the command line nor the file names any, or where they are not found. */
export function dataNamed({ data, dataDir }: DataOptions, { training }: Model): string {
  if (data !== undefined) return data;
  const source = training.data;
  if (source === undefined)
    return refuse(
      'error: --data is needed',
      '  for example: --data strokes, --data x=images.npy; or `data strokes` in `train { … }`',
    );
  return proceduralOf(source) ?? foundIn(dataDir ?? process.env['AEC_DATA'], source.set);
}

/** `identity(8)` as `identity:n=8`: numbers without a name are parameters in their order. */
function proceduralOf({ set, args }: DataSource): string | undefined {
  const known = syntheticSets.find(({ name }) => name === set);
  if (known === undefined) return undefined;
  const given = args.map(({ name, value }, i) => `${name ?? known.parameters[i]?.name ?? i + 1}=${value}`);
  return given.length === 0 ? set : `${set}:${given.join(',')}`;
}

function foundIn(folder: string | undefined, set: string): string {
  const path = folder === undefined ? undefined : join(folder, set);
  if (path !== undefined && existsSync(path)) return set === 'mnist' ? `mnist=${path}` : path;
  return refuse(
    `error: the data set ${set}, which the file names, is not here`,
    path === undefined
      ? '  say where it is: --data-dir FOLDER, or the environment variable AEC_DATA'
      : `  expected: ${path}`,
    `  or name other data: --data`,
  );
}
