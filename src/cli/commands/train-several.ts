/** `aec train` of several: which points a sweep has, or which autoencoders a file. */
import { basename } from 'node:path';
import { loadModels, settingsOf } from '../io.js';
import { commandLine, overridesOf, withOverrides, words, type Flag } from '../overrides.js';
import { refuse } from '../refusal.js';
import { freshFolder, newestSweep } from '../runs.js';
import { allOf, axesOf } from '../sweep/points.js';
import { flagsOf, type TrainOptions } from '../train-options.js';
import { sweepCommand, type SweepPlan } from './sweep.js';

/** A run for each autoencoder of a file, at every point of what it sweeps. */
export async function trainAll(path: string, options: TrainOptions): Promise<number> {
  const { checked, run } = await loadModels(path, options);
  if (run !== undefined)
    refuse(
      `error: --all of ${path}`,
      '  expected: an .ae file',
      `  found: a run, which is of ${run.record.model} alone`,
    );
  const overrides = overridesOf(options);
  const set = settingsOf({ ...(options.set === undefined ? {} : { set: options.set }) });
  const models = checked.models.map((declared) => {
    const model = withOverrides(declared, overrides);
    return { model, axes: axesOf(model, [], new Set(), set) };
  });
  if (models.length === 0) refuse(`error: ${path} declares no autoencoder`, '  try: aec init model.ae');
  const title = basename(path, '.ae');
  return trainSeveral(path, { title, doc: '', axes: [], points: allOf(models), overrides }, [['all', true]], options);
}

/** Each point as a process of its own, in a folder of them all. */
export function trainSeveral(
  path: string,
  plan: Pick<SweepPlan, 'title' | 'doc' | 'axes' | 'points' | 'overrides'>,
  chosen: readonly Flag[],
  options: TrainOptions,
): Promise<number> {
  const { resume = false, force = false } = options;
  const folder = options.out ?? (resume || force ? newestSweep(plan.title) : freshFolder(plan.title));
  const flags = flagsOf(options).filter(([name]) => name !== 'out');
  const all: readonly Flag[] = [...flags, ...chosen, ['jobs', options.jobs]];
  return sweepCommand(
    {
      ...plan,
      folder,
      args: ['train', path, ...words(flags)],
      command: commandLine('train', path, [...all, ['out', options.out]]),
      resumeCommand: commandLine('train', path, [...all, ['out', folder], ['resume', true]]),
    },
    {
      jobs: options.jobs ?? 1,
      resume,
      force,
      json: options.json === true,
      quiet: options.quiet === true,
      report: options.report,
    },
  );
}
