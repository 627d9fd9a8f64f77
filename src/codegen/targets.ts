/** What a program can be compiled for. */
import type { Backend } from '../ir/graph/ops/index.js';

export interface Target {
  readonly name: string;
  readonly summary: string;
  /** The package whose namespace generated code calls `tf`. */
  readonly tf: string;
  /** Every backend that code which calls kernels must run on, right and fast. */
  readonly backends: readonly Backend[];
  /** How programs run there; the first unless another is asked for. */
  readonly forms: readonly Form[];
  /** The most parts that a batch is cut into, unless more are asked for. One where a device computes all rows at once. */
  readonly mostParts: number;
}

/** The form of a target's programs: its first, unless another is asked for. */
export const formOf = (target: Target, asked?: Form): Form => asked ?? target.forms[0]!;

/** The backends that a program in a form is made for. */
export const backendsOf = (target: Target, form?: Form): readonly Backend[] =>
  formOf(target, form) === 'graph' ? ['graph'] : target.backends;

/** A program as one TensorFlow graph, or as code that calls one kernel after the other. */
export type Form = 'graph' | 'ops';

export const targets = {
  browser: {
    name: 'browser',
    summary: 'an ES module on @tensorflow/tfjs: WebGPU, WebGL or WASM, whichever is there',
    tf: '@tensorflow/tfjs',
    backends: ['webgl', 'webgpu', 'wasm', 'cpu'],
    forms: ['ops'],
    mostParts: 1,
  },
  node: {
    name: 'node',
    summary: 'TypeScript on @tensorflow/tfjs-node: libtensorflow on the CPU',
    tf: '@tensorflow/tfjs-node',
    backends: ['tensorflow'],
    forms: ['graph', 'ops'],
    mostParts: 4,
  },
  'node-gpu': {
    name: 'node-gpu',
    summary: 'TypeScript on @tensorflow/tfjs-node-gpu: libtensorflow with CUDA',
    tf: '@tensorflow/tfjs-node-gpu',
    backends: ['tensorflow'],
    forms: ['graph', 'ops'],
    mostParts: 1,
  },
  wasm: {
    name: 'wasm',
    summary: 'TypeScript on @tensorflow/tfjs-core with the WASM backend: what `aec train` runs after `npm ci` alone',
    tf: '@tensorflow/tfjs-core',
    backends: ['wasm', 'cpu'],
    forms: ['ops'],
    mostParts: 1,
  },
} as const satisfies Readonly<Record<string, Target>>;

export type TargetName = keyof typeof targets;
