import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { loadCheckpoint, loadWeights, saveCheckpoint } from '../../src/runtime/node/checkpoint.js';
import { createReporter, duration } from '../../src/runtime/node/reporter.js';
import { runTraining, type RunOptions } from '../../src/runtime/node/run.js';
import type { Tensors } from '../../src/runtime/program.js';
import type { Snapshot } from '../../src/runtime/progress.js';
import { renderDataError } from '../../src/runtime/result.js';
import { generateSet } from '../../src/runtime/synthetic/specification.js';
import { release } from '../../src/runtime/tensors.js';
import { train, type TrainOutcome } from '../../src/runtime/train.js';
import { useCpu } from './backend.js';
import { folder } from './folder.js';
import { tinyProgram, origin } from './tiny.js';

beforeAll(useCpu);

const strokes = generateSet('strokes:count=40');
if (!strokes.ok) throw new Error(renderDataError(strokes.error));
const data = strokes.value;
const program = tinyProgram({
  validation: 0.2,
  rate: 0.01,
  phases: [{ epochs: 3, earlyStopping: { patience: 5, minDelta: 0 } }],
});
const values = async (tensors: Tensors): Promise<Record<string, number[]>> =>
  Object.fromEntries(
    await Promise.all(Object.entries(tensors).map(async ([name, t]) => [name, Array.from(await t.data())] as const)),
  );
const free = (snapshot: Snapshot): void => release([snapshot.weights, snapshot.slots, snapshot.best]);

async function run(
  outDir: string,
  options: Partial<RunOptions> = {},
): Promise<TrainOutcome & { readonly said: string }> {
  const lines: string[] = [];
  const reporter = createReporter({ mode: 'json', write: (line) => lines.push(line) });
  const result = await runTraining({ origin, program, data, outDir, resume: false, reporter, ...options });
  if (!result.ok) throw new Error(renderDataError(result.error));
  return { ...result.value, said: lines.join('\n') };
}

describe('runTraining', () => {
  it('leaves weights and a checkpoint that read back, and nothing else', async () => {
    const out = join(folder(), 'a', 'b');
    const outcome = await run(out);
    expect(readdirSync(out).sort()).toEqual([
      'checkpoint.safetensors',
      'history.csv',
      'run.json',
      'weights.safetensors',
    ]);
    const loaded = await loadWeights(join(out, 'weights.safetensors'), program.spec);
    if (!loaded.ok) throw new Error(renderDataError(loaded.error));
    expect(loaded.value.warnings).toEqual([]);
    expect(await values(loaded.value.value)).toEqual(await values(outcome.snapshot.weights));
    const events = outcome.said.split('\n').map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events.filter((event) => event === 'epoch')).toHaveLength(3);
    free(outcome.snapshot);
  });

  it('goes on from SIGINT to the same bits', async () => {
    const whole = await run(join(folder(), 'whole'));
    const out = folder();
    let steps = 0;
    const stopping = createReporter({ mode: 'silent' });
    const first = await run(out, {
      reporter: {
        ...stopping,
        onEvent: (event) => void (event.kind === 'step' && ++steps === 3 && process.emit('SIGINT')),
      },
    });
    expect(first.kind).toBe('interrupted');
    expect(process.listenerCount('SIGINT')).toBe(0);
    const second = await run(out, { resume: true });
    expect(second.kind).toBe('done');
    expect(second.said).toContain('after 3 steps');
    expect(await values(second.snapshot.weights)).toEqual(await values(whole.snapshot.weights));
    expect(second.snapshot.progress).toEqual(whole.snapshot.progress);
    [whole, first, second].forEach(({ snapshot }) => free(snapshot));
  });

  it('a copy of any checkpoint taken while it runs goes on to the same bits', async () => {
    const out = folder();
    const copies: Uint8Array[] = [];
    const silent = createReporter({ mode: 'silent' });
    const whole = await run(out, {
      checkpointInterval: 0,
      reporter: {
        ...silent,
        onEvent: () =>
          void (
            existsSync(join(out, 'checkpoint.safetensors')) &&
            copies.push(readFileSync(join(out, 'checkpoint.safetensors')))
          ),
      },
    });
    expect(copies.length).toBeGreaterThan(5);
    for (const copy of copies.filter((_, i) => i % 3 === 0)) {
      const again = folder();
      writeFileSync(join(again, 'checkpoint.safetensors'), copy);
      const outcome = await run(again, { resume: true });
      expect(await values(outcome.snapshot.weights)).toEqual(await values(whole.snapshot.weights));
      free(outcome.snapshot);
    }
    free(whole.snapshot);
  });

  it('keeps the last finite weights where the loss breaks', async () => {
    const out = folder();
    const broken = tinyProgram({ tamper: (step, terms) => (step === 2 ? tf.mul(terms, NaN) : terms) });
    const outcome = await run(out, { program: broken });
    expect(outcome.kind).toBe('failed');
    expect(outcome.said).toContain('reconstruction = NaN');
    const loaded = await loadCheckpoint(join(out, 'checkpoint.safetensors'), broken.spec);
    expect(loaded.ok && loaded.value.value.progress.totalSteps).toBe(1);
    free(outcome.snapshot);
  });

  it('says where it cannot write', async () => {
    const blocked = join(folder(), 'file');
    writeFileSync(blocked, '');
    const reporter = createReporter({ mode: 'silent' });
    const result = await runTraining({ origin, program, data, outDir: join(blocked, 'x'), resume: false, reporter });
    expect(result).toMatchObject({ ok: false, error: { place: { path: join(blocked, 'x') } } });
  });
});

