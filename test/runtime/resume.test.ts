/** Going on with a run: what must be as it was, what may change, and what is not thrown away. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/runtime/dataset.js';
import { createReporter } from '../../src/runtime/node/reporter.js';
import { runTraining, type RunOptions } from '../../src/runtime/node/run.js';
import type { Program } from '../../src/runtime/program.js';
import { renderDataError, type DataError } from '../../src/runtime/result.js';
import { generateSet } from '../../src/runtime/synthetic/specification.js';
import { release } from '../../src/runtime/tensors.js';
import { useCpu } from './backend.js';
import { folder } from './folder.js';
import { tinyProgram, type TinyOptions, origin } from './tiny.js';

beforeAll(useCpu);

function set(specification: string): Dataset {
  const made = generateSet(specification);
  if (!made.ok) throw new Error(renderDataError(made.error));
  return made.value;
}

const data = set('strokes:count=40');
const settings: TinyOptions = { validation: 0.2, rate: 0.01, phases: [{ epochs: 3 }] };

interface Ended {
  readonly said: string;
  readonly kind?: string;
  readonly error?: DataError;
  readonly steps?: number;
}

/** Runs, and is interrupted after `steps` of them. */
async function run(
  outDir: string,
  options: Partial<RunOptions> & { readonly with?: TinyOptions; readonly steps?: number } = {},
): Promise<Ended> {
  const lines: string[] = [];
  const json = createReporter({ mode: 'json', write: (line) => lines.push(line) });
  const stop = new AbortController();
  let steps = 0;
  const result = await runTraining({
    origin,
    program: tinyProgram({ ...settings, ...options.with }),
    data,
    outDir,
    signal: stop.signal,
    signals: false,
    reporter: {
      ...json,
      onEvent: (event) => {
        json.onEvent(event);
        if (event.kind === 'step' && ++steps === options.steps) stop.abort();
      },
    },
    ...options,
  });
  if (!result.ok) return { said: lines.join('\n'), error: result.error };
  const { snapshot, kind } = result.value;
  release([snapshot.weights, snapshot.slots, snapshot.best]);
  return { said: lines.join('\n'), kind, steps: snapshot.progress.totalSteps };
}

async function interrupted(): Promise<string> {
  const out = folder();
  expect((await run(out, { steps: 3 })).kind).toBe('interrupted');
  return out;
}

const flipped = (specification: string): Dataset => {
  const whole = set(specification);
  const [name, column] = Object.entries(whole.columns)[0]!;
  const values = column.data.slice();
  values[100] = (values[100] ?? 0) === 0 ? 1 : 0;
  return { ...whole, columns: { ...whole.columns, [name]: { ...column, data: values } } };
};

describe('going on is refused', () => {
  it.each<[string, Parameters<typeof run>[1], string, string]>([
    ['with fewer examples', { data: set('strokes:count=30') }, '40 examples', '30 examples'],
    [
      'with one other number',
      { data: flipped('strokes:count=40') },
      'the data that the run began with',
      'other values in x',
    ],
    ['with another seed', { with: { seed: 9 } }, 'seed 1', 'seed 9'],
    ['with another share held out', { with: { validation: 0.3 } }, 'validation 0.2', 'validation 0.3'],
    ['with other batches', { with: { phases: [{ epochs: 3, batch: 7 }] } }, 'batches of 16', 'batches of 7'],
  ])('%s', async (_what, options, expected, found) => {
    const out = await interrupted();
    const before = readFileSync(join(out, 'checkpoint.safetensors'));
    const { error } = await run(out, { ...options, resume: true });
    expect(error?.expected).toContain(expected);
    expect(error?.found).toContain(found);
    expect(error?.hint).toContain('--force');
    expect(readFileSync(join(out, 'checkpoint.safetensors')).equals(before)).toBe(true);
  });

  it('where there is nothing, and leaves no folder behind', async () => {
    const out = join(folder(), 'mistyped');
    expect((await run(out, { resume: true })).error).toMatchObject({
      expected: 'a checkpoint to go on from',
      found: 'no such folder',
    });
    expect(existsSync(out)).toBe(false);
    mkdirSync(out);
    expect((await run(out, { resume: true })).error?.found).toBe('no checkpoint in this folder');
  });

  it('where a bit of the checkpoint has flipped, wherever it is', async () => {
    const out = await interrupted();
    const path = join(out, 'checkpoint.safetensors');
    const bytes = readFileSync(path);
    for (let at = 0; at < bytes.length; at += Math.ceil(bytes.length / 60)) {
      const damaged = Buffer.from(bytes);
      damaged[at] = damaged[at]! ^ (1 << (at % 8));
      writeFileSync(path, damaged);
      expect((await run(out, { resume: true })).error, `byte ${at}`).toBeDefined();
    }
  }, 60_000);
});

