// Adds expectations for what is found and not expected: npx tsx tmp/expect.mts name…
import { writeFileSync } from 'node:fs';
import { checkFile, expectationsIn, filesIn, heardOf, saidBy } from '../test/corpus/reading.ts';
const only = process.argv.slice(2);
for (const one of [...filesIn('good'), ...filesIn('bad')]) {
  if (!only.includes(one.name)) continue;
  const lines = one.text.split('\n');
  const bare = lines.filter((l) => !/^\s*\/\/~/.test(l)).map((l) => l.replace(/\s*\/\/~.*$/, ''));
  const text = bare.join('\n');
  const checked = checkFile({ name: one.name, text });
  const by = new Map<number, string[]>();
  for (const f of checked.findings.filter((f) => f.message.code !== 'AE5001')) {
    const s = saidBy(f, checked);
    if (s.file !== one.name) continue;
    by.set(s.line, [...(by.get(s.line) ?? []), `${s.code} "${s.title.split('"')[0]}"`]);
  }
  const out = bare.flatMap((l, i) => {
    const all = by.get(i + 1) ?? [];
    const indent = /^\s*/.exec(l)![0];
    return all.flatMap((e, k) => (k === 0 ? [`${l}  //~ ${e}`] : [`${indent}//~${'^'.repeat(k)} ${e}`])).concat(all.length === 0 ? [l] : []);
  });
  writeFileSync(new URL(`../test/corpus/${one.name}`, import.meta.url), out.join('\n'));
}
