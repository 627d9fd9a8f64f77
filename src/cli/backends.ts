/** The optional native packages, and where they are. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const nodePackages = { node: '@tensorflow/tfjs-node', 'node-gpu': '@tensorflow/tfjs-node-gpu' } as const;

/** The order in which `aec train` tries what is there. */
export const backendOrder = ['node-gpu', 'node', 'wasm', 'cpu'] as const;

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
