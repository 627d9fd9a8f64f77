/** Checkpoints and weights as files. */
import type { DataIdentity } from '../identity.js';
import type { ProgramSpec, Tensors } from '../program.js';
import type { Snapshot } from '../progress.js';
import type { Result } from '../result.js';
import { decodeSnapshot, decodeWeights, encodeSnapshot, encodeWeights, type Loaded } from '../weights.js';
import { readBytes, writeAside } from './files.js';

/** Replaces the checkpoint at `path` in one move. */
export async function saveCheckpoint(
  path: string,
  spec: ProgramSpec,
  snapshot: Snapshot,
  data?: DataIdentity,
): Promise<Result<undefined>> {
  return writeAside(path, await encodeSnapshot(spec, snapshot, data));
}

/** The caller owns the snapshot's tensors. Warns of what has changed since and does not matter; `data` are compared where they are given. */
export async function loadCheckpoint(
  path: string,
  spec: ProgramSpec,
  data?: DataIdentity,
): Promise<Result<Loaded<Snapshot>>> {
  const bytes = await readBytes(path);
  return bytes.ok ? decodeSnapshot(bytes.value, spec, path, data) : bytes;
}

export async function saveWeights(
  path: string,
  spec: ProgramSpec,
  weights: Tensors,
  extra: Readonly<Record<string, string>> = {},
): Promise<Result<undefined>> {
  return writeAside(path, await encodeWeights(spec, weights, extra));
}

/** The caller owns the tensors. Warns of what has changed since; a checkpoint will do. */
export async function loadWeights(path: string, spec: ProgramSpec): Promise<Result<Loaded<Tensors>>> {
  const bytes = await readBytes(path);
  return bytes.ok ? decodeWeights(bytes.value, spec, path) : bytes;
}
