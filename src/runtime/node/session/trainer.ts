/** Trains in a session. */
import { batchTensors } from '../../batches.js';
import type { Dataset } from '../../dataset.js';
import { locateFault } from '../../numerical.js';
import type { Fault, Inference, PhaseSpec, State, StepMoment, Steps, Tensors, Trainer } from '../../program.js';
import { signatures } from '../../signatures.js';
import { cloneTensors, firstNonFinite, release } from '../../tensors.js';
import { turnAt, type Turn } from '../../turns.js';
import type { Examples } from './examples.js';
import type { Owner, Session } from './session.js';

/** Milliseconds that a call may take: what an interruption waits for, and what a progress bar leaps. */
const patience = 200;

export class SessionTrainer implements Trainer, Owner {
  /** The weights while others' are in the session. */
  #aside: Tensors | undefined;
  /** Unknown at first: one step tells. */
  #millisecondsPerStep = patience;

  constructor(
    private readonly program: Inference,
    private readonly session: Session,
    private readonly examples: Examples,
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
    const room = Math.max(1, Math.floor(this.examples.most(this.data) / size));
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
    const started = performance.now();
    const { terms, gradients } = this.examples.steps(this.data, batches, turn, at);
    this.session.moved();
    this.#millisecondsPerStep = (performance.now() - started) / terms.length;
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
    return this.examples.measure(this.data, batches, this.phase, at);
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
}
