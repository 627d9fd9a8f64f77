/** The training loop around the steps: which examples, in which order, at which moment, and when it ends. */
import { tensor1d } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fitDataset, release, train, type Dataset, type Program } from '../../../src/runtime/index.js';
import type { Evaluate, TrainStep } from '../../../src/runtime/program.js';
import { randomAt } from '../../../src/runtime/random.js';
import { emitText, type Emitted } from '../../support/emitted.js';
import { cpu } from '../compare/backends.js';
import { assignments, census, recorded, type Draw } from '../compare/draws.js';
import { stream } from '../compare/random.js';
import { asArrays } from '../compare/runner.js';
import type { Arrays } from '../interpret/forward.js';
import type { State } from '../interpret/optimisers.js';
import { step as interpretedStep } from '../interpret/program.js';

beforeAll(() => cpu.start());

/** Rows that tell which they are: the first element of row i is i/1000. */
function numbered(size: number, width: number): Dataset {
  const r = stream(3);
  const data = Float32Array.from({ length: size * width }, (_, i) => (i % width === 0 ? i / width / 1000 : r.next()));
  return { size, columns: { x: { shape: [width], data, scale: 1, source: 'made here' } } };
}

interface Step {
  readonly rows: readonly number[];
  readonly batch: Arrays;
  readonly step: number;
  readonly epoch: number;
  readonly seed: number;
  readonly draws: readonly Draw[];
}

interface Run {
  readonly steps: readonly Step[];
  /** Rows of each call of `evaluate`. */
  readonly evaluated: readonly (readonly number[])[];
  readonly weights: Arrays;
  readonly first: Arrays;
  readonly epochs: number;
}

/** Trains a program and writes down what it was asked for. `losses` replaces the held-out losses, epoch by epoch. */
async function run({ program }: Emitted, data: Dataset, losses?: readonly number[]): Promise<Run> {
  const steps: Step[] = [];
  const evaluated: (readonly number[])[] = [];
  let first: Arrays | undefined;
  const rowsOf = (batch: Arrays): readonly number[] => {
    const { shape, data: values } = batch['x']!;
    return Array.from({ length: shape[0]! }, (_, i) => Math.round(values[(i * values.length) / shape[0]!]! * 1000));
  };
  const trainStep: TrainStep = (state, batch, moment) => {
    const { random, draws } = recorded(moment.random.seed, moment.random.step);
    const fed = asArrays(batch);
    first ??= asArrays(state.weights);
    const result = program.trainStep['train']!(state, batch, { ...moment, random });
    steps.push({
      rows: rowsOf(fed),
      batch: fed,
      step: moment.step,
      epoch: moment.epoch,
      seed: moment.random.seed,
      draws,
    });
    return result;
  };
  let epoch = 0;
  const evaluate: Evaluate = (weights, batch, moment) => {
    evaluated.push(rowsOf(asArrays(batch)));
    return losses === undefined ? program.evaluate['train']!(weights, batch, moment) : tensor1d([losses[epoch++] ?? 0]);
  };
  const watched: Program = { ...program, trainStep: { train: trainStep }, evaluate: { train: evaluate } };
  const fitted = fitDataset(data, program.spec.variables);
  if (!fitted.ok) throw new Error(fitted.error.found);
  const result = await train(watched, fitted.value);
  if (!result.ok || result.value.kind !== 'done') throw new Error('training did not end');
  const { snapshot } = result.value;
  const weights = asArrays(snapshot.weights);
  const { history } = snapshot.progress;
  release([snapshot.weights, snapshot.slots, snapshot.best]);
  return { steps, evaluated, weights, first: first!, epochs: history.length };
}

const model = (settings: string, more = ''): Emitted =>
  emitText(`autoencoder Loop {
  input x: [4] in [0, 1]
  encoder { code: dense(3, tanh) }
  decoder { dense(4) }
  reconstruct x by squared_error
  ${more}
  train { ${settings} }
}`);

const sorted = (rows: readonly number[]): readonly number[] => [...rows].sort((a, b) => a - b);

