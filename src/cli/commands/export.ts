/** `aec export`: what a training left, for other tools. */
import { dirname, join } from 'node:path';
import { exportOnnx } from '../../codegen/onnx/export.js';
import type { Port } from '../../codegen/onnx/file.js';
import type { WeightValues } from '../../codegen/tensorflow/graph-model.js';
import { compile } from '../../compiler.js';
import { showPlace } from '../../diagnostics/written.js';
import { readWeights } from '../../runtime/index.js';
import { readBytes } from '../../runtime/node/index.js';
import type { SourceOptions } from '../io.js';
import { writeFiles } from '../output.js';
import { out, outJson, refuse } from '../refusal.js';
import { runAt } from '../runs.js';
import { orRefuse, trainedModel } from '../session.js';
import { eventFiles } from '../tensorboard/events.js';

export interface ExportOptions extends SourceOptions {
  readonly format: 'onnx' | 'tensorboard';
  readonly weights?: string;
  readonly out?: string;
}

export const exportCommand = (path: string, options: ExportOptions): Promise<number> =>
  options.format === 'onnx' ? exportModel(path, options) : exportHistory(path, options);

/** The history of a run for TensorBoard. */
async function exportHistory(path: string, options: ExportOptions): Promise<number> {
  const run = await runAt(path);
  if (run === undefined)
    return refuse(
      `error: ${path} is no folder of a run`,
      '  expected: a run, whose history is written',
      '  for example: aec export runs/Vae --format tensorboard',
    );
  if (run.record.history.length === 0)
    return refuse(`error: ${path} has no history`, '  expected: a run with an epoch that has ended');
  const folder = options.out ?? join(path, options.format);
  const files = eventFiles(run.record);
  await writeFiles(folder, files);
  const paths = [...files.keys()].map((name) => join(folder, name));
  if (options.json === true) outJson({ ok: true, format: options.format, files: paths.map((one) => ({ path: one })) });
  else paths.forEach(out);
  return 0;
}

/** A trained model for ONNX Runtime. */
async function exportModel(path: string, options: ExportOptions): Promise<number> {
  const { checked, model, file } = await trainedModel(path, options);
  const compiled = compile(model, checked);
  const bytes = await readBytes(file);
  const weights = orRefuse(bytes.ok ? readWeights(bytes.value, compiled.spec, file) : bytes, file, path);
  const values: WeightValues = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, values: Float32Array.from(data) }]),
  );
  const made = exportOnnx(compiled, values);
  if (!made.ok) {
    const { name, origin, op } = made.node;
    const at = origin === undefined ? undefined : compiled.written(origin);
    const place = at === undefined ? (name ?? model.name) : `${showPlace(at)}: ${at.text}`;
    return refuse(
      `error: ${model.name} cannot be written as ONNX`,
      '  expected: ops that ONNX has',
      `  found: ${op} in ${made.file}, of ${place}`,
      `  ${made.reason}`,
      '  as a program: aec build',
    );
  }
  const folder = options.out ?? join(dirname(file), options.format);
  await writeFiles(
    folder,
    [...made.files].map(([name, { bytes }]) => [name, bytes] as const),
  );
  const files = [...made.files].map(([name, { inputs, outputs }]) => ({ path: join(folder, name), inputs, outputs }));
  if (options.json === true) outJson({ ok: true, format: options.format, files });
  else for (const one of files) out(`${one.path}: ${shown(one.inputs)} → ${shown(one.outputs)}`);
  return 0;
}

const shown = (ports: readonly Port[]): string =>
  ports.map(({ name, shape }) => `${name} [${shape.map((dim) => dim ?? 'batch').join(', ')}]`).join(', ');
