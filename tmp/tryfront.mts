import { readFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolve } from '../src/ir/resolve/sources.ts';
import { elaborate } from '../src/ir/elaborate/index.ts';
import { checkModel } from '../src/ir/checks/index.ts';
import { locateIn } from '../src/parser/locate.ts';
import { renderAll } from '../src/diagnostics/render.ts';
import { severityOf } from '../src/diagnostics/finding.ts';
const args = process.argv.slice(2);
const short = args.includes('-s');
let bad = 0, n = 0;
for (const file of args) {
  if (file.startsWith('-')) continue;
  n++;
  const text = readFileSync(file, 'utf8');
  const read = (p: string) => { const q = join(dirname(file), p); return existsSync(q) ? readFileSync(q, 'utf8') : undefined; };
  try {
    const name = file.split('/').pop()!;
    const sources = resolve(name, text, read);
    const e = elaborate(sources, {});
    const findings = [...sources.findings, ...e.findings, ...e.autoencoders.flatMap((a) => [...a.findings, ...(a.model ? checkModel(a.model) : [])])];
    if (findings.length > 0) {
      bad += findings.some((f) => severityOf(f) === 'error') ? 1 : 0;
      console.log('==', file, e.autoencoders.map((a) => a.model !== undefined));
      const texts = (f: string) => sources.files.get(f)?.text;
      for (const r of renderAll(findings, locateIn(...sources.files.values()), texts, { color: false })) console.log(short ? r.split('\n').slice(0, 5).join('\n') : r, '\n');
    }
  } catch (error) { bad++; console.log('!!', file, (error as Error).stack?.split('\n').slice(0, 8).join('\n')); }
}
console.log(bad, 'of', n);
