/** Which data a command works on: those of `--data`, or those that the file names. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../ir/model/model.js';
import type { DataSource } from '../ir/model/training.js';
import { syntheticSets } from '../runtime/index.js';
import { nearest } from '../diagnostics/spelling.js';
import { refuse } from './refusal.js';

export interface DataOptions {
  readonly data?: string;
  /** Which fields of a table are which variable, as in `x=area,rooms`. */
  readonly columns?: readonly string[];
  /** Where sets that a file names are looked for; `AEC_DATA` of the environment unless given. */
  readonly dataDir?: string;
}

/**
 * The data as `--data` names them; those of the run (`ofRun`), or those of the file, where it names none. Other tables are
 * read by the fields of the run's, other folders of pictures brought to what the run's were. Refuses where nothing names any, where they are not found, or have no fields to name.
 */
export function dataNamed(
  { data, columns = [], dataDir }: DataOptions,
  { training, variables }: Model,
  ofRun?: string,
): string {
  if (data !== undefined)
    refuseMisspelled(
      data,
      variables.map(({ name }) => name),
    );
  const named = data ?? ofRun ?? ofFile(training.data, dataDir);
  const { kind, path, part } = partsOf(named);
  if (columns.length > 0)
    return kind !== 'table'
      ? refuse(
          'error: --columns chooses fields of a table',
          `  found: --data ${named}`,
          '  one table is named by its path: --data houses.csv --columns x=area,rooms y=price',
          '  of several, each names its own: --data x=houses.csv#area,rooms,y=prices.csv#price',
        )
      : `${path}#${columns.join(';')}`;
  const before = ofRun === undefined ? undefined : partsOf(ofRun);
  const isAlike = part === undefined && before?.kind === kind && before.part !== undefined;
  return isAlike ? `${path}#${before.part}` : named;
}

/** A word that is no set and no file, and nearly a set: a loader would look for a file of that name. */
function refuseMisspelled(data: string, variables: readonly string[]): void {
  const [, word = '', next] = /^(\w+)([:=]|$)/.exec(data) ?? [];
  const sets = next === '=' ? ['mnist'] : syntheticSets.map(({ name }) => name);
  const meant = [...sets, ...variables].includes(word) || existsSync(data) ? undefined : nearest(word, sets);
  if (meant !== undefined)
    refuse(
      `error: there is no data set ${word}`,
      `  found: --data ${data}`,
      `  did you mean --data ${meant}${data.slice(word.length)}?`,
    );
}

interface Named {
  readonly kind: 'table' | 'pictures' | 'other';
  readonly path: string;
  /** What stands behind the path: fields, or what pictures are brought to. */
  readonly part: string | undefined;
}

function partsOf(data: string): Named {
  const [, path = data, part] = /^([^#]*)(?:#(.*))?$/.exec(data) ?? [];
  const isOne = !/^\w+=/.test(path);
  const kind =
    isOne && /\.(?:[ct]sv|parquet|pq)$/i.test(path) ? 'table' : isOne && isFolder(path) ? 'pictures' : 'other';
  return { kind, path, part };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

function ofFile(source: DataSource | undefined, dataDir: string | undefined): string {
  if (source === undefined)
    return refuse(
      'error: --data is needed',
      '  for example: --data strokes, --data x=images.npy; or `data strokes` in `train { … }`',
    );
  return proceduralOf(source) ?? foundIn(dataDir ?? process.env['AEC_DATA'], source);
}

/** `identity(8)` as `identity:n=8`: numbers without a name are parameters in their order. */
function proceduralOf({ set, args }: DataSource): string | undefined {
  const known = syntheticSets.find(({ name }) => name === set);
  if (known === undefined) return undefined;
  const given = args.map(({ name, value }, i) => `${name ?? known.parameters[i]?.name ?? i + 1}=${value}`);
  return given.length === 0 ? set : `${set}:${given.join(',')}`;
}

/** A set that is looked for is what its files are: arguments that say more would be forgotten. */
function foundIn(folder: string | undefined, { set, args }: DataSource): string {
  if (args.length > 0)
    return refuse(
      `error: the data set ${set}, which the file names, takes no arguments`,
      `  expected: data ${set}`,
      `  procedural sets take some: ${syntheticSets.map(({ name }) => name).join(', ')}`,
    );
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
