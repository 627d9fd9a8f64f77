/** Signals, and output that others close: a run ends as at Ctrl-C, and loses nothing. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder } from './folder.js';

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly errors: string;
}

/** Starts a long run and does something once it has said that an epoch is over. */
function run(out: string, act: (child: ReturnType<typeof spawn>) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'child.ts'), out, '100000'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [said, errors, acted] = ['', '', false];
    child.stderr.on('data', (text: Buffer) => {
      errors += text.toString();
    });
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (acted || !said.includes('"event":"epoch"')) return;
      acted = true;
      act(child);
    });
    child.on('exit', (code, signal) => {
      resolve({ code, signal, errors });
    });
  });
}

describe('a run is interrupted and saved', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s',
    async (name) => {
      const out = folder();
      expect(await run(out, (child) => child.kill(name))).toMatchObject({
        code: 130,
        errors: expect.not.stringMatching(/Error|node:/) as string,
      });
      expect(existsSync(join(out, 'checkpoint.safetensors'))).toBe(true);
    },
    60_000,
  );

  it('where the reader of its output is gone', async () => {
    const out = folder();
    expect(await run(out, (child) => child.stdout!.destroy())).toMatchObject({
      code: 130,
      errors: expect.not.stringMatching(/Error|node:/) as string,
    });
    expect(existsSync(join(out, 'checkpoint.safetensors'))).toBe(true);
  }, 60_000);
});

it('SIGPIPE does nothing', async () => {
  const out = folder();
  const ended = await run(out, (child) => {
    child.kill('SIGPIPE');
    setTimeout(() => child.kill('SIGTERM'), 300);
  });
  expect(ended).toMatchObject({ code: 130, errors: expect.not.stringMatching(/Error|node:/) as string });
}, 60_000);
