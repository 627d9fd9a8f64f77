/** A model of known weights, and the figures that its text asks for. */
import * as tf from '@tensorflow/tfjs-core';
import type { Drawing, Figure, Unavailable } from '../../src/runtime/figures/drawing.js';
import { isUnavailable } from '../../src/runtime/figures/drawing.js';
import { makeFigure } from '../../src/runtime/figures/index.js';
import { Run, type Trained } from '../../src/runtime/figures/run.js';
import { initialSnapshot } from '../../src/runtime/phases.js';
import { release, splitRows, type Dataset, type EpochRecord, type Tensors } from '../../src/runtime/index.js';
import { jpegCodec } from '../../src/runtime/node/report/jpeg.js';
import { symmetricEigen } from '../../src/runtime/eigen.js';
import { emitText, useWasm } from './emitted.js';
import { datasetFor } from './train.js';

export type Weights = Readonly<Record<string, readonly number[]>>;

export interface Known extends Trained {
  readonly run: Run;
  /** Draws the n-th figure of the text. */
  draw(n?: number): Promise<Figure | Unavailable>;
}

/** Compiles a text and puts weights in the place of those that would be drawn. The test's process frees them at its end. */
export async function modelOf(
  text: string,
  data: string | Dataset,
  weights: Weights = {},
  history: readonly EpochRecord[] = [],
): Promise<Known> {
  await useWasm();
  const { program } = emitText(text);
  const fitted = datasetFor(program, data);
  const { seed, validation } = program.spec;
  const first = initialSnapshot(program, fitted, splitRows(fitted.size, validation, seed));
  const unknown = Object.keys(weights).filter((name) => first.weights[name] === undefined);
  if (unknown.length > 0) throw new Error(`no weight ${unknown.join(', ')}: ${Object.keys(first.weights).join(', ')}`);
  const put: Tensors = Object.fromEntries(
    Object.entries(first.weights).map(([name, weight]) => [
      name,
      weights[name] === undefined ? weight : tf.tensor([...weights[name]], weight.shape),
    ]),
  );
  release([first.weights, first.slots], [put]);
  return of({ program, weights: put, data: fitted, history });
}

const jpeg = await jpegCodec();

/** The figures of a trained program. */
export function of(trained: Trained): Known {
  const run = new Run(trained, { eigen: symmetricEigen, jpeg });
  return { ...trained, run, draw: (n = 0) => makeFigure(run, trained.program.spec.figures[n]!) };
}

/** Draws, and counts tensors: what a figure makes, it disposes. */
export async function drawn(known: Known, n = 0): Promise<Figure> {
  const before = tf.memory().numTensors;
  const figure = await known.draw(n);
  if (tf.memory().numTensors !== before) throw new Error(`${tf.memory().numTensors - before} tensors are left`);
  if (isUnavailable(figure)) throw new Error(figure.unavailable);
  return figure;
}

const kindOf =
  <K extends Drawing['kind']>(kind: K) =>
  ({ drawings }: Figure, n = 0): Extract<Drawing, { readonly kind: K }> => {
    const found = drawings.filter((one) => one.kind === kind)[n];
    if (found === undefined) throw new Error(`no ${kind} among ${drawings.map((one) => one.kind).join(', ')}`);
    return found as Extract<Drawing, { readonly kind: K }>;
  };

export const picturesOf = kindOf('pictures');
export const chartOf = kindOf('chart');
export const tableOf = kindOf('table');

/** Numbers as an identity matrix, row by row. */
export const identity = (n: number): readonly number[] =>
  Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));

/** A data set of given columns. */
export const dataOf = (
  columns: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>,
): Dataset => {
  const [first] = Object.values(columns);
  return {
    size: first!.data.length / first!.shape.reduce((a, b) => a * b, 1),
    columns: Object.fromEntries(
      Object.entries(columns).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float32Array.from(data), scale: 1, source: 'test' },
      ]),
    ),
  };
};
