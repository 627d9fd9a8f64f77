/** Weights and whole runs as bytes (safetensors), checked against the program that reads them. */
import { tensor } from '@tensorflow/tfjs-core';
import type { ProgramSpec, Tensors } from './program.js';
import { firstProgress, type EpochRecord, type Progress, type Snapshot } from './progress.js';
import { failure, success, type Result } from './result.js';
import { changedOptimizers, changedParameters, changeOf, runIdentity, type DataIdentity } from './identity.js';
import { readSafetensors, writeSafetensors, type Read, type Stored, type StoredTensor } from './safetensors.js';

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

/**
 * Tensors of a file written by `encodeWeights`, whole, finite and of the program's shapes; of a checkpoint, the
 * weights that its run would end with now. The caller owns them.
 */
export function decodeWeights(bytes: Uint8Array, spec: ProgramSpec, path: string): Result<Loaded<Tensors>> {
  const read = readWeights(bytes, spec, path);
  return read.ok ? success({ ...read.value, value: tensors({ tensors: read.value.value }, '') }) : read;
}

/** The same as numbers, where nothing computes with them. */
export function readWeights(bytes: Uint8Array, spec: ProgramSpec, path: string): Result<Loaded<Stored['tensors']>> {
  const file = readSafetensors(bytes, path);
  if (!file.ok) return file;
  const { value } = file;
  const own = isCheckpoint(value) ? endOf(value) : value;
  const fault = mismatch(own.tensors, spec.weights, '');
  if (fault !== undefined) return failure(path, `the weights of ${spec.name}`, fault, otherModel(value, spec));
  const broken = firstBroken(own, '');
  if (broken !== undefined)
    return failure(
      path,
      'weights that are numbers',
      broken,
      'the run that wrote it had failed; take the weights of another',
    );
  const taken =
    own === value ? [] : [`${path} is a checkpoint; the weights that its run would end with now are taken from it`];
  return success({ value: own.tensors, warnings: [...taken, ...remarks(value, spec, path)] });
}

/** A run as a file to go on from: weights `w:`, optimiser state `s:`, best weights `b:`, progress and settings as metadata. */
export async function encodeSnapshot(spec: ProgramSpec, snapshot: Snapshot, data?: DataIdentity): Promise<Uint8Array> {
  return writeSafetensors(
    {
      ...(await stored(snapshot.weights, 'w:')),
      ...(await stored(snapshot.slots, 's:')),
      ...(snapshot.best === undefined ? {} : await stored(snapshot.best, 'b:')),
    },
    { ...identity(spec), ...runIdentity(spec, data), progress: JSON.stringify(snapshot.progress) },
  );
}

/**
 * The run of a file written by `encodeSnapshot`. The caller owns its tensors. Errors: another model, progress
 * that is none of its phases, weights that are not finite, and another seed, batch, share of validation or
 * data than the run began with: it would not be the same run.
 */
