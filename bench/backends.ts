/** Both JavaScript backends of Node, ready to switch between. */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';

export async function startBackends(): Promise<void> {
  setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  for (const name of ['cpu', 'wasm'])
    if (!(await setBackend(name))) throw new Error(`the ${name} backend does not start`);
}
