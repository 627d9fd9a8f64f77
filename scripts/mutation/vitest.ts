/** Vitest as the mutation tool needs it: JavaScript loaded by Node itself, files in the order that they are named in, and the first failure said at once. */
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import type { Reporter, TestCase, TestModule, TestSequencer, TestSpecification } from 'vitest/node';
import { failureMark, readOrder } from './order.js';

/** Files in the order of the command line. */
class AsNamed implements TestSequencer {
  readonly #wanted = process.argv.filter((word) => word.endsWith('.test.js'));

  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }

  sort(files: TestSpecification[]): TestSpecification[] {
    const place = ({ moduleId }: TestSpecification): number =>
      this.#wanted.findIndex((file) => moduleId.endsWith(`/${file}`));
    return [...files].sort((a, b) => place(a) - place(b));
  }
}

class FirstFailure implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.result().state === 'failed') say(`${test.module.relativeModuleId} > ${test.fullName}`);
  }

  onTestModuleEnd(module: TestModule): void {
    if (module.state() === 'failed') say(`${module.relativeModuleId} > as a whole`);
  }
}

const say = (what: string): void => void process.stdout.write(`\n${failureMark}${what.replace(/\s+/g, ' ')}\n`);

/** No time is measured here: the machine may be busy, and what comes to no end is stopped from outside. */
const patience = 1_000_000;

export default defineConfig({
  test: {
    include: ['test/**/*.test.js'],
    setupFiles: ['test/support/seed.js'],
    runner: fileURLToPath(new URL('runner.js', import.meta.url)),
    testTimeout: patience,
    hookTimeout: patience,
    teardownTimeout: 1000,
    maxWorkers: 1,
    // Every file asks for hundreds of modules: Node reads them once.
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    sequence: { sequencer: AsNamed },
    reporters: [new FirstFailure()],
    // Snapshots are those of the TypeScript files.
    resolveSnapshotPath: (path, extension) =>
      join(dirname(path), '__snapshots__', `${basename(path, '.js')}.ts${extension}`),
    passWithNoTests: true,
    update: 'none',
    bail: readOrder().kind === 'one' ? 1 : 0,
  },
});
