import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/closing-line.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores: more workers only fight over them, and WASM threads with them.
    maxWorkers: 2,
    reporters: ['default', new ClosingLine()],
  },
});
