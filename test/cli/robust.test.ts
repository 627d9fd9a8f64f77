/** The command line where the world around it is hostile, or only in a hurry: an answer, an exit code, and nothing lost. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aec, main } from './run.js';
import { variational } from '../codegen/sources.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aec-robust-'));
  writeFileSync(join(folder, 'vae.ae'), variational);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const noStack = /\n\s+at .*:\d+:\d+|node:internal|node:events|Unhandled/;

/** Runs with a standard output that is closed after its first piece. */
function closing(
  args: readonly string[],
  which: 'stdout' | 'stderr',
): Promise<{ readonly code: number | null; readonly other: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    let other = '';
    child[which].once('data', () => child[which].destroy());
    child[which === 'stdout' ? 'stderr' : 'stdout'].on('data', (text: Buffer) => {
      other += text.toString();
    });
    child.on('exit', (code) => {
      resolve({ code, other });
    });
  });
}

describe('output that is closed', () => {
  test('a check ends as it would have', async () => {
    writeFileSync(join(folder, 'many.ae'), `autoencoder A {\n${'  penalty l1(q)\n'.repeat(2000)}}\n`);
    const { code, other } = await closing(['check', 'many.ae'], 'stderr');
    expect(code).toBe(1);
    expect(other).not.toMatch(noStack);
    const json = await closing(['check', 'many.ae', '--json'], 'stdout');
    expect(json.code).toBe(1);
    expect(json.other).not.toMatch(noStack);
  });

  test('a training is interrupted, and what it did is kept', async () => {
    const { code, other } = await closing(
      [
        'train',
        'vae.ae',
        '--data',
        'strokes:count=500',
        '--epochs',
        '100000',
        '--backend',
        'cpu',
        '--json',
        '--out',
        'closed',
      ],
      'stdout',
    );
    expect(other).not.toMatch(noStack);
    expect(code).toBe(130);
    expect(existsSync(join(folder, 'closed/checkpoint.safetensors'))).toBe(true);
  });
});

describe('input that is none', () => {
  test('a pipe, a device, a file of megabytes', () => {
    execFileSync('mkfifo', [join(folder, 'pipe.ae')]);
    expect(aec(['check', 'pipe.ae'], folder).err).toContain('a pipe or a device');
    expect(aec(['check', '/dev/zero'], folder).err).toContain('a pipe or a device');
    writeFileSync(join(folder, 'large.ae'), '');
    truncateSync(join(folder, 'large.ae'), 2 ** 31);
    expect(aec(['check', 'large.ae'], folder).err).toContain('at most 4 MiB');
    writeFileSync(join(folder, 'imports.ae'), 'import "pipe.ae"\nimport "large.ae"\n');
    const { code, err } = aec(['check', 'imports.ae'], folder);
    expect(code).toBe(1);
    expect(err.match(/AE2009/g)).toHaveLength(2);
  });

  test('a standard input that is closed', () => {
    const said = execFileSync('sh', ['-c', `exec "${process.execPath}" "${main}" check vae.ae <&-`], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(said).toContain('no problems');
  });
});

test.each([['/proc/x'], ['/dev/null/x'], ['vae.ae']])('--out %s ends with a message', (out) => {
  for (const args of [
    ['train', 'vae.ae', '--data', 'strokes:count=20', '--backend', 'cpu'],
    ['build', 'vae.ae'],
  ]) {
    const { code, err } = aec([...args, '--out', out], folder);
    expect(code, err).toBe(1);
    expect(err).toMatch(/^error: /m);
    expect(err).not.toMatch(noStack);
  }
});

test('the progress of a training is a line of JSON an event, to the last', () => {
  const { code, out } = aec(
    ['train', 'vae.ae', '--data', 'strokes:count=40', '--epochs', '1', '--backend', 'cpu', '--json', '--out', 'lines'],
    folder,
  );
  expect(code).toBe(0);
  const events = out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly event: string }).event);
  expect(events[0]).toBe('start');
  expect(events.at(-1)).toBe('end');
});

describe('a finished run', () => {
  const train = (...args: readonly string[]) =>
    aec(
      ['train', 'vae.ae', '--data', 'strokes:count=60', '--backend', 'cpu', '--no-report', '--out', 'run', ...args],
      folder,
    );

  test('is not thrown away, goes on, and is replaced where that is asked for', () => {
    expect(train('--epochs', '1').code).toBe(0);
    const weights = readFileSync(join(folder, 'run/weights.safetensors'));
    const again = train();
    expect(again.code).toBe(1);
    expect(again.err).toContain('a finished run');
    // Nothing is removed before everything else is known to be right.
    expect(aec(['train', 'vae.ae', '--data', 'x=nowhere.npy', '--out', 'run', '--force'], folder).code).toBe(1);
    expect(readFileSync(join(folder, 'run/weights.safetensors')).equals(weights)).toBe(true);
    const other = aec(
      ['train', 'vae.ae', '--data', 'strokes:count=50', '--backend', 'cpu', '--no-report', '--out', 'run', '--resume'],
      folder,
    );
    expect(other.code).toBe(1);
    expect(other.err).toContain('60 examples');
    const more = train('--epochs', '2', '--resume', '--set', 'beta=3');
    expect(more.code, more.err).toBe(0);
    expect(more.err).toContain('beta = 1, and beta is 3 now');
    expect(readFileSync(join(folder, 'run/weights.safetensors')).equals(weights)).toBe(false);
    expect(train('--force', '--resume').code).toBe(2);
    expect(train('--epochs', '1', '--force').code).toBe(0);
    expect(readFileSync(join(folder, 'run/weights.safetensors')).equals(weights)).toBe(true);
  });

  test('gives its weights by its checkpoint, too; and a flipped bit is noticed', () => {
    const encode = (weights: string) =>
      aec(
        ['encode', 'vae.ae', '--data', 'strokes:count=3', '--backend', 'cpu', '--weights', weights, '--out', '-'],
        folder,
      );
    const [by, alike] = [encode('run/weights.safetensors'), encode('run/checkpoint.safetensors')];
    expect(alike.code).toBe(0);
    expect(alike.err).toContain('is a checkpoint');
    expect(alike.out).toBe(by.out);
    const bytes = readFileSync(join(folder, 'run/weights.safetensors'));
    bytes[bytes.length - 5]! ^= 4;
    writeFileSync(join(folder, 'flipped.safetensors'), bytes);
    const damaged = encode('flipped.safetensors');
    expect(damaged.code).toBe(1);
    expect(damaged.err).toContain('the checksum differs');
    expect(damaged.err).not.toContain('train first');
    expect(encode('missing.safetensors').err).toContain('train first');
  });
});

test('numbers on the command line have limits', () => {
  for (const args of [
    ['--batch', '1e15'],
    ['--epochs', '1e15'],
    ['--batch', ''],
    ['--parts', '1e9'],
  ]) {
    const { code, err } = aec(['train', 'vae.ae', '--data', 'strokes', ...args], folder);
    expect(code, args.join(' ')).toBe(2);
    expect(err).toMatch(/at most|at least/);
  }
});
