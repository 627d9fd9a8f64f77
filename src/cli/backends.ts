/** The optional native packages, and where they are. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export const nodePackages = { node: '@tensorflow/tfjs-node', 'node-gpu': '@tensorflow/tfjs-node-gpu' } as const;

export type BackendName = 'node-gpu' | 'node' | 'wasm' | 'cpu';

/** The driver's device on Linux; that of Windows, seen from the Linux inside it. */
const gpuDevices = ['/dev/nvidiactl', '/dev/dxg'];

const mayHaveGpu = (): boolean => process.platform !== 'linux' || gpuDevices.some((path) => existsSync(path));

/**
 * The order in which `aec train` tries what is there. Without a GPU, node-gpu computes on the processor,
 * but runs a program that is made for a GPU; elsewhere than on Linux it is tried first.
 */
export const backendOrder = (gpu = mayHaveGpu()): readonly BackendName[] =>
  gpu ? ['node-gpu', 'node', 'wasm', 'cpu'] : ['node', 'node-gpu', 'wasm', 'cpu'];

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
