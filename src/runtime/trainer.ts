/** Trains a program whose step is a function: the state is a pair of records of tensors. */
import { batchTensors } from './batches.js';
import type { Dataset } from './dataset.js';
import { Minimiser, type Iteration, type Part } from './minimiser.js';
import { locateFault } from './numerical.js';
import type {
  AnyProgram,
  Fault,
  Moment,
  PhaseSpec,
  Program,
  State,
  StepMoment,
  StepResult,
  Steps,
  Tensors,
  Trainer,
} from './program.js';
import { randomAt, reservedSteps } from './random.js';
import { cloneTensors, firstNonFinite, release } from './tensors.js';
import { turnAt } from './turns.js';

/** Examples of which a gradient is computed at once, where a step is of all of them: a layer of each has to fit into memory. */
const mostTogether = 4096;

/** Takes one step over some examples in another way, and leaves the state as it is; undefined of a step that it does not know. */
export type StepBy = (name: string, state: State, rows: Int32Array, moment: Moment) => Promise<Iteration> | undefined;

/** What came of a step, once its terms are read. */
export async function iterationOf({ state, terms }: StepResult): Promise<Iteration> {
  const values = Array.from(await terms.data<'float32'>());
  terms.dispose();
  return { state, terms: values, ...(values.every(Number.isFinite) ? {} : { refused: true }) };
}

/** A trainer for a phase; the state's tensors pass to it. */
export const openTrainer = (program: AnyProgram, phase: PhaseSpec, state: State, data: Dataset): Trainer =>
  'trainer' in program ? program.trainer(phase, state, data) : new FunctionTrainer(program, phase, state, data);

/**
 * The state before the last step is kept until the terms computed from its successor are known to be
 * finite: what a step with finite terms makes can still be none.
 */
export class FunctionTrainer implements Trainer {
  #current: State;
  #previous: State | undefined;
  readonly #minimiser: Minimiser | undefined;

  constructor(
    private readonly program: Program,
    private readonly phase: PhaseSpec,
    state: State,
    private readonly data: Dataset,
    private readonly by?: StepBy,
  ) {
    this.#current = state;
    const { method, name } = phase;
    this.#minimiser =
      method === undefined ? undefined : new Minimiser(this.#function('gradients', name), phase, program.spec, method);
  }

  stride(): number {
    return 1;
  }

  async steps(batches: readonly Int32Array[], at: StepMoment): Promise<Steps> {
    const { spec } = this.program;
    const taken: (readonly number[])[] = [];
    for (const [i, rows] of batches.entries()) {
      const step = at.step + i;
      const turn = turnAt(this.phase, step);
      const random = randomAt(spec.seed, at.totalSteps + i);
      const moment = { step: turn.taken, epoch: step / at.stepsPerEpoch, random };
      const { state, terms, refused, gradient } =
        (await this.by?.(turn.step, this.#current, rows, moment)) ?? (await this.#iterate(turn.step, rows, moment));
      if (refused === true) {
        release([state.weights, state.slots], [this.#current.weights, this.#current.slots]);
        return { terms: taken, refused: { terms, ...(gradient === undefined ? {} : { gradient }) } };
      }
      this.#forget([state.weights, state.slots]);
      this.#previous = this.#current;
      this.#current = state;
      taken.push(terms);
      if (state === this.#previous) return { terms: taken, converged: true };
    }
    return { terms: taken };
  }

  async evaluate(
    batches: readonly Int32Array[],
    at: { readonly step: number; readonly epoch: number; readonly first: number },
  ): Promise<readonly (readonly number[])[]> {
    const all: (readonly number[])[] = [];
    for (const [i, rows] of batches.entries()) {
      const batch = this.#batch(rows);
      const random = randomAt(this.program.spec.seed, reservedSteps.evaluate + at.first + i);
      const terms = this.#function('evaluate', this.phase.name)(this.#current.weights, batch, {
        step: at.step,
        epoch: at.epoch,
        random,
      });
      all.push(Array.from(await terms.data<'float32'>()));
      terms.dispose();
      release([batch]);
    }
    return all;
  }

  async locate(rows: Int32Array | undefined, terms: readonly number[]): Promise<Fault> {
    const batch = rows === undefined ? undefined : this.#batch(rows);
    const fault = await locateFault(this.program, this.phase, this.#current.weights, batch, terms);
    release([batch]);
    return fault;
  }

  async settle(): Promise<boolean> {
    const { weights } = this.#current;
    if ((await firstNonFinite(weights, Object.keys(weights))) !== undefined) return false;
    this.#forget();
    return true;
  }

  retreat(): number {
    if (this.#previous === undefined) return 0;
    release([this.#current.weights, this.#current.slots], [this.#previous.weights, this.#previous.slots]);
    this.#current = this.#previous;
    this.#previous = undefined;
    return 1;
  }

  state(): State {
    return { weights: cloneTensors(this.#current.weights), slots: cloneTensors(this.#current.slots) };
  }

  dispose(): void {
    this.#forget();
    release([this.#current.weights, this.#current.slots]);
  }

  async #iterate(name: string, rows: Int32Array, moment: Moment): Promise<Iteration> {
    const parts = this.#parts(rows);
    const iteration =
      this.#minimiser === undefined
        ? await this.#step(name, parts[0]!.batch, moment)
        : await this.#minimiser.iterate(this.#current, parts, moment);
    const { weights, slots } = iteration.state;
    release(
      parts.map(({ batch }) => batch),
      [weights, slots],
    );
    return iteration;
  }

  async #step(name: string, batch: Tensors, moment: Moment): Promise<Iteration> {
    return iterationOf(this.#function('trainStep', name)(this.#current, batch, moment));
  }

  /** The examples of a step as batches: one, or where their mean is minimised by a method of all examples, several. */
  #parts(rows: Int32Array): readonly Part[] {
    const { method } = this.phase;
    const most = method === undefined || method.together === true ? rows.length : mostTogether;
    return Array.from({ length: Math.max(1, Math.ceil(rows.length / most)) }, (_, i) => {
      const some = rows.subarray(i * most, (i + 1) * most);
      return { batch: this.#batch(some), share: some.length / rows.length };
    });
  }

  #batch(rows: Int32Array): Tensors {
    return batchTensors(this.data, this.program.spec.variables, rows);
  }

  #function<Kind extends 'trainStep' | 'gradients' | 'evaluate'>(
    kind: Kind,
    name: string,
  ): NonNullable<Program[Kind]>[string] {
    const found = this.program[kind]?.[name];
    if (found === undefined) throw new Error(`program ${this.program.spec.name} has no ${kind} ${name}`);
    return found as NonNullable<Program[Kind]>[string];
  }

  #forget(kept: readonly Tensors[] = []): void {
    if (this.#previous === undefined) return;
    release([this.#previous.weights, this.#previous.slots], [this.#current.weights, this.#current.slots, ...kept]);
    this.#previous = undefined;
  }
}
