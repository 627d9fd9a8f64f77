/** Checkpoints and weights as files. */
import type { ProgramSpec, Tensors } from '../program.js';
import type { Snapshot } from '../progress.js';
import type { Result } from '../result.js';
import { decodeSnapshot, decodeWeights, encodeSnapshot, encodeWeights, type Loaded } from '../weights.js';
import { readBytes, writeAside } from './files.js';

export const checkpointFile = 'checkpoint.safetensors';
export const weightsFile = 'weights.safetensors';

/** Replaces the checkpoint at `path` in one move. */
export async function saveCheckpoint(path: string, spec: ProgramSpec, snapshot: Snapshot): Promise<Result<undefined>> {
  return writeAside(path, await encodeSnapshot(spec, snapshot));
}

/** The caller owns the snapshot's tensors. Warns where the source has changed since. */
export async function loadCheckpoint(path: string, spec: ProgramSpec): Promise<Result<Loaded<Snapshot>>> {
  const bytes = await readBytes(path);
  return bytes.ok ? decodeSnapshot(bytes.value, spec, path) : bytes;
}

export async function saveWeights(
  path: string,
  spec: ProgramSpec,
  weights: Tensors,
  extra: Readonly<Record<string, string>> = {},
): Promise<Result<undefined>> {
  return writeAside(path, await encodeWeights(spec, weights, extra));
}

/** The caller owns the tensors. Warns where the source has changed since. */
export async function loadWeights(path: string, spec: ProgramSpec): Promise<Result<Loaded<Tensors>>> {
  const bytes = await readBytes(path);
  return bytes.ok ? decodeWeights(bytes.value, spec, path) : bytes;
}
