/** Programs of the system, asked for what they know. */
import { spawnSync } from 'node:child_process';

/** What a program prints; undefined where it is not there, fails or takes longer than ten seconds. */
export function ask(command: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, {
    encoding: 'utf8',
    timeout: 10_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return status === 0 ? stdout : undefined;
}

/** The libraries that a library asks for and the loader does not find; none where that cannot be told. */
export function unresolved(library: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  const { stdout, stderr } = spawnSync('ldd', [library], { encoding: 'utf8', timeout: 10_000 });
  const glibc = [...(stdout ?? '').matchAll(/^\s*(\S+) => not found/gm)];
  const musl = [...(stderr ?? '').matchAll(/Error loading shared library (\S+?):/g)];
  return [...new Set([...glibc, ...musl].map(([, name]) => name!))];
}
