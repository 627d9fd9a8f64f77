/** Files that commands leave. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderDataError } from '../runtime/index.js';
import { writeAside } from '../runtime/node/files.js';
import { refuse } from './io.js';

/** Makes a folder that is to be written to, or says why that cannot be. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    refuse(`error: the folder ${path} cannot be made`, `  found: ${error instanceof Error ? error.message : String(error)}`, '  choose another with --out');
  }
}

/** Writes files into a folder, by path, each aside and then renamed. */
export async function writeFiles(folder: string, files: Iterable<readonly [string, string | Uint8Array]>): Promise<void> {
  for (const [name, content] of files) {
    makeFolder(dirname(join(folder, name)));
    const written = await writeAside(join(folder, name), content);
    if (!written.ok) refuse(renderDataError(written.error));
  }
}
