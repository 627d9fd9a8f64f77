/** The language server in a worker of a browser. Files come from the client, one after the other, as they are asked for. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import type { Disk } from '../src/service/disk.js';
import { serve } from './server.js';
import { uriOf } from './uris.js';

/** Where this file is the whole of a worker. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
const texts = new Map<string, string | undefined>();

const disk: Disk = {
  read(path) {
    if (!texts.has(path)) {
      texts.set(path, undefined);
      void connection.sendRequest<string | null>('aec/read', uriOf(path)).then((text) => {
        if (text === null) return;
        texts.set(path, text);
        server.changed(path);
      });
    }
    return texts.get(path);
  },
};

const server = serve(connection, {
  ...disk,
  forget(path) {
    texts.delete(path);
  },
});
