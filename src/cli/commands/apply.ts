import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Inference, Tensors } from '../../runtime/program.js';
import { batchTensors, randomAt, release, renderDataError, reservedSteps, type Dataset } from '../../runtime/index.js';
import { loadData, loadWeights, writeAside } from '../../runtime/node/index.js';
import { codeTable, pictureOf, type Columns } from '../tables.js';
import type { Model } from '../../ir/model/model.js';
import { dataNamed, type DataOptions } from '../data.js';
import { givenOf } from '../given.js';
import { err, loadModel, out, outJson, refuse, refuseData, type SourceOptions } from '../io.js';
import { loadProgram, type BackendChoice } from '../load.js';
import { readVocabularies, vocabularyFile, type Vocabularies } from '../vocabulary.js';

export interface ApplyOptions extends SourceOptions, DataOptions {
  readonly weights?: string;
  readonly out?: string;
  readonly backend: BackendChoice;
  readonly count?: number;
  readonly seed?: number;
  readonly given?: readonly string[];
}

interface Session {
  readonly program: Inference;
  readonly weights: Tensors;
  /** The words of the model's tokens, where it has some. */
  readonly model: Model;
  readonly vocabularies?: Vocabularies;
}

async function open(path: string, options: ApplyOptions): Promise<Session> {
  const { checked, model } = loadModel(path, options);
  const { program } = await loadProgram(model, checked, options.backend);
  const file = options.weights ?? join('runs', model.name, 'weights.safetensors');
  const loaded = await loadWeights(file, program.spec);
  if (!loaded.ok)
    return refuseData(loaded.error, ...(existsSync(file) ? [] : [`  train first: aec train ${path} --data …`]));
  for (const warning of loaded.value.warnings)
    err(`warning: ${typeof warning === 'string' ? warning : renderDataError(warning)}`);
  const tokens = program.spec.variables.some(({ tree }) => tree !== undefined);
  const vocabularies = tokens ? readVocabularies(join(dirname(file), vocabularyFile)) : undefined;
  return { model, program, weights: loaded.value.value, ...(vocabularies === undefined ? {} : { vocabularies }) };
}

async function dataOf(options: ApplyOptions, { model, program, vocabularies }: Session): Promise<Dataset> {
  const data = await loadData(
    dataNamed(options, model),
    program.spec.variables,
    vocabularies === undefined ? program.spec : { vocabularies },
  );
  return data.ok ? data.value : refuseData(data.error);
}

const chunk = 256;

