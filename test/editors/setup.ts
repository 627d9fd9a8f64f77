/** Runs of real editors. Where one is not installed its tests are skipped. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../cli/run.js';

export const isInstalled = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

/** A folder with `aec` on its path, and a model with a mistake. */
export interface Workplace {
  readonly folder: string;
  readonly model: string;
  readonly path: string;
  remove(): void;
}

export const broken = `autoencoder A {
  input x: [784] in [0, 1]
  encoder { code: dense(32, relu) }
  decoder { dens(784, sigmoid) }
  reconstruct x by bernoulli
}
`;

export function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'aec-editor-'));
  writeFileSync(join(folder, 'aec'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  chmodSync(join(folder, 'aec'), 0o755);
  const model = join(folder, 'model.ae');
  writeFileSync(model, broken);
  return {
    folder,
    model,
    path: `${folder}:${process.env['PATH'] ?? ''}`,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a command to its end; what it printed. */
export const runIn = (place: Workplace, command: string, args: readonly string[], seconds = 60): Promise<string> =>
  new Promise((done) => {
    const child = spawn(command, args, {
      cwd: place.folder,
      env: { ...process.env, PATH: place.path, HOME: place.folder },
    });
    let out = '';
    child.stdout.on('data', (data: Buffer) => (out += data.toString()));
    child.stderr.on('data', (data: Buffer) => (out += data.toString()));
    const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    child.on('close', () => {
      clearTimeout(timer);
      done(out);
    });
  });

/** The code of a recipe in docs/editors.md, by the language of its block. */
export function recipe(text: string, language: string): string {
  const found = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(text);
  if (found === null) throw new Error(`docs/editors.md has no ${language}`);
  return found[1]!;
}
