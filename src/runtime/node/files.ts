/** Files: read whole, written so that a reader sees the old one or the new one and nothing between. */
import { open, readFile, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failure, success, type Result } from '../result.js';

/** The bytes of a file. */
export async function readBytes(path: string): Promise<Result<Uint8Array>> {
  try {
    return success(await readFile(path));
  } catch (error) {
    return failure(path, 'a file that can be read', reason(error), advice(error));
  }
}

/**
 * Writes beside the file, brings it to the disk, then renames: a crash at any moment leaves
 * the old file or the new one. Errors: no permission, no space, no such folder.
 */
export async function writeAside(path: string, bytes: Uint8Array | string): Promise<Result<undefined>> {
  // The same name at every attempt: what a killed process left is written over by the next one.
  const temporary = `${path}.tmp`;
  try {
    const file = await open(temporary, 'w');
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
    await unlink(temporary).catch(() => undefined);
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
    EISDIR: 'a folder',
    ENOTDIR: 'a path through something that is not a folder',
    EMFILE: 'too many open files',
  };
  return words[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
}

function advice(error: unknown): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'check the path',
    ENOSPC: 'free some space and go on from the last checkpoint',
    EACCES: 'check who owns the file and its folder',
    EISDIR: 'name a file',
  };
  return words[codeOf(error)] ?? '';
}
