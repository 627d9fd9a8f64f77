/** Folders and files that several processes, dead ones among them, or the system itself contend for. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeFolder, writeAside } from '../../src/runtime/node/files.js';
import { lockFolder } from '../../src/runtime/node/lock.js';
import { folder } from './folder.js';

describe('a lock', () => {
  it('is held by one, and goes with its release', async () => {
    const dir = folder();
    const first = await lockFolder(dir);
    expect(first.ok).toBe(true);
    expect(await lockFolder(dir)).toMatchObject({
      ok: false,
      error: { found: expect.stringContaining(`process ${process.pid}`) },
    });
    if (first.ok) await first.value.release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it('of a dead process is taken over, of another machine it is not', async () => {
    const dir = folder();
    const { pid } = spawnSync(process.execPath, ['-e', '0']);
    const lock = join(dir, '.aec.lock');
    for (const text of [
      JSON.stringify({ pid, host: hostname(), born: '1', since: 'then' }),
      JSON.stringify({ pid: process.pid, host: hostname(), born: '1', since: 'then' }),
      '{"pid": 12',
      '',
    ]) {
      writeFileSync(lock, text);
      const taken = await lockFolder(dir);
      // The number may be that of a living process again: its birth tells.
      expect(taken.ok, text).toBe(true);
      if (taken.ok) await taken.value.release();
    }
    writeFileSync(lock, JSON.stringify({ pid: 1, host: 'elsewhere', born: '1', since: 'then' }));
    expect(await lockFolder(dir)).toMatchObject({ ok: false, error: { hint: expect.stringContaining('remove') } });
    expect(existsSync(lock)).toBe(true);
  });

  it('is given to one of many that ask at once', async () => {
    for (let round = 0; round < 20; round++) {
      const dir = folder();
      writeFileSync(join(dir, '.aec.lock'), '{"pid": 12');
      const asked = await Promise.all(Array.from({ length: 12 }, () => lockFolder(dir)));
      expect(asked.filter(({ ok }) => ok)).toHaveLength(1);
      expect(readdirSync(dir)).toEqual(['.aec.lock']);
      for (const lock of asked) if (lock.ok) await lock.value.release();
    }
  });

  it('is given to one of many processes that ask at once', async () => {
    const dir = folder();
    writeFileSync(join(dir, '.aec.lock'), '{"pid": 12');
    const module = new URL('../../src/runtime/node/lock.ts', import.meta.url).href;
    const ask = `import { lockFolder } from '${module}'; const lock = await lockFolder(process.argv[1]); process.stdout.write(String(lock.ok)); await new Promise((resolve) => setTimeout(resolve, 4000));`;
    const answers = await Promise.all(
      Array.from(
        { length: 5 },
        () =>
          new Promise<string>((resolve) => {
            const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', ask, dir], {
              stdio: ['ignore', 'pipe', 'inherit'],
            });
            let said = '';
            child.stdout.on('data', (text: Buffer) => {
              said += text.toString();
            });
            child.on('close', () => resolve(said));
          }),
      ),
    );
    expect(answers.sort()).toEqual(['false', 'false', 'false', 'false', 'true']);
  }, 60_000);
});

it('of two runs in one folder the second is refused, and the first goes on', async () => {
  const dir = folder();
  const arguments_ = ['--import', 'tsx', join(import.meta.dirname, 'child.ts'), dir, '100000'];
  const first = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  await new Promise<void>((resolve) =>
    first.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (said.includes('"event":"epoch"')) resolve();
    }),
  );
  const second = spawnSync(process.execPath, arguments_, { encoding: 'utf8' });
  expect(second.stderr).toContain('a folder that no other run writes to');
  expect(second.status).toBe(1);
  first.kill('SIGTERM');
  expect(await new Promise((resolve) => first.on('close', resolve))).toBe(130);
  expect(said).not.toContain('without a checkpoint');
  expect(readdirSync(dir)).toEqual(['checkpoint.safetensors', 'history.csv', 'run.json']);
}, 60_000);

describe('writing aside', () => {
  it('does not write through a link that somebody has laid', async () => {
    const dir = folder();
    const [path, victim] = [join(dir, 'a.txt'), join(dir, 'victim')];
    writeFileSync(victim, 'untouched');
    symlinkSync(victim, `${path}.tmp`);
    symlinkSync(victim, path);
    expect((await writeAside(path, 'new')).ok).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readFileSync(victim, 'utf8')).toBe('untouched');
  });

  it('many at once leave one whole file and nothing else', async () => {
    const dir = folder();
    const path = join(dir, 'a'.repeat(250));
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    const written = await Promise.all(texts.map((text) => writeAside(path, text)));
    expect(written.every(({ ok }) => ok)).toBe(true);
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(dir)).toHaveLength(1);
  });
});

describe('making a folder', () => {
  it('makes those around it', async () => {
    const dir = join(folder(), 'a', 'b', 'c');
    expect((await makeFolder(dir)).ok).toBe(true);
    expect((await makeFolder(dir)).ok).toBe(true);
    expect(existsSync(dir)).toBe(true);
  });

  it.each([['/proc/x'], ['/proc/x/y/z'], ['/proc/self/fd/x'], ['/dev/null/x'], ['a\0b']])(
    'ends where nothing can be made: %j',
    async (path) => {
      expect((await makeFolder(path)).ok).toBe(false);
    },
  );

  it('says that a file is in the way', async () => {
    const dir = folder();
    writeFileSync(join(dir, 'file'), '');
    expect(await makeFolder(join(dir, 'file', 'x'))).toMatchObject({
      ok: false,
      error: { found: expect.stringContaining('not a folder') },
    });
    expect(await makeFolder(join(dir, 'file'))).toMatchObject({ ok: false, error: { found: 'a file of that name' } });
    mkdirSync(join(dir, 'there'));
    expect((await makeFolder(join(dir, 'there'))).ok).toBe(true);
  });
});
