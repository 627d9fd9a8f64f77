import { Workspace, check } from '../src/compiler.js';
import { longFiles } from '../test/support/long-files.js';
import { readFileSync, readdirSync } from 'node:fs';
// 500 lines: one autoencoder of 500 lines with many items, and 10 autoencoders of 50
const one = (n: number) => `autoencoder A(d: int = 8) {\n  input x: [784] in [0, 1]\n  encoder {\n    dense(64, relu)\n    code: dense(32, relu)\n  }\n  decoder {\n    dense(64, relu)\n    dense(784, sigmoid)\n  }\n  reconstruct x by bernoulli\n${Array.from({ length: n }, (_, i) => `  head n${i}(code) {\n    h${i}: dense(16, relu)\n    dense(8)\n  }\n  penalty 1e-4 * l1(h${i})`).join('\n')}\n}\n`;
const many = Array.from({ length: 25 }, (_, i) => readFileSync('examples/lecture2/vae.ae','utf8').replace('Vae', `Vae${i}`)).join('\n');
if (process.argv[2] !== 'long') for (const [name, text] of [['one autoencoder', one(98)], ['many', many]] as const) {
  console.log(name, text.split('\n').length);
  const w = new Workspace(() => undefined);
  const t0 = performance.now(); w.check('a.ae', text); console.log('first', performance.now() - t0);
  const places = [...text.matchAll(/dense\(/g)].map((m) => m.index + 6);
  const times: number[] = [];
  for (let i = 0; i < 300; i++) {
    const at = places[(i * 7919) % places.length]!;
    const edited = text.slice(0, at) + `${(i % 9) + 1} * ` + text.slice(at);
    const s = performance.now(); w.check('a.ae', edited); times.push(performance.now() - s);
  }
  times.sort((a, b) => a - b);
  console.log('edit p50', times[150]!.toFixed(1), 'p95', times[285]!.toFixed(1), 'max', times[299]!.toFixed(1));
}
if (process.argv[2] === 'long') for (const [name, text] of Object.entries(longFiles(10_000))) {
  const s = performance.now(); const { findings } = check('a.ae', text, () => undefined); const t = performance.now() - s;
  console.log(t.toFixed(0).padStart(6), name, findings.length);
}
