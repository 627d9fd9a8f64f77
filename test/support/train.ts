/** Trains an example on the code that the compiler emits for it, and measures what came out. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { partsOf } from '../../src/codegen/parts.js';
import { savedModel } from '../../src/codegen/tensorflow/saved-model.js';
import { targets } from '../../src/codegen/targets.js';
import {
  batchTensors,
  fitDataset,
  generateSet,
  randomAt,
  release,
  renderDataError,
  renderNumericalFailure,
  selectRows,
  splitRows,
  lossOf,
  phaseOf,
  train,
  type AnyProgram,
  type Dataset,
  type EpochRecord,
  type Program,
  type Tensors,
} from '../../src/runtime/index.js';
import { openGraph } from '../../src/runtime/node/session/program.js';
import type { NodeTensorFlow } from '../../src/runtime/node/session/session.js';
import { hasNative, loadNative } from '../native/native.js';
import { average } from './algebra.js';
import { emitExample, emitText, useWasm, type EmitOptions, type Emitted } from './emitted.js';

export interface Trained extends Emitted {
  /** Owned by the caller; `dispose` releases them. */
  readonly weights: Tensors;
  readonly history: readonly EpochRecord[];
  /** Fitted to the program's variables. */
  readonly data: Dataset;
  readonly dispose: () => void;
}

/** `data` is a procedural set as on the command line, or a data set. */
export const trainExample = async (path: string, data: string | Dataset, options: EmitOptions = {}): Promise<Trained> =>
  trainEmitted(emitExample(path, options), data);

export const trainText = async (text: string, data: string | Dataset, options: EmitOptions = {}): Promise<Trained> =>
  trainEmitted(emitText(text, options), data);

/** Trains as one graph on libtensorflow where that is there, which is several times as fast, and on WASM where it is not. */
export async function trainEmitted(emitted: Emitted, data: string | Dataset): Promise<Trained> {
  const fitted = datasetFor(emitted.program, data);
  const { weights, history } = (await trainedAsGraph(emitted, fitted)) ?? (await trainedOn(emitted.program, fitted));
  await useWasm();
  const tensors = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
  return { ...emitted, weights: tensors, history, data: fitted, dispose: () => release([tensors]) };
}

interface Learned {
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[]; readonly values: tf.TypedArray }>>;
  readonly history: readonly EpochRecord[];
}

