/** Vitest as the mutation run needs it: test files in the order that they are named in, and the first failure said at once. */
import { defineConfig } from 'vitest/config';
import type { Reporter, TestCase, TestModule, TestSequencer, TestSpecification } from 'vitest/node';
import base from '../vitest.config.js';
import { failureMark } from './mutant-tests.js';

const wanted = (process.env['AEC_MUTANT_TESTS'] ?? '').split(',');

class AsNamed implements TestSequencer {
  shard(files: TestSpecification[]): TestSpecification[] {
    return files;
  }

  sort(files: TestSpecification[]): TestSpecification[] {
    const place = ({ moduleId }: TestSpecification): number =>
      wanted.findIndex((file) => moduleId.endsWith(`/${file}`));
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

export default defineConfig({
  test: {
    ...base.test,
    // Every file asks for hundreds of modules: read once a worker, and transformed once for all changes.
    isolate: false,
    experimental: { fsModuleCache: true, fsModuleCachePath: process.env['AEC_MUTANT_CACHE'] ?? '' },
    sequence: { sequencer: AsNamed },
    reporters: [new FirstFailure()],
    bail: 1,
  },
});
