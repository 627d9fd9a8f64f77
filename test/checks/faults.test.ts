/** The table of faults in test/README.md names tests that are there. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| (?!---|fault )([^|]+) \| ([^|]*) \| ([^|]+) \|$/gm)];

it.each(rows.map(([, fault, , tests]) => [fault!, tests!]))('%s', (_fault, tests) => {
  const named = [...tests.matchAll(/`(test\/[^`]+)`(?: "([^"]+)")?/g)];
  expect(named.length).toBeGreaterThan(0);
  for (const [, file, words] of named) {
    const text = readFileSync(new URL(`../../${file!}`, import.meta.url), 'utf8');
    expect(text, file).toContain(words ?? '');
  }
});
