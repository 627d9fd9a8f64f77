import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { elements, type Dataset } from '../../src/runtime/dataset.js';
import { renderNumericalFailure } from '../../src/runtime/numerical.js';
import type { Tensors } from '../../src/runtime/program.js';
import type { Snapshot } from '../../src/runtime/progress.js';
import { uniforms } from '../../src/runtime/random.js';
import { release } from '../../src/runtime/tensors.js';
import type { TrainEvent } from '../../src/runtime/events.js';
import { train, type TrainOptions, type TrainOutcome } from '../../src/runtime/train.js';
import type { Program } from '../../src/runtime/program.js';
import { useCpu } from './backend.js';
import { tinyProgram, vector } from './tiny.js';

beforeAll(useCpu);

/** Eight features from two factors. */
function correlated(size: number): Dataset {
  const factors = uniforms(11, 0, 0, size * 2);
  const data = new Float32Array(size * 8);
  for (let i = 0; i < size; i++) for (let j = 0; j < 8; j++) data[i * 8 + j] = 0.1 + 0.8 * factors[i * 2 + (j % 2)]!;
  return { size, columns: { x: { shape: [8], data, scale: 1, source: 'correlated' } } };
}

const values = async (tensors: Tensors): Promise<Record<string, number[]>> =>
  Object.fromEntries(
    await Promise.all(Object.entries(tensors).map(async ([name, t]) => [name, Array.from(await t.data())] as const)),
  );

async function run(program: Program, data: Dataset, options: TrainOptions = {}): Promise<TrainOutcome> {
  const result = await train(program, data, options);
  if (!result.ok) throw new Error(result.error.found);
  return result.value;
}

/** The weights of a copy, which is then given back. */
async function taken(snapshot: Snapshot): Promise<Record<string, number[]>> {
  const weights = await values(snapshot.weights);
  free(snapshot);
  return weights;
}

const free = (snapshot: Snapshot): void => release([snapshot.weights, snapshot.slots, snapshot.best]);

