/** Writes docs/reference.md from the registry: `npm run reference`. A test holds the file against it. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { referenceDocument } from '../src/codegen/reference.js';

writeFileSync(fileURLToPath(new URL('../docs/reference.md', import.meta.url)), referenceDocument());
