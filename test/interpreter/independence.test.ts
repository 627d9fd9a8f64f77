/** The interpreter shares nothing with the compiler but the types of its Model. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const importsOf = (path: string): readonly string[] =>
  [...readFileSync(path, 'utf8').matchAll(/^(?:import|export) [^;]*? from '([^']+)';/gm)].map((m) => m[0]);
const files = (name: string): readonly string[] => readdirSync(folder(name)).map((file) => join(folder(name), file));

it('it imports types of the source alone, and nothing of packages', () => {
  for (const file of files('interpret')) {
    for (const statement of importsOf(file)) {
      if (statement.includes("'./")) continue;
      expect(statement, file).toMatch(/^import type .*\/src\/(ir\/model\/\w+|builtins\/arguments)\.js';$/s);
    }
  }
});

it('what writes models knows nothing of the compiler', () => {
  for (const file of files('generate')) {
    for (const statement of importsOf(file)) expect(statement, file).not.toContain('/src/');
  }
});
