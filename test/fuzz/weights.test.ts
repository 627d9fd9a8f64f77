/** Damaged weights and checkpoints: refused with the file's name, or as they were written; and no tensor is left. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { splitRows } from '../../src/runtime/batches.js';
import { initialSnapshot } from '../../src/runtime/phases.js';
import type { Tensors } from '../../src/runtime/program.js';
import { renderDataError } from '../../src/runtime/result.js';
import { writeSafetensors } from '../../src/runtime/safetensors.js';
import { generateSet } from '../../src/runtime/synthetic/specification.js';
import { release } from '../../src/runtime/tensors.js';
import { decodeSnapshot, decodeWeights, encodeSnapshot, encodeWeights } from '../../src/runtime/weights.js';
import { useCpu } from '../runtime/backend.js';
import { tinyProgram, vector } from '../runtime/tiny.js';
import { damaged } from './bytes.js';
import { Random } from './random.js';

const cases = Number(process.env['AEC_RUNS'] ?? 3_000);
const program = tinyProgram({ variable: vector(6), code: 3 });
const { spec } = program;
let weights: Uint8Array;
let checkpoint: Uint8Array;
let values: string;
let progress: unknown;

const valuesOf = (record: Tensors): string =>
  JSON.stringify(
    Object.entries(record)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, tensor]) => [name, tensor.shape, [...tensor.dataSync()]]),
  );

beforeAll(async () => {
  await useCpu();
  const data = generateSet('gaussian:dims=6,count=20');
  if (!data.ok) throw new Error(renderDataError(data.error));
  const start = initialSnapshot(program, data.value, splitRows(20, 0, 1));
  const snapshot = {
    ...start,
    progress: {
      ...start.progress,
      epoch: 1,
      step: 2,
      totalSteps: 2,
      history: [{ phase: 'train', epoch: 1, train: [0.5, 0.25] }],
    },
  };
  [weights, checkpoint] = [
    await encodeWeights(spec, start.weights),
    await encodeSnapshot(spec, snapshot, { examples: 20, columns: { x: 'ab' } }),
  ];
  values = valuesOf(start.weights);
  progress = snapshot.progress;
  release([start.weights, start.slots]);
});

test.each(['weights', 'checkpoint'] as const)(
  '%s',
  (kind) => {
    const whole = kind === 'weights' ? weights : checkpoint;
    const tensors = tf.memory().numTensors;
    let refused = 0;
    for (let number = 0; number < cases; number++) {
      const bytes = damaged(new Random(7, number), whole, kind === 'weights' ? checkpoint : weights);
      const read =
        kind === 'weights'
          ? decodeWeights(bytes, spec, 'some/file')
          : decodeSnapshot(bytes, spec, 'some/file', { examples: 20, columns: { x: 'ab' } });
      if (read.ok) {
        const { value, warnings } = read.value;
        const record = 'weights' in value && 'progress' in value ? (value.weights as Tensors) : (value as Tensors);
        // What differs and was read nonetheless has lost its checksum, and that is said.
        if (valuesOf(record) !== values) expect(warnings.join(), `case ${number}`).toContain('checksum');
        if ('progress' in value && warnings.length === 0) expect(value.progress, `case ${number}`).toEqual(progress);
        for (const tensor of Object.values(record))
          expect([...tensor.dataSync()].every(Number.isFinite), `case ${number}`).toBe(true);
        release(
          'progress' in value
            ? [value.weights as Tensors, value.slots as Tensors, value.best as Tensors | undefined]
            : [value as Tensors],
        );
      } else {
        refused += 1;
        const text = renderDataError(read.error);
        expect(text, `case ${number}`).toContain('some/file');
        expect(text, `case ${number}`).not.toMatch(/Cannot|undefined|\[object|TypeError/);
      }
      expect(tf.memory().numTensors, `case ${number}`).toBe(tensors);
    }
    expect(refused).toBeGreaterThan(cases * 0.9);
  },
  60_000,
);

describe('what is no number', () => {
  const spoilt = (value: number): Uint8Array => {
    const tensorsOf = Object.fromEntries(
      spec.weights.map(({ name, shape }, i) => {
        const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
        if (i === 1) data[1] = value;
        return [name, { shape, data }];
      }),
    );
    return writeSafetensors(tensorsOf, { format: 'aec 1', source_sha256: spec.sourceHash });
  };

  test.each([NaN, Infinity, -Infinity])('%s is refused, with the weight that holds it', (value) => {
    expect(decodeWeights(spoilt(value), spec, 'w')).toMatchObject({
      ok: false,
      error: { expected: 'weights that are numbers', found: `${value} in ${spec.weights[1]!.name}, element 2 of 3` },
    });
    const whole = decodeWeights(spoilt(0), spec, 'w');
    expect(whole.ok).toBe(true);
    if (whole.ok) release([whole.value.value]);
  });
});

describe('one for the other', () => {
  test('the weights of a checkpoint are taken, and that is said', () => {
    const read = decodeWeights(checkpoint, spec, 'c');
    if (!read.ok) throw new Error(renderDataError(read.error));
    expect(read.value.warnings.join()).toContain('is a checkpoint');
    expect(valuesOf(read.value.value)).toBe(values);
    release([read.value.value]);
  });

  test('weights are no checkpoint', () => {
    expect(decodeSnapshot(weights, spec, 'w')).toMatchObject({
      ok: false,
      error: { found: expect.stringContaining('weights alone') },
    });
  });

  test('weights of another hyperparameter say which', () => {
    const other = tinyProgram({ variable: vector(6), code: 5, rate: 0.5 }).spec;
    expect(decodeWeights(weights, other, 'w')).toMatchObject({
      ok: false,
      error: { hint: expect.stringContaining('--set rate=0.1') },
    });
  });
});
