/** The language server: wiring between the protocol and the service, for any transport. */
import {
  CodeActionKind,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeResult,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Disk } from '../src/service/disk.js';
import { compilerVersion } from '../src/version.js';
import { codeActions } from './actions.js';
import { navigate, navigationCapabilities } from './navigation.js';
import { Publisher } from './publish.js';
import { Session } from './session.js';
import { pathOf } from './uris.js';

const capabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
  ...navigationCapabilities,
};

/** Serves a connection until it ends. */
export function serve(connection: Connection, disk: Disk): void {
  const session = new Session(disk, connection.console);
  const publisher = new Publisher(session, connection);
  const documents = new TextDocuments(TextDocument);

  connection.onInitialize(({ workspaceFolders, rootUri }): InitializeResult => {
    const folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri == null ? [] : [rootUri]);
    session.service.folders = folders.map((uri) => pathOf(uri).replace(/\/$/, ''));
    return { serverInfo: { name: 'aec', version: compilerVersion }, capabilities };
  });

  documents.onDidChangeContent(({ document: { uri, version } }) => {
    session.guarded('change', () => session.edit(uri, version, documents.get(uri)?.getText() ?? ''));
    publisher.soon();
  });
  documents.onDidClose(({ document: { uri } }) => {
    session.guarded('close', () => session.close(uri));
    publisher.soon();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    session.guarded('change of files', () => {
      for (const { uri } of changes) session.service.changed(pathOf(uri));
    });
    publisher.soon();
  });

  connection.onCodeAction(session.answering('codeAction', codeActions(session)));

  navigate(connection, session);

  documents.listen(connection);
  connection.listen();
}
