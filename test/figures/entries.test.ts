import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { figures as entries } from '../../src/builtins/figures.js';
import { figures } from '../../src/runtime/figures/index.js';
import { dataOf, drawn, identity, modelOf } from '../support/figures.js';

it('draws the figures that the language says are drawn, under their names', () => {
  const lowered = entries.filter((entry) => entry.lowered !== false).map(({ name }) => name);
  expect(figures.map(({ name }) => name).sort()).toEqual(lowered.sort());
});

it('has the arguments that the page of the language says', () => {
  const page = readFileSync(new URL('../../docs/language.md', import.meta.url), 'utf8');
  const [, table] = page.split('| Figure | Shows | Of |');
  const said = [...table!.split('\n\n')[0]!.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, calls]) => [
    ...calls!.matchAll(/`(.*?)`/g),
  ]);
  const named = new Map(
    said.map(([, call]) => [/^\w+/.exec(call!)![0], [...call!.matchAll(/(\w+: [^,)]+)/g)].map(([one]) => one)]),
  );
  expect([...named.keys()].sort()).toEqual(entries.map(({ name }) => name).sort());
  for (const { name, params } of entries)
    expect(named.get(name), name).toEqual(
      params.flatMap((one) => (one.default === undefined ? [] : [`${one.name}: ${String(one.default)}`])),
    );
});

it('looks at no more than 2000 examples that are held out, evenly among them', async () => {
  const text = `autoencoder A {
    input x: [1] in real
    encoder { h: dense(1) }
    decoder { dense(1) }
    reconstruct x by squared_error
    figure sparsity(h)
    train { validation 0.5 }
  }`;
  const known = await modelOf(
    text,
    dataOf({ x: { shape: [1], data: Array.from({ length: 6000 }, (_, i) => i + 1) } }),
    {
      'encoder.h.kernel': identity(1),
    },
  );
  // Of 3000 in their order the first two of three.
  const [shown, values] = [known.run.shown, known.data.columns['x']!.data];
  expect(shown).toHaveLength(3000);
  const even = Array.from(shown, (row) => Number(values[row])).filter((_, i) => i % 3 < 2);
  const mean = even.reduce((a, b) => a + b, 0) / 2000;
  expect((await drawn(known)).note).toContain(
    `On 2000 held-out examples 100.0 % of the 1 units are active (|h| > 0.001), the mean activation is ${Number(mean.toPrecision(4))}.`,
  );
});
