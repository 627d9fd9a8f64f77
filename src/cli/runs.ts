/** Folders of runs: which one a command is about, and where a new one goes. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readBytes } from '../runtime/node/files.js';
import { checkpointFile, isRun, readRecord, recordFile, weightsFile, type RunRecord } from '../runtime/node/record.js';
import { readSafetensors } from '../runtime/safetensors.js';
import { isFolder, type Source } from './io.js';
import { refuse, refuseData } from './refusal.js';

export interface KnownRun {
  readonly folder: string;
  readonly record: RunRecord;
}

/** What a sweep says of itself, in the folder that its runs lie in. */
export const sweepFile = 'sweep.json';

/** Below the folder in which a command runs. */
const runsFolder = 'runs';

/** The run in a folder; undefined where the path is none. Refuses folders that hold no run. */
export async function runAt(path: string): Promise<KnownRun | undefined> {
  if (!isFolder(path)) return undefined;
  if (!isRun(path))
    return refuse(
      `error: ${path} is a folder`,
      `  expected: an .ae file, or the folder of a run, with its ${recordFile}`,
      ...inside(path),
    );
  const record = await readRecord(path);
  return record.ok ? { folder: path, record: record.value } : refuseData(record.error);
}

/** The folders of the runs that paths name: a sweep stands for those of its points that hold one. */
export const runFoldersIn = (paths: readonly string[]): readonly string[] =>
  paths.flatMap((path) => {
    // `sweep/*` names its table and its figure, too.
    if (!isFolder(path)) return existsSync(path) && holdsSweep(dirname(path)) ? [] : [path];
    return !isRun(path) && holdsSweep(path)
      ? readdirSync(path)
          .map((name) => join(path, name))
          .filter(isRun)
      : [path];
  });

/** What a run was trained from. */
export function sourceOf({ folder, record }: KnownRun): Source {
  const [root] = record.origin.sources;
  if (root === undefined)
    return refuse(
      `error: ${folder} does not say what it was trained from`,
      '  found: a run of a generated project',
      `  name the .ae file: --weights ${join(folder, weightsFile)}`,
    );
  const texts = new Map(record.origin.sources.map(({ name, text }) => [name, text]));
  return { ...root, read: (name) => texts.get(name) };
}

/** Runs and sources in a folder that is neither; of a sweep how it goes on. */
function inside(path: string): readonly string[] {
  if (holdsSweep(path)) return [`  found: a sweep, whose points are runs: ${join(path, 'NAME')}`, ...goingOn(path)];
  const names = readdirSync(path).filter((name) => name.endsWith('.ae') || isRun(join(path, name)));
  return names.length === 0 ? [] : [`  found there: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`];
}

function goingOn(sweep: string): readonly string[] {
  try {
    const { command } = JSON.parse(readFileSync(join(sweep, sweepFile), 'utf8')) as { readonly command?: unknown };
    return typeof command === 'string'
      ? [`  all of them go on with: ${command.replace(/ --resume\b/, '')} --resume`]
      : [];
  } catch {
    return [];
  }
}

const holdsRun = (folder: string): boolean =>
  [recordFile, weightsFile, checkpointFile].some((file) => existsSync(join(folder, file)));

/** `runs/NAME`, `runs/NAME-2`, … */
const numbered = (name: string, number: number): string => join(runsFolder, number === 1 ? name : `${name}-${number}`);

const holdsSweep = (folder: string): boolean => existsSync(join(folder, sweepFile));

/** The numbers of the folders of a model of which something holds, the newest last. */
function numbersOf(name: string, holds: (folder: string) => boolean): readonly number[] {
  if (!isFolder(runsFolder)) return [];
  const numbers = readdirSync(runsFolder).flatMap((folder) => {
    if (folder === name) return [1];
    const number = folder.startsWith(`${name}-`) ? folder.slice(name.length + 1) : '';
    return /^[1-9]\d{0,8}$/.test(number) && number !== '1' ? [Number(number)] : [];
  });
  return numbers.filter((number) => holds(numbered(name, number))).sort((a, b) => a - b);
}

/** The folder for a new run or sweep of a model: behind all that are there. */
export const freshFolder = (name: string): string =>
  numbered(name, (numbersOf(name, (folder) => holdsRun(folder) || holdsSweep(folder)).at(-1) ?? 0) + 1);

/** The newest sweep of a model; where a first one would be if there is none. */
export const newestSweep = (name: string): string => numbered(name, numbersOf(name, holdsSweep).at(-1) ?? 1);

/** The newest run of a model; where a first one would be if there is none. */
export const newestFolder = (name: string): string => numbered(name, numbersOf(name, holdsRun).at(-1) ?? 1);

/** What weights say of the model that they were trained in. */
export interface Said {
  /** Hyperparameters by name. */
  readonly parameters: ReadonlyMap<string, string>;
  /** SHA-256 of its source. */
  readonly source: string;
}

/** Nothing where the file does not say: what is wrong with it is said where its tensors are read. */
export async function saidIn(weights: string): Promise<Said> {
  const bytes = existsSync(weights) ? await readBytes(weights) : undefined;
  const read = bytes?.ok === true ? readSafetensors(bytes.value, weights) : undefined;
  const metadata = read?.ok === true ? read.value.metadata : {};
  return { parameters: parametersIn(metadata['parameters'] ?? '[]'), source: metadata['source_sha256'] ?? '' };
}

function parametersIn(text: string): ReadonlyMap<string, string> {
  try {
    const list: unknown = JSON.parse(text);
    const entries = (Array.isArray(list) ? list : []) as readonly {
      readonly name?: unknown;
      readonly value?: unknown;
    }[];
    return new Map(entries.map((one) => [String(one?.name), String(one?.value)]));
  } catch {
    return new Map();
  }
}

/** The weights of a run that has ended; those of its checkpoint where it has not. */
export function weightsIn(folder: string): string {
  const [ended, running] = [join(folder, weightsFile), join(folder, checkpointFile)];
  return !existsSync(ended) && existsSync(running) ? running : ended;
}
