/** A file in its canonical layout, as `aec fmt` writes it; how lines end is the editor's to say. */
import type { Span } from '../diagnostics/place.js';
import { endingAs } from '../diagnostics/lines.js';
import type { FileEdit } from '../diagnostics/proof.js';
import { formatSource } from '../format/format.js';
import type { Service } from './service.js';

/** The edit that formats a file; none where it has syntax errors, or is formatted. */
export function formatEdits(service: Service, path: string): readonly FileEdit[] {
  const text = service.read(path);
  if (text === undefined) return [];
  const formatted = formatSource(path, text);
  return 'text' in formatted ? smallest(path, text, endingAs(text, formatted.text), 0) : [];
}

/** The edits that format the declarations which a span touches. */
export function formatRangeEdits(service: Service, path: string, span: Span): readonly FileEdit[] {
  const checked = service.checked(path);
  if (checked === undefined) return [];
  return checked.root.units.flatMap(({ at, unit }) => {
    if (at + unit.text.length <= span.start || at > span.end) return [];
    const formatted = formatSource(path, unit.text);
    if (!('text' in formatted) || formatted.text === '') return [];
    const [before, behind] = [/^\s*/.exec(unit.text)![0], /\s*$/.exec(unit.text)![0]];
    return smallest(path, unit.text, `${before}${endingAs(checked.root.text, formatted.text.trimEnd())}${behind}`, at);
  });
}

/** What differs between two texts, in whole lines, so that cursors stay where they are. */
function smallest(file: string, from: string, to: string, at: number): readonly FileEdit[] {
  if (from === to) return [];
  let start = 0;
  while (start < from.length && from[start] === to[start]) start++;
  let end = 0;
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  return [
    {
      place: { file, span: { start: start + at, end: from.length - end + at } },
      newText: to.slice(start, to.length - end),
    },
  ];
}