export function decodeSnapshot(
  bytes: Uint8Array,
  spec: ProgramSpec,
  path: string,
  data?: DataIdentity,
): Result<Loaded<Snapshot>> {
  const file = readSafetensors(bytes, path);
  if (!file.ok) return file;
  const { value } = file;
  if (!isCheckpoint(value))
    return failure(
      path,
      `a checkpoint of ${spec.name}`,
      'no progress: weights alone, or another kind of file',
      'a run goes on from its checkpoint.safetensors',
    );
  const progress = parseProgress(value.metadata['progress'], spec);
  if (progress === undefined)
    return failure(path, `a checkpoint of ${spec.name}`, 'no progress that fits its phases', otherModel(value, spec));
  const hasBest = Object.keys(value.tensors).some((name) => name.startsWith('b:'));
  const wanted = [
    ...prefixed(spec.weights, 'w:'),
    ...prefixed(spec.phases[progress.phase]?.slots ?? [], 's:'),
    ...(hasBest ? prefixed(spec.weights, 'b:') : []),
  ];
  const fault = mismatch(value.tensors, wanted, 'wsb');
  if (fault !== undefined) return failure(path, `a checkpoint of ${spec.name}`, fault, otherModel(value, spec));
  const changed = changeOf(value.metadata, spec, data);
  if (changed !== undefined)
    return failure(path, changed.expected, changed.found, `${changed.hint}, or begin anew with --force`);
  const broken = firstBroken(value, 'w:') ?? firstBroken(value, 'b:');
  if (broken !== undefined) return failure(path, 'weights that are numbers', broken, 'begin anew with --force');
  const state = firstBroken(value, 's:');
  const snapshot: Snapshot = {
    weights: tensors(value, 'w:'),
    slots: tensors(value, 's:'),
    ...(hasBest ? { best: tensors(value, 'b:') } : {}),
    progress,
  };
  const optimizers = changedOptimizers(value.metadata, spec).map(
    ({ then, now }) => `${path} was written with the optimizer ${then}, now ${now}`,
  );
  return success({
    value: snapshot,
    warnings: [
      ...remarks(value, spec, path),
      ...optimizers,
      ...(state === undefined ? [] : [`the optimiser's state in ${path} has ${state}`]),
    ],
  });
}

/**
 * A part of the weights of another model: those whose names begin with `from`, under names that begin with `part`, and
 * the statistics of the inputs that it was trained on. The caller owns them. Errors, with all of them in one sentence: no
 * such part, a weight that is missing, too much, or of another shape; a number that is none.
 */
export function decodePart(
  bytes: Uint8Array,
  spec: ProgramSpec,
  { part, from, path }: { readonly part: string; readonly from: string; readonly path: string },
): Result<Tensors> {
  const file = readSafetensors(bytes, path);
  if (!file.ok) return file;
  const own = isCheckpoint(file.value) ? endOf(file.value) : file.value;
  const wanted = spec.weights.filter(({ name }) => name.startsWith(`${part}.`));
  const named = Object.entries(own.tensors).flatMap(([name, found]) =>
    name.startsWith(`${from}.`) ? [[`${part}${name.slice(from.length)}`, found] as const] : [],
  );
  if (wanted.length === 0)
    return failure(
      part,
      `a network or a layer of ${spec.name}`,
      'none of this name',
      partsOf(spec.weights.filter(({ statistic }) => statistic === undefined)),
    );
  if (named.length === 0)
    return failure(path, `weights of ${from}`, 'none', partsOf(Object.keys(own.tensors).map((name) => ({ name }))));
  const tensorsOf = Object.fromEntries(named);
  const fault = mismatch(tensorsOf, wanted, '');
  if (fault !== undefined) return failure(path, `the weights of ${part}`, fault);
  const broken = firstBroken({ tensors: tensorsOf, metadata: {} }, '');
  if (broken !== undefined) return failure(path, 'weights that are numbers', broken);
  const statistics = spec.weights.flatMap(({ name, shape, statistic }) => {
    const there = statistic === undefined ? undefined : own.tensors[name];
    return there === undefined || String(there.shape) !== String(shape) ? [] : [[name, there] as const];
  });
  return success(tensors({ tensors: { ...tensorsOf, ...Object.fromEntries(statistics) } }, ''));
}

/** What weights are of, by the first words of their names. */
const partsOf = (weights: readonly { readonly name: string }[]): string =>
  `there are ${[...new Set(weights.map(({ name }) => name.split('.')[0]!))].join(', ')}`;

const isCheckpoint = ({ metadata }: Stored): boolean => metadata['progress'] !== undefined;

/** The weights of a checkpoint: of its best epoch, where it keeps them. */
function endOf({ tensors: all, metadata }: Stored): Stored {
  const hasBest = Object.keys(all).some((name) => name.startsWith('b:'));
  const prefix = hasBest ? 'b:' : 'w:';
  return {
    metadata,
    tensors: Object.fromEntries(
      Object.entries(all).flatMap(([name, tensor]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), tensor]] : [],
      ),
    ),
  };
}

