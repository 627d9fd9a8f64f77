/**
 * How Vitest runs tests for the mutation tool: those that are asked for, with one mutant on from the beginning; or all,
 * each again with every mutant that it comes by, in one process.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { TestRunner, type RunnerTask, type RunnerTestCase, type RunnerTestFile, type RunnerTestSuite } from 'vitest';
import { noMutant, readOrder, switchName, type Line, type Trying } from './order.js';

const order = readOrder();
const all = order.kind === 'all' ? order : undefined;
const reached = new Uint8Array(all?.switches ?? 0);
/** The mutant that stands. */
let on = order.kind === 'one' ? order.mutant : noMutant;

Object.assign(globalThis, {
  [switchName]:
    all === undefined
      ? (index: number): boolean => index === on
      : (index: number): boolean => {
          reached[index] = 1;
          return index === on;
        },
});

function taken(): readonly number[] {
  const numbers = [...reached.keys()].filter((i) => reached[i] === 1);
  reached.fill(0);
  return numbers;
}

/** What the source reaches when it is loaded, once for all files. */
let loaded: readonly number[] | undefined;
/** Mutants that nothing has noticed, with what they have cost. */
const open = new Map(all?.open);

/** A case's name with those of the groups that it stands in. */
function nameOf(task: RunnerTask): string {
  const above: RunnerTestSuite | undefined = task.suite;
  return above === undefined || above === task.file ? task.name : `${nameOf(above)} > ${task.name}`;
}

const processorMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds of processor time, and of waiting for nothing, after which a case has no end. */
const endless = { processor: (ms: number): number => 10_000 + 5 * ms, waiting: 120_000 };

/** No file may take more than a part of what a mutant may cost: others know other things. */
const isWorth = (effort: number, spent: number, here: number, ms: number): boolean =>
  spent + ms <= effort && here + ms <= effort / 4;

/** Until when, in processor time, the case that runs may take; 0 where none does. */
const deadline = new Float64Array(new SharedArrayBuffer(8));

/** Ends the process where a case does not: nothing else can while it computes. */
function watch(): void {
  const text = `
    const { workerData } = require('node:worker_threads');
    setInterval(() => {
      const { user, system } = process.cpuUsage();
      if (workerData[0] > 0 && (user + system) / 1000 > workerData[0]) process.kill(process.pid, 'SIGKILL');
    }, 250);`;
  new Worker(text, { eval: true, workerData: deadline }).unref();
}

if (all !== undefined) watch();

export default class extends TestRunner {
  #around = new Set<number>();
  /** What mutants have cost in the file that runs. */
  #spent = new Map<number, number>();

  override async importFile(path: string, source: 'collect' | 'setup'): Promise<unknown> {
    if (all !== undefined && loaded === undefined) {
      for (const module of all.modules) await import(module);
      loaded = taken();
    }
    return (await super.importFile(path, source)) as unknown;
  }

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    const { name: file } = test.file;
    const wanted =
      order.kind === 'one'
        ? order.cases[file]?.includes(nameOf(test)) === true
        : order.done[file]?.includes(nameOf(test)) !== true;
    if (!wanted && test.mode === 'run') test.mode = 'skip';
    for (const index of taken()) this.#around.add(index);
    await super.onBeforeRunTask(test);
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const body = TestRunner.getTestFn(test);
    if (all === undefined) {
      await body();
      return;
    }
    for (const index of taken()) this.#around.add(index);
    const started = processorMs();
    await body();
    const ms = processorMs() - started;
    const reaches = taken();
    const [tried, notices] = [[] as number[], [] as number[]];
    for (const mutant of reaches) {
      const [spent, here] = [open.get(mutant), this.#spent.get(mutant) ?? 0];
      if (spent === undefined || !isWorth(all.effort, spent, here, ms)) continue;
      open.set(mutant, spent + ms);
      this.#spent.set(mutant, here + ms);
      tried.push(mutant);
      if (await this.#fails(test, body, mutant, ms)) {
        notices.push(mutant);
        open.delete(mutant);
      }
    }
    taken();
    this.#say({ kind: 'case', ...this.#file(test), name: nameOf(test), ms: Math.round(ms), reaches, tried, notices });
  }

  async #fails(test: RunnerTestCase, body: () => unknown, mutant: number, ms: number): Promise<boolean> {
    const now: Trying = { mutant, file: test.file.name, name: nameOf(test) };
    writeFileSync(all!.trying, JSON.stringify(now));
    // Counts of snapshots and assertions begin anew.
    super.onBeforeTryTask(test);
    let timer: NodeJS.Timeout | undefined;
    const waiting = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error('no end'));
      }, endless.waiting);
    });
    deadline[0] = processorMs() + endless.processor(ms);
    on = mutant;
    try {
      await Promise.race([body(), waiting]);
      return false;
    } catch {
      return true;
    } finally {
      on = -1;
      deadline[0] = 0;
      clearTimeout(timer);
      writeFileSync(all!.trying, '');
      super.onBeforeTryTask(test);
    }
  }

  override async onAfterRunSuite(suite: RunnerTestSuite): Promise<void> {
    await super.onAfterRunSuite(suite);
    if (suite.file !== suite) return;
    for (const index of taken()) this.#around.add(index);
    this.#say({ kind: 'file', ...this.#file(suite), always: loaded ?? [], around: [...this.#around] });
    this.#around = new Set();
    this.#spent = new Map();
  }

  #file({ file: { name } }: { readonly file: RunnerTestFile }): { readonly file: string; readonly digest: string } {
    return { file: name, digest: all?.digests[name] ?? '' };
  }

  #say(line: Line): void {
    if (all !== undefined) appendFileSync(all.log, `${JSON.stringify(line)}\n`);
  }
}
