/** `aec train` of what is more than one run: of a model that is swept, of all autoencoders of a file. One table and one page at the end. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../../ir/model/model.js';
import { phasesOf } from '../../ir/model/training.js';
import { checkpointFile } from '../../runtime/node/record.js';
import {
  compareRuns,
  comparisonPage,
  comparisonTable,
  comparisonText,
  drawComparison,
  drawSweep,
  type NamedRun,
} from '../../runtime/node/compare.js';
import { isRun, makeFolder, readRecord, weightsFile, writeAside } from '../../runtime/node/index.js';
import { csvOf } from '../../runtime/figures/drawing.js';
import { withModels } from '../opened.js';
import { words, type Overrides } from '../overrides.js';
import { err, out, outJsonLine, refuse, refuseData } from '../refusal.js';
import { sweepFile } from '../runs.js';
import type { Axis, Point } from '../sweep/points.js';
import { runJobs, type Ended, type Job } from '../sweep/processes.js';
import { sweepProgress } from '../sweep/progress.js';

export interface SweepPlan {
  /** The autoencoder that is swept, or the file of which all are trained. */
  readonly title: string;
  readonly doc: string;
  readonly points: readonly Point[];
  /** What is swept, where the points are of one model. */
  readonly axes: readonly Axis[];
  /** The sweep's; that of a point lies in it. */
  readonly folder: string;
  /** Of every point: `train`, the file, and all flags that say nothing of which point it is. */
  readonly args: readonly string[];
  readonly overrides: Overrides;
  /** As it was typed, and to go on with. */
  readonly command: string;
  readonly resumeCommand: string;
}

export interface SweepOptions {
  readonly jobs: number;
  readonly resume: boolean;
  readonly force: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Draw figure and page. */
  readonly report: boolean;
}

/** What is known of a sweep, beside its points. */
interface SweepRecord {
  readonly version: 1;
  /** The autoencoder, or the file of which all are trained. */
  readonly model: string;
  readonly command: string;
  readonly sweep: readonly Axis[];
  /** In the order of the grid; folders beside this file. */
  readonly points: readonly (Pick<Ended, 'name'> & {
    readonly status: Ended['kind'] | 'waiting';
    readonly reason?: string;
  })[];
}

export async function sweepCommand(plan: SweepPlan, options: SweepOptions): Promise<number> {
  const { folder, title, axes, points } = plan;
  const pathOf = ({ name }: Pick<Point, 'name'>): string => join(folder, name);
  refuseLoss(folder, points.map(pathOf), options);
  const made = await makeFolder(folder);
  if (!made.ok) return refuseData(made.error);
  const finished = new Set<string>();
  if (options.resume) for (const point of points) if (await isFinished(pathOf(point), plan)) finished.add(point.name);
  const jobs = points
    .filter(({ name }) => !finished.has(name))
    .map((point): Job => ({ name: point.name, args: argsOf(point, pathOf(point), plan, options) }));
  const known = new Map<string, Ended>([...finished].map((name) => [name, { name, kind: 'done' }]));
  const write = async (): Promise<void> => {
    const record: SweepRecord = {
      version: 1,
      model: title,
      command: plan.command,
      sweep: axes,
      points: points.map(({ name }) => {
        const { kind: status = 'waiting', reason } = known.get(name) ?? {};
        return { name, status, ...(reason === undefined ? {} : { reason }) };
      }),
    };
    const written = await writeAside(join(folder, sweepFile), `${JSON.stringify(record, null, 2)}\n`);
    if (!written.ok) refuseData(written.error);
  };
  await write();
  const what = axes.length === 0 ? 'autoencoders' : `points of ${axes.map(({ parameter }) => parameter).join(', ')}`;
  if (options.json)
    outJsonLine({ event: 'sweep', sweep: folder, points: points.map(({ name }) => name), finished: [...finished] });
  else if (!options.quiet)
    err(
      `${title}: ${points.length} ${what}${finished.size === 0 ? '' : `, ${finished.size} of them finished`}, into ${folder}`,
    );
  const mode = options.json ? 'json' : options.quiet ? 'silent' : 'auto';
  const epochs = new Map(points.map(({ name, model }) => [name, epochsOf(model)]));
  const progress = sweepProgress(mode, jobs.length, epochs);
  const stop = onSignals();
  const ended = await runJobs(jobs, options.jobs, progress, stop.signal);
  stop.close();
  progress.close();
  for (const end of ended) known.set(end.name, end);
  await write();
  const done = points.filter(({ name }) => known.get(name)?.kind === 'done');
  const failed = points.flatMap(({ name }) => {
    const end = known.get(name);
    return end?.kind === 'failed' ? [end] : [];
  });
  const runs: NamedRun[] = [];
  for (const point of done) {
    const record = await readRecord(pathOf(point));
    if (record.ok) runs.push({ name: point.name, record: record.value });
  }
  const files = await summarise(plan, runs, failed, options.report);
  const interrupted = stop.signal.aborted;
  if (options.json)
    outJsonLine({
      event: 'swept',
      sweep: folder,
      runs: compareRuns(runs),
      failed: failed.map(({ name, reason = '' }) => ({ point: name, reason })),
      files,
    });
  else {
    if (runs.length > 0 && !options.quiet) out(comparisonText(compareRuns(runs)));
    for (const { name, reason = '' } of failed) err(`failed: ${name}: ${reason}`);
    if (!options.quiet) files.forEach(out);
    if (interrupted) err(`interrupted; what was done is saved; go on with: ${plan.resumeCommand}`);
  }
  return interrupted ? 130 : failed.length > 0 ? 1 : 0;
}

