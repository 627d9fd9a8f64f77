import { emitText } from '../test/support/emitted.ts';
import { readFileSync } from 'node:fs';
const { text } = await emitText(readFileSync(0, 'utf8'));
console.log(text);
