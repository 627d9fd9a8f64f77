/** The folder that a run writes to: made, locked, and not a place where something would be lost. */
import { access, constants, readdir, rmdir, unlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { failure, success, type Result } from '../result.js';
import { isUnfinished, makeFolder, reason } from './files.js';
import { lockFolder } from './lock.js';
import { checkpointFile, weightsFile } from './record.js';

export interface FolderOptions {
  /** Made where it is not there. */
  readonly outDir: string;
  /** Go on from the folder's checkpoint, which must be there. */
  readonly resume?: boolean;
  /** Begin anew where the folder holds a run. */
  readonly force?: boolean;
}

export interface RunFolder {
  readonly path: string;
  /** Whether a run is there that will be replaced. */
  readonly replaces: boolean;
  /** Removes what is left of it, once its checkpoint has been replaced: until then nothing of it is lost, and afterwards nothing is mixed. */
  clear(): Promise<void>;
  /** Lets others write to it. */
  release(): Promise<void>;
}

/**
 * Opens a folder for one run. Errors: nothing to go on from, a run that would be lost, another process
 * that writes there, a folder that cannot be made or written to.
 */
export async function openFolder({ outDir, resume = false, force = false }: FolderOptions): Promise<Result<RunFolder>> {
  const checkpoint = join(outDir, checkpointFile);
  if (resume && force)
    return failure(outDir, 'one of --resume and --force', 'both', '--resume goes on with the run, --force replaces it');
  // Before the folder is made: a mistyped name leaves nothing behind.
  if (resume && !existsSync(checkpoint)) {
    const found = existsSync(outDir)
      ? existsSync(join(outDir, weightsFile))
        ? 'weights without a checkpoint'
        : 'no checkpoint in this folder'
      : 'no such folder';
    return failure(
      checkpoint,
      'a checkpoint to go on from',
      found,
      'check the name of the folder, or begin without --resume',
    );
  }
  const isNew = !existsSync(outDir);
  const made = await makeFolder(outDir);
  if (!made.ok) return made;
  try {
    // Before hours of work, not after them.
    await access(outDir, constants.W_OK);
  } catch (error) {
    return failure(
      outDir,
      'a folder that can be written to',
      reason(error),
      'choose another folder, or ask who owns it',
    );
  }
  const lock = await lockFolder(outDir);
  if (!lock.ok) return lock;
  const there = [weightsFile, checkpointFile].filter((name) => existsSync(join(outDir, name)));
  if (there.length > 0 && !resume && !force) {
    await lock.value.release();
    return failure(
      outDir,
      'a folder without a run',
      `${there.join(' and ')} of ${there.includes(weightsFile) ? 'a finished run' : 'a run that was interrupted'}`,
      '--resume goes on with it, --force begins anew and replaces it, another --out keeps it',
    );
  }
  await removeUnfinished(outDir);
  const replaces = !resume && there.length > 0;
  const release = async (): Promise<void> => {
    await lock.value.release();
    // What was made for nothing goes again.
    if (isNew) await rmdir(outDir).catch(() => undefined);
  };
  return success({
    path: outDir,
    replaces,
    clear: async () => (replaces ? unlink(join(outDir, weightsFile)).catch(() => undefined) : undefined),
    release,
  });
}

/** Removes what killed processes left: nobody else writes here now. */
async function removeUnfinished(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter(isUnfinished)) await unlink(join(folder, name)).catch(() => undefined);
}
