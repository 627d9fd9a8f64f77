/** Files: read whole, written so that a reader sees the old one or the new one and nothing between. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { failure, success, type DataError, type Result } from '../result.js';

/** Bytes that are read of a file, or unpacked from one: what Node reads in one piece. */
export const largestFile = 2 ** 31 - 1;

/** `1.50 GiB` */
export const inBytes = (bytes: number): string => {
  if (bytes < 2 ** 10) return `${bytes} bytes`;
  const power = bytes < 2 ** 20 ? 1 : bytes < 2 ** 30 ? 2 : 3;
  return `${(bytes / 2 ** (10 * power)).toPrecision(3)} ${['', 'KiB', 'MiB', 'GiB'][power]!}`;
};

/**
 * The bytes of a file. Errors: no such file, no permission, something that is no file (a folder, a pipe,
 * a device: those may have no end), more than `most` bytes.
 *
 * @param smaller what to do about a file that is too large
 */
export async function readBytes(
  path: string,
  most = largestFile,
  smaller = 'cut it into smaller files',
): Promise<Result<Uint8Array>> {
  let file: FileHandle | undefined;
  try {
    // A pipe would be waited for until somebody writes into it.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const found = await file.stat();
    if (found.isDirectory()) return failure(path, 'a file', 'a folder', 'name a file');
    if (!found.isFile())
      return failure(
        path,
        'a file',
        found.isFIFO() || found.isSocket() ? 'a pipe' : 'a device',
        'write what it gives into a file first',
      );
    if (found.size > most) return failure(path, `a file of at most ${inBytes(most)}`, inBytes(found.size), smaller);
    return success(await file.readFile());
  } catch (error) {
    return failure(path, 'a file that can be read', reason(error), advice(error));
  } finally {
    await file?.close().catch(() => undefined);
  }
}

/** A name in the folder of a file that nothing else has: each writer has its own, and it is short, whatever the file is called. */
export const besideOf = (path: string): string =>
  join(dirname(path), `.aec-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);

/** Files of such names, which a process left that was killed. */
export const isUnfinished = (name: string): boolean => /^\.aec-\d+-[0-9a-f]{12}\.tmp$/.test(name);

/**
 * Writes beside the file, brings it to the disk, then renames: a crash at any moment leaves
 * the old file or the new one. Errors: no permission, no space, no such folder.
 */
export async function writeAside(path: string, bytes: Uint8Array | string): Promise<Result<undefined>> {
  const temporary = besideOf(path);
  let made = false;
  try {
    // Exclusive: whatever is there already, a link among it, is not written through.
    const file = await open(temporary, 'wx');
    made = true;
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
    return success(undefined);
  } catch (error) {
    if (made) await unlink(temporary).catch(() => undefined);
    return failure(path, 'a file that can be written', reason(error), advice(error));
  }
}

/** Makes the rename durable where the system lets folders be opened (not on Windows). */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // The file itself is safe already.
  }
}

/**
 * Makes a folder and those around it. Not by Node's recursive `mkdir`, which never returns where the system
 * lets nothing be made though the folder above is there, as below /proc.
 */
export async function makeFolder(path: string): Promise<Result<undefined>> {
  const missing: string[] = [];
  let at = resolve(path);
  for (let there = await kindOf(at); there !== 'folder'; there = await kindOf(at)) {
    if (typeof there !== 'string') return { ok: false, error: { ...there, place: { path } } };
    missing.unshift(at);
    at = dirname(at);
  }
  for (const folder of missing) {
    try {
      await mkdir(folder);
    } catch (error) {
      // Somebody else was quicker.
      if (codeOf(error) === 'EEXIST' && (await kindOf(folder)) === 'folder') continue;
      return failure(
        path,
        'a folder that can be made',
        codeOf(error) === 'ENOENT' ? 'a place where nothing can be made' : reason(error),
        'choose another folder',
      );
    }
  }
  return success(undefined);
}

async function kindOf(path: string): Promise<'folder' | 'nothing' | DataError> {
  try {
    if ((await stat(path)).isDirectory()) return 'folder';
    return failure(path, 'a folder', 'a file of that name', 'choose another folder').error;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' && dirname(path) !== path) return 'nothing';
    return failure(path, 'a folder that can be made', reason(error), 'choose another folder').error;
  }
}

export const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** What went wrong, in words. */
export function reason(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or folder',
    EACCES: 'no permission',
    EPERM: 'no permission',
    EROFS: 'a read-only file system',
    ENOSPC: 'no space left on the disk',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'a file larger than the system allows',
    EISDIR: 'a folder',
    ENOTDIR: 'a path through something that is not a folder',
    EMFILE: 'too many open files',
    ELOOP: 'links that go round',
    ENAMETOOLONG: 'a name longer than the system allows',
    ENXIO: 'something that is no file',
    EIO: 'an error of the disk',
    EBUSY: 'a file that something else is using',
    ERR_INVALID_ARG_VALUE: 'a name that no file can have',
    ERR_FS_FILE_TOO_LARGE: `a file of more than ${inBytes(largestFile)}`,
  };
  if (isOutOfMemory(error)) return 'more than the memory holds';
  return words[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

/** Whether an array could not be made because it is too long, or memory too short. */
export const isOutOfMemory = (error: unknown): boolean =>
  error instanceof RangeError &&
  /array (buffer )?(allocation failed|length)|invalid (typed )?array|heap/i.test(error.message);

function advice(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'check the path',
    ENOSPC: 'free some space and go on from the last checkpoint',
    EACCES: 'check who owns the file and its folder',
    EISDIR: 'name a file',
  };
  return words[codeOf(error)] ?? '';
}
