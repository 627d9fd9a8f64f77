/** What a run leaves to be known by: `run.json` for later commands, `history.csv` for people and their tools. */
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { DataIdentity } from '../identity.js';
import type { ProgramSpec } from '../program.js';
import { epochLoss, phaseOf, type EpochRecord } from '../progress.js';
import { failure, success, type Result } from '../result.js';
import { readBytes } from './files.js';

export const recordFile = 'run.json';
export const historyFile = 'history.csv';
export const checkpointFile = 'checkpoint.safetensors';
export const weightsFile = 'weights.safetensors';

/** What only the caller of a run knows of it. */
export interface RunOrigin {
  /** The command that made it, as a shell reads it. */
  readonly command: string;
  /** The source and its imports by name, the source first, as they were read. */
  readonly sources: readonly { readonly name: string; readonly text: string }[];
  /** Hyperparameters that the command line gave, as typed. */
  readonly set: Readonly<Record<string, string>>;
  /** What stood in place of the file's. */
  readonly overrides: Readonly<Partial<Record<'epochs' | 'batch' | 'seed', number>>>;
  /** The data as `--data` names them. */
  readonly data: string;
  readonly backend: string;
  /** Parts that were loaded before the first step, as typed. */
  readonly load?: readonly string[];
}

export type RunStatus = 'running' | 'done' | 'interrupted' | 'failed';

/** An epoch with its terms by name. */
export interface RecordedEpoch {
  readonly phase: string;
  readonly epoch: number;
  /** By which the epoch is judged: on held-out examples where there are some. */
  readonly loss: number;
  readonly train: Readonly<Record<string, number>>;
  readonly validation?: Readonly<Record<string, number>>;
}

/** `run.json`. Numbers that are not finite are null there. */
export interface RunRecord {
  /** Of this form; a file of another one is refused. */
  readonly version: 1;
  readonly model: string;
  readonly status: RunStatus;
  readonly origin: RunOrigin;
  /** Every hyperparameter with its value. */
  readonly parameters: Readonly<Record<string, number | boolean | string>>;
  readonly seed: number;
  readonly data: DataIdentity;
  readonly compiler: string;
  readonly sourceHash: string;
  readonly machine: { readonly node: string; readonly platform: string; readonly processors: string };
  /** ISO 8601, of the first step. */
  readonly started: string;
  /** ISO 8601, of the last time that something was written. */
  readonly updated: string;
  /** Spent in all parts of the run. */
  readonly seconds: number;
  readonly steps: number;
  readonly history: readonly RecordedEpoch[];
  /** What was measured at the end; see `RunResult`. */
  readonly result?: Readonly<Record<string, unknown>>;
}

/** The processor and the system of this machine. */
export const machine = (): RunRecord['machine'] => ({
  node: process.version,
  platform: `${process.platform} ${process.arch}`,
  processors: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
});

/** An epoch's record with names for its terms. */
export function recordedEpoch(spec: ProgramSpec, record: EpochRecord): RecordedEpoch {
  const phase = phaseOf(spec, record);
  const named = (values: readonly number[]): Readonly<Record<string, number>> =>
    Object.fromEntries(values.map((value, i) => [phase.terms[i]?.name ?? String(i), value]));
  return {
    phase: record.phase,
    epoch: record.epoch,
    loss: epochLoss(phase, record),
    train: named(record.train),
    ...(record.validation === undefined ? {} : { validation: named(record.validation) }),
  };
}

/** A row an epoch; a column for each term of each phase, `held out` ones after those of training. */
export function historyCsv(history: readonly RecordedEpoch[]): string {
  const names = (of: (epoch: RecordedEpoch) => Readonly<Record<string, number>> | undefined): readonly string[] => [
    ...new Set(history.flatMap((epoch) => Object.keys(of(epoch) ?? {}))),
  ];
  const train = names((epoch) => epoch.train);
  const held = names((epoch) => epoch.validation);
  const rows = history.map((epoch) => [
    epoch.phase,
    epoch.epoch,
    epoch.loss,
    ...train.map((name) => epoch.train[name] ?? ''),
    ...held.map((name) => epoch.validation?.[name] ?? ''),
  ]);
  const header = ['phase', 'epoch', 'loss', ...train, ...held.map((name) => `held out ${name}`)];
  return `${[header, ...rows].map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

const cell = (value: string | number): string =>
  typeof value === 'string' && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value);

/** Whether a folder says of itself that it holds a run. */
export const isRun = (folder: string): boolean => existsSync(join(folder, recordFile));

/** The record of a folder. Errors: none there, one of another version, one that is damaged. */
export async function readRecord(folder: string): Promise<Result<RunRecord>> {
  const path = join(folder, recordFile);
  const bytes = await readBytes(path, 2 ** 28);
  if (!bytes.ok) return bytes;
  const read = parsed(new TextDecoder().decode(bytes.value));
  if (isRecord(read)) return success(read);
  const version = (read as { readonly version?: unknown } | undefined)?.version;
  return failure(
    path,
    'what `aec train` wrote of a run (version 1)',
    version === undefined || version === 1 ? 'something else' : `version ${JSON.stringify(version)}`,
    version === undefined || version === 1 ? 'take another run, or name the model and --weights' : 'take a newer aec',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ofStrings = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((one) => typeof one === 'string');

/** Of the form that later commands rely on. */
function isRecord(value: unknown): value is RunRecord {
  if (!isObject(value) || value['version'] !== 1) return false;
  const { model, origin, history, data, parameters } = value;
  if (typeof model !== 'string' || !isObject(origin) || !Array.isArray(history)) return false;
  if (!isObject(data) || !isObject(parameters)) return false;
  const { sources, set, overrides, command } = origin;
  return (
    typeof origin['data'] === 'string' &&
    typeof command === 'string' &&
    Array.isArray(sources) &&
    sources.every(ofStrings) &&
    sources.every((one) => isObject(one) && 'name' in one && 'text' in one) &&
    ofStrings(set) &&
    isObject(overrides) &&
    Object.values(overrides).every((one) => Number.isSafeInteger(one)) &&
    history.every((one) => isObject(one) && typeof one['phase'] === 'string' && isObject(one['train']))
  );
}
