import { configDefaults, defineConfig } from 'vitest/config';
import { ClosingLine } from './test/closing-line.js';

/** What starts browsers, editors and native libraries, of which a process can hold one; what measures its own processor time. */
const alone = [
  ...['browser', 'editors', 'native', 'package'].map((name) => `test/${name}/**/*.test.ts`),
  'test/**/growth.test.ts',
];

export default defineConfig({
  test: {
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores: more workers only fight over them, and WASM threads with them.
    maxWorkers: 2,
    // Short-lived objects, of a checker and of TensorFlow.js alike: with room for them a sixth of the processor time is saved.
    execArgv: ['--max-semi-space-size=128'],
    // Both native packages register the same kernels; tfjs remarks on each.
    onConsoleLog: (log) => !/already registered|To enable the following|absl::InitializeLog/.test(log),
    reporters: ['default', new ClosingLine()],
    projects: [
      // To load the compiler and TensorFlow.js takes longer than most tests: files that keep no state share their modules.
      {
        extends: true,
        test: {
          name: 'shared',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...alone],
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
  },
});
