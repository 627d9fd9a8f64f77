/** How examples come to a session: held, so that one call takes many steps over them, or fed batch by batch. */
import { batchTensors } from '../../batches.js';
import { elements, type Dataset } from '../../dataset.js';
import { grow, type JoinPairs } from '../../growing.js';
import type { PhaseSpec, StepMoment, Tensors } from '../../program.js';
import { randomAt, reservedSteps } from '../../random.js';
import { isFed, signatures } from '../../signatures.js';
import { release } from '../../tensors.js';
import type { Turn } from '../../turns.js';
import { float, int, ints, withInputs, words, type Session } from './session.js';

/** Terms of each step, the last of which was not taken where sums of gradients are given. */
export interface Taken {
  readonly terms: readonly (readonly number[])[];
  readonly gradients?: Float32Array;
}

/** Where a measurement stands; `first` is the number of the first batch. */
interface Measured {
  readonly step: number;
  readonly epoch: number;
  readonly first: number;
}

export interface Examples {
  /** Most examples of one call. */
  most(data: Dataset): number;
  /** Whether they stay in the session whole, and the bytes that they take there. */
  footprint(data: Dataset): { readonly resident: boolean; readonly bytes: number };
  /** Steps of one player, whose weights the session holds. */
  steps(data: Dataset, batches: readonly Int32Array[], turn: Turn, at: StepMoment): Taken;
  /** The terms of each batch. */
  measure(
    data: Dataset,
    batches: readonly Int32Array[],
    phase: PhaseSpec,
    at: Measured,
  ): readonly (readonly number[])[];
  /** What a function of the program is given with a batch: beside it the trees that are built of it, where it reads them. */
  given<T>(name: string, batch: Tensors, f: (batch: Tensors) => T): T;
}

/** @param budget bytes that data may take */
export const examplesOf = (session: Session, budget: number): Examples =>
  isFed(session.spec) ? new Fed(session) : new Held(session, budget);

/** The data of a run as the session holds them: whole where they fit, else the examples of the next call. */
class Held implements Examples {
  #whole: Dataset | undefined;

  constructor(
    private readonly session: Session,
    private readonly budget: number,
  ) {}

