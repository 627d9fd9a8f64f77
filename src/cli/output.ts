/** Files that commands leave. */
import { dirname, join } from 'node:path';
import { makeFolder, writeAside } from '../runtime/node/files.js';
import { refuseData } from './refusal.js';

/** Writes files into a folder, by path, each aside and then renamed. */
export async function writeFiles(
  folder: string,
  files: Iterable<readonly [string, string | Uint8Array]>,
): Promise<void> {
  for (const [name, content] of files) {
    const made = await makeFolder(dirname(join(folder, name)));
    if (!made.ok) refuseData(made.error);
    const written = await writeAside(join(folder, name), content);
    if (!written.ok) refuseData(written.error);
  }
}
