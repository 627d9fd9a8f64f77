/** Where something was written, as people read it. */
import { lineSpan, positionAt } from './lines.js';
import type { Locate, Place } from './place.js';
import { tablesOf, type Sources } from './sources.js';

export interface WrittenAt {
  readonly file: string;
  /** Counted from 1, as the column is. */
  readonly line: number;
  readonly column: number;
  /** The line, without the blanks around it. */
  readonly text: string;
}

/** Looks up places. */
export type Written = (source: { readonly place: Place }) => WrittenAt;

export function writtenIn(locate: Locate, sources: Sources): Written {
  const tables = tablesOf(sources);
  return ({ place }) => {
    const { file, span } = locate(place);
    const table = tables(file);
    if (table === undefined) return { file, line: 1, column: 1, text: '' };
    const position = positionAt(table, span.start);
    const { start, end } = lineSpan(table, position.line);
    return { file, ...position, text: table.text.slice(start, end).trim() };
  };
}

/** `model.ae:3:9`. */
export const showPlace = ({ file, line, column }: WrittenAt): string => `${file}:${line}:${column}`;
