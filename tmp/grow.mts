import { check } from '../src/compiler.js';
import { growing } from '../test/support/growing.js';
const { text } = growing.find((g) => g.name === process.argv[2])!;
for (const n of process.argv.slice(3)) { const t = text(+n); for (let i = 0; i < 2; i++) { const s = performance.now(); check('a.ae', t, () => undefined); console.log(n, (performance.now() - s).toFixed(0)); } }
