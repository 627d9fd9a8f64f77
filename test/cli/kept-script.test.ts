/** Scripts are opened with what V8 compiled of them before, if that is whole. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';

const opener = pathToFileURL('dist/cli/kept-script.js').href;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'aec-kept-'));
  writeFileSync(join(folder, 'later.mjs'), `export const word = 'later';`);
  writeFileSync(
    join(folder, 'main.mjs'),
    `import { openScript } from ${JSON.stringify(opener)};
const given = { './given.js': { base: 40 } };
const all = openScript(new URL('./own.cjs', import.meta.url), given, (name) => import(name));
console.log(all.answer, (await all.ask()).word);`,
  );
  script(2);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const script = (added: number): void =>
  writeFileSync(
    join(folder, 'own.cjs'),
    `module.exports=(function(require,later){return{answer:require('./given.js').base+${added},ask:()=>later('./later.mjs')}});`,
  );
const said = (): string => execFileSync(process.execPath, [join(folder, 'main.mjs')], { encoding: 'utf8' }).trim();
const kept = (): string =>
  join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.cache'))!,
  );

it('opens a script with what it imports, at once and later', () => {
  expect(said()).toBe('42 later');
});

it('runs what was compiled before', () => {
  said();
  // V8 tells scripts apart by their length: that the old one runs shows that this one was not compiled.
  script(3);
  expect(said()).toBe('42 later');
});

it('compiles anew, and keeps that, where what was kept is damaged', () => {
  said();
  const whole = readFileSync(kept());
  script(3);
  for (const bytes of [whole.map((byte, i) => (i === whole.length >> 1 ? byte ^ 1 : byte)), whole.subarray(0, 2)]) {
    writeFileSync(kept(), bytes);
    expect(said()).toBe('43 later');
    expect(statSync(kept()).size).toBe(whole.length);
  }
});

it('runs where nothing can be kept', () => {
  said();
  const place = kept();
  rmSync(place);
  mkdirSync(place);
  expect(said()).toBe('42 later');
  expect(readdirSync(folder).filter((name) => name.includes('.cache.'))).toEqual([]);
});