describe('batches', () => {
  it('each epoch visits every example once, in an order of its own', async () => {
    const { steps } = await run(model('batch 8; epochs 4; validation 0'), numbered(29, 4));
    expect(steps.map((s) => s.rows.length)).toEqual([8, 8, 8, 5, 8, 8, 8, 5, 8, 8, 8, 5, 8, 8, 8, 5]);
    const epochs = [0, 1, 2, 3].map((e) => steps.slice(4 * e, 4 * e + 4).flatMap((s) => s.rows));
    const all = Array.from({ length: 29 }, (_, i) => i);
    for (const order of epochs) {
      expect(sorted(order)).toEqual(all);
      expect(order).not.toEqual(all);
    }
    expect(new Set(epochs.map(String)).size).toBe(4);
  });

  it('`batch full` is all training examples in one step', async () => {
    const { steps } = await run(model('batch full; epochs 3; validation 0.2'), numbered(30, 4));
    expect(steps.map((s) => s.rows.length)).toEqual([24, 24, 24]);
  });

  it.each([
    [29, 0.1, 3],
    [30, 0.1, 3],
    [26, 0.1, 3],
    [24, 0.1, 2],
    [10, 0.25, 3],
    [40, 0.2, 8],
    [30, 0, 0],
  ])('of %i examples a share of %d holds out %i, which no step sees', async (size, share, held) => {
    const { steps, evaluated } = await run(model(`batch 8; epochs 1; validation ${share}`), numbered(size, 4));
    const [seen, unseen] = [steps.flatMap((s) => s.rows), evaluated.flat()];
    expect(unseen.length).toBe(held);
    expect(sorted([...seen, ...unseen])).toEqual(Array.from({ length: size }, (_, i) => i));
  });

  it('the seed decides the order and what is held out', async () => {
    const of = async (seed: number) => run(model(`batch 8; epochs 1; validation 0.2; seed ${seed}`), numbered(40, 4));
    const [a, again, b] = [await of(3), await of(3), await of(4)];
    expect(again.steps.map((s) => s.rows)).toEqual(a.steps.map((s) => s.rows));
    expect(b.steps.map((s) => s.rows)).not.toEqual(a.steps.map((s) => s.rows));
    expect(sorted(b.evaluated.flat())).not.toEqual(sorted(a.evaluated.flat()));
  });
});

describe('moments', () => {
  it('count the steps and the epochs, and no two steps draw the same', async () => {
    const { steps } = await run(
      model('batch 8; epochs 2; validation 0; seed 5', 'corrupt x with gaussian(0.2)'),
      numbered(24, 4),
    );
    expect(steps.map((s) => s.step)).toEqual([0, 1, 2, 3, 4, 5]);
    steps.forEach((s) => expect(s.epoch).toBeCloseTo(s.step / 3, 12));
    expect(steps.every((s) => s.seed === 5)).toBe(true);
    expect(new Set(steps.map((s) => String(Array.from(s.draws[0]!.values)))).size).toBe(6);
  });
});

describe('statistics', () => {
  it('are those of the training examples alone', async () => {
    const { steps, weights } = await run(
      model('batch full; epochs 1; validation 0.3', 'preprocess x with scale then standardize'),
      numbered(20, 4),
    );
    const { data } = steps[0]!.batch['x']!;
    const columns = [0, 1, 2, 3].map((j) => Array.from({ length: 14 }, (_, i) => data[i * 4 + j]!));
    const mean = (c: readonly number[]): number => c.reduce((a, b) => a + b, 0) / c.length;
    const expected: Readonly<Record<string, (c: readonly number[]) => number>> = {
      mean,
      min: (c) => Math.min(...c),
      max: (c) => Math.max(...c),
      std: (c) => Math.sqrt(mean(c.map((v) => (v - mean(c)) ** 2))),
    };
    for (const [kind, of] of Object.entries(expected)) {
      columns.forEach((c, j) => expect(weights[`x.${kind}`]!.data[j], kind).toBeCloseTo(of(c), 6));
    }
  });
});

describe('a whole training', () => {
  it.each([
    ['sgd', 'optimizer sgd(lr: 0.05, momentum: 0.5)', ''],
    [
      'adam on a schedule, clipped',
      'optimizer adam(lr: 0.01); schedule cosine(epochs: 2); clip norm(0.5)',
      'penalty warmup(epochs: 2) * l2(code)',
    ],
    [
      'rmsprop, denoising, constrained',
      'optimizer rmsprop(lr: 0.01)',
      'corrupt x with mask(0.3) then gaussian(0.1)\n  constrain code.kernel by max_norm(1)',
    ],
  ])('%s: the weights that the interpreter comes to', async (_name, optimizer, more) => {
    const emitted = model(`${optimizer}; batch 8; epochs 3; validation 0`, more);
    const { steps, first, weights } = await run(emitted, numbered(24, 4));
    let state: State = { weights: first, slots: {} };
    for (const { batch, step, draws } of steps) {
      const moment = { step, stepsPerEpoch: 3 };
      const { noise: asking, requests } = census();
      interpretedStep(emitted.model, state, batch, moment, asking);
      const [noise] = assignments(requests, draws);
      state = interpretedStep(emitted.model, state, batch, moment, noise).state;
    }
    for (const [name, { data }] of Object.entries(weights)) {
      Array.from(data).forEach((value, i) =>
        expect(value, `${name}[${i}]`).toBeCloseTo(state.weights[name]!.data[i]!, 4),
      );
    }
  });
});

