import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/closing-line.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores: more workers only fight over them, and WASM threads with them.
    maxWorkers: 2,
    // Both native packages register the same kernels; tfjs remarks on each.
    onConsoleLog: (log) => !/already registered|To enable the following|absl::InitializeLog/.test(log),
    reporters: ['default', new ClosingLine()],
  },
});
