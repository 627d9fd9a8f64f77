/** A program's functions over a data set, in chunks. */
import { batchTensors, release, type Dataset } from '../runtime/index.js';
import { inOne } from '../runtime/dataset.js';
import type { Inference, Tensors, VariableSpec } from '../runtime/program.js';
import { refuseIn, type Session } from './session.js';
import type { Columns } from './tables.js';

type Opened = Pick<Session, 'program' | 'weights'>;

const chunk = 256;

/** The program's variables of some names. */
export const variablesOf = ({ spec }: Inference, names: readonly string[]): readonly VariableSpec[] =>
  spec.variables.filter(({ name, of }) => names.includes(of ?? name));

/**
 * Runs `f` over the first `limit` examples, and joins what it returns by name. It gets what the networks read, and the
 * clean batch of the given variables; both are released.
 */
export async function overData(
  { program, weights }: Opened,
  data: Dataset,
  variables: readonly VariableSpec[],
  limit: number,
  f: (read: Tensors, clean: Tensors) => Tensors,
): Promise<Columns> {
  const parts = new Map<string, { shape: readonly number[]; values: Float32Array[] }>();
  const total = Math.min(limit, data.size);
  for (let start = 0; start < total; start += chunk) {
    const rows = Int32Array.from({ length: Math.min(chunk, total - start) }, (_, i) => start + i);
    const batch = batchTensors(data, variables, rows);
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
    [...parts].map(([name, { shape, values }]) => [name, { shape, rows: total, values: inOne(values) }]),
  );
}

/** Copies of a batch's tensors, which outlive it. */
export const copied = (batch: Tensors): Tensors =>
  Object.fromEntries(Object.entries(batch).map(([name, value]) => [name, value.clone()]));

/** What the networks read: the data, degraded where the model degrades them. */
function readOf(program: Inference, weights: Tensors, batch: Tensors): Tensors {
  return program.degrade === undefined ? batch : { ...batch, ...program.degrade(weights, batch) };
}

/** The functions that take examples, of a program that has them. */
export function encoding(session: Opened): Required<Pick<Inference, 'encode' | 'reconstruct'>> {
  const { encode, reconstruct, spec } = session.program;
  if (encode !== undefined && reconstruct !== undefined) return { encode, reconstruct };
  return refuseIn(
    session,
    `error: nothing encodes examples in ${spec.name}`,
    '  expected: an encoder, or a latent',
    '  draw examples instead: aec sample',
  );
}
