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
import { compilerVersion } from '../src/version.js';
import { codeActions } from './actions.js';
import type { Files } from './files.js';
import { show } from './models.js';
import { navigate, navigationCapabilities } from './navigation.js';
import { Publisher } from './publish.js';
import { read, readingCapabilities } from './reading.js';
import { allLenses, Session } from './session.js';
import { colour, tokenCapabilities } from './tokens.js';
import { pathOf } from './uris.js';
import { write, writingCapabilities } from './writing.js';

const capabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.SourceFixAll] },
  ...navigationCapabilities,
  ...writingCapabilities,
  ...readingCapabilities,
  ...tokenCapabilities,
};

export interface Server {
  /** The text of a file has come, or is another one, or will not come. */
  changed(path: string): void;
}

/** Serves a connection until it ends. */
export function serve(connection: Connection, files: Files): Server {
  const session = new Session(files, connection.console);
  const publisher = new Publisher(session, connection);
  const documents = new TextDocuments(TextDocument);

  connection.onInitialize(
    ({ workspaceFolders, rootUri, capabilities: client, initializationOptions: options }): InitializeResult => {
      const folders = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri == null ? [] : [rootUri]);
      session.service.folders = folders.map((uri) => pathOf(uri).replace(/\/$/, ''));
      const item = client.textDocument?.completion?.completionItem;
      session.snippets = item?.snippetSupport === true;
      session.replaces = item?.insertReplaceSupport === true;
      const lenses = (options as { readonly lenses?: unknown } | undefined)?.lenses;
      session.lenses = Array.isArray(lenses) ? allLenses.filter((one) => lenses.includes(one)) : [];
      return {
        serverInfo: { name: 'aec', version: compilerVersion },
        capabilities: session.lenses.length > 0 ? { ...capabilities, codeLensProvider: {} } : capabilities,
      };
    },
  );

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
      for (const { uri } of changes) {
        files.forget?.(pathOf(uri));
        session.service.changed(pathOf(uri));
      }
    });
    publisher.soon();
  });

  connection.onCodeAction(session.answering('codeAction', codeActions(session)));

  navigate(connection, session);
  write(connection, session);
  read(connection, session);
  colour(connection, session);

  show(connection, session);

  documents.listen(connection);
  connection.listen();
  return {
    changed(path) {
      session.service.changed(path);
      publisher.soon();
    },
  };
}