async function trainedAsGraph({ compiled }: Emitted, data: Dataset): Promise<Learned | undefined> {
  if (!hasNative) return undefined;
  const graph = savedModel(compiled, { parts: partsOf(compiled.spec, targets.node, {}) });
  if (!graph.ok) return undefined;
  const native = (await loadNative('@tensorflow/tfjs-node')) as unknown as NodeTensorFlow;
  const folder = mkdtempSync(join(tmpdir(), 'aec-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), graph.bytes);
    const sha256 = createHash('sha256').update(graph.bytes).digest('hex');
    const opened = await openGraph(native, { folder, sha256, stepBytes: 0 }, compiled.spec);
    if (!opened.ok) throw new Error(renderDataError(opened.error));
    const learned = await trainedOn(opened.value, data);
    opened.value.close();
    return learned;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function trainedOn(program: AnyProgram, data: Dataset): Promise<Learned> {
  if (!('trainer' in program)) await useWasm();
  const result = await train(program, data);
  if (!result.ok) throw new Error(renderDataError(result.error));
  const outcome = result.value;
  if (outcome.kind === 'failed') throw new Error(renderNumericalFailure(outcome.failure));
  const { weights, slots, best, progress } = outcome.snapshot;
  const values = Object.fromEntries(
    Object.entries(weights).map(([name, tensor]) => [name, { shape: tensor.shape, values: tensor.dataSync() }]),
  );
  release([weights, slots, best]);
  return { weights: values, history: progress.history };
}

export function datasetFor(program: Program, data: string | Dataset): Dataset {
  const raw = typeof data === 'string' ? generateSet(data) : ({ ok: true, value: data } as const);
  if (!raw.ok) throw new Error(renderDataError(raw.error));
  const fitted = fitDataset(raw.value, program.spec.variables);
  if (!fitted.ok) throw new Error(renderDataError(fitted.error));
  return fitted.value;
}

/** The loss of an epoch, counted from the end where negative; that of the held-out examples where there are some. */
export function lossAt({ history, program }: Pick<Trained, 'history' | 'program'>, epoch: number): number {
  const record = history.at(epoch);
  if (record === undefined) throw new Error(`no epoch ${epoch}`);
  return lossOf(phaseOf(program.spec, record), record.validation ?? record.train);
}

/** A term of an epoch by its place in the loss. */
export const termAt = ({ history }: Pick<Trained, 'history'>, epoch: number, term: number): number =>
  (history.at(epoch)!.validation ?? history.at(epoch)!.train)[term]!;

/** The examples that training did not see; all of them where nothing was held out. */
export function heldOut({ program, data }: Pick<Trained, 'program' | 'data'>): Dataset {
  const { validation } = splitRows(data.size, program.spec.validation, program.spec.seed);
  return validation.length === 0 ? data : selectRows(data, validation);
}

export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Applies a function of the program to examples and reads one result; `batch` holds the clean variables. */
export async function apply(
  { program, data }: Pick<Trained, 'program' | 'data'>,
  f: (batch: Tensors) => Tensors,
  name?: string,
): Promise<Values> {
  const batch = batchTensors(
    data,
    program.spec.variables,
    Int32Array.from({ length: data.size }, (_, i) => i),
  );
  const results = f(batch);
  const result = name === undefined ? Object.values(results)[0] : results[name];
  if (result === undefined) throw new Error(`no result ${name ?? ''}: ${Object.keys(results).join(', ')}`);
  const values = { shape: result.shape, data: Float32Array.from(await result.data()) };
  release([results], [batch]);
  release([batch]);
  return values;
}

export const encoded = (t: Trained, on: Dataset, name?: string): Promise<Values> =>
  apply({ program: t.program, data: on }, (batch) => t.program.encode!(t.weights, batch), name);

export const reconstructed = (t: Trained, on: Dataset, name = 'x'): Promise<Values> =>
  apply({ program: t.program, data: on }, (batch) => t.program.reconstruct!(t.weights, batch), name);

export const activation = (t: Trained, on: Dataset, name: string): Promise<Values> =>
  apply({ program: t.program, data: on }, (batch) => t.program.activations(t.weights, batch), name);

/** What the networks read in training: noise and degradations. */
export const corrupted = (t: Trained, on: Dataset, step = 0, name = 'x'): Promise<Values> =>
  apply(
    { program: t.program, data: on },
    (batch) =>
      t.program.corrupt!(t.weights, batch, { step, epoch: 0, random: randomAt(t.program.spec.seed, 1_000_000 + step) }),
    name,
  );

/** A variable of a data set as floats. */
export function column(data: Dataset, name = 'x'): Values {
  const { shape, data: raw, scale } = data.columns[name]!;
  return { shape: [data.size, ...shape], data: Float32Array.from(raw, (value) => value * scale) };
}

/** A data set of one column more or another one. */
export const withColumn = (data: Dataset, name: string, values: Values): Dataset => ({
  size: data.size,
  columns: { ...data.columns, [name]: { shape: values.shape.slice(1), data: values.data, scale: 1, source: name } },
});

export const rowsOf = (values: Values): number => values.shape[0]!;

/** Mean squared error an element. */
export function mse(a: Values, b: Values): number {
  if (a.data.length !== b.data.length) throw new Error(`${a.data.length} against ${b.data.length} elements`);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return sum / a.data.length;
}

/** The mean of the examples that training saw, as what a network without an input could answer. */
export function meanOfTraining({ program, data }: Pick<Trained, 'program' | 'data'>, on: Dataset, name = 'x'): Values {
  const { train: rows } = splitRows(data.size, program.spec.validation, program.spec.seed);
  const [seen, unseen] = [column(selectRows(data, rows), name), column(on, name)];
  const width = seen.data.length / rowsOf(seen);
  const mean = new Float64Array(width);
  seen.data.forEach((value, i) => (mean[i % width]! += value / rowsOf(seen)));
  return { shape: unseen.shape, data: unseen.data.map((_, i) => mean[i % width]!) };
}

/**
 * The share of the variance that an output explains: 0 for whoever answers with the mean of the training examples, whatever is
 * fed in, and 1 for the truth. A loss that falls proves less: it falls while a network learns that mean.
 */
export const explained = (t: Pick<Trained, 'program' | 'data'>, output: Values, on: Dataset, name = 'x'): number =>
  1 - mse(output, column(on, name)) / mse(meanOfTraining(t, on, name), column(on, name));

/** What a trained example explains of the examples that it did not see; degraded first, where the model degrades. */
export async function explainedUnseen(t: Trained): Promise<number> {
  const on = heldOut(t);
  const { name } = t.program.spec.variables[0]!;
  const { degrade, reconstruct } = t.program;
  const output = await apply(
    { program: t.program, data: on },
    (batch) => {
      if (degrade === undefined) return reconstruct!(t.weights, batch);
      const read = degrade(t.weights, batch);
      const made = reconstruct!(t.weights, read);
      release([read], [batch]);
      return made;
    },
    name,
  );
  return explained(t, output, on, name);
}

/** Peak signal to noise ratio of values in [0, 1], in dB. */
export const psnr = (a: Values, b: Values): number => -10 * Math.log10(mse(a, b));

/** A weight as rows of numbers; kernels of convolutions have their filters last. */
export async function matrix(weights: Tensors, name: string): Promise<readonly (readonly number[])[]> {
  const weight = weights[name];
  if (weight === undefined) throw new Error(`no weight ${name}: ${Object.keys(weights).join(', ')}`);
  const columns = weight.shape.at(-1)!;
  const values = Array.from(await weight.data<'float32'>());
  return Array.from({ length: values.length / columns }, (_, row) => values.slice(row * columns, (row + 1) * columns));
}

/** All weights as bytes, for comparing runs. */
export async function bytesOf(weights: Tensors): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (const name of Object.keys(weights).sort()) {
    const values = await weights[name]!.data();
    parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return Buffer.concat(parts);
}

/** How often the likeliest class is the label. */
export function accuracy({ data, shape }: Values, labels: ArrayLike<number>): number {
  const classes = shape[1]!;
  return average(shape[0]!, (i) => {
    const row = data.subarray(i * classes, (i + 1) * classes);
    return Number(row.indexOf(row.reduce((a, b) => Math.max(a, b))) === labels[i]);
  });
}
