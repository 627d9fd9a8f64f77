/** The optional native packages: where they are, and what has to be mended before they load. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';

export const nodePackages = { node: '@tensorflow/tfjs-node', 'node-gpu': '@tensorflow/tfjs-node-gpu' } as const;

/** The entry file of a package, looked for from the user's folder and then from aec's own; undefined where it is in neither. */
export function installed(name: string): string | undefined {
  for (const from of [join(process.cwd(), 'package.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve(name);
    } catch {
      // Looked for in the next place.
    }
  }
  return undefined;
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs #8609, mended but never released). */
export function mendNode23(): void {
  const old = util as unknown as { isNullOrUndefined?: (value: unknown) => boolean };
  old.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
