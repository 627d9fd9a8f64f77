/** Hover, completion and signature help. */
import {
  CompletionItemKind,
  InsertTextFormat,
  MarkupKind,
  type Connection,
  type CompletionItem,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { completionsAt, type Completion, type CompletionKind } from '../src/service/completion.js';
import { hoverAt } from '../src/service/hover.js';
import { signatureAt } from '../src/service/signature.js';
import type { Session } from './session.js';
import { pathOf } from './uris.js';

export const writingCapabilities: ServerCapabilities = {
  hoverProvider: true,
  completionProvider: { triggerCharacters: ['.', '(', ',', ' ', ':', '~', '"', '/', '='] },
  signatureHelpProvider: { triggerCharacters: ['(', ','] },
};

const kinds: Readonly<Record<CompletionKind, CompletionItemKind>> = {
  keyword: CompletionItemKind.Keyword,
  entry: CompletionItemKind.Function,
  name: CompletionItemKind.Variable,
  block: CompletionItemKind.Module,
  argument: CompletionItemKind.Property,
  value: CompletionItemKind.EnumMember,
  file: CompletionItemKind.File,
  snippet: CompletionItemKind.Snippet,
};

export function write(connection: Connection, session: Session): void {
  const { service, lines } = session;
  connection.onHover(
    session.answering('hover', ({ textDocument: { uri }, position }) => {
      const path = pathOf(uri);
      const found = hoverAt(service, path, lines.offset(path, position));
      if (found === undefined) return null;
      return { contents: { kind: MarkupKind.Markdown, value: found.markdown }, range: lines.range(path, found.span) };
    }),
  );
  connection.onCompletion(
    session.answering('completion', ({ textDocument: { uri }, position }) => {
      const path = pathOf(uri);
      return completionsAt(service, path, lines.offset(path, position)).map((one) => itemOf(session, path, one));
    }),
  );
  connection.onSignatureHelp(
    session.answering('signatureHelp', ({ textDocument: { uri }, position }) => {
      const path = pathOf(uri);
      const found = signatureAt(service, path, lines.offset(path, position));
      if (found === undefined) return null;
      const { label, documentation, parameters, active } = found;
      return {
        signatures: [{ label, documentation, parameters: [...parameters] }],
        activeSignature: 0,
        ...(active === undefined ? {} : { activeParameter: active }),
      };
    }),
  );
}

/** Every item says which text it replaces: some clients insert beside what was typed otherwise. */
function itemOf({ lines, snippets, replaces }: Session, path: string, one: Completion): CompletionItem {
  const snippet = snippets ? one.snippet : undefined;
  const newText = snippet ?? one.insert;
  const insert = lines.range(path, one.span);
  return {
    label: one.label,
    kind: kinds[one.kind],
    detail: one.detail,
    sortText: `${one.order}${one.label}`,
    ...(one.documentation === undefined
      ? {}
      : { documentation: { kind: MarkupKind.Markdown, value: one.documentation } }),
    insertTextFormat: snippet === undefined ? InsertTextFormat.PlainText : InsertTextFormat.Snippet,
    textEdit: replaces
      ? { newText, insert, replace: lines.range(path, { start: one.span.start, end: one.until }) }
      : { newText, range: insert },
  };
}
