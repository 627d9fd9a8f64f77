/** Backends of TensorFlow.js in this process. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import type { Backend } from './attempt.js';
import { quickRunner } from './runner.js';

async function start(name: string): Promise<void> {
  if (!(await setBackend(name))) throw new Error(`no backend ${name}`);
  await ready();
}

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);

export const cpu: Backend = { name: 'cpu', start: () => start('cpu'), runner: quickRunner };
export const wasm: Backend = { name: 'wasm', start: () => start('wasm'), runner: quickRunner };
