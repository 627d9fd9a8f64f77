/** What commands load before they run: the time that `aec check` takes is mostly that of loading. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve('src');

/** Files and packages that loading a file of `src` loads: what it imports, and not what it may import later. */
function loadedBy(...entries: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = entries.map((entry) => join(root, entry));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const name = relative(root, file);
    if (found.has(name)) continue;
    found.add(name);
    const text = readFileSync(file, 'utf8');
    for (const [, what = '', path = ''] of text.matchAll(/^(?:import|export) ([^;]*?) from '([^']+)';/gms)) {
      const names = /^\{(.*)\}$/s
        .exec(what)?.[1]
        ?.split(',')
        .filter((one) => one.trim() !== '');
      if (what.startsWith('type ') || names?.every((one) => one.trim().startsWith('type ')) === true) continue;
      const own = join(dirname(file), path.replace(/\.js$/, '.ts'));
      if (path.startsWith('.') && existsSync(own)) waiting.push(own);
      else found.add(path);
    }
  }
  return found;
}

it('a file is checked without what knows of runs, of TensorFlow.js, or of how code is written', () => {
  const loaded = loadedBy('cli/command-line.ts', 'cli/commands/check.ts');
  expect(loaded).toContain('parser/parser.ts');
  expect([...loaded].filter((one) => /^(@tensorflow|typescript|prettier|ts-morph|vega)/.test(one))).toEqual([]);
  expect(loaded).not.toContain('runtime/node/record.ts');
  // The walk finds what others do load.
  expect(loadedBy('cli/commands/train.ts')).toContain('@tensorflow/tfjs-core');
});