describe('train', () => {
  it('lowers the loss and tells what happens, in order', async () => {
    const events: TrainEvent[] = [];
    const outcome = await run(
      tinyProgram({ variable: vector(8), validation: 0.2, phases: [{ epochs: 5 }] }),
      correlated(100),
      {
        onEvent: (event) => void events.push(event),
      },
    );
    expect(outcome.kind).toBe('done');
    const { history, totalSteps } = outcome.snapshot.progress;
    expect(totalSteps).toBe(25);
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(history[4]!.validation![0]).toBeLessThan(history[0]!.validation![0]! * 0.8);
    expect(events.slice(0, 3).map(({ kind }) => kind)).toEqual(['start', 'phase', 'step']);
    expect(events.filter(({ kind }) => kind !== 'pause')[7]).toMatchObject({ kind: 'epoch', best: true });
    free(outcome.snapshot);
  });

  it('keeps the number of tensors constant and leaves only the snapshot behind', async () => {
    const before = tf.memory().numTensors;
    const counts = new Set<number>();
    const outcome = await run(tinyProgram({ variable: vector(8), phases: [{ epochs: 3 }] }), correlated(80), {
      onEvent: (event) => {
        if (event.kind === 'step' && event.stepOfEpoch > 1) counts.add(tf.memory().numTensors);
      },
    });
    expect(counts.size).toBe(1);
    expect(tf.memory().numTensors - before).toBe(4);
    free(outcome.snapshot);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('goes on after an interruption at any step to the same bits', async () => {
    const program = tinyProgram({
      variable: vector(8),
      validation: 0.25,
      phases: [
        { name: 'first', epochs: 3, earlyStopping: { patience: 2, minDelta: 0 } },
        { name: 'second', epochs: 2, trains: ['decoder.kernel', 'decoder.bias'], batch: 7 },
      ],
    });
    const data = correlated(60);
    const whole = await run(program, data);
    const expected = await values(whole.snapshot.weights);
    const stops = [1, 2, 3, 5, 8, 9, 11, 16, 20];
    for (const stop of stops) {
      const controller = new AbortController();
      const first = await run(program, data, {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.kind === 'step' && event.progress.totalSteps === stop) controller.abort();
        },
      });
      expect(first.kind).toBe('interrupted');
      expect(first.snapshot.progress.totalSteps).toBe(stop);
      const from = {
        ...first.snapshot,
        progress: JSON.parse(JSON.stringify(first.snapshot.progress)) as Snapshot['progress'],
      };
      const second = await run(program, data, { from });
      expect(second.kind).toBe('done');
      expect(await values(second.snapshot.weights)).toEqual(expected);
      expect(second.snapshot.progress).toEqual(whole.snapshot.progress);
      free(second.snapshot);
    }
    free(whole.snapshot);
  });

  it('moves only what the phase trains', async () => {
    const program = tinyProgram({ variable: vector(8), phases: [{ trains: ['decoder.bias'], epochs: 1 }] });
    const before: Record<string, number[]> = {};
    const outcome = await run(program, correlated(32), {
      onEvent: async (event) => {
        if (event.kind === 'start') Object.assign(before, await taken(event.snapshot()));
      },
    });
    const after = await values(outcome.snapshot.weights);
    expect(after['encoder.kernel']).toEqual(before['encoder.kernel']);
    expect(after['decoder.bias']).not.toEqual(before['decoder.bias']);
    free(outcome.snapshot);
  });

  it('stops early and goes back to the best weights', async () => {
    const tensors = tf.memory().numTensors;
    const best: { weights?: Record<string, number[]> } = {};
    const events: TrainEvent[] = [];
    const program = tinyProgram({
      variable: vector(8),
      validation: 0.2,
      rate: 0.5,
      phases: [{ epochs: 60, earlyStopping: { patience: 3, minDelta: 0.01 } }],
    });
    const outcome = await run(program, correlated(100), {
      onEvent: async (event) => {
        events.push(event);
        if (event.kind === 'epoch' && event.best) best.weights = await taken(event.snapshot());
      },
    });
    const stop = events.find((event) => event.kind === 'stop');
    expect(stop).toBeDefined();
    expect(outcome.snapshot.progress.history.length).toBe(stop!.bestEpoch + 3);
    expect(await values(outcome.snapshot.weights)).toEqual(best.weights);
    free(outcome.snapshot);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('counts patience from where it is told to, whatever schedules do', async () => {
    const lengthOf = async (after: number, settled?: { readonly epochs: number; readonly steps: number }) => {
      const program = tinyProgram({
        variable: vector(8),
        validation: 0.2,
        // Nothing moves: no epoch is better than the first.
        rate: 0,
        phases: [
          {
            epochs: 20,
            earlyStopping: { patience: 3, minDelta: 0.01, after },
            ...(settled === undefined ? {} : { settled }),
          },
        ],
      });
      const outcome = await run(program, correlated(100), {});
      free(outcome.snapshot);
      return outcome.snapshot.progress.history.length;
    };
    expect(await lengthOf(8)).toBe(11);
    expect(await lengthOf(8, { epochs: 15, steps: 0 })).toBe(11);
    expect(await lengthOf(15, { epochs: 8, steps: 0 })).toBe(18);
  });

  it('trains on the whole set at once', async () => {
    const outcome = await run(
      tinyProgram({ variable: vector(8), phases: [{ batch: 'full', epochs: 4 }] }),
      correlated(50),
    );
    expect(outcome.snapshot.progress.totalSteps).toBe(4);
    free(outcome.snapshot);
  });

  it('names the term and hands back finite weights where the loss breaks', async () => {
    const tensors = tf.memory().numTensors;
    const program = tinyProgram({
      variable: vector(8),
      tamper: (step, terms) => (step === 3 ? tf.mul(terms, tf.tensor1d([1, NaN])) : terms),
    });
    const outcome = await run(program, correlated(100));
    if (outcome.kind !== 'failed') throw new Error(outcome.kind);
    expect(outcome.failure).toMatchObject({
      step: 3,
      epoch: 1,
      during: 'training',
      term: { name: 'decay', origin: 'tiny.ae:8:3' },
    });
    expect(outcome.snapshot.progress.totalSteps).toBe(2);
    for (const list of Object.values(await values(outcome.snapshot.weights)))
      expect(list.every(Number.isFinite)).toBe(true);
    expect(renderNumericalFailure(outcome.failure)).toContain('decay = NaN (tiny.ae:8:3)');
    free(outcome.snapshot);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('names the weight and the layer where a step leaves the numbers', async () => {
    const tensors = tf.memory().numTensors;
    const outcome = await run(tinyProgram({ variable: vector(8), rate: 1e38, noise: 0 }), correlated(200));
    if (outcome.kind !== 'failed') throw new Error(outcome.kind);
    expect(outcome.failure.weight ?? outcome.failure.term?.name).toBeDefined();
    for (const list of Object.values(await values(outcome.snapshot.weights)))
      expect(list.every(Number.isFinite)).toBe(true);
    free(outcome.snapshot);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('refuses data that does not fit', async () => {
    const data = correlated(4);
    const result = await train(tinyProgram({ variable: vector(9) }), data);
    expect(result).toMatchObject({ ok: false, error: { found: '[8]' } });
    expect(await train(tinyProgram(), { size: 0, columns: {} })).toMatchObject({ ok: false, error: { found: 'none' } });
    expect(elements([2, 3])).toBe(6);
  });

  it('lets timers run', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    const outcome = await run(tinyProgram({ variable: vector(8), phases: [{ epochs: 60 }] }), correlated(400));
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
    free(outcome.snapshot);
  });
});
