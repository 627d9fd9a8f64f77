/** The recipe for Helix, in a terminal of tmux. Skipped where either is not installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isInstalled, recipe, workplace } from './setup.js';

const document = readFileSync(new URL('../../docs/editors.md', import.meta.url), 'utf8');
const runs = isInstalled('hx') && spawnSync('tmux', ['-V']).status === 0;

describe.skipIf(!runs)('Helix', () => {
  it('shows diagnostics, hovers, completes and formats', { timeout: 120_000 }, async () => {
    const place = workplace();
    // A server of its own, which ends with its one session.
    const tmux = (...args: readonly string[]): string =>
      execFileSync('tmux', ['-L', `aec-${process.pid}`, ...args], {
        cwd: place.folder,
        env: { ...process.env, PATH: place.path, XDG_CONFIG_HOME: join(place.folder, 'config') },
        encoding: 'utf8',
      });
    const press = (...keys: readonly string[]): string => tmux('send-keys', '-t', 'hx', ...keys);
    const see = async (what: RegExp): Promise<void> => {
      let screen = '';
      for (let i = 0; i < 150; i++) {
        screen = tmux('capture-pane', '-p', '-t', 'hx');
        if (what.test(screen)) return;
        await new Promise((done) => setTimeout(done, 100));
      }
      expect(screen).toMatch(what);
    };
    try {
      mkdirSync(join(place.folder, 'config/helix'), { recursive: true });
      writeFileSync(join(place.folder, 'config/helix/languages.toml'), recipe(document, 'toml'));
      tmux('new-session', '-d', '-x', '120', '-y', '40', '-s', 'hx', 'hx', 'model.ae:3:22');
      await see(/●[\s\S]*NOR[\s\S]*3:22/);
      press('Space', 'k');
      await see(/784 → 32/);
      press('Escape');
      // An escape and a key that follows at once would be one key.
      await see(/NOR(?![\s\S]*784 → 32)/);
      press(':goto 4', 'Enter');
      await see(/ 4:1\b/);
      press('f', '{', 'l', 'l');
      await see(/there is no layer or block called `dens`/);
      press('e', 'c', '  dens');
      await see(/dense +function/);
      press('C-n', 'Enter', 'Escape');
      await see(/NOR[\s\S]*\[\+\]/);
      press(':format', 'Enter');
      await see(/ {2}decoder \{ dense\(784, sigmoid\) \}/);
    } finally {
      spawnSync('tmux', ['-L', `aec-${process.pid}`, 'kill-server']);
      place.remove();
    }
  });
});
