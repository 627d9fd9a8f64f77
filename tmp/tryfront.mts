import { readFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolve } from '../src/ir/resolve/sources.ts';
import { elaborate } from '../src/ir/elaborate/index.ts';
import { locateIn } from '../src/parser/locate.ts';
import { renderAll } from '../src/diagnostics/render.ts';
const show = process.argv.includes('-v');
let bad = 0;
for (const file of process.argv.slice(2)) {
  if (file === '-v') continue;
  const text = readFileSync(file, 'utf8');
  const read = (p: string) => { const q = join(dirname(file), p); return existsSync(q) ? readFileSync(q, 'utf8') : undefined; };
  try {
    const name = file.split('/').pop()!;
    const sources = resolve(name, text, read);
    const e = elaborate(sources, {});
    const findings = [...sources.findings, ...e.findings, ...e.autoencoders.flatMap((a) => a.findings)];
    if (findings.length > 0 || show) {
      bad += findings.length > 0 ? 1 : 0;
      console.log('==', file, e.autoencoders.map((a) => a.model !== undefined));
      const texts = (f: string) => sources.files.get(f)?.text;
      for (const r of renderAll(findings, locateIn(...sources.files.values()), texts, { color: false })) console.log(r, '\n');
    }
  } catch (error) { bad++; console.log('!!', file, (error as Error).stack?.split('\n').slice(0, 6).join('\n')); }
}
console.log(bad, 'of', process.argv.length - 2);
