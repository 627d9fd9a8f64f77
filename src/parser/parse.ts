/** The parser's one entry: text to Ast, whatever the text is. */
import type { Ast } from './ast.js';
import { reread } from './reread.js';
import { parseWhole } from './whole.js';

/**
 * Parses a file. It never throws: text that is not understood becomes `Missing` and error nodes in the Ast, each with a
 * finding.
 *
 * @param file the name that findings carry
 * @param before the Ast of an earlier text of the file: units that are in it already are taken over as the same objects
 */
export const parse = (file: string, text: string, before?: Ast): Ast =>
  (before?.file === file ? reread(before, text) : undefined) ?? parseWhole(file, text, before);
