/** What is set before TensorFlow is loaded, and what is known of the place where it runs. */
import { availableParallelism } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { backendOrder } from '../../src/cli/backends.js';
import { prepareTensorFlow, usesGpu } from '../../src/runtime/node/prepare.js';
import { dataBudget } from '../../src/runtime/node/session/program.js';

const threads = 'TF_NUM_INTRAOP_THREADS';
afterEach(() => vi.unstubAllEnvs());

test('each op has the threads that the parts of a batch leave, unless the user says how many', () => {
  const after = (set: string | undefined, options?: { readonly parts: number }): string | undefined => {
    vi.stubEnv(threads, set);
    prepareTensorFlow(options);
    return process.env[threads];
  };
  expect(after(undefined)).toBeUndefined();
  expect(after(undefined, { parts: 1 })).toBeUndefined();
  expect(after(undefined, { parts: 2 * availableParallelism() })).toBe('1');
  expect(Number(after(undefined, { parts: 2 }))).toBe(Math.max(1, Math.floor(availableParallelism() / 2)));
  expect(after('5', { parts: 2 })).toBe('5');
});

test('kernels whose results depend on chance are not asked for, unless the user does', () => {
  vi.stubEnv('TF_DETERMINISTIC_OPS', undefined);
  prepareTensorFlow();
  expect(process.env['TF_DETERMINISTIC_OPS']).toBe('1');
  vi.stubEnv('TF_DETERMINISTIC_OPS', '0');
  prepareTensorFlow();
  expect(process.env['TF_DETERMINISTIC_OPS']).toBe('0');
});

test('node-gpu comes first where there is a GPU, and after node where there is none', () => {
  expect(backendOrder(true)).toEqual(['node-gpu', 'node', 'wasm', 'cpu']);
  expect(backendOrder(false)).toEqual(['node', 'node-gpu', 'wasm', 'cpu']);
});

test('data take half of the free memory, and little of a GPU', () => {
  expect(dataBudget(2 ** 34, false)).toBe(2 ** 33);
  expect(dataBudget(2 ** 34, true)).toBe(2 ** 30);
  expect(dataBudget(2 ** 20, true)).toBe(2 ** 19);
  expect(usesGpu({ isUsingGpuDevice: true })).toBe(true);
  expect([{}, { isUsingGpuDevice: false }].map(usesGpu)).toEqual([false, false]);
});