describe('checkpoints', () => {
  async function saved(): Promise<string> {
    const path = join(folder(), 'c.safetensors');
    const outcome = await train(program, data, { signal: AbortSignal.abort() });
    if (!outcome.ok) throw new Error('train');
    expect((await saveCheckpoint(path, program.spec, outcome.value.snapshot)).ok).toBe(true);
    free(outcome.value.snapshot);
    return path;
  }

  it('name what is missing, unexpected and of another shape', async () => {
    const path = await saved();
    const { spec } = program;
    const other = {
      ...spec,
      weights: [
        ...spec.weights
          .filter(({ name }) => name !== 'decoder.bias')
          .map((weight) => (weight.name === 'encoder.bias' ? { ...weight, shape: [5] } : weight)),
        { name: 'extra', shape: [1], trainable: true },
      ],
    };
    const loaded = await loadCheckpoint(path, other);
    expect(loaded.ok).toBe(false);
    if (loaded.ok) return;
    expect(loaded.error.found).toBe(
      'missing: extra (weight); unexpected: decoder.bias (weight); encoder.bias (weight) is [2] instead of [5]',
    );
  });

  it('warn where the source has changed', async () => {
    const path = await saved();
    const loaded = await loadCheckpoint(path, { ...program.spec, sourceHash: 'cd'.repeat(32) });
    expect(loaded.ok && loaded.value.warnings[0]).toContain('another version');
  });

  it('refuse cut and missing files', async () => {
    const path = await saved();
    const bytes = readFileSync(path);
    for (const length of [0, 7, 100, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      expect((await loadCheckpoint(path, program.spec)).ok).toBe(false);
    }
    expect(await loadCheckpoint(`${path}.gone`, program.spec)).toMatchObject({
      ok: false,
      error: { found: 'no such file or folder' },
    });
  });

  it('leave the old file where the new one cannot be written', async () => {
    const path = await saved();
    const before = readFileSync(path);
    const file = await open(path);
    const handle = Object.getPrototypeOf(file) as { sync(): Promise<void> };
    await file.close();
    vi.spyOn(handle, 'sync').mockRejectedValueOnce(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    const outcome = await train(program, data, { signal: AbortSignal.abort() });
    if (!outcome.ok) throw new Error('train');
    expect(await saveCheckpoint(path, program.spec, outcome.value.snapshot)).toMatchObject({
      ok: false,
      error: { found: 'no space left on the disk' },
    });
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
    free(outcome.value.snapshot);
  });
});

describe('reporter', () => {
  it('writes a line an epoch where there is no terminal', async () => {
    const written: string[] = [];
    const stream = {
      isTTY: false,
      write: (text: string) => (written.push(text), true),
    } as unknown as NodeJS.WriteStream;
    const outcome = await run(folder(), { reporter: createReporter({ mode: 'auto', stream }) });
    const lines = written.join('').trimEnd().split('\n');
    expect(lines[0]).toBe('32 examples to train on, 8 held out');
    expect(lines[1]).toBe('phase train: 3 epochs of 2 steps, momentum(lr: 0.1)');
    expect(lines[2]).toMatch(
      /^epoch 1\/3 {2}loss [\d.]+ = reconstruction [\d.]+ \+ decay [\d.e-]+ {2}held out .* best {2}[\d.]+ steps\/s$/,
    );
    free(outcome.snapshot);
  });

  it('draws a bar on a terminal and puts the cursor back', async () => {
    const written: string[] = [];
    const stream = Object.assign(Object.create(process.stderr) as NodeJS.WriteStream, {
      isTTY: true,
      columns: 200,
      write: (text: string) => (written.push(text), true),
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
      clearScreenDown: () => true,
    });
    const outcome = await run(folder(), { reporter: createReporter({ mode: 'auto', stream }) });
    const text = written.join('');
    expect(text).toContain('train epoch 3/3');
    expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
    free(outcome.snapshot);
  });

  it('tells durations', () => {
    expect([5, 65, 3700, Infinity].map(duration)).toEqual(['5 s', '1 min 5 s', '1 h 1 min', '?']);
  });
});
