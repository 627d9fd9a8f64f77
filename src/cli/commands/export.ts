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
import { orRefuse, trainedModel } from '../session.js';

export interface ExportOptions extends SourceOptions {
  readonly format: 'onnx';
  readonly weights?: string;
  readonly out?: string;
}

export async function exportCommand(path: string, options: ExportOptions): Promise<number> {
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
