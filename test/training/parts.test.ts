/** Steps on WASM that are computed in parts of their batches: the same as of the whole, whoever computes the parts. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitProgram, type EmitOptions } from '../../src/codegen/emit.js';
import { targets } from '../../src/codegen/targets.js';
import { loadProgram } from '../../src/cli/load.js';
import { partsOfThread, rowsOfPart } from '../../src/cli/threads/shared.js';
import { compile, type Checked } from '../../src/compiler.js';
import { elements, randomAt, uniforms, type Dataset, type ProgramSpec } from '../../src/runtime/index.js';
import { openTrainer } from '../../src/runtime/trainer.js';
import * as tf from '@tensorflow/tfjs-core';
import { aec } from '../cli/run.js';
import { checkText } from '../support/emitted.js';

const size = 7;
/** Rows of each step: the last batch of an epoch is smaller. */
const batches = [7, 2, 7].map((rows) => Int32Array.from({ length: rows }, (_, i) => i));

/** Models whose steps have summands only; by what their rows are made of. */
const cut: Readonly<Record<string, string>> = {
  'noise, dropout, a tie, clipping': `input x: [6] in [0, 1]
  corrupt x with mask(0.3) then gaussian(0.1)
  encoder { code: dense(4, sigmoid); dropout(0.25) }
  decoder { dense(6, sigmoid, tied: code) }
  reconstruct x by bernoulli; penalty 0.1 * l1(code); penalty 1e-2 * weight_decay(all)
  train { optimizer adam(lr: 0.01); clip norm(0.5); batch 7 }`,
  'a latent, labels where they are known': `input x: [5] in real
  input y: category(3)?
  encoder(x) { dense(5, tanh) }
  latent z ~ normal(2)
  prior z ~ normal(0, 1)
  decoder { dense(5) }
  head said(z) { dense(3) }
  reconstruct x by squared_error; penalty warmup(from: 0.1, steps: 4) * kl(z); penalty cross_entropy(said, y) where y.known
  train { optimizer adam(lr: 0.01); batch 7 }`,
  'convolutions and pooling': `input x: [6, 6, 2] in [0, 1]
  encoder { conv(3, kernel: 3, relu); maxpool(2); flatten; code: dense(3, tanh) }
  decoder { dense(27, relu); reshape(3, 3, 3); conv_transpose(2, kernel: 3, stride: 2, sigmoid) }
  reconstruct x by squared_error
  train { optimizer sgd(lr: 0.05); batch 7; schedule cosine(floor: 0.1) }`,
  'two players': `input x: [4] in real
  draw n ~ normal(3)
  decoder make(n) { dense(5, tanh); dense(4) }
  network judge(x) { dense(5, leaky_relu); dense(1) }
  train {
    optimizer adam(lr: 0.01); batch 7
    player critic { train judge; minimize cross_entropy(judge(x), 1) + cross_entropy(judge(make), 0) }
    player artist { train make; minimize cross_entropy(judge(make), 1) }
    update simultaneous
  }`,
};

/** Models with something that needs all rows, and its name. */
const whole: Readonly<Record<string, readonly [string, string]>> = {
  'statistics of the batch': [
    'batchnorm',
    `input x: [6] in [0, 1]
  encoder { dense(4); batchnorm; code: relu }
  decoder { dense(6) }
  reconstruct x by squared_error
  train { optimizer adam(lr: 0.01); batch 7 }`,
  ],
  'several values of a latent': [
    'term',
    `input x: [6] in [0, 1]
  encoder { dense(4, tanh) }
  latent z ~ normal(2) by importance(samples: 3)
  prior z ~ normal(0, 1)
  decoder { dense(6) }
  reconstruct x by bernoulli; penalty kl(z)
  train { optimizer adam(lr: 0.01); batch 7 }`,
  ],
};

const modelOf = (items: string): Checked => checkText(`autoencoder A {\n  ${items}\n}\n`);

function dataOf({ variables }: ProgramSpec): Dataset {
  const columns = variables.map(({ name, shape, domain }, i) => {
    const values = uniforms(5, 0, i, size * elements(shape));
    const data =
      domain.kind === 'category' ? Int32Array.from(values, (v) => Math.floor(v * (domain.classes + 1)) - 1) : values;
    return [name, { data, shape, scale: 1, source: name }] as const;
  });
  return { size, columns: Object.fromEntries(columns) };
}

