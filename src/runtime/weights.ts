/** Weights and whole runs as bytes (safetensors), checked against the program that reads them. */
import { tensor } from '@tensorflow/tfjs-core';
import type { ProgramSpec, Tensors } from './program.js';
import { firstProgress, type EpochRecord, type Progress, type Snapshot } from './progress.js';
import { failure, success, type Result } from './result.js';
import { readSafetensors, writeSafetensors, type Stored, type StoredTensor } from './safetensors.js';

/** What is read may carry remarks that do not prevent its use. */
export interface Loaded<T> {
  readonly value: T;
  readonly warnings: readonly string[];
}

type Shaped = { readonly name: string; readonly shape: readonly number[] };

/** The weights as a file that describes itself: the program's name, hash, variables, code and statistics. */
export async function encodeWeights(
  spec: ProgramSpec,
  weights: Tensors,
  extra: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  return writeSafetensors(await stored(weights, ''), {
    ...identity(spec),
    variables: JSON.stringify(spec.variables.map(({ name, role, shape, domain }) => ({ name, role, shape, domain }))),
    code: JSON.stringify(spec.code.map(({ name, shape }) => ({ name, shape }))),
    statistics: JSON.stringify(
      Object.fromEntries(
        spec.weights.flatMap(({ name, statistic }) => (statistic === undefined ? [] : [[name, statistic]])),
      ),
    ),
    prior: spec.generative ? 'the program samples from its prior' : '',
    ...extra,
  });
}

/** Tensors of a file written by `encodeWeights`, whole and of the program's shapes. The caller owns them. */
export function decodeWeights(bytes: Uint8Array, spec: ProgramSpec, path: string): Result<Loaded<Tensors>> {
  const file = readSafetensors(bytes, path);
  if (!file.ok) return file;
  const fault = mismatch(file.value.tensors, spec.weights, '');
  if (fault !== undefined) return failure(path, `the weights of ${spec.name}`, fault, otherSource);
  return success({ value: tensors(file.value, ''), warnings: remarks(file.value, spec, path) });
}

/** A run as a file to go on from: weights `w:`, optimiser state `s:`, best weights `b:`, progress as metadata. */
export async function encodeSnapshot(spec: ProgramSpec, snapshot: Snapshot): Promise<Uint8Array> {
  return writeSafetensors(
    {
      ...(await stored(snapshot.weights, 'w:')),
      ...(await stored(snapshot.slots, 's:')),
      ...(snapshot.best === undefined ? {} : await stored(snapshot.best, 'b:')),
    },
    { ...identity(spec), progress: JSON.stringify(snapshot.progress) },
  );
}

/** The run of a file written by `encodeSnapshot`. The caller owns its tensors. */
export function decodeSnapshot(bytes: Uint8Array, spec: ProgramSpec, path: string): Result<Loaded<Snapshot>> {
  const file = readSafetensors(bytes, path);
  if (!file.ok) return file;
  const progress = parseProgress(file.value.metadata['progress'], spec);
  if (progress === undefined)
    return failure(path, `a checkpoint of ${spec.name}`, 'no progress that fits its phases', otherSource);
  const hasBest = Object.keys(file.value.tensors).some((name) => name.startsWith('b:'));
  const wanted = [
    ...prefixed(spec.weights, 'w:'),
    ...prefixed(spec.phases[progress.phase]?.slots ?? [], 's:'),
    ...(hasBest ? prefixed(spec.weights, 'b:') : []),
  ];
  const fault = mismatch(file.value.tensors, wanted, 'wsb');
  if (fault !== undefined) return failure(path, `a checkpoint of ${spec.name}`, fault, otherSource);
  const snapshot: Snapshot = {
    weights: tensors(file.value, 'w:'),
    slots: tensors(file.value, 's:'),
    ...(hasBest ? { best: tensors(file.value, 'b:') } : {}),
    progress,
  };
  return success({ value: snapshot, warnings: remarks(file.value, spec, path) });
}

