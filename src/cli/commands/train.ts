import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { graphModel, metadata, type WeightValues } from '../../codegen/tensorflow/graph-model.js';
import type { Form } from '../../codegen/targets.js';
import type { Checked, Compiled } from '../../compiler.js';
import type { Model } from '../../ir/model/model.js';
import type { Phase } from '../../ir/model/training.js';
import type { Tensors } from '../../runtime/program.js';
import { release } from '../../runtime/index.js';
import {
  createReporter,
  loadData,
  openFolder,
  runTraining,
  writeReport,
  type RunFolder,
} from '../../runtime/node/index.js';
import { err, loadModel, out, refuseData, type SourceOptions } from '../io.js';
import { dataNamed, type DataOptions } from '../data.js';
import { emitOptions, loadProgram, type BackendChoice } from '../load.js';
import { writeFiles } from '../output.js';
import { vocabularyFile } from '../vocabulary.js';

export interface TrainOptions extends SourceOptions, DataOptions {
  readonly out?: string;
  readonly resume?: boolean;
  readonly force?: boolean;
  readonly backend: BackendChoice;
  readonly exec?: Form;
  readonly parts?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly report: boolean;
  readonly checkpointEvery: number;
}

/** `aec train`: trains the code that `aec build` emits and leaves weights, checkpoint, report and picture. */
export async function trainCommand(path: string, options: TrainOptions): Promise<number> {
  const { checked, model: declared } = loadModel(path, options);
  const model = withOverrides(declared, options);
  const outDir = options.out ?? join('runs', model.name);
  const { resume = false, force = false } = options;
  // Before anything that takes time.
  const folder = await openFolder({ outDir, resume, force });
  if (!folder.ok) return refuseData(folder.error);
  try {
    return await trainIn(folder.value, path, checked, model, options);
  } finally {
    await folder.value.release();
  }
}

async function trainIn(
  folder: RunFolder,
  path: string,
  checked: Checked,
  model: Model,
  options: TrainOptions,
): Promise<number> {
  const outDir = folder.path;
  const named = dataNamed(options, model);
  const { program, files, backend, compiled } = await loadProgram(
    model,
    checked,
    options.backend,
    emitOptions(options),
  );
  const data = await loadData(named, program.spec.variables, program.spec);
  if (!data.ok) return refuseData(data.error);
  const json = options.json === true;
  if (!json)
    err(
      `${model.name} on ${backend}: ${data.value.size} examples, ${program.spec.phases.reduce((sum, { epochs }) => sum + epochs, 0)} epochs`,
    );
  const reporter = createReporter({ mode: json ? 'json' : 'auto' });
  const started = Date.now();
  const result = await runTraining({
    program,
    data: data.value,
    outDir,
    folder,
    resume: options.resume === true,
    reporter,
    resumeCommand: resumeCommand(path, options),
    checkpointInterval: options.checkpointEvery * 1000,
    metadata: metadata(compiled),
  });
  if (!result.ok) return refuseData(result.error);
  // As it was checked: the file may have changed since.
  await writeFiles(outDir, [
    ...files,
    ['model.ae', checked.root.text],
    ...(data.value.vocabularies === undefined
      ? []
      : [[vocabularyFile, `${JSON.stringify(data.value.vocabularies)}\n`] as const]),
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
        settings: {
          data: named,
          backend,
          seconds: ((Date.now() - started) / 1000).toFixed(1),
          ...Object.fromEntries(model.parameters.map((p) => [p.name, String(p.value)])),
        },
      });
      if (!written.ok) return refuseData(written.error);
      if (json)
        out(JSON.stringify({ event: 'end', ...written.value, report, weights: join(outDir, 'weights.safetensors') }));
      else {
        for (const { variable, error, pcaError } of written.value.baselines) {
          out(
            `${variable}: mean squared error ${error.toPrecision(4)} an element${pcaError === undefined ? '' : `; PCA of the same size ${pcaError.toPrecision(4)}`}`,
          );
        }
        out(`report   ${report}`);
      }
    }
    if (json && !failed && !options.report)
      out(JSON.stringify({ event: 'end', weights: join(outDir, 'weights.safetensors') }));
    if (!json && !failed) out(`weights  ${join(outDir, 'weights.safetensors')}`);
    if (!json && options.report && existsSync(picture)) out(`picture  ${picture}`);
    return failed ? 1 : 0;
  } finally {
    release([snapshot.weights, snapshot.slots, snapshot.best]);
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

/** What the command line says stands in the place of the file's, in every phase. */
function withOverrides(model: Model, { epochs, batch, seed }: TrainOptions): Model {
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

/** The command that goes on with a run, as a shell reads it. */
function resumeCommand(
  path: string,
  { data, dataDir, set = [], name, out, backend, exec, parts, epochs, batch, seed, report }: TrainOptions,
): string {
  const given = {
    data,
    'data-dir': dataDir,
    name,
    out,
    backend: backend === 'auto' ? undefined : backend,
    exec,
    parts,
    epochs,
    batch,
    seed,
  };
  const flags = Object.entries(given).flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}`, quoted(String(value))],
  );
  return [
    'aec train',
    quoted(path),
    ...flags,
    ...set.flatMap((one) => ['--set', quoted(one)]),
    ...(report ? [] : ['--no-report']),
    '--resume',
  ].join(' ');
}

const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
