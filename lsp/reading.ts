/** What is shown of a whole file: hints, outline, folds, lenses; and its layout. */
import {
  FoldingRangeKind,
  InlayHintKind,
  SymbolKind,
  type CallHierarchyItem,
  type Connection,
  type DocumentSymbol,
  type SelectionRange,
  type ServerCapabilities,
} from 'vscode-languageserver';
import { formatEdits, formatRangeEdits } from '../src/service/formatting.js';
import { hierarchyAt, lensesIn, usedBy, usesOf, type HierarchyItem } from '../src/service/hierarchy.js';
import { hintsIn } from '../src/service/inlay.js';
import { foldsIn, outlineOf, selectionsAt, workspaceSymbols, type OutlineSymbol } from '../src/service/outline.js';
import type { Session } from './session.js';
import { pathOf } from './uris.js';

export const readingCapabilities: ServerCapabilities = {
  inlayHintProvider: true,
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  callHierarchyProvider: true,
};

const symbolKinds: Readonly<Record<OutlineSymbol['kind'], SymbolKind>> = {
  autoencoder: SymbolKind.Class,
  block: SymbolKind.Module,
  parameter: SymbolKind.TypeParameter,
  constant: SymbolKind.Constant,
  variable: SymbolKind.Variable,
  latent: SymbolKind.Variable,
  draw: SymbolKind.Variable,
  network: SymbolKind.Namespace,
  layer: SymbolKind.Field,
  use: SymbolKind.Field,
  given: SymbolKind.Variable,
  term: SymbolKind.Operator,
  phase: SymbolKind.Event,
  player: SymbolKind.Event,
};

export function read(connection: Connection, session: Session): void {
  const { service, lines } = session;

  connection.languages.inlayHint.on(
    session.answering('inlayHint', ({ textDocument: { uri }, range }) => {
      const path = pathOf(uri);
      return hintsIn(service, path, lines.span(path, range)).map(({ at, text, kind }) => ({
        position: lines.position(path, at),
        label: text,
        kind: kind === 'parameter' ? InlayHintKind.Parameter : InlayHintKind.Type,
        paddingLeft: kind === 'shape' || kind === 'capacity',
        paddingRight: kind === 'parameter' || kind === 'size',
      }));
    }),
  );

  connection.onDocumentSymbol(
    session.answering('documentSymbol', ({ textDocument: { uri } }) => {
      const path = pathOf(uri);
      const symbol = ({ name, kind, detail, span, selection, children }: OutlineSymbol): DocumentSymbol => ({
        name,
        kind: symbolKinds[kind],
        detail,
        range: lines.range(path, span),
        selectionRange: lines.range(path, selection),
        children: children.map(symbol),
      });
      return outlineOf(service, path).map(symbol);
    }),
  );
  connection.onWorkspaceSymbol(
    session.answering('workspaceSymbol', ({ query }) =>
      workspaceSymbols(service, query).map(({ name, kind, file, selection, container }) => ({
        name,
        kind: symbolKinds[kind],
        location: { uri: session.uriOf(file), range: lines.range(file, selection) },
        ...(container === undefined ? {} : { containerName: container }),
      })),
    ),
  );
  connection.onFoldingRanges(
    session.answering('foldingRange', ({ textDocument: { uri } }) => {
      const path = pathOf(uri);
      return foldsIn(service, path).map(({ span, kind }) => {
        const { start, end } = lines.range(path, span);
        // The line of a closing brace stays.
        const endLine = kind === 'region' ? Math.max(start.line, end.line - 1) : end.line;
        return {
          startLine: start.line,
          endLine,
          ...(kind === 'comment'
            ? { kind: FoldingRangeKind.Comment }
            : kind === 'imports'
              ? { kind: FoldingRangeKind.Imports }
              : {}),
        };
      });
    }),
  );
  connection.onSelectionRanges(
    session.answering('selectionRange', ({ textDocument: { uri }, positions }) => {
      const path = pathOf(uri);
      return positions.map((position): SelectionRange => {
        const spans = selectionsAt(service, path, lines.offset(path, position));
        const whole = spans.reduceRight<SelectionRange | undefined>(
          (parent, span) => ({ range: lines.range(path, span), ...(parent === undefined ? {} : { parent }) }),
          undefined,
        );
        return whole ?? { range: { start: position, end: position } };
      });
    }),
  );
  connection.onDocumentFormatting(
    session.answering('formatting', ({ textDocument: { uri } }) =>
      formatEdits(service, pathOf(uri)).map((edit) => lines.edit(edit)),
    ),
  );
  connection.onDocumentRangeFormatting(
    session.answering('rangeFormatting', ({ textDocument: { uri }, range }) => {
      const path = pathOf(uri);
      return formatRangeEdits(service, path, lines.span(path, range)).map((edit) => lines.edit(edit));
    }),
  );

  const item = ({ name, kind, file, span, selection }: HierarchyItem): CallHierarchyItem => ({
    name,
    kind: kind === 'block' ? SymbolKind.Module : SymbolKind.Class,
    uri: session.uriOf(file),
    range: lines.range(file, span),
    selectionRange: lines.range(file, selection),
  });
  const asked = ({ uri, selectionRange }: CallHierarchyItem) => {
    const file = pathOf(uri);
    return { file, selection: lines.span(file, selectionRange) };
  };
  connection.languages.callHierarchy.onPrepare(
    session.answering('callHierarchy', ({ textDocument: { uri }, position }) => {
      const path = pathOf(uri);
      const found = hierarchyAt(service, path, lines.offset(path, position));
      return found === undefined ? null : [item(found)];
    }),
  );
  connection.languages.callHierarchy.onIncomingCalls(
    session.answering('incomingCalls', ({ item: of }) =>
      usedBy(service, asked(of)).map((call) => ({
        from: item(call.item),
        fromRanges: call.at.map((span) => lines.range(call.item.file, span)),
      })),
    ),
  );
  connection.languages.callHierarchy.onOutgoingCalls(
    session.answering('outgoingCalls', ({ item: of }) => {
      const { file, selection } = asked(of);
      return usesOf(service, { file, selection }).map((call) => ({
        to: item(call.item),
        fromRanges: call.at.map((span) => lines.range(file, span)),
      }));
    }),
  );

  connection.onCodeLens(
    session.answering('codeLens', ({ textDocument: { uri } }) => {
      const path = pathOf(uri);
      return lensesIn(service, path).flatMap(({ span, name }) =>
        session.lenses.map((what) => ({
          range: lines.range(path, span),
          command: { title: what, command: `aec.${what}`, arguments: [uri, name] },
        })),
      );
    }),
  );
}
