/** Backends of TensorFlow.js in this process. */
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { ready, setBackend } from '@tensorflow/tfjs-core';
import { printModule } from '../../../src/codegen/tfjs/module.js';
import { targets } from '../../../src/codegen/targets.js';
import type { Compiled } from '../../../src/compiler.js';
import { load } from '../../support/emitted.js';
import type { Backend } from './attempt.js';
import { plainly } from './plainly.js';
import { moduleRunner, quickRunner, type Runner } from './runner.js';

async function start(name: string): Promise<void> {
  if (!(await setBackend(name))) throw new Error(`no backend ${name}`);
  await ready();
}

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);

export const cpu: Backend = { name: 'cpu', start: () => start('cpu'), runner: (compiled) => quickRunner(compiled) };
export const wasm: Backend = { name: 'wasm', start: () => start('wasm'), runner: (compiled) => quickRunner(compiled) };

/** The module as `aec build` writes it, on a backend. */
const emitted = (name: string): Backend => ({ name: `module on ${name}`, start: () => start(name), runner: moduleOf });

const modules = new WeakMap<Compiled, Promise<Runner>>();

/** Printed once for all backends. */
function moduleOf(compiled: Compiled): Promise<Runner> {
  const known = modules.get(compiled) ?? printed(compiled);
  modules.set(compiled, known);
  return known;
}

async function printed(compiled: Compiled): Promise<Runner> {
  const program = async (one: Compiled) => load(await printModule(one, targets.wasm));
  return moduleRunner(await program(compiled), await program(plainly(compiled)));
}

export const moduleOnCpu = emitted('cpu');
export const moduleOnWasm = emitted('wasm');
