/**
 * The training loop: phases × epochs × steps over a compiled program.
 *
 * A run is a pure function of (program, data, snapshot): batches, noise and schedules follow from
 * the counters in `Progress`, so a run that stops anywhere and goes on gives the same bits as one
 * that never stopped. What a failed run hands back is always finite, and usable.
 */
import { batchSize, splitOf, type Split } from './batches.js';
import { breather } from './breath.js';
import { elements, type Dataset } from './dataset.js';
import { epochEvents, stepEvent, type TrainEvent } from './events.js';
import { termsOf } from './losses.js';
import type { NumericalFailure } from './numerical.js';
import { orderOf, type Order } from './order.js';
import { hasSettled, initialSnapshot, isPhaseOver, judged, nextPhase } from './phases.js';
import type { AnyProgram, PhaseSpec, ProgramSpec, Tensors, Trainer } from './program.js';
import { isFinished, lossOf, type EpochRecord, type Progress, type Snapshot } from './progress.js';
import { failure, success, type Result } from './result.js';
import { cloneTensors, release } from './tensors.js';
import { openTrainer } from './trainer.js';
import { turnAt } from './turns.js';

export interface TrainOptions {
  /** Where to go on; its tensors pass to the loop. Without it, training starts from `program.initialize`. */
  readonly from?: Snapshot;
  /** Weights to start from instead of the program's own; their tensors pass to the loop. */
  readonly given?: Tensors;
  /** Looked at between steps and between batches of validation. */
  readonly signal?: AbortSignal;
  /** Awaited, so a callback may save a snapshot. */
  readonly onEvent?: (event: TrainEvent) => void | Promise<void>;
}

/** The snapshot's tensors pass to the caller. */
export type TrainOutcome =
  | { readonly kind: 'done'; readonly snapshot: Snapshot }
  | { readonly kind: 'interrupted'; readonly snapshot: Snapshot }
  /** `snapshot` is the last one known to be finite. */
  | { readonly kind: 'failed'; readonly snapshot: Snapshot; readonly failure: NumericalFailure };

/**
 * Trains until all phases are done, the signal is raised, or a term stops being finite.
 * Errors: no examples, a missing column, or a column of another shape than declared.
 */
export async function train(
  program: AnyProgram,
  data: Dataset,
  options: TrainOptions = {},
): Promise<Result<TrainOutcome>> {
  const checked = checkColumns(program.spec, data);
  if (!checked.ok) {
    if (options.from !== undefined) release([options.from.weights, options.from.slots, options.from.best]);
    return checked;
  }
  const opened = openRun(program, data, options);
  if (!opened.ok) {
    if (options.from !== undefined) release([options.from.weights, options.from.slots, options.from.best]);
    return opened;
  }
  const run = opened.value;
  return success(await runPhases(run, options.from ?? initialSnapshot(program, data, run.split, options.given)));
}

interface Run {
  readonly program: AnyProgram;
  readonly data: Dataset;
  readonly split: Split;
  readonly emit: (event: TrainEvent) => Promise<void>;
  readonly aborted: () => boolean;
  readonly breathe: () => Promise<void>;
  /** The order of each phase. */
  readonly orders: readonly Order[];
}

function openRun(program: AnyProgram, data: Dataset, options: TrainOptions): Result<Run> {
  const { spec } = program;
  const split = splitOf(data, spec);
  const orders: Order[] = [];
  for (const phase of spec.phases) {
    const order = orderOf(phase, data, split.train, spec.seed);
    if (!order.ok) return order;
    orders.push(order.value);
  }
  return success({
    program,
    data,
    split,
    emit: async (event) => options.onEvent?.(event),
    aborted: () => options.signal?.aborted === true,
    breathe: breather(50),
    orders,
  });
}

async function runPhases(run: Run, start: Snapshot): Promise<TrainOutcome> {
  const { spec } = run.program;
  let current = start;
  await run.emit({
    kind: 'start',
    trainExamples: run.split.train.length,
    validationExamples: run.split.validation.length,
    progress: current.progress,
    ...('trainer' in run.program && run.program.footprint !== undefined
      ? { memory: run.program.footprint(run.data) }
      : {}),
    snapshot: () => copyOf(current),
  });
  while (!isFinished(spec, current.progress)) {
    const index = current.progress.phase;
    const phase = spec.phases[index]!;
    await run.emit({ kind: 'phase', phase, index, stepsPerEpoch: run.orders[index]!.stepsPerEpoch });
    const outcome = await new PhaseRun(run, phase, run.orders[index]!, current).finish();
    if (outcome.kind !== 'done') return outcome;
    const ended = outcome.snapshot;
    if (index === spec.phases.length - 1)
      await run.emit({ kind: 'finish', progress: ended.progress, snapshot: () => copyOf(ended) });
    current = nextPhase(spec, ended);
  }
  return { kind: 'done', snapshot: current };
}

