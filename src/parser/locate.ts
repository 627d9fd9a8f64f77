/** From places in units to places in files. */
import type { Locate, SourceUnit } from '../diagnostics/place.js';
import type { Ast } from './ast.js';

/** Where the places of these files lie now. A unit that none of them holds is taken to begin its file. */
export function locateIn(...files: readonly Ast[]): Locate {
  const starts = new Map<SourceUnit, number>(
    files.flatMap(({ units }) => units.map(({ at, unit }): [SourceUnit, number] => [unit, at])),
  );
  return ({ unit, span }) => {
    const at = starts.get(unit) ?? 0;
    return { file: unit.file, span: { start: span.start + at, end: span.end + at } };
  };
}
