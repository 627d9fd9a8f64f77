/** The copy of the tree in which mutants are tried: TypeScript made JavaScript, the mutants behind switches. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { groupedBy } from './grouped.js';
import type { Mutant } from './mutants.js';
import { probeOf } from './order.js';
import { probesOf } from './probes.js';
import { withSwitches } from './switches.js';

/** Files of a tree that git knows or would add. */
export const filesOf = (home: string): readonly string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: home, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && statSync(join(home, file), { throwIfNoEntry: false })?.isFile() === true);

/** Copies files; packages and what is built are shared. */
export function copyTree(home: string, tree: string, files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(join(tree, dirname(file)), { recursive: true });
    copyFileSync(join(home, file), join(tree, file));
  }
  for (const shared of ['node_modules', '.native', 'dist']) {
    rmSync(join(tree, shared), { force: true });
    if (existsSync(join(home, shared))) symlinkSync(join(home, shared), join(tree, shared));
  }
}

/** Puts all mutants into their files, behind switches, and probes beside them. A mutant's number is its place in the list. */
export function putSwitches(tree: string, mutants: readonly Mutant[]): void {
  const numbered = mutants.map((mutant, index) => ({ ...mutant, index }));
  for (const [file, own] of groupedBy(numbered, (mutant) => mutant.file)) {
    const path = join(tree, file);
    const text = readFileSync(path, 'utf8');
    const probes = own.flatMap((mutant) => probesOf(text, mutant, probeOf(mutant.index, mutants.length)));
    writeFileSync(path, withSwitches(text, [...own, ...probes]));
  }
}

/** JavaScript beside each TypeScript file, which Node loads as it is. */
export async function transform(tree: string, files: readonly string[]): Promise<void> {
  await build({
    entryPoints: files.filter((file) => /(?<!\.d)\.ts$/.test(file)).map((file) => join(tree, file)),
    outdir: tree,
    outbase: tree,
    format: 'esm',
    platform: 'node',
    logLevel: 'error',
  });
}