/** Runs `f` over the data set in chunks and joins what it returns, by name. It gets what the networks read, and the clean batch. */
async function overData(
  { program, weights }: Pick<Session, 'program' | 'weights'>,
  data: Dataset,
  limit: number,
  f: (read: Tensors, clean: Tensors) => Tensors,
): Promise<Columns> {
  const parts = new Map<string, { shape: readonly number[]; values: Float32Array[] }>();
  const total = Math.min(limit, data.size);
  for (let start = 0; start < total; start += chunk) {
    const rows = Int32Array.from({ length: Math.min(chunk, total - start) }, (_, i) => start + i);
    const batch = batchTensors(data, program.spec.variables, rows);
    const read = readOf(program, weights, batch);
    const results = f(read, batch);
    for (const [name, value] of Object.entries(results)) {
      const part = parts.get(name) ?? { shape: value.shape.slice(1), values: [] };
      part.values.push(Float32Array.from(await value.data()));
      parts.set(name, part);
    }
    release([results, read, batch]);
  }
  return Object.fromEntries(
    [...parts].map(([name, { shape, values }]) => [name, { shape, rows: total, values: joined(values) }]),
  );
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** What the networks read: the data, degraded where the model degrades them. */
function readOf(program: Inference, weights: Tensors, batch: Tensors): Tensors {
  return program.degrade === undefined ? batch : { ...batch, ...program.degrade(weights, batch) };
}

/** The functions that take examples, of a program that has them. */
function encoding({
  program,
  weights,
}: Pick<Session, 'program' | 'weights'>): Required<Pick<Inference, 'encode' | 'reconstruct'>> {
  const { encode, reconstruct, spec } = program;
  if (encode !== undefined && reconstruct !== undefined) return { encode, reconstruct };
  release([weights]);
  return refuse(
    `error: nothing encodes examples in ${spec.name}`,
    '  expected: an encoder, or a latent',
    '  draw examples instead: aec sample',
  );
}

/** `aec encode`: the code of every example, as CSV. */
export async function encodeCommand(path: string, options: ApplyOptions): Promise<number> {
  const session = await open(path, options);
  const { program, weights } = session;
  const { encode } = encoding({ program, weights });
  const data = await dataOf(options, session);
  const codes = await overData({ program, weights }, data, options.count ?? Infinity, (read) => encode(weights, read));
  await deliver(options, codeTable(codes), 'codes.csv', {
    rows: data.size,
    code: program.spec.code.map((c) => c.name),
  });
  release([weights]);
  return 0;
}

/** `aec reconstruct`: originals and reconstructions as a picture, or as CSV where they are no images. */
export async function reconstructCommand(path: string, options: ApplyOptions): Promise<number> {
  const session = await open(path, options);
  const { program, weights } = session;
  const { reconstruct } = encoding({ program, weights });
  if (program.spec.outputs.length === 0)
    refuse(
      `error: ${program.spec.name} reconstructs no variable`,
      '  found: a decoder whose vectors are compared with those of the encoder',
      '  its codes: aec encode',
    );
  const data = await dataOf(options, session);
  const count = options.count ?? 10;
  const inputs = await overData({ program, weights }, data, count, (_read, batch) =>
    Object.fromEntries(Object.entries(batch).map(([name, t]) => [name, t.clone()])),
  );
  const outputs = await overData({ program, weights }, data, count, (read) => reconstruct(weights, read));
  const rows = program.spec.outputs.flatMap(({ name, variable }) => [inputs[variable]!, outputs[name]!]);
  const picture = pictureOf(rows);
  await deliver(
    options,
    picture ?? codeTable(outputs),
    picture === undefined ? 'reconstructions.csv' : 'reconstructed.png',
    { rows: count, variables: Object.keys(outputs) },
  );
  release([weights]);
  return 0;
}

/** `aec sample`: draws from the prior, decoded. */
export async function sampleCommand(path: string, options: ApplyOptions): Promise<number> {
  const { program, weights } = await open(path, options);
  if (program.sample === undefined) {
    release([weights]);
    return refuse(
      `error: nothing can be drawn from ${program.spec.name}`,
      '  expected: a latent with a prior, from which all that is reconstructed follows',
      '  for example: latent z ~ normal(20)',
    );
  }
  const { tensors: given, count } = givenOf(program.spec, options.given ?? [], options.count ?? 20);
  const drawn = program.sample(
    weights,
    count,
    randomAt(options.seed ?? program.spec.seed, reservedSteps.sample),
    given,
  );
  const columns: Record<string, Columns[string]> = {};
  for (const [name, value] of Object.entries(drawn))
    columns[name] = { shape: value.shape.slice(1), rows: count, values: Float32Array.from(await value.data()) };
  const picture = pictureOf(Object.values(columns));
  await deliver(options, picture ?? codeTable(columns), picture === undefined ? 'samples.csv' : 'samples.png', {
    count,
  });
  release([weights, drawn, given]);
  return 0;
}

async function deliver(
  options: ApplyOptions,
  content: string | Uint8Array,
  fallback: string,
  summary: Record<string, unknown>,
): Promise<void> {
  if (options.out === '-' && typeof content === 'string') return out(content.trimEnd());
  const path = options.out ?? fallback;
  const ending = typeof content === 'string' ? /\.(csv|txt)$/i : /\.png$/i;
  if (/\.[a-z]\w{1,8}$/i.test(path) && !ending.test(path)) {
    return refuse(
      `error: --out ${path}`,
      `  expected: a name that ends in ${typeof content === 'string' ? '.csv' : '.png'}`,
      `  found: ${typeof content === 'string' ? 'a table of numbers' : 'a picture'} is what is written here`,
    );
  }
  const written = await writeAside(path, content);
  if (!written.ok) return refuseData(written.error);
  if (options.json === true) outJson({ ok: true, path, ...summary });
  else out(path);
}
