/** Nothing is resolved twice: every name of every model is one that the front end says the meaning of. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { definitions } from '../../src/builtins/index.js';
import { Service } from '../../src/service/service.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Words that name nothing: values, types of parameters, parts of tensors, and what has a name of our making. */
const words = new Set([
  ...['int', 'float', 'bool', 'activation', 'tensor', 'true', 'false', 'all', 'full', '_', 'mirror', 'tied', 'clean'],
  ...['kernel', 'bias', 'known', 'missing', 'mask', 'label', 'product', 'nodes', 'inner', 'leaves', 'children', 'root'],
  // Data sets, and layers without a name.
  ...['identity', 'mnist', 'gaussian', 'dense', 'reshape', 'softplus', 'stage', 'mean', 'h_1', 'h_2'],
  ...definitions.flatMap(({ params }) => params.flatMap(({ type }) => (type.kind === 'word' ? type.words : []))),
  ...['same', 'valid'],
]);

it('every name of every model stands for something', () => {
  const unknown: string[] = [];
  let known = 0;
  for (const folder of ['docs/models', 'examples', 'test/corpus/good'])
    for (const name of readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ae')) continue;
      const path = `${root}${folder}/${name}`;
      const service = new Service({ read: (file) => readFileSync(file, 'utf8') });
      const checked = service.checked(path)!;
      if (checked.findings.some(({ message }) => /^AE[12]/.test(message.code))) continue;
      const uses = service.names(checked).usesIn(path);
      for (const { at, unit } of checked.root.units)
        for (const { role, start, end } of unit.tokens) {
          // The name of an argument belongs to what is called.
          if (role !== 'name' || unit.text[end] === ':') continue;
          const word = unit.text.slice(start, end);
          if (uses.some(({ span }) => span.start <= start + at && span.end >= end + at)) known += 1;
          else if (!words.has(word)) unknown.push(`${path}: ${word}`);
        }
    }
  expect(unknown).toEqual([]);
  expect(known).toBeGreaterThan(5000);
});