describe('early stopping', () => {
  const rule = (patience: number, minDelta: number): Emitted =>
    model(`batch 8; epochs 20; validation 0.2; stop early(patience: ${patience}, min_delta: ${minDelta})`);

  it.each([
    ['the loss does not fall for two epochs', 2, 0, [5, 4, 4.5, 4.2, 1, 1], 4],
    ['it falls again in time', 2, 0, [5, 4, 4.5, 3, 3.5, 3.2, 0], 6],
    ['falling by less than min_delta is none', 2, 0.5, [5, 4.8, 4.6, 4, 1], 3],
    ['falling by more is one', 2, 0.5, [5, 4.4, 4.3, 3.8, 3.7, 3.6, 0], 6],
    ['rising is never one, however little', 1, 0.5, [5, 5.2, 5.1, 0], 2],
  ])('%s', async (_name, patience, minDelta, losses, epochs) => {
    const found = await run(await rule(patience, minDelta), numbered(10, 4), losses);
    expect(found.epochs).toBe(epochs);
  });

  it('compares epochs by the terms with the weights that their schedules end with', async () => {
    const found = await run(
      model('batch 8; epochs 20; validation 0.2; stop early(patience: 1)', 'penalty warmup(epochs: 4) * l2(code)'),
      numbered(10, 4),
      // While the weight grows, an epoch is measured as it was trained, which rises, and as it will be judged.
      [1, 9, 2, 8, 3, 7, 6, 6.5, 0],
    );
    expect(found.epochs).toBe(5);
  });

  it('gives back the weights of the best epoch', async () => {
    const losses = [5, 3, 4, 4];
    const stopped = await run(await rule(2, 0), numbered(10, 4), losses);
    const best = await run(model('batch 8; epochs 2; validation 0.2'), numbered(10, 4), losses);
    for (const [name, { data }] of Object.entries(best.weights))
      expect(Array.from(stopped.weights[name]!.data)).toEqual(Array.from(data));
  });

  it('without it, training ends after its epochs with the last weights', async () => {
    const found = await run(model('batch 8; epochs 3; validation 0.2'), numbered(10, 4), [1, 2, 3]);
    expect(found.epochs).toBe(3);
  });
});

describe('first weights', () => {
  const norms = (weight: Arrays[string] | undefined, axis: 0 | 1): readonly number[] => {
    const [rows, columns] = weight!.shape as readonly [number, number];
    return Array.from({ length: axis === 0 ? columns : rows }, (_, j) =>
      Math.hypot(
        ...Array.from(
          { length: axis === 0 ? rows : columns },
          (_v, i) => weight!.data[axis === 0 ? i * columns + j : j * columns + i]!,
        ),
      ),
    );
  };
  const firstOf = async (constraint: string): Promise<Arrays> => {
    const { program } = model('epochs 1', `constrain code.kernel by ${constraint}`);
    const weights = program.initialize(randomAt(1, 0xffff_ffff), {});
    const arrays = asArrays(weights);
    release([weights]);
    return arrays;
  };

  it('satisfy the constraints already', async () => {
    norms((await firstOf('unit_norm'))['encoder.code.kernel'], 0).forEach((n) => expect(n).toBeCloseTo(1, 5));
    norms((await firstOf('max_norm(0.2)'))['encoder.code.kernel'], 0).forEach((n) =>
      expect(n).toBeLessThan(0.2 + 1e-6),
    );
    expect(
      Math.min(...Array.from((await firstOf('non_negative'))['encoder.code.kernel']!.data)),
    ).toBeGreaterThanOrEqual(0);
    norms((await firstOf('orthogonal'))['encoder.code.kernel'], 0).forEach((n) => expect(n).toBeCloseTo(1, 4));
  });
});
