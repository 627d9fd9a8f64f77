/** The extension in a browser: the server is a worker. What runs processes is not there. */
import * as vscode from 'vscode';
import { LanguageClient } from 'vscode-languageclient/browser';
import { options, register } from './client.js';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const worker = new Worker(vscode.Uri.joinPath(context.extensionUri, 'dist/server-web.js').toString(true));
  client = new LanguageClient('aec', 'aec', worker, { ...options, initializationOptions: { lenses: false } });
  register(context, client);
  // A worker reads no files: it asks for those that are imported.
  client.onRequest('aec/read', async (uri: string) => {
    try {
      return new TextDecoder().decode(await vscode.workspace.fs.readFile(vscode.Uri.parse(uri)));
    } catch {
      return null;
    }
  });
  await client.start();
}

export const deactivate = async (): Promise<void> => client?.stop();
