/** The language server of a process, over its standard input and output. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { ClientFiles, type Files } from './files.js';
import { serve } from './server.js';
import { isFile } from './uris.js';

/** More than anybody writes. */
const largest = 4 * 2 ** 20;

/** `/c:/models` is a path of Windows. */
const native = (path: string): string => (process.platform === 'win32' ? path.replace(/^\/(?=[a-z]:)/i, '') : path);

const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
/** What is no file of this machine: an editor may have it. */
const elsewhere = new ClientFiles(connection, (path) => server.changed(path));

const files: Files = {
  read(path) {
    if (!isFile(path)) return elsewhere.read(path);
    try {
      const found = statSync(native(path));
      return found.isFile() && found.size <= largest ? readFileSync(native(path), 'utf8') : undefined;
    } catch {
      return undefined;
    }
  },
  list(folder) {
    if (!isFile(folder)) return elsewhere.list(folder);
    try {
      return readdirSync(native(folder), { withFileTypes: true }).map((one) =>
        one.isDirectory() ? `${one.name}/` : one.name,
      );
    } catch {
      return [];
    }
  },
  forget: (path) => elsewhere.forget(path),
  coming: () => elsewhere.coming(),
};

const server = serve(connection, files);
