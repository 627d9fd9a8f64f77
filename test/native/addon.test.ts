/** A package that came without its addon gets one, and computes. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { aec } from '../cli/run.js';
import { hasNative, nativeFolder } from './native.js';

describe.skipIf(!hasNative)('aec doctor --build-addon', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aec-addon-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('builds against the tensorflow folder of a wheel; the package then computes', () => {
    const root = installedWithoutScripts();
    expect(aec(['doctor'], folder).out).toContain('the install script was skipped');
    const built = aec(['doctor', '--build-addon', join(nativeFolder, 'tensorflow')], folder);
    expect(built.err).toContain('done in');
    expect(built.out).toMatch(/✓ @tensorflow\/tfjs-node tried: works: libtensorflow \S+, computes on the CPU/);
    expect(built.code).toBe(0);
    expect(readdirSync(root)).toEqual(expect.arrayContaining(['build-addon.log', 'deps', 'lib']));
  });

  /** The package as `npm install --ignore-scripts` leaves it; what it depends on is borrowed. */
  function installedWithoutScripts(): string {
    const [from, to] = [nativeFolder, folder].map((one) => join(one, 'node_modules')) as [string, string];
    mkdirSync(join(to, '@tensorflow'), { recursive: true });
    for (const name of readdirSync(from))
      if (name !== '@tensorflow' && !name.startsWith('.')) symlinkSync(join(from, name), join(to, name));
    for (const name of readdirSync(join(from, '@tensorflow')))
      if (!name.startsWith('tfjs-node')) symlinkSync(join(from, '@tensorflow', name), join(to, '@tensorflow', name));
    const root = join('@tensorflow', 'tfjs-node');
    const made = /tfjs-node\/(?:deps|lib|build[^/]*)$/;
    cpSync(join(from, root), join(to, root), { recursive: true, filter: (path) => !made.test(path) });
    return join(to, root);
  }
});
