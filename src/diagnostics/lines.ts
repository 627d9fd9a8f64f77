/** Between offsets and lines with columns. */

/** Where each line of a text begins. */
export interface LineTable {
  readonly text: string;
  readonly starts: readonly number[];
}

/** A place as people count: both from 1, columns in UTF-16 units as editors do. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The lines of a text; `\n`, `\r\n` and `\r` end them. */
export function lineTable(text: string): LineTable {
  const starts = [0];
  for (const match of text.matchAll(/\r\n|\n|\r/g)) starts.push(match.index + match[0].length);
  return { text, starts };
}

/** Lines that `\n` ends, as those of a text end. */
export function endingAs(text: string, lines: string): string {
  const [end = '\n'] = /\r\n|\n|\r/.exec(text) ?? [];
  return lines.replaceAll('\n', end);
}

/** The position of an offset; an offset beyond the text is at its end. */
export function positionAt(table: LineTable, offset: number): Position {
  let low = 0;
  let high = table.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((table.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  const within = Math.min(Math.max(offset, 0), table.text.length);
  return { line: low + 1, column: within - (table.starts[low] ?? 0) + 1 };
}

/** The offset of a position; a position beyond a line is at its end. */
export function offsetAt(table: LineTable, { line, column }: Position): number {
  const start = table.starts[line - 1];
  if (start === undefined) return table.text.length;
  return Math.min(start + Math.max(column, 1) - 1, lineSpan(table, line).end);
}

/** Where a line, counted from 1, begins, and where it ends without its line break. */
export function lineSpan({ text, starts }: LineTable, line: number): { readonly start: number; readonly end: number } {
  const start = starts[line - 1] ?? text.length;
  let end = starts[line] ?? text.length;
  while (end > start && (text[end - 1] === '\n' || text[end - 1] === '\r')) end--;
  return { start, end };
}