describe('going on', () => {
  it('names a hyperparameter and an optimiser that have changed', async () => {
    const out = await interrupted();
    const { said, kind } = await run(out, {
      resume: true,
      with: { rate: 0.02, phases: [{ epochs: 3, optimizer: 'momentum(lr: 0.02)' }] },
    });
    expect(kind).toBe('done');
    expect(said).toContain('rate = 0.01, and rate is 0.02 now');
    expect(said).toContain('with the optimizer momentum(lr: 0.1), now momentum(lr: 0.02)');
  });

  it('with more epochs a finished run comes to the same bits as one that had them from the beginning', async () => {
    const [whole, out] = [folder(), folder()];
    await run(whole, { with: { phases: [{ epochs: 5 }] } });
    await run(out, { with: { phases: [{ epochs: 2 }] } });
    const more = await run(out, { resume: true, with: { phases: [{ epochs: 5 }] } });
    expect(more.said).toContain('going on from');
    for (const file of ['weights.safetensors', 'checkpoint.safetensors']) {
      expect(readFileSync(join(out, file)).equals(readFileSync(join(whole, file))), file).toBe(true);
    }
  });

  it('with more epochs and the best kept, too', async () => {
    const stopping = (epochs: number): TinyOptions => ({
      phases: [{ epochs, earlyStopping: { patience: 4, minDelta: 0 } }],
    });
    const [whole, out] = [folder(), folder()];
    await run(whole, { with: stopping(4) });
    await run(out, { with: stopping(2) });
    expect((await run(out, { resume: true, with: stopping(4) })).kind).toBe('done');
    expect(
      readFileSync(join(out, 'weights.safetensors')).equals(readFileSync(join(whole, 'weights.safetensors'))),
    ).toBe(true);
  });

  it('says where nothing is left to do', async () => {
    const out = folder();
    await run(out);
    const before = readFileSync(join(out, 'weights.safetensors'));
    const again = await run(out, { resume: true });
    expect(again.said).toContain('nothing is left to do');
    expect(again.kind).toBe('done');
    expect(readFileSync(join(out, 'weights.safetensors')).equals(before)).toBe(true);
  });
});

describe('a folder with a run', () => {
  it('is not begun in again without being asked to', async () => {
    const out = folder();
    await run(out);
    const files = ['weights.safetensors', 'checkpoint.safetensors'].map(
      (name) => [name, readFileSync(join(out, name))] as const,
    );
    const { error } = await run(out);
    expect(error?.found).toContain('a finished run');
    expect(error?.hint).toMatch(/--resume .*--force .*--out/);
    for (const [name, bytes] of files) expect(readFileSync(join(out, name)).equals(bytes)).toBe(true);
    expect((await run(await interrupted())).error?.found).toContain('interrupted');
  });

  it('is replaced with --force, and holds no mixture where that is interrupted', async () => {
    const out = folder();
    await run(out);
    writeFileSync(join(out, '.aec-999999-0123456789ab.tmp'), 'unfinished');
    const { said, kind } = await run(out, { force: true, steps: 1 });
    expect(kind).toBe('interrupted');
    expect(said).toContain('beginning anew');
    expect(readdirSync(out)).toEqual(['checkpoint.safetensors', 'history.csv', 'run.json']);
    expect((await run(out, { force: true, resume: true })).error?.found).toBe('both');
  });
});

describe('progress that cannot be', () => {
  const program: Program = tinyProgram(settings);
  it('is told from progress that can', async () => {
    const { decodeSnapshot, encodeSnapshot } = await import('../../src/runtime/weights.js');
    const { initialSnapshot } = await import('../../src/runtime/phases.js');
    const { splitRows } = await import('../../src/runtime/batches.js');
    const start = initialSnapshot(program, data, splitRows(40, 0.2, 1));
    const record = { phase: 'train', epoch: 1, train: [1, 2] };
    for (const [change, ok] of [
      [{}, true],
      [{ epochSums: [1, 2] }, true],
      [{ epochSums: [1] }, false],
      [{ epochSums: [1, 2, 3] }, false],
      [{ epochSums: [NaN, 2] }, false],
      [{ history: [record] }, true],
      [{ history: [{ ...record, train: [1] }] }, false],
      [{ history: [{ ...record, phase: 'other' }] }, false],
      [{ history: [{ ...record, validation: [1, null] }] }, false],
      [{ history: 7 }, false],
      [{ step: -1 }, false],
      [{ step: 5, totalSteps: 3 }, false],
      [{ phase: 9 }, false],
      [{ best: { loss: 'low', epoch: 1 } }, false],
    ] as const) {
      const bytes = await encodeSnapshot(program.spec, {
        ...start,
        progress: { ...start.progress, ...(change as object) },
      });
      expect(decodeSnapshot(bytes, program.spec, 'c').ok, JSON.stringify(change)).toBe(ok);
    }
    release([start.weights, start.slots]);
  });
});
