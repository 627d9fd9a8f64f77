import { checkText } from '../test/support/emitted.ts';
import { shown } from '../test/support/findings.ts';
import { compile } from '../src/compiler.ts';
import { readFileSync } from 'node:fs';
for (const text of readFileSync(0, 'utf8').split('----\n')) {
  const checked = checkText(text);
  console.log(text.split('\n')[1], '\n', shown(checked));
  for (const m of checked.models) { try { const c = compile(m, checked); console.log('compiled', c.spec.outputs.map(o=>o.name), m.networks.flatMap(n => n.layers.map(l => l.id + ' ' + l.site + ' ' + l.outputs.map(o=>o.join('x'))))); } catch (e) { console.log((e as Error).message.slice(0, 200)); } }
}
