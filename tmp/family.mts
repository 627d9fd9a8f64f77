import { check, Workspace } from '../src/compiler.js';
import { longFiles } from '../test/support/long-files.js';
const text = longFiles(+(process.argv[3] ?? 10_000))[process.argv[2]!]!;
const s = performance.now(); check('a.ae', text, () => undefined); console.log('check', performance.now() - s);
const s2 = performance.now(); new Workspace(() => undefined).check('a.ae', text); console.log('workspace', performance.now() - s2);
