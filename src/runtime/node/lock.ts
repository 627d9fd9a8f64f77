/** One process at a time writes to a folder. A lock that a killed process left is taken over. */
import { randomBytes } from 'node:crypto';
import { readFileSync, unlinkSync } from 'node:fs';
import { link, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { failure, success, type Result } from '../result.js';
import { besideOf, codeOf, reason } from './files.js';

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

/** Attempts, and milliseconds between them: for the moments in which others lock, let go, or take over. */
const attempts = 40;
const pause = 50;

/** Locks a folder that is there. Errors: another process writes to it, or nothing can be written. */
export async function lockFolder(folder: string): Promise<Result<Lock>> {
  const path = join(folder, lockFile);
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    born: birthOf(process.pid),
    since: new Date().toISOString(),
  };
  const text = `${JSON.stringify(own)} ${randomBytes(6).toString('hex')}\n`;
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      if (await made(path, text)) return success(held(path, text));
    } catch (error) {
      return failure(
        folder,
        'a folder that can be written to',
        reason(error),
        'choose another folder, or ask who owns it',
      );
    }
    const there = await readFile(path, 'utf8').catch(() => undefined);
    if (there === undefined) continue;
    const holder = parsed(there);
    if (holder !== undefined && mayLive(holder)) return inUse(folder, path, holder);
    await takeAway(path);
    await setTimeout(pause * Math.random());
  }
  return failure(folder, 'a folder that no other run writes to', 'several at once', 'choose another folder');
}

/** Makes the lock, whole from the first moment on; false where there is one. */
async function made(path: string, text: string): Promise<boolean> {
  const aside = besideOf(path);
  await writeFile(aside, text, { flag: 'wx' });
  try {
    await link(aside, path);
    return true;
  } catch (error) {
    // The second: its holder has tidied up, and taken ours for what a dead process left.
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOENT') return false;
    // Where the file system has no links, a lock may be seen before it is written; nobody takes that for a stale one at once.
    return await writeFile(path, text, { flag: 'wx' }).then(
      () => true,
      (other: unknown) => {
        if (codeOf(other) === 'EEXIST') return false;
        throw other;
      },
    );
  } finally {
    await unlink(aside).catch(() => undefined);
  }
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

/** Milliseconds after which who was about to take over must have died over it. */
const longestClaim = 10_000;

/**
 * Removes a stale lock. One at a time does that, and looks again before: else two that saw the same stale
 * lock could each remove the other's fresh one.
 */
async function takeAway(path: string): Promise<void> {
  const claim = `${path}.claim`;
  try {
    await writeFile(claim, '', { flag: 'wx' });
  } catch {
    const since = await stat(claim).then(
      ({ mtimeMs }) => mtimeMs,
      () => Infinity,
    );
    if (Date.now() - since > longestClaim) await unlink(claim).catch(() => undefined);
    return;
  }
  try {
    const holder = parsed(await readFile(path, 'utf8'));
    if (holder === undefined || !mayLive(holder)) await unlink(path);
  } catch {
    // It is gone.
  } finally {
    await unlink(claim).catch(() => undefined);
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
    const value = JSON.parse(text.slice(0, text.lastIndexOf('}') + 1)) as Partial<Holder> | null;
    const whole =
      typeof value === 'object' &&
      value !== null &&
      Number.isSafeInteger(value.pid) &&
      value.pid! > 0 &&
      typeof value.host === 'string' &&
      typeof value.born === 'string';
    return whole
      ? { pid: value.pid!, host: value.host!, born: value.born!, since: String(value.since ?? 'some time') }
      : undefined;
  } catch {
    // Cut short: its process was killed while it wrote.
    return undefined;
  }
}
