/**
 * Steps on several cores: the batch of a step is cut into parts, each thread has some of them, and their summands are added
 * in the order of the parts. How many threads there are changes no bit of a run; how many parts there are changes the last.
 */
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { tensor } from '@tensorflow/tfjs-core';
import { batchSize, columnArray, columnOf } from '../../runtime/batches.js';
import {
  elements,
  type Dataset,
  type Moment,
  type Program,
  type ProgramSpec,
  type ResidentProgram,
  type State,
  type StepResult,
  type Tensors,
} from '../../runtime/index.js';
import type { Iteration } from '../../runtime/minimiser.js';
import { release } from '../../runtime/tensors.js';
import { FunctionTrainer, iterationOf, type StepBy } from '../../runtime/trainer.js';
import { computeParts, SharedNumbers } from './compute.js';
import {
  layoutOf,
  partsOfThread,
  slots,
  stateLength,
  writeTold,
  type CutStep,
  type Given,
  type PartMoment,
  type Started,
} from './shared.js';

/** A step in parts, with what follows from their sums. */
export interface JoinedStep extends CutStep {
  joined(state: State, sums: Tensors, moment: PartMoment): StepResult;
}

export type Cuts = Readonly<Record<string, JoinedStep>>;

/** Where threads find the program, and how many there are. */
export interface ThreadOptions {
  /** The address of its module, which is there until they are ready. */
  readonly program: string;
  readonly parts: number;
  readonly threads: number;
}

const require = createRequire(import.meta.url);

/** Milliseconds for which all waits at most: what has happened to a thread is heard between. */
const patience = 50;

/** The same program, with the steps that it has in parts computed by threads, once these have begun. */
export async function threaded(program: Program, cuts: Cuts, options: ThreadOptions): Promise<ResidentProgram> {
  const wasm = `${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`;
  const workers = await Promise.all(
    Array.from({ length: options.threads - 1 }, (_, i) => begun({ thread: i + 1, program: options.program, wasm })),
  );
  const { trainStep: _steps, gradients: _gradients, evaluate: _evaluate, ...inference } = program;
  let pool: Pool | undefined;
  return {
    ...inference,
    trainer: (phase, state, data) => {
      pool ??= new Pool(program.spec, cuts, options, workers, data.size);
      return new FunctionTrainer(program, phase, state, data, pool.stepOver(data));
    },
    close: () => {
      for (const worker of workers) void worker.terminate();
    },
  };
}

/** A thread that has loaded the program. */
function begun(started: Started): Promise<Worker> {
  const worker = new Worker(new URL(import.meta.resolve('#thread')), { workerData: started, execArgv: [] });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread ended with code ${code} before it began`)));
    worker.once('message', () => {
      // From here on it ends with the process.
      worker.unref();
      resolve(worker);
    });
  });
}

/** The threads of a run. This one computes the first parts. */
class Pool {
  readonly #shared: SharedNumbers;
  readonly #state: SharedArrayBuffer;
  readonly #progress: Int32Array;
  readonly #steps: readonly string[];
  /** Kept from step to step. */
  readonly #total: Float32Array;
  #failed: Error | undefined;

  constructor(
    private readonly spec: ProgramSpec,
    private readonly cuts: Cuts,
    private readonly options: ThreadOptions,
    private readonly workers: readonly Worker[],
    examples: number,
  ) {
    const { parts, threads } = options;
    this.#steps = Object.keys(cuts);
    const layout = layoutOf({
      weights: spec.weights,
      variables: spec.variables,
      cuts,
      parts,
      threads,
      examples: Math.max(...spec.phases.map(({ batch }) => batchSize(batch, examples))),
    });
    const memory = new SharedArrayBuffer(4 * layout.length);
    this.#shared = new SharedNumbers(layout, memory);
    this.#state = new SharedArrayBuffer(stateLength(threads));
    this.#progress = new Int32Array(this.#state, 0, threads);
    this.#total = new Float32Array(layout.sums[0]!.length);
    const given: Given = { layout, memory, state: this.#state };
    for (const worker of workers) {
      worker.on('error', (error) => (this.#failed ??= error));
      worker.on('exit', (code) => (this.#failed ??= new Error(`a thread ended with code ${code}`)));
      worker.postMessage(given);
    }
  }

  /** Takes the steps of a training on these data. */
  stepOver(data: Dataset): StepBy {
    return (name, state, rows, moment) => {
      const step = this.cuts[name];
      return step === undefined ? undefined : this.#step(name, step, data, { state, rows, moment });
    };
  }

  async #step(
    name: string,
    step: JoinedStep,
    data: Dataset,
    { state, rows, moment }: { readonly state: State; readonly rows: Int32Array; readonly moment: Moment },
  ): Promise<Iteration> {
    const { parts, threads } = this.options;
    if (threads > 1) for (const weight of step.weights) this.#shared.writeWeight(weight, state.weights[weight]!);
    for (const variable of this.spec.variables)
      if (step.batch.includes(variable.name))
        this.#shared.writeVariable(variable.name, columnArray(columnOf(data, variable), variable, rows));
    const { seed, step: randomStep } = moment.random;
    const told = { at: moment.step, epoch: moment.epoch, seed, randomStep, examples: rows.length };
    writeTold(this.#state, threads, { ...told, step: this.#steps.indexOf(name) });
    const asked = Atomics.add(this.#progress, slots.asked, 1) + 1;
    Atomics.notify(this.#progress, slots.asked);
    computeParts(step, this.#shared, partsOfThread(0, threads, parts), state.weights, told);
    for (const [i] of this.workers.entries()) await this.#done(i + 1, asked);
    const sums = this.#sums(step);
    const result = step.joined(state, sums, {
      step: moment.step,
      epoch: moment.epoch,
      random: moment.random,
      examples: rows.length,
    });
    release([sums]);
    return iterationOf(result);
  }

  /** Waits for a thread; what happens to it is heard meanwhile. */
  async #done(thread: number, asked: number): Promise<void> {
    for (;;) {
      const done = Atomics.load(this.#progress, slots.done(thread));
      if (done === asked) return;
      if (this.#failed !== undefined) throw this.#failed;
      if (Atomics.wait(this.#progress, slots.done(thread), done, patience) === 'timed-out')
        await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The summands of all parts, added in their order. */
  #sums(step: CutStep): Tensors {
    const total = this.#total;
    total.set(this.#shared.summands(0));
    for (let part = 1; part < this.options.parts; part++) {
      const summands = this.#shared.summands(part);
      for (let i = 0; i < total.length; i++) total[i] = total[i]! + summands[i]!;
    }
    let from = 0;
    return Object.fromEntries(
      Object.entries(step.sums).map(([name, shape]) => {
        const own = total.subarray(from, (from += elements(shape)));
        return [name, tensor(own, [...shape], 'float32')];
      }),
    );
  }
}
