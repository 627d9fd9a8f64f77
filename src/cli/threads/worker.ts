/** One thread of a run: computes its parts of each step that it is told of, until the run ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import { enableProdMode, ready, setBackend } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { release } from '../../runtime/tensors.js';
import { computeParts, SharedNumbers } from './compute.js';
import { partsOfThread, readTold, slots, type CutStep, type Given, type Started } from './shared.js';

const { thread, program, wasm } = workerData as Started;

enableProdMode();
setWasmPaths(wasm);
await setBackend('wasm');
await ready();
const { cuts } = (await import(program)) as { readonly cuts: Readonly<Record<string, CutStep>> };
const steps = Object.keys(cuts);

parentPort!.once('message', ({ layout, memory, state }: Given) => {
  const shared = new SharedNumbers(layout, memory);
  const progress = new Int32Array(state);
  const parts = partsOfThread(thread, layout.threads, layout.parts);
  for (let done = 0; ;) {
    Atomics.wait(progress, slots.asked, done);
    done = Atomics.load(progress, slots.asked);
    const told = readTold(state, layout.threads);
    const step = cuts[steps[told.step]!]!;
    const weights = Object.fromEntries(step.weights.map((name) => [name, shared.weight(name)]));
    computeParts(step, shared, parts, weights, told);
    release([weights]);
    Atomics.store(progress, slots.done(thread), done);
    Atomics.notify(progress, slots.done(thread));
  }
});
parentPort!.postMessage('ready');
