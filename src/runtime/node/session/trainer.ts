/** Trains in a session: many steps in one call, over examples that the session holds. */
import { batchTensors } from '../../batches.js';
import { elements, type Dataset } from '../../dataset.js';
import { locateFault } from '../../numerical.js';
import type { Fault, Inference, PhaseSpec, State, StepMoment, Steps, Tensors, Trainer } from '../../program.js';
import { reservedSteps } from '../../random.js';
import { signatures } from '../../signatures.js';
import { cloneTensors, firstNonFinite, release } from '../../tensors.js';
import { turnAt, type Turn } from '../../turns.js';
import { float, int, ints, withInputs, words, type Owner, type Session } from './session.js';

/** Milliseconds that a call may take: what an interruption waits for, and what a progress bar leaps. */
const patience = 200;

/** The data of a run as the session holds them: whole where they fit, else the examples of the next call. */
export class Window {
  #whole: Dataset | undefined;

  constructor(
    private readonly session: Session,
    /** Bytes that data may take. */
    readonly budget: number,
  ) {}

  bytes(rows: number): number {
    return this.session.spec.variables.reduce((sum, v) => sum + 4 * rows * elements(v.shape), 0);
  }

  fits(data: Dataset): boolean {
    return this.bytes(data.size) <= this.budget;
  }

  /** Most examples of one call. */
  most(data: Dataset): number {
    return this.fits(data) ? Infinity : Math.max(1, Math.floor(this.budget / this.bytes(1)));
  }

  /** Makes the examples be there; their row numbers in the session. */
  bring(data: Dataset, rows: Int32Array): Int32Array {
    if (this.fits(data)) {
      if (this.#whole !== data)
        this.#load(
          data,
          Int32Array.from({ length: data.size }, (_, i) => i),
        );
      this.#whole = data;
      return rows;
    }
    this.#load(data, rows);
    this.#whole = undefined;
    return rows.map((_, i) => i);
  }

  #load(data: Dataset, rows: Int32Array): void {
    withInputs(batchTensors(data, this.session.spec.variables, rows), (batch) =>
      this.session.effect(signatures.load, batch),
    );
  }
}

export class SessionTrainer implements Trainer, Owner {
  /** The weights while others' are in the session. */
  #aside: Tensors | undefined;
  /** Unknown at first: one step tells. */
  #millisecondsPerStep = patience;

  constructor(
    private readonly program: Inference,
    private readonly session: Session,
    private readonly window: Window,
    private readonly phase: PhaseSpec,
    state: State,
    private readonly data: Dataset,
  ) {
    session.hold(state.weights, this);
    if (phase.slots.length > 0)
      session.effect(
        signatures.writeSlots(phase.name),
        Object.fromEntries(phase.slots.map(({ name }) => [name, state.slots[name]!])),
      );
    session.moved();
    release([state.weights, state.slots]);
  }

  stride(): number {
    const size = this.phase.batch === 'full' ? this.data.size : this.phase.batch;
    const room = Math.max(1, Math.floor(this.window.most(this.data) / size));
    return Math.max(1, Math.min(Math.round(patience / this.#millisecondsPerStep), room));
  }

  async steps(batches: readonly Int32Array[], at: StepMoment): Promise<Steps> {
    this.#own();
    const taken: (readonly number[])[] = [];
    while (taken.length < batches.length) {
      const step = at.step + taken.length;
      const turn = turnAt(this.phase, step);
      const own = batches.slice(taken.length, Math.min(batches.length, taken.length + turn.left));
      const { terms, refused } = this.#turn(turn, own, { ...at, step, totalSteps: at.totalSteps + taken.length });
      taken.push(...terms);
      if (refused !== undefined) return { terms: taken, refused };
    }
    return { terms: taken };
  }

  /** Steps of one player, in one call. */
  #turn(turn: Turn, batches: readonly Int32Array[], at: StepMoment): Steps {
    const { seed } = this.session.spec;
    const inputs = {
      ...this.#rows(batches),
      step: int(at.step),
      taken: int(turn.taken),
      perEpoch: int(at.stepsPerEpoch),
      random: words({ seed, step: at.totalSteps }),
    };
    const started = performance.now();
    const results = withInputs(inputs, (given) => this.session.run(signatures.run(turn.step), given));
    this.session.moved();
    const terms = rowsOf(results['terms']!.dataSync<'float32'>(), turn.terms.length);
    this.#millisecondsPerStep = (performance.now() - started) / terms.length;
    const moved = results['moved']!.dataSync()[0] === 1;
    const gradients = moved ? undefined : results['gradients']!.dataSync<'float32'>();
    release([results]);
    if (gradients === undefined) return { terms };
    const bad = gradients.findIndex((sum) => !Number.isFinite(sum));
    const gradient = turn.trains[bad];
    return {
      terms: terms.slice(0, -1),
      refused: { terms: terms.at(-1)!, ...(gradient === undefined ? {} : { gradient }) },
    };
  }

  async evaluate(
    batches: readonly Int32Array[],
    at: { readonly step: number; readonly epoch: number; readonly first: number },
  ): Promise<readonly (readonly number[])[]> {
    this.#own();
    const random = words({ seed: this.session.spec.seed, step: reservedSteps.evaluate + at.first });
    const inputs = { ...this.#rows(batches), step: int(at.step), epoch: float(at.epoch), random };
    const results = withInputs(inputs, (given) => this.session.run(signatures.evaluate(this.phase.name), given));
    const terms = rowsOf(results['terms']!.dataSync<'float32'>(), this.phase.terms.length);
    release([results]);
    return terms;
  }

  async locate(rows: Int32Array | undefined, terms: readonly number[], gradient?: string): Promise<Fault> {
    const weights = this.#weights();
    const batch = rows === undefined ? undefined : batchTensors(this.data, this.session.spec.variables, rows);
    const fault = await locateFault(this.program, this.phase, weights, batch, terms, gradient);
    release([weights, batch]);
    return fault;
  }

  async settle(): Promise<boolean> {
    const weights = this.#weights();
    const bad = await firstNonFinite(weights, Object.keys(weights));
    release([weights]);
    return bad === undefined;
  }

  /** Steps that are not finite are not taken, so there is nothing to go back from. */
  retreat(): number {
    return 0;
  }

  state(): State {
    const slots = this.phase.slots.length === 0 ? {} : this.session.run(signatures.readSlots(this.phase.name), {});
    return { weights: this.#weights(), slots };
  }

  evicted(): void {
    this.#aside = this.session.weights();
  }

  dispose(): void {
    this.session.disown(this);
    release([this.#aside]);
  }

  #weights(): Tensors {
    return this.#aside === undefined ? this.session.weights() : cloneTensors(this.#aside);
  }

  /** Takes the variables back where others' weights are in them. */
  #own(): void {
    if (this.#aside === undefined) return;
    this.session.hold(this.#aside, this);
    release([this.#aside]);
    this.#aside = undefined;
  }

  #rows(batches: readonly Int32Array[]): Tensors {
    const rows = new Int32Array(batches.reduce((sum, batch) => sum + batch.length, 0));
    let at = 0;
    for (const batch of batches) {
      rows.set(batch, at);
      at += batch.length;
    }
    return { rows: ints(this.window.bring(this.data, rows)), batch: int(batches[0]!.length) };
  }
}

const rowsOf = (values: Float32Array, width: number): readonly (readonly number[])[] =>
  Array.from({ length: values.length / width }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width)),
  );