const otherSource = 'the file belongs to another model, or the .ae source has changed since';

const identity = (spec: ProgramSpec): Record<string, string> => ({
  format: 'aec 1',
  program: spec.name,
  source_sha256: spec.sourceHash,
  compiler: spec.compiler,
});

const prefixed = (specs: readonly Shaped[], prefix: string): Shaped[] =>
  specs.map(({ name, shape }) => ({ name: prefix + name, shape }));

async function stored(record: Tensors, prefix: string): Promise<Record<string, StoredTensor>> {
  const out: Record<string, StoredTensor> = {};
  for (const [name, value] of Object.entries(record)) {
    const data = await value.data();
    out[prefix + name] = {
      shape: value.shape,
      data: data instanceof Int32Array || data instanceof Uint8Array ? data : new Float32Array(data),
    };
  }
  return out;
}

function tensors(file: Stored, prefix: string): Tensors {
  const entries = Object.entries(file.tensors).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(
    entries.map(([name, { shape, data }]) => [
      name.slice(prefix.length),
      tensor(data, [...shape], data instanceof Float32Array ? 'float32' : 'int32'),
    ]),
  );
}

/** Everything that is missing, too much or of another shape, in one sentence; undefined where all fits. */
function mismatch(found: Stored['tensors'], wanted: readonly Shaped[], known: string): string | undefined {
  const names = new Set(wanted.map(({ name }) => name));
  const show = (name: string): string =>
    known !== '' && name[1] === ':' ? `${name.slice(2)} (${kinds[name[0]!] ?? 'unknown'})` : name;
  const missing = wanted.filter(({ name }) => found[name] === undefined).map(({ name }) => show(name));
  const unexpected = Object.keys(found)
    .filter((name) => !names.has(name))
    .map(show);
  const shapes = wanted.flatMap(({ name, shape }) => {
    const there = found[name]?.shape;
    return there === undefined || String(there) === String(shape)
      ? []
      : [`${show(name)} is [${there.join(', ')}] instead of [${shape.join(', ')}]`];
  });
  const parts = [
    missing.length > 0 ? `missing: ${missing.join(', ')}` : '',
    unexpected.length > 0 ? `unexpected: ${unexpected.join(', ')}` : '',
    shapes.join(', '),
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join('; ');
}

const kinds: Readonly<Record<string, string>> = { w: 'weight', s: 'optimiser state', b: 'best weight' };

function remarks(file: Stored, spec: ProgramSpec, path: string): readonly string[] {
  const hash = file.metadata['source_sha256'];
  return hash === spec.sourceHash
    ? []
    : [
        `${path} was written by another version of the source (${(hash ?? 'unknown').slice(0, 12)}, now ${spec.sourceHash.slice(0, 12)})`,
      ];
}

/** Progress from a file, or undefined where it is not one of this program's. */
function parseProgress(text: string | undefined, spec: ProgramSpec): Progress | undefined {
  if (text === undefined) return undefined;
  let value: Partial<Progress> | null;
  try {
    value = JSON.parse(text) as Partial<Progress> | null;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { phase, epoch, step, totalSteps, epochSums, best, stale, history } = { ...firstProgress, ...value };
  const counters = [phase, epoch, step, totalSteps, stale].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (
    !counters ||
    phase > spec.phases.length ||
    !isNumbers(epochSums) ||
    !Array.isArray(history) ||
    !history.every(isRecord)
  )
    return undefined;
  if (best !== undefined && !isNumbers([best.loss, best.epoch])) return undefined;
  return { phase, epoch, step, totalSteps, epochSums, stale, history, ...(best === undefined ? {} : { best }) };
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((n) => typeof n === 'number');

const isRecord = (record: EpochRecord): boolean =>
  typeof record === 'object' &&
  record !== null &&
  typeof record.phase === 'string' &&
  Number.isSafeInteger(record.epoch) &&
  isNumbers(record.train) &&
  (record.validation === undefined || isNumbers(record.validation));
