/** What can go wrong while a graph trains: killed, cut short, someone else's weights, no room, no permission. */
import { execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasNative, nativeFolder } from './native.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const aec = join(root, 'dist/cli/main.js');

const source = (code: number, epochs: number): string => `autoencoder Small {
  input x: [784] in [0, 1]
  corrupt x with mask(0.2)
  encoder { dense(64, relu); code: dense(${code}) }
  decoder { dense(64, relu); dense(784, sigmoid) }
  reconstruct x by bernoulli
  train { optimizer adam(lr: 1e-3); epochs ${epochs}; batch 96; validation 0.1 }
}
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Runs a program where the packages are; `onText` may end it. */
function run(
  command: string,
  args: readonly string[],
  options: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly onText?: (text: string, kill: () => void) => void;
  } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      cwd: options.cwd ?? nativeFolder,
      env: { ...process.env, ...options.env },
    });
    let out = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        out += text.toString();
        options.onText?.(out, () => child.kill('SIGKILL'));
      });
    }
    child.on('close', (code) => resolve({ code, out }));
  });
}

describe.skipIf(!hasNative)('a graph in training', () => {
  let folder: string;
  const file = (name: string): string => join(folder, name);
  const train = (out: string, ...more: readonly string[]): readonly string[] => [
    aec,
    'train',
    file('small.ae'),
    '--backend',
    'node',
    '--data',
    'strokes:count=2000',
    '--out',
    file(out),
    '--no-report',
    '--json',
    '--checkpoint-every',
    '0',
    ...more,
  ];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aec-faults-'));
    writeFileSync(file('small.ae'), source(8, 15));
    writeFileSync(file('other.ae'), source(9, 2));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('killed in a step, goes on to the bits of a run that never stopped', async () => {
    expect((await run(process.execPath, train('whole'))).code).toBe(0);
    let epochs = 0;
    await run(process.execPath, train('killed'), {
      onText: (text, kill) => {
        epochs = text.split('"event":"epoch"').length - 1;
        if (existsSync(file('killed/checkpoint.safetensors'))) kill();
      },
    });
    expect(epochs).toBeLessThan(15);
    expect(existsSync(file('killed/weights.safetensors'))).toBe(false);
    const resumed = await run(process.execPath, train('killed', '--resume'));
    expect(resumed.code).toBe(0);
    expect(resumed.out).toContain('going on from');
    for (const name of ['weights.safetensors', 'checkpoint.safetensors']) {
      expect(readFileSync(file(`killed/${name}`)).equals(readFileSync(file(`whole/${name}`))), name).toBe(true);
    }
  });

  test('a checkpoint of another architecture is refused and kept', async () => {
    const before = readFileSync(file('whole/checkpoint.safetensors'));
    const result = await run(process.execPath, [
      aec,
      'train',
      file('other.ae'),
      '--backend',
      'node',
      '--data',
      'strokes:count=100',
      '--out',
      file('whole'),
      '--resume',
      '--no-report',
    ]);
    expect(result.code).toBe(1);
    expect(result.out).toContain('encoder.code.kernel (weight) is [64, 8] instead of [64, 9]');
    expect(result.out).not.toMatch(/\n\s+at /);
    expect(readFileSync(file('whole/checkpoint.safetensors')).equals(before)).toBe(true);
  });

  test('weights of another architecture are refused', async () => {
    const result = await run(process.execPath, [
      aec,
      'encode',
      file('other.ae'),
      '--backend',
      'node',
      '--data',
      'strokes:count=10',
      '--weights',
      file('whole/weights.safetensors'),
      '--out',
      file('codes.csv'),
    ]);
    expect(result.code).toBe(1);
    expect(result.out).toContain('is [64, 8] instead of [64, 9]');
    expect(existsSync(file('codes.csv'))).toBe(false);
  });

  test('a full disk is said, and the run from before is kept', async () => {
    const before = readFileSync(file('whole/checkpoint.safetensors'));
    const full = `import { open } from 'node:fs/promises';
      const file = await open(process.execPath);
      Object.getPrototypeOf(file).sync = async () => { throw Object.assign(new Error('full'), { code: 'ENOSPC' }); };
      await file.close();`;
    const result = await run(process.execPath, [
      '--import',
      `data:text/javascript,${encodeURIComponent(full)}`,
      ...train('whole', '--epochs', '1', '--checkpoint-every', '1000', '--force'),
    ]);
    expect(result.code).toBe(1);
    expect(result.out).toContain('no space left on the disk');
    expect(result.out).not.toMatch(/\n\s+at /);
    expect(readFileSync(file('whole/checkpoint.safetensors')).equals(before)).toBe(true);
    expect(existsSync(file('whole/weights.safetensors'))).toBe(true);
  });

  test.skipIf(process.getuid?.() === 0)('a folder that may not be written is said', async () => {
    mkdirSync(file('locked'));
    chmodSync(file('locked'), 0o500);
    const result = await run(process.execPath, train('locked'));
    expect(result.code).toBe(1);
    expect(result.out).toContain('no permission');
  });

  test('a temporary folder that cannot be written is said', async () => {
    writeFileSync(file('blocked'), '');
    const result = await run(process.execPath, train('nowhere'), { env: { TMPDIR: file('blocked') } });
    expect(result.code).toBe(1);
    expect(result.out).toContain('set TMPDIR to another folder');
    expect(result.out).not.toMatch(/\n\s+at /);
  });

  test("a project's graph file that is cut short is said", async () => {
    const built = join(nativeFolder, `cut-${process.pid}`);
    try {
      await new Promise((resolve) =>
        execFile(process.execPath, [aec, 'build', file('small.ae'), '--target', 'node', '--out', built], resolve),
      );
      truncateSync(join(built, 'graph/saved_model.pb'), 5000);
      const cut = await run(process.execPath, ['train.js', '--data', 'strokes:count=40'], { cwd: built });
      expect(cut.code).toBe(1);
      expect(cut.out).toContain('5000 bytes');
      expect(cut.out).toContain('write it again: aec build');
      const elsewhere = file('elsewhere');
      cpSync(built, elsewhere, { recursive: true });
      const alone = await run(process.execPath, ['train.js'], { cwd: elsewhere });
      expect(alone.code).toBe(1);
      expect(alone.out).toContain("Cannot find package '@tensorflow/tfjs");
      expect(alone.out).toContain('npx aec-lang doctor');
      rmSync(join(built, 'graph/saved_model.pb'));
      const gone = await run(process.execPath, ['train.js'], { cwd: built });
      expect(gone.code).toBe(1);
      expect(gone.out).toContain('no such file or folder');
      for (const { out } of [cut, gone, alone]) expect(out).not.toMatch(/\n\s+at /);
    } finally {
      rmSync(built, { recursive: true, force: true });
    }
  });
});
