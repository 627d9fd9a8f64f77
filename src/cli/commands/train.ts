import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { graphModel, metadata, type WeightValues } from '../../codegen/tensorflow/graph-model.js';
import type { Checked, Compiled } from '../../compiler.js';
import type { Model } from '../../ir/model/model.js';
import type { Tensors } from '../../runtime/program.js';
import { release } from '../../runtime/index.js';
import {
  createReporter,
  loadData,
  openFolder,
  recordResult,
  renderVerdict,
  runTraining,
  writeReport,
  type RunFolder,
} from '../../runtime/node/index.js';
import { loadModel, settingsOf } from '../io.js';
import { err, out, outJsonLine, refuse, refuseData } from '../refusal.js';
import { freshFolder, newestFolder, type KnownRun } from '../runs.js';
import { axesOf, axisOf, pointsOf } from '../sweep/points.js';
import { flagsOf, type TrainOptions } from '../train-options.js';
import { trainAll, trainSeveral } from './train-several.js';
import { commandLine, overridesOf, withOverrides, type Flag, type Overrides } from '../overrides.js';
import type { RunOrigin } from '../../runtime/node/record.js';
import { dataNamed } from '../data.js';
import { loadedParts } from '../given-weights.js';
import { emitOptions, loadProgram } from '../load.js';
import { writeFiles } from '../output.js';
import { classesFile, vocabularyFile } from '../vocabulary.js';

/** `aec train`: trains the code that `aec build` emits and leaves weights, checkpoint, record, report and picture. */
export async function trainCommand(path: string, options: TrainOptions): Promise<number> {
  if (options.all === true) return trainAll(path, options);
  const { point = [], sweep = [], set = [] } = options;
  const settings = [...set, ...point];
  const { checked, model: declared, run } = await loadModel(path, { ...options, set: settings });
  const overrides = { ...run?.record.origin.overrides, ...overridesOf(options) };
  const model = withOverrides(declared, overrides);
  const { resume = false, force = false } = options;
  // A run is one point of what its file sweeps.
  const fixed = new Set(Object.keys(settingsOf({ set: point })));
  const axes =
    run === undefined || sweep.length > 0 ? axesOf(model, sweep.map(axisOf), fixed, settingsOf({ set })) : [];
  if (axes.length > 0)
    return trainSeveral(
      path,
      { title: model.name, doc: model.doc, axes, points: pointsOf(model, axes), overrides },
      sweep.map((one): Flag => ['sweep', one]),
      options,
    );
  if (run !== undefined && resume && options.out !== undefined)
    refuse(
      `error: --out ${options.out}`,
      `  expected: no --out beside --resume of a run`,
      `  found: ${run.folder}, in which it goes on`,
    );
  const outDir = options.out ?? outOf(model, options, run);
  // Before anything that takes time.
  const folder = await openFolder({ outDir, resume, force });
  if (!folder.ok) return refuseData(folder.error);
  try {
    const data = dataNamed(options, model, run?.record.origin.data);
    const given = { ...run?.record.origin.set, ...settingsOf({ set: settings }) };
    const load = options.load ?? run?.record.origin.load ?? [];
    return await trainIn(folder.value, { path, checked, model, overrides, data, set: given, load, run }, options);
  } finally {
    await folder.value.release();
  }
}

/** A run of its own, unless one is to go on or to be replaced. */
function outOf(model: Model, { resume, force }: TrainOptions, run: KnownRun | undefined): string {
  if (run !== undefined && (resume === true || force === true)) return run.folder;
  return resume === true || force === true ? newestFolder(model.name) : freshFolder(model.name);
}

/** What is trained. */
interface Plan {
  readonly path: string;
  readonly checked: Checked;
  readonly model: Model;
  readonly overrides: Overrides;
  readonly data: string;
  readonly set: Readonly<Record<string, string>>;
  /** Parts that come from other runs. */
  readonly load: readonly string[];
  readonly run: KnownRun | undefined;
}

