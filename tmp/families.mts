import { check } from '../src/compiler.js';
import { longFiles } from '../test/support/long-files.js';
const only = process.argv[2];
for (const [name, text] of Object.entries(longFiles(10_000))) {
  if (only !== undefined && !name.includes(only)) continue;
  const t = [];
  try { for (let i = 0; i < 3; i++) { const b = process.cpuUsage(); check('a.ae', text, () => undefined); const { user, system } = process.cpuUsage(b); t.push((user + system) / 1000); } } catch (e) { console.log('THROWS', name, (e as Error).message); continue; }
  if (t[1]! > 600) console.log(t.map((x) => x.toFixed(0)).join(' '), name);
}
