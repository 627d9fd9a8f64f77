/**
 * How Vitest runs tests for the mutation tool: either all of them, with a note of which mutants each reaches and what it
 * costs, or those that are asked for, with one mutant switched on.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { TestRunner, type RunnerTask, type RunnerTestFile, type RunnerTestSuite } from 'vitest';
import { digest, readOrder, switchName, type Recorded, type RecordedCase } from './order.js';

const order = readOrder();
const reached = new Uint8Array(order.record?.mutants ?? 0);
const record = order.record;

Object.assign(globalThis, {
  [switchName]:
    record === undefined
      ? (index: number): boolean => index === order.mutant
      : (index: number): boolean => {
          reached[index] = 1;
          return false;
        },
});

function taken(): readonly number[] {
  const numbers = [...reached.keys()].filter((i) => reached[i] === 1);
  reached.fill(0);
  return numbers;
}

/** What a module reaches when it is loaded, once for all files. */
let loaded: readonly number[] | undefined;

/** A case's name with those of the groups that it stands in. */
export function nameOf(task: RunnerTask): string {
  const above: RunnerTestSuite | undefined = task.suite;
  return above === undefined || above === task.file ? task.name : `${nameOf(above)} > ${task.name}`;
}

const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

export default class extends TestRunner {
  #around = new Set<number>();
  #cases: RecordedCase[] = [];
  #started = 0;

  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    if (record !== undefined && loaded === undefined) {
      for (const module of record.modules) await import(module);
      loaded = taken();
    }
    return (await super.importFile(path, source)) as unknown;
  }

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    const cases = order.cases?.[test.file.name];
    if (order.cases !== undefined && test.mode === 'run' && cases?.includes(nameOf(test)) !== true) test.mode = 'skip';
    for (const index of taken()) this.#around.add(index);
    this.#started = processorMs();
    await super.onBeforeRunTask(test);
  }

  override onAfterRunTask(test: RunnerTask): void {
    super.onAfterRunTask(test);
    if (record === undefined || test.result === undefined || test.mode !== 'run') return;
    const ms = Math.round(processorMs() - this.#started);
    this.#cases.push({ name: nameOf(test), ms, reaches: taken(), failed: test.result.state === 'fail' });
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onAfterRunSuite(suite);
    if (record === undefined || suite.file !== suite) return;
    for (const index of taken()) this.#around.add(index);
    const { name, filepath } = suite as RunnerTestFile;
    const own = digest(readFileSync(filepath, 'utf8'));
    const line: Recorded = {
      file: name,
      digest: own,
      always: loaded ?? [],
      around: [...this.#around],
      cases: this.#cases,
    };
    appendFileSync(record.to, `${JSON.stringify(line)}\n`);
    [this.#around, this.#cases] = [new Set(), []];
  }
}
