/** What a shell is told may stand next. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { aec, main } from './run.js';

const candidates = (...words: readonly string[]): readonly string[] => {
  const { code, out, err } = aec(['complete', '--', ...words], process.cwd());
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out.split('\n').flatMap((line) => (line === '' ? [] : [line.split('\t')[0]!]));
};

it('offers commands, flags, values of flags, and nothing where files are wanted', () => {
  expect(candidates('co')).toEqual(['compare', 'completion']);
  expect(candidates('')).toContain('train');
  expect(candidates('')).not.toContain('complete');
  expect(candidates('help', 'ev')).toEqual(['evaluate']);
  expect(candidates('train', 'vae.ae', '--ba')).toEqual(['--backend', '--batch']);
  expect(candidates('train', 'vae.ae', '--backend', 'n')).toEqual(['node-gpu', 'node']);
  expect(candidates('train', 'vae.ae', '--backend=n')).toEqual(['--backend=node-gpu', '--backend=node']);
  // As bash divides words.
  expect(candidates('train', 'vae.ae', '--backend', '=', 'w')).toEqual(['wasm']);
  expect(candidates('train', 'vae.ae', '--backend', '=')).toContain('cpu');
  expect(candidates('train', '--data', 'sw')).toEqual(['swiss_roll']);
  expect(candidates('completion', 'f')).toEqual(['fish']);
  expect(candidates('train', '')).toEqual([]);
  expect(candidates('train', '--out', '')).toEqual([]);
  expect(candidates('train', '--force', '')).toEqual([]);
});

it.skipIf(spawnSync('bash', ['--version']).status !== 0)('completes in bash', () => {
  const folder = mkdtempSync(join(tmpdir(), 'aec-completion-'));
  try {
    writeFileSync(join(folder, 'aec'), `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`, { mode: 0o755 });
    const typed = `source <(aec completion bash)
      COMP_WORDS=(aec train vae.ae --data strok); COMP_CWORD=4; _aec; printf '%s\\n' "\${COMPREPLY[@]}"
      complete -p aec`;
    const { stdout } = spawnSync('bash', ['-c', typed], {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` },
    });
    expect(stdout).toBe('strokes\ncomplete -o default -F _aec aec\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