/** Folders with runs are gone on with or replaced, where that is asked for. */
function refuseLoss(folder: string, points: readonly string[], { resume, force }: SweepOptions): void {
  if (resume && !existsSync(join(folder, sweepFile)))
    refuse(
      `error: ${folder}`,
      '  expected: the folder of a sweep to go on with',
      `  found: ${existsSync(folder) ? `no ${sweepFile} in this folder` : 'no such folder'}`,
    );
  const there = points.filter((path) => isRun(path) || existsSync(join(path, weightsFile)));
  if (there.length > 0 && !resume && !force)
    refuse(
      `error: ${folder}`,
      '  expected: a folder without runs',
      `  found: ${there[0]!}`,
      '  --resume goes on with them, --force begins anew and replaces them, another --out keeps them',
    );
}

/** Over all phases. */
const epochsOf = ({ training }: Model): number => phasesOf(training).reduce((sum, { epochs }) => sum + epochs, 0);

/** A run that is done, and of which no more is asked for. */
async function isFinished(path: string, { overrides }: SweepPlan): Promise<boolean> {
  if (!isRun(path)) return false;
  const record = await readRecord(path);
  return (
    record.ok &&
    record.value.status === 'done' &&
    existsSync(join(path, weightsFile)) &&
    JSON.stringify(record.value.origin.overrides) === JSON.stringify(overrides)
  );
}

const argsOf = (
  { flags }: Point,
  path: string,
  { args }: SweepPlan,
  { resume, force }: SweepOptions,
): readonly string[] => [
  ...args,
  ...words(flags),
  '--out',
  path,
  ...(resume && existsSync(join(path, checkpointFile)) ? ['--resume'] : []),
  // What is left of a run without a checkpoint is none to go on with.
  ...(force || (resume && !existsSync(join(path, checkpointFile))) ? ['--force'] : []),
];

/** The table as CSV; where a report is asked for, the figure as SVG, and both on a page with what each makes of the same examples, and what failed. Nothing where no point is done. */
async function summarise(
  { folder, title, doc, axes, command }: SweepPlan,
  runs: readonly NamedRun[],
  failed: readonly Ended[],
  report: boolean,
): Promise<readonly string[]> {
  if (runs.length === 0) return [];
  const parameters = axes.map(({ parameter }) => parameter);
  const [columns = [], ...rows] = comparisonTable(compareRuns(runs));
  const texts: (readonly [string, string])[] = [['sweep.csv', csvOf({ columns, rows })]];
  if (report) {
    const drawn = parameters.length === 0 ? await drawComparison(runs) : await drawSweep(runs, parameters);
    texts.push(['sweep.svg', drawn]);
    const page = {
      title: [title, ...(parameters.length === 0 ? [] : [parameters.join(', ')])].join(': '),
      doc,
      runs,
      failed,
      parameters,
      command,
    };
    const folders = runs.map(({ name }) => ({ name, folder: join(folder, name) }));
    texts.push(['sweep.html', await withModels(folders, (models) => comparisonPage({ ...page, models }))]);
  }
  for (const [name, text] of texts) {
    const written = await writeAside(join(folder, name), text);
    if (!written.ok) return refuseData(written.error);
  }
  return texts.map(([name]) => join(folder, name));
}

/** The first signal interrupts the points that run, the second ends this process. */
function onSignals(): { readonly signal: AbortSignal; readonly close: () => void } {
  const controller = new AbortController();
  const close = (): void => signals.forEach((name) => process.off(name, abort));
  const abort = (): void => {
    controller.abort();
    close();
  };
  signals.forEach((name) => process.on(name, abort));
  return { signal: controller.signal, close };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
