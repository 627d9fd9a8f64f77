/** What `npm pack` ships works where it is installed: the command, and programs that it builds. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

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

test('a built program trains by itself', () => {
  run('npx', ['aec', 'build', 'model.ae', '--target', 'wasm', '--out', 'built']);
  run('node', ['built/train.js', '--data', 'strokes:count=200']);
  expect(readFileSync(join(folder, 'run/weights.safetensors')).length).toBeGreaterThan(400_000);
});
