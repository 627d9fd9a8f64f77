/** What `npm pack` ships works where it is installed: the command, and programs that it builds. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { typeErrors } from '../support/types.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
let folder: string;

const run = (command: string, args: readonly string[]): string =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'aec-pack-'));
  // dist is what the test command built; packing must not build it again under running tests.
  execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: repository, stdio: 'ignore' });
  writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `./${tarball}`]);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the aec command trains in an empty project', () => {
  run('npx', ['aec', 'init', 'model.ae']);
  run('npx', ['aec', 'train', 'model.ae', '--data', 'strokes:count=200', '--epochs', '1']);
  expect(existsSync(join(folder, 'runs/Vanilla/report.html'))).toBe(true);
});

test('what is shipped is whole: no maps of sources that stay behind, licences of what is in bundles', () => {
  const installed = join(folder, 'node_modules/aec-lang');
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => name.endsWith('.map'))).toEqual([]);
  for (const name of ['NOTICE', 'LICENSE', 'dist/embedded/node/LICENSES.txt']) expect(files).toContain(name);
  expect(readFileSync(join(installed, 'dist/embedded/node/LICENSES.txt'), 'utf8')).toMatch(
    /^vega-lite \d[^]*^csv-parse|^csv-parse[^]*^vega-lite \d/m,
  );
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  for (const path of Object.values(manifest.exports).flatMap((one) =>
    typeof one === 'string' ? [one] : Object.values(one),
  ))
    expect(existsSync(join(installed, path)), path).toBe(true);
});

test('the compiler is what the package gives', () => {
  writeFileSync(
    join(folder, 'check.mjs'),
    `import { check } from 'aec-lang';\nconsole.log(check('a.ae', 'autoencoder A {', () => undefined).findings.length > 0);\n`,
  );
  expect(run('node', ['check.mjs'])).toBe('true\n');
});

test('a built project runs from its folder: nothing of aec is installed there', () => {
  run('npx', ['aec', 'build', 'model.ae', '--target', 'wasm', '--out', 'built']);
  const built = mkdtempSync(join(tmpdir(), 'aec-built-'));
  cpSync(join(folder, 'built'), built, { recursive: true });
  try {
    const inBuilt = (command: string, args: readonly string[]): string =>
      execFileSync(command, args, { cwd: built, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    inBuilt('npm', ['install', '--no-audit', '--no-fund']);
    expect(existsSync(join(built, 'node_modules/aec-lang'))).toBe(false);
    const said = inBuilt('npm', ['start', '--', '--data', 'strokes:count=200']);
    expect(said).toMatch(/squared error .* an element/);
    expect(readFileSync(join(built, 'run/weights.safetensors')).length).toBeGreaterThan(400_000);
    // Charts are drawn by what was left of the chart library.
    expect(readFileSync(join(built, 'run/report.html'), 'utf8')).toMatch(/<svg[^]*<path/);
    expect(statSync(join(built, 'runtime.js')).size).toBeLessThan(2 ** 20);
    typesOf(built);
  } finally {
    rmSync(built, { recursive: true, force: true });
  }
});

test('a built project imports the package where that is asked for', () => {
  run('npx', ['aec', 'build', 'model.ae', '--target', 'wasm', '--runtime', 'package', '--out', 'with-package']);
  expect(existsSync(join(folder, 'with-package/runtime.js'))).toBe(false);
  run('node', ['with-package/train.js', '--data', 'strokes:count=200', '--out', 'other', '--no-report']);
  expect(existsSync(join(folder, 'other/weights.safetensors'))).toBe(true);
});

/** The program's types hold with those of the runtime beside it. */
function typesOf(project: string): void {
  const files = ['program.ts', 'train.ts', 'model.ts'].map((name) => join(project, name));
  expect(typeErrors(files, { typeRoots: [join(repository, 'node_modules/@types')] })).toEqual([]);
}
