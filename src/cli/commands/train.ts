import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Model } from '../../ir/model.js';
import { release, renderDataError } from '../../runtime/index.js';
import { createReporter, loadData, runTraining, writeAside, writeReport } from '../../runtime/node/index.js';
import { err, loadModel, out, outJson, readSource, refuse, type SourceOptions } from '../io.js';
import { loadProgram, type BackendChoice } from '../load.js';

export interface TrainOptions extends SourceOptions {
  readonly data: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly backend: BackendChoice;
  readonly epochs?: number;
  readonly batch?: number;
  readonly seed?: number;
  readonly report: boolean;
}

/** `aec train`: trains the code that `aec build` emits and leaves weights, checkpoint, report and picture. */
export async function trainCommand(path: string, options: TrainOptions): Promise<number> {
  const { checked, model: declared } = loadModel(path, options);
  const model = withOverrides(declared, options);
  const { program, text, backend } = await loadProgram(model, checked, options.backend);
  const data = await loadData(options.data, program.spec.variables);
  if (!data.ok) return refuse(renderDataError(data.error));
  const outDir = options.out ?? join('runs', model.name);
  try {
    mkdirSync(outDir, { recursive: true });
  } catch (error) {
    return refuse(`error: the folder ${outDir} cannot be made`, `  found: ${error instanceof Error ? error.message : String(error)}`, '  choose another with --out');
  }
  const json = options.json === true;
  if (!json) err(`${model.name} on ${backend}: ${data.value.size} examples, ${program.spec.phases[0]!.epochs} epochs`);
  const reporter = createReporter({ mode: json ? 'json' : 'auto' });
  const started = Date.now();
  const result = await runTraining({
    program, data: data.value, outDir, resume: options.resume === true, reporter,
    resumeCommand: resumeCommand(path, options),
  });
  if (!result.ok) return refuse(renderDataError(result.error));
  for (const [name, content] of [['program.ts', text], ['model.ae', readSource(path)]] as const) {
    const written = await writeAside(join(outDir, name), content);
    if (!written.ok) return refuse(renderDataError(written.error));
  }
  const { snapshot } = result.value;
  try {
    if (result.value.kind === 'interrupted') return 130;
    const failed = result.value.kind === 'failed';
    const picture = join(outDir, 'reconstructions.png');
    const report = join(outDir, 'report.html');
    if (options.report && !failed) {
      const written = await writeReport({
        program, weights: snapshot.weights, data: data.value, history: snapshot.progress.history, path: report, picture,
        settings: { data: options.data, backend, seconds: ((Date.now() - started) / 1000).toFixed(1), ...Object.fromEntries(model.parameters.map((p) => [p.name, String(p.value)])) },
      });
      if (!written.ok) return refuse(renderDataError(written.error));
      if (json) outJson({ kind: 'report', ...written.value, report, weights: join(outDir, 'weights.safetensors') });
      else {
        for (const { variable, error, pcaError } of written.value.baselines) {
          out(`${variable}: mean squared error ${error.toPrecision(4)} an element${pcaError === undefined ? '' : `; PCA of the same size ${pcaError.toPrecision(4)}`}`);
        }
        out(`report   ${report}`);
      }
    }
    if (!json && !failed) out(`weights  ${join(outDir, 'weights.safetensors')}`);
    const { existsSync } = await import('node:fs');
    if (!json && options.report && existsSync(picture)) out(`picture  ${picture}`);
    return failed ? 1 : 0;
  } finally {
    release([snapshot.weights, snapshot.slots, snapshot.best]);
  }
}

const withOverrides = (model: Model, options: TrainOptions): Model => ({
  ...model,
  training: {
    ...model.training,
    ...(options.epochs === undefined ? {} : { epochs: options.epochs }),
    ...(options.batch === undefined ? {} : { batch: options.batch }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  },
});

const resumeCommand = (path: string, options: TrainOptions): string =>
  ['aec train', path, `--data ${options.data}`, ...(options.set ?? []).map((s) => `--set ${s}`), options.out === undefined ? '' : `--out ${options.out}`,
    options.epochs === undefined ? '' : `--epochs ${options.epochs}`, options.batch === undefined ? '' : `--batch ${options.batch}`, options.seed === undefined ? '' : `--seed ${options.seed}`, '--resume'].filter((t) => t !== '').join(' ');