/** The first number that is none, with its weight. */
function firstBroken({ tensors: all }: Stored, prefix: string): string | undefined {
  for (const [name, { data }] of Object.entries(all)) {
    if (!name.startsWith(prefix) || !(data instanceof Float32Array)) continue;
    const at = data.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) return `${data[at]!} in ${name.slice(prefix.length)}, element ${at + 1} of ${data.length}`;
  }
  return undefined;
}

const identity = (spec: ProgramSpec): Record<string, string> => ({
  format: 'aec 1',
  program: spec.name,
  source_sha256: spec.sourceHash,
  parameters: JSON.stringify(spec.parameters),
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

function tensors(file: Pick<Stored, 'tensors'>, prefix: string): Tensors {
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

/** What differs from the program of now, and does not prevent the use of a file. */
function remarks({ metadata, checked }: Read, spec: ProgramSpec, path: string): readonly string[] {
  const hash = metadata['source_sha256'];
  const parameters = changedParameters(metadata, spec);
  const source =
    hash === undefined || hash === spec.sourceHash
      ? undefined
      : `another version of the source (${hash.slice(0, 12)}, now ${spec.sourceHash.slice(0, 12)})`;
  const compiler =
    metadata['compiler'] === undefined || metadata['compiler'] === spec.compiler
      ? undefined
      : `${metadata['compiler']} (now ${spec.compiler})`;
  return [
    ...parameters.map(({ name, then, now }) => `${path} was written with ${name} = ${then}, and ${name} is ${now} now`),
    ...[source, compiler].flatMap((writer) => (writer === undefined ? [] : [`${path} was written by ${writer}`])),
    ...(hash === undefined
      ? [`${path} does not say which source it was written by`]
      : checked
        ? []
        : [`${path} has no checksum: nobody knows whether it is as it was written`]),
  ];
}

/** Why shapes or names do not fit, as far as the file tells. */
function otherModel({ metadata }: Stored, spec: ProgramSpec): string {
  const changed = changedParameters(metadata, spec);
  if (changed.length === 0) return 'the file belongs to another model, or the .ae source has changed since';
  return `it was written with ${changed.map(({ name, then }) => `${name} = ${then}`).join(', ')}: ${changed.map(({ name, then }) => `--set ${name}=${then}`).join(' ')}`;
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
  const { phase, epoch, step, totalSteps, epochSums, best, stale, converged, history } = { ...firstProgress, ...value };
  const counters = [phase, epoch, step, totalSteps, stale].every((n) => Number.isSafeInteger(n) && n >= 0);
  if (!counters || phase > spec.phases.length || step > totalSteps || !Array.isArray(history)) return undefined;
  const terms = spec.phases[phase]?.terms.length ?? 0;
  // Nothing is summed up before the first step of an epoch.
  if (!isNumbers(epochSums) || (epochSums.length !== 0 && epochSums.length !== terms)) return undefined;
  if (!history.every((record: unknown) => isRecord(record, spec))) return undefined;
  if (best !== undefined && !(isNumbers([best.loss]) && Number.isSafeInteger(best.epoch))) return undefined;
  return {
    phase,
    epoch,
    step,
    totalSteps,
    epochSums,
    stale,
    history,
    ...(converged === true ? { converged } : {}),
    ...(best === undefined ? {} : { best: { loss: best.loss, epoch: best.epoch } }),
  };
}

const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((n) => typeof n === 'number' && Number.isFinite(n));

function isRecord(record: unknown, spec: ProgramSpec): record is EpochRecord {
  if (typeof record !== 'object' || record === null) return false;
  const { phase, epoch, train, validation } = record as Partial<EpochRecord>;
  const terms = spec.phases.find(({ name }) => name === phase)?.terms.length;
  return (
    Number.isSafeInteger(epoch) &&
    [train, validation ?? train].every((values) => isNumbers(values) && values.length === terms)
  );
}