async function trainIn(folder: RunFolder, plan: Plan, options: TrainOptions): Promise<number> {
  const outDir = folder.path;
  const { checked, model, data: named, load } = plan;
  const { program, files, backend, compiled } = await loadProgram(
    model,
    checked,
    options.backend,
    emitOptions(options),
  );
  const data = await loadData(named, program.spec.variables, program.spec);
  if (!data.ok) return refuseData(data.error);
  const json = options.json === true;
  const quiet = options.quiet === true;
  if (!json && !quiet)
    err(
      `${model.name} on ${backend}: ${data.value.size} examples, ${program.spec.phases.reduce((sum, { epochs }) => sum + epochs, 0)} epochs, into ${outDir}`,
    );
  const reporter = createReporter({ mode: json ? 'json' : quiet ? 'silent' : 'auto' });
  const started = Date.now();
  const result = await runTraining({
    program,
    data: data.value,
    outDir,
    folder,
    resume: options.resume === true,
    reporter,
    resumeCommand: resumeCommand(outDir, plan, options),
    origin: originOf(plan, backend, options),
    checkpointInterval: options.checkpointEvery * 1000,
    metadata: metadata(compiled),
    ...(load.length === 0 || options.resume === true ? {} : { given: await loadedParts(program.spec, load) }),
  });
  if (!result.ok) return refuseData(result.error);
  // As it was checked: the file may have changed since.
  await writeFiles(outDir, [
    ...(await files()),
    ['model.ae', checked.root.text],
    ...(data.value.vocabularies === undefined
      ? []
      : [[vocabularyFile, `${JSON.stringify(data.value.vocabularies)}\n`] as const]),
    ...(data.value.classes === undefined ? [] : [[classesFile, `${JSON.stringify(data.value.classes)}\n`] as const]),
  ]);
  const { snapshot } = result.value;
  try {
    if (result.value.kind === 'interrupted') return 130;
    const failed = result.value.kind === 'failed';
    if (!failed) await exportGraphModels(compiled, snapshot.weights, join(outDir, 'tfjs'));
    const picture = join(outDir, 'reconstructions.png');
    const report = join(outDir, 'report.html');
    if (options.report && !failed) {
      const written = await writeReport({
        program,
        weights: snapshot.weights,
        data: data.value,
        history: snapshot.progress.history,
        path: report,
        picture,
        origin: originOf(plan, backend, options),
        settings: {
          data: named,
          backend,
          seconds: ((Date.now() - started) / 1000).toFixed(1),
          ...Object.fromEntries(model.parameters.map((p) => [p.name, String(p.value)])),
        },
      });
      if (!written.ok) return refuseData(written.error);
      const recorded = await recordResult(outDir, { ...written.value });
      if (!recorded.ok) return refuseData(recorded.error);
      if (json)
        outJsonLine({
          event: 'end',
          ...written.value,
          run: outDir,
          report,
          weights: join(outDir, 'weights.safetensors'),
        });
      else if (quiet) renderVerdict({ ...written.value.verdict, text: '' }).forEach(err);
      else {
        renderVerdict(written.value.verdict).forEach(out);
        out(`report   ${report}`);
      }
    }
    if (json && !failed && !options.report)
      outJsonLine({ event: 'end', run: outDir, weights: join(outDir, 'weights.safetensors') });
    if (!json && !failed) out(`weights  ${join(outDir, 'weights.safetensors')}`);
    if (!json && !quiet && options.report && existsSync(picture)) out(`picture  ${picture}`);
    return failed ? 1 : 0;
  } finally {
    release([snapshot.weights, snapshot.slots, snapshot.best]);
    if ('close' in program) program.close();
  }
}

/** Encoder, decoder and whole as graph models for plain TensorFlow.js; a part that has none is named. */
async function exportGraphModels(compiled: Compiled, weights: Tensors, folder: string): Promise<void> {
  const values: WeightValues = Object.fromEntries(
    await Promise.all(
      Object.entries(weights).map(
        async ([name, tensor]) =>
          [name, { shape: tensor.shape, values: Float32Array.from(await tensor.data()) }] as const,
      ),
    ),
  );
  for (const [part, name] of [
    ['encode', 'encoder'],
    ['decode', 'decoder'],
    ['reconstruct', 'whole'],
  ] as const) {
    if (compiled.graphs[part] === undefined) continue;
    // What decodes trees gives nothing that data are compared with.
    if (part !== 'encode' && compiled.spec.outputs.length === 0) continue;
    const model = graphModel(compiled, part, values);
    if (!model.ok) {
      err(`no graph model of the ${name}: ${model.reason}`);
      continue;
    }
    await writeFiles(join(folder, name), model.files);
  }
}

function originOf(plan: Plan, backend: string, options: TrainOptions): RunOrigin {
  const { checked, data, load, overrides, path, set } = plan;
  const root = checked.root.file;
  const imports = [...checked.files].filter(([name]) => name !== root);
  return {
    command: commandLine('train', path, flagsOf(options)),
    sources: [{ name: root, text: checked.root.text }, ...imports.map(([name, { text }]) => ({ name, text }))],
    set,
    overrides,
    data,
    backend,
    ...(load.length === 0 ? {} : { load }),
  };
}

/** The command that goes on with a run: a file that was not named by its run's folder is, as it is now. */
const resumeCommand = (outDir: string, plan: Plan, options: TrainOptions): string =>
  commandLine('train', plan.path, [
    ...flagsOf(options).filter(([name]) => name !== 'out'),
    ['out', plan.run?.folder === outDir ? undefined : outDir],
    ['resume', true],
  ]);
