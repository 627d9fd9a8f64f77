/** The extension in a browser: the server is a worker. What runs processes is not there. */
import * as vscode from 'vscode';
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from 'vscode-languageclient/browser';
import { optionsWith, register } from './client.js';

let client: LanguageClient | undefined;
let worker: Worker | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = vscode.Uri.joinPath(context.extensionUri, 'dist/server-web.js').toString(true);
  // A server that ended does not begin again: each start has a worker of its own.
  const start = () => {
    worker?.terminate();
    worker = new Worker(server);
    return Promise.resolve({ reader: new BrowserMessageReader(worker), writer: new BrowserMessageWriter(worker) });
  };
  client = new LanguageClient('aec', 'aec', start, optionsWith(['explain', 'graph']));
  register(context, client);
  await client.start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
  worker?.terminate();
}
