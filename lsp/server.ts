/** The language server: wiring between the protocol and the service, for any transport. */
import {
  CodeActionKind,
  TextDocuments,
  TextDocumentSyncKind,
  type Connection,
  type InitializeResult,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Disk } from '../src/service/disk.js';
import { compilerVersion } from '../src/version.js';
import { codeActions } from './actions.js';
import { Publisher } from './publish.js';
import { Session } from './session.js';
import { pathOf } from './uris.js';

/** Serves a connection until it ends. */
export function serve(connection: Connection, disk: Disk): void {
  const session = new Session(disk, connection.console);
  const publisher = new Publisher(session, connection);
  const documents = new TextDocuments(TextDocument);

  connection.onInitialize((): InitializeResult => ({
    serverInfo: { name: 'aec', version: compilerVersion },
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
      codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
    },
  }));

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

  documents.listen(connection);
  connection.listen();
}