/** The terms of some steps and the weights behind them. */
async function trained(items: string, options: EmitOptions): Promise<Readonly<Record<string, readonly number[]>>> {
  const checked = modelOf(items);
  const { program } = await loadProgram(checked.models[0]!, checked, 'wasm', options);
  const { spec } = program;
  const [phase] = spec.phases as [ProgramSpec['phases'][number]];
  const slots = Object.fromEntries(phase.slots.map((slot) => [slot.name, tf.fill([...slot.shape], slot.initial)]));
  const trainer = openTrainer(program, phase, { weights: program.initialize(randomAt(1, 0), {}), slots }, dataOf(spec));
  const at = { step: 0, stepsPerEpoch: 1, totalSteps: 0 };
  const { terms } = await trainer.steps(batches, at);
  const { weights } = trainer.state();
  const values = Object.entries(weights).map(([name, tensor]) => [name, [...tensor.dataSync<'float32'>()]] as const);
  trainer.dispose();
  if ('close' in program) program.close();
  return { terms: terms.flat(), ...Object.fromEntries(values) };
}

const uncutIn = (items: string): readonly string[] => {
  const checked = modelOf(items);
  const { uncut } = emitProgram(compile(checked.models[0]!, checked), targets.wasm, { parts: 3 });
  return uncut.map(({ needsAll }) => needsAll.origin?.entry ?? needsAll.op);
};

describe('a step in parts', () => {
  it.each(Object.entries(cut))('is the step of the whole batch: %s', async (_name, items) => {
    expect(uncutIn(items)).toEqual([]);
    const expected = await trained(items, {});
    // Of more parts than rows, some are empty.
    for (const parts of [3, 9]) {
      const found = await trained(items, { parts });
      expect(Object.keys(found)).toEqual(Object.keys(expected));
      for (const [name, values] of Object.entries(expected)) {
        const scale = Math.max(...values.map(Math.abs), 1e-3);
        const off = Math.max(...values.map((v, i) => Math.abs(v - found[name]![i]!))) / scale;
        expect(off, `${name} in ${parts} parts`).toBeLessThan(2e-5);
      }
    }
  });

  it.each(Object.entries(whole))('is taken whole where it needs all rows: %s', async (_name, [entry, items]) => {
    expect(uncutIn(items)).toEqual([entry]);
    expect(await trained(items, { parts: 3 })).toEqual(await trained(items, {}));
  });

  it('has every row in one part, and every part in one thread', () => {
    for (const [parts, threads, examples] of [
      [3, 2, 7],
      [4, 4, 4],
      [5, 3, 2],
      [2, 2, 129],
    ] as const) {
      const rows = Array.from({ length: parts }, (_, part) => rowsOfPart(part, parts, examples));
      rows.forEach(({ from }, i) => expect(from).toBe(i === 0 ? 0 : rows[i - 1]!.from + rows[i - 1]!.count));
      expect(rows.at(-1)!.from + rows.at(-1)!.count).toBe(examples);
      const shared = Array.from({ length: threads }, (_, thread) => partsOfThread(thread, threads, parts));
      expect(shared.flat()).toEqual(Array.from({ length: parts }, (_, i) => i));
      expect(Math.max(...shared.map((own) => own.length))).toBe(Math.ceil(parts / threads));
    }
  });
});

describe('aec train --threads', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aec-threads-'));
    writeFileSync(
      join(folder, 'm.ae'),
      `autoencoder A {\n  ${cut['noise, dropout, a tie, clipping']!.replace('batch 7', 'batch 64; epochs 2').replaceAll('[6]', '[28, 28, 1]').replace('encoder {', 'encoder { flatten;').replace('dense(6, sigmoid, tied: code)', 'dense(784, sigmoid, tied: code); reshape(28, 28, 1)')}\n}\n`,
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: string[]): ReturnType<typeof aec> =>
    aec(['train', 'm.ae', '--data', 'strokes:count=200', '--no-report', '--backend', 'wasm', ...args], folder);

  it('comes to the same bits in one thread and in two', () => {
    const [one, two] = [run('--threads', '1', '--parts', '2', '--out', 'one'), run('--threads', '2', '--out', 'two')];
    expect([one.code, two.code], one.err + two.err).toEqual([0, 0]);
    expect(two.err).toContain('A on wasm, 2 parts a batch in 2 threads');
    const bytes = (name: string): Buffer => readFileSync(join(folder, name, 'weights.safetensors'));
    expect(bytes('two').equals(bytes('one'))).toBe(true);
  });

  it('says why there is one thread alone, where batches are too small or need all their rows', () => {
    const { code, err } = run('--threads', '2', '--batch', '32', '--epochs', '1', '--out', 'small');
    expect(code).toBe(0);
    expect(err).toContain(
      'warning: A runs in one thread: batches of fewer than 64 examples are computed faster whole\n  leave out --threads, or cut them all the same: --parts 2\n',
    );
  });

  it('is refused where the threads are not ours', () => {
    const { code, err } = run('--threads', '2', '--backend', 'cpu');
    expect(code).toBe(1);
    expect(err).toMatch(/expected: --threads with --backend wasm\n {2}found: --threads 2, --backend cpu/);
  });
});
