import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = 'src/runtime';
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('node'),
);

/** Reads tensors that no kernel takes, which lie on the host whatever the backend. */
const readsTheHost: ReadonlySet<string> = new Set(['recursion.ts']);

/** Waits for kernels in the middle of a step, and says on which backends that cannot be. */
const waits: ReadonlySet<string> = new Set(['growing.ts']);

/** Packages that run in a browser as well, and that no page brings which only opens a model: layout, linear algebra. */
const packages: Readonly<Record<string, string>> = {
  [join('picture', 'picture.ts')]: '@dagrejs/dagre',
  'eigen.ts': 'ml-matrix',
};

it.each(files)('%s runs in a browser: it imports tfjs-core and its neighbours only', (file) => {
  const text = readFileSync(join(root, file), 'utf8');
  const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1]!);
  expect(
    imports.filter(
      (path) =>
        path !== '@tensorflow/tfjs-core' &&
        path !== packages[file] &&
        (!path.startsWith('.') || path.includes('/node/')),
    ),
  ).toEqual([]);
  const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, '');
  expect(code).not.toMatch(/\bBuffer\b|process\./);
  if (waits.has(file)) expect(code).toContain("getBackend() === 'webgpu'");
  else if (!readsTheHost.has(file)) expect(code).not.toMatch(/dataSync/);
});
