/** Writes the TextMate grammar of .ae files from the words of the language: `npm run grammar`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { textmateGrammar } from '../lsp/textmate.js';

writeFileSync(
  fileURLToPath(new URL('../lsp/vscode/syntaxes/ae.tmLanguage.json', import.meta.url)),
  `${JSON.stringify(textmateGrammar(), null, 2)}\n`,
);
