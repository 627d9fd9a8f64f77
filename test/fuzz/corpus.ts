/** Files to damage, and the words in them. Nothing here asks the parser what a word is. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Below the folder that npm and vitest run in. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ae'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** The corpus of the tests and the examples. */
export const files: readonly string[] = ['test/corpus', 'examples']
  .flatMap(filesBelow)
  .map((path) => readFileSync(path, 'utf8'));

/** Runs of letters, of digits, of blanks, strings, comments; any other character alone. */
export const pieces = (text: string): readonly string[] =>
  text.match(/\/\/[^\n]*|"[^"\n]*"|[\p{L}_][\p{L}\p{N}_]*|\d[\d.]*(?:e-?\d+)?|[^\S\n]+|[^]/gu) ?? [];

/** What is put into files: their own words, and what nobody writes. */
export const words: readonly string[] = [
  ...new Set(files.flatMap(pieces).filter((piece) => piece.trim() !== '' && !piece.startsWith('//'))),
  ...[
    '0',
    '-1',
    '1e9',
    '1e15',
    '1e300',
    '0.5',
    '.5',
    '1.',
    '1_000',
    '28x28',
    '_',
    '__proto__',
    'constructor',
    'toString',
    'then',
    'of',
    'and',
    'previous',
    'through',
    '%',
    'σ',
    'ﬁ',
    '変分',
    '😀',
  ],
  ...[
    '"',
    "'",
    '"open',
    '// c',
    '/// d',
    '/* c */',
    '/*',
    '# c',
    '// aec-ignore AE4001',
    '−',
    '×',
    '：',
    '（',
    '\u2028',
    '\u0000',
    '\uFEFF',
    '\t',
    '\r',
    '\r\n',
    '\u001b[31m',
    '`',
    '\\',
  ],
];

/** Statements, one a line, as they begin somewhere in a file. */
export const statements: readonly string[] = [
  ...new Set(
    files
      .flatMap((text) => text.split('\n'))
      .map((line) => line.trim())
      .filter((line) => line.length > 3),
  ),
];

/** What imports find beside the root file. */
export const beside: Readonly<Record<string, string>> = {
  'blocks.ae':
    'block Stage(units: int = 8, act: activation = relu) { dense(units, act); batchnorm }\nblock Empty { }\n',
  'torn.ae': 'block Torn(n: int { dense(n }\n',
  'round.ae': 'import "round.ae"\nimport "any.ae"\nblock Round { Round }\n',
};
