/** Between offsets and the positions of the protocol. */
import type { Position, Range, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { lineTable, offsetAt, positionAt, type LineTable } from '../src/diagnostics/lines.js';
import type { Span } from '../src/diagnostics/place.js';
import type { FileEdit } from '../src/diagnostics/proof.js';
import type { Service } from '../src/service/service.js';

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
}
