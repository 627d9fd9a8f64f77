/** What a program can be compiled for. */
import type { Backend } from '../ir/ops/index.js';

export interface Target {
  readonly name: string;
  readonly summary: string;
  /** The package whose namespace generated code calls `tf`. */
  readonly tf: string;
  /** Every backend that the code must run on, right and fast. */
  readonly backends: readonly Backend[];
}

export const targets = {
  browser: {
    name: 'browser',
    summary: 'an ES module on @tensorflow/tfjs: WebGPU, WebGL or WASM, whichever is there',
    tf: '@tensorflow/tfjs',
    backends: ['webgl', 'webgpu', 'wasm', 'cpu'],
  },
  node: {
    name: 'node',
    summary: 'TypeScript on @tensorflow/tfjs-node: libtensorflow on the CPU',
    tf: '@tensorflow/tfjs-node',
    backends: ['tensorflow'],
  },
  'node-gpu': {
    name: 'node-gpu',
    summary: 'TypeScript on @tensorflow/tfjs-node-gpu: libtensorflow with CUDA',
    tf: '@tensorflow/tfjs-node-gpu',
    backends: ['tensorflow'],
  },
  wasm: {
    name: 'wasm',
    summary: 'TypeScript on @tensorflow/tfjs-core with the WASM backend: what `aec train` runs after `npm ci` alone',
    tf: '@tensorflow/tfjs-core',
    backends: ['wasm', 'cpu'],
  },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof targets;
