/** The language server of a process, over its standard input and output. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import type { Disk } from '../src/service/disk.js';
import { serve } from './server.js';

/** More than anybody writes. */
const largest = 4 * 2 ** 20;

/** `/c:/models` is a path of Windows. */
const native = (path: string): string => (process.platform === 'win32' ? path.replace(/^\/(?=[a-z]:)/i, '') : path);

const disk: Disk = {
  read(path) {
    try {
      const found = statSync(native(path));
      return found.isFile() && found.size <= largest ? readFileSync(native(path), 'utf8') : undefined;
    } catch {
      return undefined;
    }
  },
  list(folder) {
    try {
      return readdirSync(native(folder), { withFileTypes: true }).map((one) =>
        one.isDirectory() ? `${one.name}/` : one.name,
      );
    } catch {
      return [];
    }
  },
};

serve(createConnection(ProposedFeatures.all, process.stdin, process.stdout), disk);
