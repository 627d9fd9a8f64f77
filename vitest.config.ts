import { configDefaults, defineConfig } from 'vitest/config';
import { ClosingLine } from './test/closing-line.js';

/** What looks at texts alone keeps no state between files, so that these share their modules: to load them takes longer than most tests. */
const ofTexts = ['checks', 'corpus', 'diagnostics', 'format', 'fuzz', 'lsp', 'parser', 'scripts', 'service'].flatMap(
  (name) => [`test/${name}/**/*.test.ts`, `test/${name}.test.ts`],
);

export default defineConfig({
  test: {
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores: more workers only fight over them, and WASM threads with them.
    maxWorkers: 2,
    // Both native packages register the same kernels; tfjs remarks on each.
    onConsoleLog: (log) => !/already registered|To enable the following|absl::InitializeLog/.test(log),
    reporters: ['default', new ClosingLine()],
    projects: [
      { extends: true, test: { name: 'texts', include: ofTexts, isolate: false } },
      {
        extends: true,
        test: { name: 'programs', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ...ofTexts] },
      },
    ],
  },
});
