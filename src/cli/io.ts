/** What every command shares: reading sources, of files or of runs, and printing findings. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { check, type Checked, type ReadFile } from '../compiler.js';
import type { Severity } from '../diagnostics/codes.js';
import { severityOf, type Finding } from '../diagnostics/finding.js';
import { allToJson, type JsonFinding } from '../diagnostics/json.js';
import { renderAll } from '../diagnostics/render.js';
import type { Model } from '../ir/model/model.js';
import { reason } from '../runtime/node/files.js';
import { withFigures } from './figures.js';
import { err, Refusal, refuse } from './refusal.js';
import type { KnownRun } from './runs.js';

export interface SourceOptions {
  readonly set?: readonly string[];
  readonly name?: string;
  readonly json?: boolean;
  /** Figures beside those that the file asks for, as clauses without their keyword. */
  readonly figure?: readonly string[];
}

/** `--set hidden=32 --set p=0.1` as a record. */
export function settingsOf(options: SourceOptions): Readonly<Record<string, string>> {
  return Object.fromEntries(
    (options.set ?? []).map((text): readonly [string, string] => {
      const at = text.indexOf('=');
      if (at < 1) return refuse(`error: --set ${text}`, '  expected: name=value', '  for example: --set hidden=32');
      return [text.slice(0, at), text.slice(at + 1)];
    }),
  );
}

/** The text of a source file; refused where it is not one. */
export function readSource(path: string): string {
  if (!existsSync(path))
    return refuse(`error: there is no file ${path}`, '  expected: an .ae file', '  try: aec init model.ae');
  const found = statSync(path);
  if (found.isDirectory()) return refuse(`error: ${path} is a folder`, '  expected: an .ae file');
  // A pipe is waited for without end, and a device has none.
  if (!found.isFile()) return refuse(`error: ${path} is a pipe or a device`, '  expected: an .ae file');
  if (found.size > largestSource)
    return refuse(
      `error: ${path} has ${(found.size / 2 ** 20).toFixed(1)} MiB`,
      `  expected: an .ae file of at most ${largestSource / 2 ** 20} MiB`,
    );
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    return refuse(`error: ${path} cannot be read`, `  found: ${reason(error)}`);
  }
}

export const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** More than anybody writes. */
const largestSource = 4 * 2 ** 20;

/** The text of an imported file; undefined where it is none that can be read. */
function readImported(path: string): string | undefined {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= largestSource ? readFileSync(path, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}

/** A checked source, and the run that it is of, where a command was given one. */
export interface CheckedSource {
  readonly checked: Checked;
  readonly run?: KnownRun;
}

/**
 * Parses and checks a file from disk, its imports read beside it; or what a run was trained from, with its
 * hyperparameters unless `settings` say otherwise.
 */
export async function checkFile(
  path: string,
  settings: Readonly<Record<string, string>>,
  figures: { readonly name?: string | undefined; readonly asked?: readonly string[] | undefined } = {},
): Promise<CheckedSource> {
  // A file is checked without what knows of runs, which is more to load than the check.
  const runs = isFolder(path) ? await import('./runs.js') : undefined;
  const run = await runs?.runAt(path);
  const { name, text, read } = runs === undefined || run === undefined ? onDisk(path) : runs.sourceOf(run);
  const { asked = [] } = figures;
  const all = { ...run?.record.origin.set, ...settings };
  const written = check(name, text, read, all);
  const checked =
    asked.length === 0
      ? written
      : check(name, withFigures(written, figures.name ?? run?.record.model, asked), read, all);
  return { ...(run === undefined ? {} : { run }), checked };
}

/** A text, and the texts of what it imports. */
export interface Source {
  readonly name: string;
  readonly text: string;
  readonly read: ReadFile;
}

const onDisk = (path: string): Source => ({
  name: basename(path),
  text: readSource(path),
  read: (name) => readImported(join(dirname(path), name)),
});

const textsOf =
  (checked: Checked) =>
  (file: string): string | undefined =>
    checked.files.get(file)?.text;

/** Prints findings on standard error; counts at the end. */
export function printFindings(checked: Checked): void {
  const color = process.stderr.isTTY && process.env['NO_COLOR'] === undefined;
  for (const text of renderAll(checked.findings, checked.locate, textsOf(checked), { color })) err(`${text}\n`);
}

export const jsonFindings = (checked: Checked): readonly JsonFinding[] =>
  allToJson(checked.findings, checked.locate, textsOf(checked));

export const countOf = (findings: readonly Finding[], severity: Severity): number =>
  findings.filter((one) => severityOf(one) === severity).length;

type Stage = 'model' | 'program';

/**
 * The checked file with all its models; findings are printed, errors end the command. For a `stage` before lowering,
 * clauses that are not compiled yet do not.
 */
export async function loadModels(
  path: string,
  options: SourceOptions,
  stage: Stage = 'program',
): Promise<CheckedSource> {
  const source = await checkFile(path, settingsOf(options), { name: options.name, asked: options.figure });
  const { checked } = source;
  const ends = (one: Finding): boolean =>
    severityOf(one) === 'error' && (stage === 'program' || one.message.code !== 'AE5001');
  if (checked.findings.some(ends)) {
    const count = countOf(checked.findings, 'error');
    const said = `${path}: ${count} error${count === 1 ? '' : 's'}`;
    if (options.json === true) throw new Refusal([said], jsonFindings(checked));
    printFindings(checked);
    return refuse(said);
  }
  if (options.json !== true) printFindings(checked);
  return source;
}

/** The checked file and the one model that a command is about. */
export async function loadModel(
  path: string,
  options: SourceOptions,
  stage: Stage = 'program',
): Promise<CheckedSource & { readonly model: Model }> {
  const source = await loadModels(path, options, stage);
  const { checked } = source;
  const names = checked.models.map((m) => m.name);
  const wanted = options.name ?? source.run?.record.model;
  if (wanted !== undefined) {
    const model = checked.models.find((m) => m.name === wanted);
    return model === undefined
      ? refuse(`error: ${path} has no autoencoder ${wanted}`, `  expected: ${names.join(', ') || 'an autoencoder'}`)
      : { ...source, model };
  }
  const [model, second] = checked.models;
  if (model === undefined) return refuse(`error: ${path} declares no autoencoder`, '  try: aec init model.ae');
  if (second !== undefined)
    return refuse(
      `error: ${path} declares several autoencoders: ${names.join(', ')}`,
      '  choose one with --name; --all of aec train takes each',
    );
  return { ...source, model };
}
