/** Definition, references, rename and links. */
import {
  DocumentHighlightKind,
  ErrorCodes,
  ResponseError,
  type Connection,
  type Location as Place,
  type ServerCapabilities,
} from 'vscode-languageserver';
import type { Location } from '../src/service/disk.js';
import { definitionAt, highlightsAt, linksIn, referencesAt, renamableAt, renameAt } from '../src/service/navigation.js';
import type { Session } from './session.js';
import { pathOf } from './uris.js';

export const navigationCapabilities: ServerCapabilities = {
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  renameProvider: { prepareProvider: true },
  documentLinkProvider: {},
};

export function navigate(connection: Connection, session: Session): void {
  const { service, lines } = session;
  const placeOf = ({ file, span }: Location): Place => ({ uri: session.uriOf(file), range: lines.range(file, span) });

  connection.onDefinition(
    session.answering('definition', ({ textDocument: { uri }, position }) => {
      const path = pathOf(uri);
      const found = definitionAt(service, path, lines.offset(path, position));
      return found === undefined ? null : placeOf(found);
    }),
  );
  connection.onReferences(
    session.answering('references', ({ textDocument: { uri }, position, context }) => {
      const path = pathOf(uri);
      return referencesAt(service, path, lines.offset(path, position), context.includeDeclaration).map(placeOf);
    }),
  );
  connection.onDocumentHighlight(
    session.answering('documentHighlight', ({ textDocument: { uri }, position }) => {
      const path = pathOf(uri);
      return highlightsAt(service, path, lines.offset(path, position)).map((span) => ({
        range: lines.range(path, span),
        kind: DocumentHighlightKind.Text,
      }));
    }),
  );
  connection.onPrepareRename(
    session.answering('prepareRename', ({ textDocument: { uri }, position }) => {
      const path = pathOf(uri);
      const found = renamableAt(service, path, lines.offset(path, position));
      return found === undefined ? null : { range: lines.range(path, found.span), placeholder: found.name };
    }),
  );
  connection.onRenameRequest(
    session.answering('rename', ({ textDocument: { uri }, position, newName }) => {
      const path = pathOf(uri);
      const renamed = renameAt(service, path, lines.offset(path, position), newName);
      // What cannot be is no failure of the server's: it is answered in words.
      if ('refused' in renamed) return new ResponseError(ErrorCodes.InvalidParams, renamed.refused);
      return lines.workspaceEdit(renamed.edits, session.uriOf);
    }),
  );
  connection.onDocumentLinks(
    session.answering('documentLink', ({ textDocument: { uri } }) => {
      const path = pathOf(uri);
      return linksIn(service, path).map(({ span, to }) => ({
        range: lines.range(path, span),
        target: session.uriOf(to),
      }));
    }),
  );
}
