/** tfjs-node as `scripts/native.sh` builds it; absent where that was not run. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as tfjs from '@tensorflow/tfjs-core';
import { prepareTensorFlow } from '../../src/runtime/node/prepare.js';

export const nativeFolder = fileURLToPath(new URL('../../.native', import.meta.url));
export const hasNative = existsSync(`${nativeFolder}/ready`);

export type NativePackage = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';

/** The package's namespace, with its backend set. */
export async function loadNative(name: NativePackage): Promise<typeof tfjs> {
  prepareTensorFlow();
  const tf = createRequire(`${nativeFolder}/package.json`)(name) as typeof tfjs;
  await tf.setBackend('tensorflow');
  await tf.ready();
  return tf;
}