  #bytes(rows: number): number {
    return this.session.spec.variables.reduce((sum, v) => sum + 4 * rows * elements(v.shape), 0);
  }

  #fits(data: Dataset): boolean {
    return this.#bytes(data.size) <= this.budget;
  }

  most(data: Dataset): number {
    return this.#fits(data) ? Infinity : Math.max(1, Math.floor(this.budget / this.#bytes(1)));
  }

  footprint(data: Dataset): { readonly resident: boolean; readonly bytes: number } {
    const resident = this.#fits(data);
    return { resident, bytes: resident ? this.#bytes(data.size) : this.budget };
  }

  steps(data: Dataset, batches: readonly Int32Array[], { step, taken, terms }: Turn, at: StepMoment): Taken {
    const inputs = {
      ...this.#rows(data, batches),
      step: int(at.step),
      taken: int(taken),
      perEpoch: int(at.stepsPerEpoch),
      random: words({ seed: this.session.spec.seed, step: at.totalSteps }),
    };
    const results = withInputs(inputs, (given) => this.session.run(signatures.run(step), given));
    return takenOf(results, terms.length);
  }

  measure(
    data: Dataset,
    batches: readonly Int32Array[],
    phase: PhaseSpec,
    { step, epoch, first }: Measured,
  ): readonly (readonly number[])[] {
    const random = words({ seed: this.session.spec.seed, step: reservedSteps.evaluate + first });
    const inputs = { ...this.#rows(data, batches), step: int(step), epoch: float(epoch), random };
    const results = withInputs(inputs, (given) => this.session.run(signatures.evaluate(phase.name), given));
    return takenOf(results, phase.terms.length).terms;
  }

  given<T>(_name: string, batch: Tensors, f: (batch: Tensors) => T): T {
    return f(batch);
  }

  #rows(data: Dataset, batches: readonly Int32Array[]): Tensors {
    const rows = new Int32Array(batches.reduce((sum, batch) => sum + batch.length, 0));
    let at = 0;
    for (const batch of batches) {
      rows.set(batch, at);
      at += batch.length;
    }
    return { rows: ints(this.#bring(data, rows)), batch: int(batches[0]!.length) };
  }

  /** Makes the examples be there; their row numbers in the session. */
  #bring(data: Dataset, rows: Int32Array): Int32Array {
    const counted = (length: number): Int32Array => Int32Array.from({ length }, (_, i) => i);
    const fits = this.#fits(data);
    if (!fits || this.#whole !== data) this.#load(data, fits ? counted(data.size) : rows);
    this.#whole = fits ? data : undefined;
    return fits ? rows : counted(rows.length);
  }

  #load(data: Dataset, rows: Int32Array): void {
    withInputs(batchTensors(data, this.session.spec.variables, rows), (batch) =>
      this.session.effect(signatures.load, batch),
    );
  }
}

/** Batches of trees, whose nodes no table of rows holds. */
class Fed implements Examples {
  constructor(private readonly session: Session) {}

  most(): number {
    return Infinity;
  }

  footprint(): { readonly resident: boolean; readonly bytes: number } {
    return { resident: false, bytes: 0 };
  }

  steps(data: Dataset, batches: readonly Int32Array[], turn: Turn, at: StepMoment): Taken {
    const all: (readonly number[])[] = [];
    for (const [i, rows] of batches.entries()) {
      const { terms, gradients } = this.#run(signatures.step(turn.step), data, rows, turn.terms.length, {
        step: turn.taken + i,
        epoch: (at.step + i) / at.stepsPerEpoch,
        random: at.totalSteps + i,
      });
      all.push(...terms);
      if (gradients !== undefined) return { terms: all, gradients };
    }
    return { terms: all };
  }

  measure(
    data: Dataset,
    batches: readonly Int32Array[],
    phase: PhaseSpec,
    { step, epoch, first }: Measured,
  ): readonly (readonly number[])[] {
    return batches.flatMap((rows, i) => {
      const random = reservedSteps.evaluate + first + i;
      return this.#run(signatures.measure(phase.name), data, rows, phase.terms.length, { step, epoch, random }).terms;
    });
  }

  #run(
    name: string,
    data: Dataset,
    rows: Int32Array,
    terms: number,
    at: { readonly step: number; readonly epoch: number; readonly random: number },
  ): Taken {
    const inputs = {
      ...batchTensors(data, this.session.spec.variables, rows),
      step: int(at.step),
      epoch: float(at.epoch),
      random: words(randomAt(this.session.spec.seed, at.random)),
    };
    return withInputs(inputs, (batch) =>
      this.given(name, batch, (given) => takenOf(this.session.runWanted(name, given), terms)),
    );
  }

  given<T>(name: string, batch: Tensors, f: (batch: Tensors) => T): T {
    const { session } = this;
    const read = session.inputsOf(name);
    const grown = session.spec.grown?.filter((tree) => read.some((input) => input.startsWith(`${tree.name}.`))) ?? [];
    if (grown.length === 0) return f(batch);
    const joins = grown
      .filter(({ name }) => session.has(signatures.join(name)))
      .map(({ name }): readonly [string, JoinPairs] => [
        name,
        (pair) => session.run(signatures.join(name), { ...pair }),
      ]);
    const at = session.runWanted(signatures.positions, batch);
    const trees = grow(grown, at, Object.fromEntries(joins));
    release([at]);
    return withInputs(trees, () => f({ ...batch, ...trees }));
  }
}

/** The results of steps, read and given back. */
function takenOf(results: Tensors, width: number): Taken {
  const all = results['terms']!.dataSync<'float32'>();
  const terms = Array.from({ length: all.length / width }, (_, row) =>
    Array.from(all.subarray(row * width, (row + 1) * width)),
  );
  const refused = results['moved']?.dataSync()[0] === 0;
  const gradients = refused ? results['gradients']!.dataSync<'float32'>() : undefined;
  release([results]);
  return { terms, ...(gradients === undefined ? {} : { gradients }) };
}
