import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Two cores: more workers only fight over them, and WASM threads with them.
    maxWorkers: 2,
  },
});
