/** The texts that findings lie in. */
import { lineTable, type LineTable } from './lines.js';

/** The text of the one file that there is, or a function that knows several. */
export type Sources = string | ((file: string) => string | undefined);

/** The lines of files by name, each looked for once. */
export type Tables = (file: string) => LineTable | undefined;

export function tablesOf(sources: Sources): Tables {
  const known = new Map<string, LineTable | undefined>();
  return (file) => {
    if (!known.has(file)) {
      const text = typeof sources === 'string' ? sources : sources(file);
      known.set(file, text === undefined ? undefined : lineTable(text));
    }
    return known.get(file);
  };
}
