/** Quick fixes, recomputed from the range: some clients drop what diagnostics carry. */
import { CodeActionKind, type CodeAction, type CodeActionParams, type Diagnostic } from 'vscode-languageserver';
import { fixAll, fixesAt, type Fix } from '../src/service/fixes.js';
import type { Session } from './session.js';
import { pathOf } from './uris.js';

export const codeActions =
  (session: Session) =>
  ({ textDocument: { uri }, range, context: { only, diagnostics } }: CodeActionParams): CodeAction[] => {
    const { service, lines } = session;
    const path = pathOf(uri);
    const wants = (kind: string): boolean =>
      only === undefined || only.some((one) => kind === one || kind.startsWith(`${one}.`));
    const actions: CodeAction[] = [];
    if (wants(CodeActionKind.QuickFix))
      for (const fix of fixesAt(service, path, lines.span(path, range))) {
        actions.push({
          title: fix.title,
          kind: CodeActionKind.QuickFix,
          ...(fix.preferred ? { isPreferred: true } : {}),
          diagnostics: toldOf(session, path, fix, diagnostics),
          edit: lines.workspaceEdit(fix.edits, session.uriOf),
        });
      }
    // Asked for by name alone: it looks at the whole file.
    if (only?.some((kind) => CodeActionKind.SourceFixAll.startsWith(kind)) === true) {
      const edits = fixAll(service, path);
      if (edits.length > 0)
        actions.push({
          title: 'Fix all that has one fix',
          kind: CodeActionKind.SourceFixAll,
          edit: lines.workspaceEdit(edits, session.uriOf),
        });
    }
    return actions;
  };

/** The diagnostic that a fix is of: as the client was told it, where it still knows. */
function toldOf({ lines, uriOf }: Session, path: string, { of }: Fix, told: readonly Diagnostic[]): Diagnostic[] {
  const own = told.filter((one) => one.code === of.code && lines.span(path, one.range).start === of.span.start);
  return own.length > 0 ? own : [lines.diagnostic(path, of, uriOf)];
}
