/** A program that is one TensorFlow graph, as the runtime's contract knows it. */
import { createHash } from 'node:crypto';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { elements, type Dataset } from '../../dataset.js';
import type { Moment, PhaseSpec, ProgramSpec, ResidentProgram, State, Tensors } from '../../program.js';
import { failure, success, type Result } from '../../result.js';
import { signatures } from '../../signatures.js';
import { readBytes } from '../files.js';
import { usesGpu } from '../prepare.js';
import { float, int, Session, withInputs, words, type NodeTensorFlow } from './session.js';
import { examplesOf } from './examples.js';
import { SessionTrainer } from './trainer.js';

export interface GraphFile {
  /** The SavedModel's folder. */
  readonly folder: string;
  /** SHA-256 of its saved_model.pb, hexadecimal. */
  readonly sha256: string;
  /** Bytes of intermediate values in a step. */
  readonly stepBytes: number;
}

export interface OpenOptions {
  /** Bytes of data that may stay in the session; what `dataBudget` says unless given. */
  readonly budget?: number;
}

/** Half of the free memory; on a GPU at most a GiB, since how much of its own is free is not known here. */
export const dataBudget = (free: number, gpu: boolean): number => Math.min(free / 2, gpu ? 2 ** 30 : Infinity);

/** Loads the graph. Errors: no such file, a file that is cut short or another than the program's. */
export async function openGraph(
  tf: NodeTensorFlow,
  file: GraphFile,
  spec: ProgramSpec,
  options: OpenOptions = {},
): Promise<Result<ResidentProgram>> {
  const path = join(file.folder, 'saved_model.pb');
  const bytes = await readBytes(path);
  if (!bytes.ok) return bytes;
  const found = createHash('sha256').update(bytes.value).digest('hex');
  const again = 'write it again: aec build';
  if (found !== file.sha256) {
    return failure(
      path,
      `the graph of ${spec.name}, SHA-256 ${file.sha256.slice(0, 12)}…`,
      `${bytes.value.length} bytes with ${found.slice(0, 12)}…: cut short, or of another build`,
      again,
    );
  }
  try {
    return success(graphProgram(await Session.load(tf, file.folder, spec), file, spec, options, usesGpu(tf.backend())));
  } catch (error) {
    return failure(
      path,
      `a graph that TensorFlow loads`,
      error instanceof Error ? error.message.split('\n')[0]! : String(error),
      again,
    );
  }
}

function graphProgram(
  session: Session,
  file: GraphFile,
  spec: ProgramSpec,
  options: OpenOptions,
  gpu: boolean,
): ResidentProgram {
  const examples = examplesOf(session, options.budget ?? dataBudget(freemem(), gpu));
  /** A function of the program on weights that the caller holds. */
  const on = (name: string, weights: Tensors, batch: Tensors, beside: Tensors = {}): Tensors => {
    session.hold(weights);
    return examples.given(name, batch, (given) => session.runWanted(name, { ...given, ...beside }));
  };
  const momentOf = (moment: Moment): Tensors => ({
    step: int(moment.step),
    epoch: float(moment.epoch),
    random: words(moment.random),
  });
  const parameters = [...spec.weights, ...spec.phases.flatMap((phase) => phase.slots)].reduce(
    (sum, { shape }) => sum + 4 * elements(shape),
    0,
  );
  const program: ResidentProgram = {
    spec,
    initialize: (random, statistics) =>
      withInputs({ random: words(random) }, (given) => session.initialize({ ...given, ...statistics })),
    ...(session.has(signatures.project) ? { project: (weights) => on(signatures.project, weights, {}) } : {}),
    ...(session.has(signatures.corrupt)
      ? {
          corrupt: (weights, batch, moment) =>
            withInputs(momentOf(moment), (given) => on(signatures.corrupt, weights, batch, given)),
        }
      : {}),
    ...(session.has(signatures.degrade) ? { degrade: (weights, batch) => on(signatures.degrade, weights, batch) } : {}),
    ...(session.has(signatures.encode)
      ? {
          encode: (weights, batch) => on(signatures.encode, weights, batch),
          reconstruct: (weights, batch) => on(signatures.reconstruct, weights, batch),
        }
      : {}),
    decode: (weights, code, batch = {}) => on(signatures.decode, weights, batch, code),
    ...(session.has(signatures.sample)
      ? {
          sample: (weights, count, random, batch) =>
            withInputs({ count: int(count), random: words(random) }, (drawn) =>
              on(signatures.sample, weights, { ...batch }, drawn),
            ),
        }
      : {}),
    activations: (weights, batch) => on(signatures.activations, weights, batch),
    ...(session.has(signatures.score) ? { score: (weights, batch) => on(signatures.score, weights, batch) } : {}),
    ...(session.has(signatures.rate) ? { rate: (weights, batch) => on(signatures.rate, weights, batch) } : {}),
    ...(session.has(signatures.pullback)
      ? {
          pullback: (weights, batch, cotangents) => on(signatures.pullback, weights, batch, cotangents),
        }
      : {}),
    trainer: (phase: PhaseSpec, state: State, data: Dataset) =>
      new SessionTrainer(program, session, examples, phase, state, data),
    footprint: (data) => {
      const { resident, bytes } = examples.footprint(data);
      return { resident, bytes: parameters + file.stepBytes + bytes };
    },
    close: () => session.close(),
  };
  return program;
}
