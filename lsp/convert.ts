/** Between offsets and the positions of the protocol. */
import {
  DiagnosticSeverity,
  DiagnosticTag,
  type Diagnostic,
  type Position,
  type Range,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import type { Severity } from '../src/diagnostics/codes.js';
import { lineTable, offsetAt, positionAt, type LineTable } from '../src/diagnostics/lines.js';
import type { Span } from '../src/diagnostics/place.js';
import type { FileEdit } from '../src/diagnostics/proof.js';
import type { Diagnostic as Found } from '../src/service/diagnostics.js';
import type { Service } from '../src/service/service.js';

const severities: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** The lines of a text that is looked at for one answer, or of several. */
export class Lines {
  readonly #tables = new Map<string, LineTable>();

  constructor(private readonly service: Pick<Service, 'read'>) {}

  table(path: string): LineTable {
    const text = this.service.read(path) ?? '';
    const known = this.#tables.get(path);
    if (known?.text === text) return known;
    const table = lineTable(text);
    this.#tables.set(path, table);
    return table;
  }

  offset(path: string, { line, character }: Position): number {
    return offsetAt(this.table(path), { line: line + 1, column: character + 1 });
  }

  span(path: string, { start, end }: Range): Span {
    return { start: this.offset(path, start), end: this.offset(path, end) };
  }

  position(path: string, offset: number): Position {
    const { line, column } = positionAt(this.table(path), offset);
    return { line: line - 1, character: column - 1 };
  }

  range(path: string, { start, end }: Span): Range {
    return { start: this.position(path, start), end: this.position(path, end) };
  }

  edit({ place: { file, span }, newText }: FileEdit): TextEdit {
    return { range: this.range(file, span), newText };
  }

  /** Edits by the URI of their file. */
  workspaceEdit(edits: readonly FileEdit[], uriOf: (path: string) => string): WorkspaceEdit {
    const changes: Record<string, TextEdit[]> = {};
    for (const edit of edits) (changes[uriOf(edit.place.file)] ??= []).push(this.edit(edit));
    return { changes };
  }

  /** What is wrong in a file, as it is pushed and as quick fixes name it. */
  diagnostic(path: string, found: Found, uriOf: (path: string) => string): Diagnostic {
    const { span, code, severity, message, related, unused } = found;
    return {
      range: this.range(path, span),
      severity: severities[severity],
      code,
      source: 'aec',
      message,
      ...(unused ? { tags: [DiagnosticTag.Unnecessary] } : {}),
      ...(related.length === 0
        ? {}
        : {
            relatedInformation: related.map((one) => ({
              location: { uri: uriOf(one.file), range: this.range(one.file, one.span) },
              message: one.message,
            })),
          }),
    };
  }
}
