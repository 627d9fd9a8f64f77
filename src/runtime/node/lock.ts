/** One process at a time writes to a folder. A lock that a killed process left is taken over. */
import { readFileSync, unlinkSync } from 'node:fs';
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { failure, success, type Result } from '../result.js';
import { codeOf, reason } from './files.js';

const lockFile = '.aec.lock';

export interface Lock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process started, as the system counts: the number may be another process's by now. */
  readonly born: string;
  readonly since: string;
}

/** Locks a folder that is there. Errors: another process writes to it, or nothing can be written. */
export async function lockFolder(folder: string): Promise<Result<Lock>> {
  const path = join(folder, lockFile);
  const own: Holder = { pid: process.pid, host: hostname(), born: birthOf(process.pid), since: new Date().toISOString() };
  const text = `${JSON.stringify(own)}\n`;
  for (let attempt = 0; attempt < 5; attempt++) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(text).finally(() => file.close());
      return success(held(path, text));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') return failure(folder, 'a folder that can be written to', reason(error), 'choose another folder, or ask who owns it');
    }
    const there = await readFile(path, 'utf8').catch(() => undefined);
    // Released in between.
    if (there === undefined) continue;
    const holder = parsed(there);
    if (holder !== undefined && mayLive(holder)) return inUse(folder, path, holder);
    await takeAway(path, there);
  }
  return failure(folder, 'a folder that no other run writes to', 'several at once', 'choose another folder');
}

function inUse(folder: string, path: string, { pid, host, since }: Holder): Result<never> {
  const elsewhere = host !== hostname();
  return failure(
    folder,
    'a folder that no other run writes to',
    `process ${pid}${elsewhere ? ` on ${host}` : ''}, since ${since}`,
    `wait for it, or choose another folder${elsewhere ? `; if it has ended, remove ${path}` : ''}`,
  );
}

/** Removes a stale lock; not the fresh one of a process that was quicker. */
async function takeAway(path: string, stale: string): Promise<void> {
  const aside = `${path}.${process.pid}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, 'utf8')) !== stale) await rename(aside, path);
    else await unlink(aside);
  } catch {
    // Somebody else has taken it away.
  }
}

function held(path: string, text: string): Lock {
  const onExit = (): void => {
    try {
      if (readFileSync(path, 'utf8') === text) unlinkSync(path);
    } catch {
      // It is gone, with its folder perhaps.
    }
  };
  process.on('exit', onExit);
  return {
    release: async () => {
      process.off('exit', onExit);
      onExit();
    },
  };
}

/** Whether the process that holds a lock may be running still. Of another machine nobody knows. */
function mayLive({ pid, host, born }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
  const now = birthOf(pid);
  return born === '' || now === '' || born === now;
}

/** When a process started, in ticks since the machine did; '' where the system does not tell. */
function birthOf(pid: number): string {
  try {
    // The name in parentheses may hold anything; the start time is the 20th field behind it.
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function parsed(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder> | null;
    const whole = typeof value === 'object' && value !== null && Number.isSafeInteger(value.pid) && value.pid! > 0 && typeof value.host === 'string' && typeof value.born === 'string';
    return whole ? { pid: value.pid!, host: value.host!, born: value.born!, since: String(value.since ?? 'some time') } : undefined;
  } catch {
    // Cut short: its process was killed while it wrote.
    return undefined;
  }
}