const copyOf = ({ weights, slots, best, progress }: Snapshot): Snapshot => ({
  weights: cloneTensors(weights),
  slots: cloneTensors(slots),
  ...(best === undefined ? {} : { best: cloneTensors(best) }),
  progress,
});

/** One phase, from a snapshot to its end. */
class PhaseRun {
  readonly #trainer: Trainer;
  readonly #stepsPerEpoch: number;
  #progress: Progress;
  #best: Tensors | undefined;
  /** Progress before each step that the trainer could still take back. */
  #before: Progress;
  /** Each term as it was measured last. */
  readonly #latest: number[];

  constructor(
    private readonly run: Run,
    private readonly phase: PhaseSpec,
    private readonly order: Order,
    { weights, slots, best, progress }: Snapshot,
  ) {
    this.#trainer = openTrainer(run.program, phase, { weights, slots }, run.data);
    this.#stepsPerEpoch = order.stepsPerEpoch;
    this.#progress = progress;
    this.#before = progress;
    this.#best = best;
    this.#latest = phase.terms.map(() => NaN);
  }

  async finish(): Promise<TrainOutcome> {
    while (!isPhaseOver(this.phase, this.#progress)) {
      await this.run.breathe();
      if (this.run.aborted()) return { kind: 'interrupted', snapshot: this.#end() };
      const fault = this.#epochIsOver() ? await this.#closeEpoch() : await this.#steps();
      if (fault === 'interrupted') continue;
      if (fault !== undefined) {
        if (this.#trainer.retreat() > 0) this.#progress = this.#before;
        return { kind: 'failed', failure: fault, snapshot: this.#end() };
      }
    }
    return { kind: 'done', snapshot: this.#end() };
  }

  #epochIsOver(): boolean {
    return this.#progress.step >= (this.#progress.epoch + 1) * this.#stepsPerEpoch;
  }

  readonly #snapshot = (): Snapshot => ({
    ...this.#trainer.state(),
    ...(this.#best === undefined ? {} : { best: cloneTensors(this.#best) }),
    progress: this.#progress,
  });

  /** The last snapshot; nothing else is left. */
  #end(): Snapshot {
    const snapshot = this.#snapshot();
    this.#trainer.dispose();
    release([this.#best]);
    return snapshot;
  }

  async #steps(): Promise<NumericalFailure | undefined> {
    const { phase, run } = this;
    const first = this.#progress;
    const left = (first.epoch + 1) * this.#stepsPerEpoch - first.step;
    const batches = Array.from({ length: Math.min(left, this.#trainer.stride()) }, (_, i) =>
      this.order.rows(first.step + i),
    );
    const { terms, refused, converged } = await this.#trainer.steps(batches, {
      step: first.step,
      stepsPerEpoch: this.#stepsPerEpoch,
      totalSteps: first.totalSteps,
    });
    for (const [i, taken] of terms.entries()) {
      const measured = turnAt(phase, first.step + i).terms;
      taken.forEach((term, t) => (this.#latest[measured[t]!] = term));
      this.#before = this.#progress;
      this.#progress = advanced(phase, this.#progress, taken, batches[i]!.length);
      await run.emit(stepEvent(phase, this.#stepsPerEpoch, this.#progress, [...this.#latest]));
    }
    if (refused !== undefined) {
      const rows = batches[terms.length]!;
      const measured = turnAt(phase, first.step + terms.length).terms;
      const all = phase.terms.map((_, t) => refused.terms[measured.indexOf(t)] ?? 0);
      return { ...this.#moment('training'), ...(await this.#trainer.locate(rows, all, refused.gradient)) };
    }
    if (converged === true) this.#progress = { ...this.#progress, converged };
    await run.emit({ kind: 'pause', progress: this.#progress, snapshot: this.#snapshot });
    return undefined;
  }

  /** Measures the epoch and keeps its weights where they are the best so far. */
  async #closeEpoch(): Promise<NumericalFailure | 'interrupted' | undefined> {
    const { phase, run } = this;
    const now = { epoch: this.#progress.epoch + 1, step: this.#progress.step };
    const validation = run.split.validation.length === 0 ? undefined : await this.#validate(now);
    if (validation === 'interrupted') return validation;
    if (validation !== undefined && 'phase' in validation) return validation;
    // Epochs are compared by what will count in the end.
    const { settled } = phase;
    const last =
      validation === undefined || settled === undefined || phase.earlyStopping === undefined || hasSettled(phase, now)
        ? undefined
        : await this.#validate({ epoch: Math.max(now.epoch, settled.epochs), step: Math.max(now.step, settled.steps) });
    if (last === 'interrupted') return last;
    if (last !== undefined && 'phase' in last) return last;
    if (!(await this.#trainer.settle()))
      return { ...this.#moment('training'), ...(await this.#trainer.locate(undefined, [])) };
    this.#before = this.#progress;
    const record: EpochRecord = {
      phase: phase.name,
      epoch: this.#progress.epoch + 1,
      train: await this.#measured(),
      ...(validation === undefined ? {} : { validation: validation.terms }),
      ...(last === undefined ? {} : { judged: lossOf(phase, last.terms) }),
    };
    const { progress, best } = judged(phase, this.#progress, record);
    this.#progress = progress;
    if (best && phase.earlyStopping !== undefined) {
      release([this.#best]);
      const { weights, slots } = this.#trainer.state();
      release([slots]);
      this.#best = weights;
    }
    for (const event of epochEvents(phase, progress, this.#snapshot)) await run.emit(event);
    return undefined;
  }

  /** Terms of the epoch's steps, averaged over their examples; a term that no step has measured, on the last batch. */
  async #measured(): Promise<readonly number[]> {
    const { phase, run } = this;
    const { epoch, epochSums, step } = this.#progress;
    if (phase.turns === undefined && phase.composition === undefined)
      return epochSums.map((sum) => sum / run.split.train.length);
    const examples = phase.terms.map(() => 0);
    for (let at = epoch * this.#stepsPerEpoch; at < step; at++)
      for (const term of turnAt(phase, at).terms) examples[term]! += this.order.rows(at).length;
    const now = { step, epoch: epoch + 1, first: 0 };
    const [rest] = examples.includes(0) ? await termsOf(this.#trainer, phase, [this.order.rows(step - 1)], now) : [];
    return epochSums.map((sum, i) => (examples[i] === 0 ? (rest?.[i] ?? 0) : sum / examples[i]!));
  }

  /** The phase's terms over the held-out examples, weighted as at a moment. */
  async #validate(at: {
    readonly epoch: number;
    readonly step: number;
  }): Promise<NumericalFailure | 'interrupted' | { readonly terms: readonly number[] }> {
    const { phase, run } = this;
    const all = run.split.validation;
    const size = Math.max(1, batchSize(phase.batch, all.length));
    const count = Math.ceil(all.length / size);
    const batch = (i: number): Int32Array => all.subarray(i * size, (i + 1) * size);
    const sums = new Array<number>(phase.terms.length).fill(0);
    for (let first = 0; first < count;) {
      const batches = Array.from({ length: Math.min(this.#trainer.stride(), count - first) }, (_, i) =>
        batch(first + i),
      );
      const terms = await termsOf(this.#trainer, phase, batches, { ...at, first });
      const bad = terms.findIndex((row) => !row.every(Number.isFinite));
      if (bad >= 0)
        return { ...this.#moment('validation'), ...(await this.#trainer.locate(batches[bad]!, terms[bad]!)) };
      terms.forEach((row, i) => row.forEach((term, t) => (sums[t] = sums[t]! + term * batches[i]!.length)));
      first += batches.length;
      await run.breathe();
      if (run.aborted()) return 'interrupted';
    }
    return { terms: sums.map((sum) => sum / all.length) };
  }

  #moment(during: NumericalFailure['during']): Pick<NumericalFailure, 'phase' | 'epoch' | 'step' | 'during'> {
    return { phase: this.phase.name, epoch: this.#progress.epoch + 1, step: this.#progress.step, during };
  }
}

/** Progress after a step over `rows` examples, in which its turn's terms were measured. */
function advanced(phase: PhaseSpec, progress: Progress, terms: readonly number[], rows: number): Progress {
  const measured = turnAt(phase, progress.step).terms;
  const epochSums = phase.terms.map((_, i) => progress.epochSums[i] ?? 0);
  measured.forEach((term, i) => (epochSums[term]! += terms[i]! * rows));
  return { ...progress, step: progress.step + 1, totalSteps: progress.totalSteps + 1, epochSums };
}

function checkColumns(spec: ProgramSpec, data: Dataset): Result<undefined> {
  if (data.size < 1) return failure('data', 'at least one example', 'none');
  for (const variable of spec.variables) {
    if (variable.tree !== undefined) {
      if (data.trees?.[variable.tree.of] === undefined)
        return failure('data', `trees for ${variable.tree.of} (${variable.origin})`, 'none');
      continue;
    }
    const column = data.columns[variable.name] ?? data.stored?.[variable.name];
    const wanted = `${variable.name}: [${variable.shape.join(', ')}] (${variable.origin})`;
    if (column === undefined) return failure('data', wanted, `columns ${Object.keys(data.columns).join(', ')}`);
    if (elements(column.shape) !== elements(variable.shape)) {
      return failure(column.source, wanted, `[${column.shape.join(', ')}]`);
    }
  }
  return success(undefined);
}
