import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder } from './folder.js';

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs the child; sends the signal some time after its first checkpoint. */
function run(out: string, signal?: { readonly name: NodeJS.Signals; readonly after: number }): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'child.ts'), out], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    let sent = false;
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (signal !== undefined && !sent && said.includes('"event":"epoch"')) {
        sent = true;
        setTimeout(() => child.kill(signal.name), signal.after);
      }
    });
    child.on('close', (code) => resolve({ code, said }));
  });
}

it('ends at SIGINT with a message, loses nothing to SIGKILL but time, and comes to the same bits', async () => {
  const [whole, broken] = [folder(), folder()];
  expect((await run(whole)).code).toBe(0);
  const interrupted = await run(broken, { name: 'SIGINT', after: 5 });
  expect(interrupted.code).toBe(130);
  expect(interrupted.said).toContain('go on with: the same again');
  await run(broken, { name: 'SIGKILL', after: 13 });
  expect(existsSync(join(broken, 'checkpoint.safetensors'))).toBe(true);
  const last = await run(broken);
  expect(last.code).toBe(0);
  expect(last.said).toContain('going on from');
  for (const file of ['weights.safetensors', 'checkpoint.safetensors']) {
    expect(readFileSync(join(broken, file)).equals(readFileSync(join(whole, file)))).toBe(true);
  }
});
