/** The language server in a worker of a browser. Files come from the client. */
import { BrowserMessageReader, BrowserMessageWriter, createConnection } from 'vscode-languageserver/browser';
import { ClientFiles } from './files.js';
import { serve } from './server.js';

/** Where this file is the whole of a worker. */
declare const self: ConstructorParameters<typeof BrowserMessageReader>[0];

const connection = createConnection(new BrowserMessageReader(self), new BrowserMessageWriter(self));
const server = serve(connection, new ClientFiles(connection, (path) => server.changed(path)));
