/** What figures look at: a trained program, its data, and the numbers that its functions make of them. */
import { zeros } from '@tensorflow/tfjs-core';
import { batchTensors, splitOf } from '../batches.js';
import { classNames, elements, type Dataset } from '../dataset.js';
import type { CodeSpec, Inference, ProgramSpec, SubjectSpec, Tensors, VariableSpec } from '../program.js';
import type { EpochRecord } from '../progress.js';
import { randomAt, reservedSteps } from '../random.js';
import { release } from '../tensors.js';
import { missing, type Cell } from './drawing.js';
import type { Rows, SymmetricEigen } from './pca.js';
import { evenly, inParts, piece, values, type Values } from './values.js';

export interface Trained {
  readonly program: Inference;
  readonly weights: Tensors;
  readonly data: Dataset;
  readonly history: readonly EpochRecord[];
}

export interface Labels {
  readonly name: string;
  /** One for each row that was asked for. */
  readonly values: readonly number[];
  /** Of each, whether it is there. */
  readonly known: readonly boolean[];
  /** As a table shows them. */
  readonly cells: readonly Cell[];
}

/** What figures need of other libraries, given by who draws. */
export interface Outside {
  /** Linear algebra, which TensorFlow.js has none of. */
  readonly eigen: SymmetricEigen;
  /** Codes a picture (RGBA) as JPEG: bits of its scan, and the picture that comes out. Absent where no coder is. */
  readonly jpeg?:
    | ((
        picture: { readonly height: number; readonly width: number; readonly pixels: Uint8Array },
        quality: number,
      ) => { readonly bits: number; readonly pixels: Uint8Array })
    | undefined;
}

/** Examples that statistics are taken of, and that examples are searched among. */
const most = { held: 2000, trained: 2000 } as const;

/**
 * A run as figures see it. Rows are row numbers of the data set. What was held out is looked at in its order; where
 * nothing was, the training part.
 */
export class Run {
  readonly spec: ProgramSpec;
  /** The rows that the model did not see, or all where it saw all. */
  readonly shown: Int32Array;
  readonly isHeldOut: boolean;
  readonly #trained: Int32Array;
  readonly #known = new Map<string, Promise<Values>>();

  constructor(
    readonly trained: Trained,
    readonly outside: Outside,
  ) {
    this.spec = trained.program.spec;
    const { train, validation } = splitOf(trained.data, this.spec);
    this.isHeldOut = validation.length > 0;
    this.shown = this.isHeldOut ? validation : train;
    this.#trained = train;
  }

  /** The first examples, in their order. */
  first(count: number): Int32Array {
    return this.shown.subarray(0, count);
  }

  /** Enough examples for a statistic, evenly among all. */
  get many(): Int32Array {
    return evenly(this.shown, most.held);
  }

  /** As many of the training part, evenly among them. */
  get training(): Int32Array {
    return evenly(this.#trained, most.trained);
  }

  /** As many of the training part, and of the others, among those whose label is known. */
  get labelled(): { readonly training: Int32Array; readonly many: Int32Array } {
    const known = (rows: Int32Array): Int32Array => {
      const labels = this.labels(rows);
      return labels === undefined ? rows : rows.filter((_, i) => labels.known[i]!);
    };
    return { training: evenly(known(this.#trained), most.trained), many: evenly(known(this.shown), most.held) };
  }

  get which(): string {
    return this.isHeldOut ? 'held-out' : 'training';
  }

  variable(name: string): VariableSpec {
    return this.spec.variables.find((variable) => variable.name === name)!;
  }

  code(name: string): CodeSpec {
    return this.spec.code.find((code) => code.name === name)!;
  }

  // ─────────────────────────────────────────────────────────────────────── functions of the program

  /** A variable as it is in the data. */
  async data(name: string, rows: Int32Array): Promise<Float32Array> {
    const batch = batchTensors(this.trained.data, [this.variable(name)], rows);
    return (await values(batch))[name]!;
  }

  /** A tensor of the model for some examples, each flattened. */
  async of(subject: SubjectSpec, rows: Int32Array): Promise<Rows> {
    const d = elements(subject.shape);
    const all =
      subject.kind === 'variable'
        ? await this.data(subject.name, rows)
        : (await this.#over(subject.kind === 'code' ? 'encode' : 'activations', rows, subject.name))[subject.name]!;
    return { values: all, n: rows.length, d };
  }

  /** All codes of some examples, by name. */
  codes(rows: Int32Array): Promise<Values> {
    return this.#over('encode', rows);
  }

  /** Reconstructions by output, of clean data as the networks read them. */
  reconstructions(rows: Int32Array): Promise<Values> {
    return this.#over('reconstruct', rows);
  }

  /** A function over many examples, which figures ask for again. */
  #over(of: 'encode' | 'activations' | 'reconstruct', rows: Int32Array, only?: string): Promise<Values> {
    const key = `${of} ${only ?? ''} ${rows.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const made = this.#compute(of, rows, only);
    this.#known.set(key, made);
    return made;
  }

  async #compute(of: 'encode' | 'activations' | 'reconstruct', rows: Int32Array, only?: string): Promise<Values> {
    const { program, weights } = this.trained;
    return inParts(rows, async (part) => {
      const read = this.#read(part);
      const made = program[of]?.(weights, read) ?? {};
      const { [only ?? '']: wanted } = made;
      const taken = only === undefined || wanted === undefined ? made : { [only]: wanted };
      const found = await values(taken, weights, read);
      release([made, read], [weights]);
      return found;
    });
  }

  /** What the networks read of clean examples. The caller disposes it. */
  #read(rows: Int32Array): Tensors {
    const { program, weights, data } = this.trained;
    const batch = batchTensors(data, this.spec.variables, rows);
    const degraded = program.degrade?.(weights, batch);
    const read = { ...batch, ...degraded };
    release([batch], [read]);
    return read;
  }

  /** What the networks read of examples in training, noise of the seed included, and what comes of it. */
  async corrupted(rows: Int32Array): Promise<{ readonly read: Values; readonly outputs: Values }> {
    const { program, weights, data } = this.trained;
    const batch = batchTensors(data, this.spec.variables, rows);
    const moment = { step: 0, epoch: 0, random: randomAt(this.spec.seed, reservedSteps.evaluate) };
    const read = { ...batch, ...program.corrupt?.(weights, batch, moment) };
    const outputs = await values(program.reconstruct?.(weights, read) ?? {}, weights, read);
    const seen = await values(read, weights);
    release([batch, read], [weights]);
    return { read: seen, outputs };
  }

  /** Reconstructions of values that need not be in the data: `given` stands in the place of a variable, the others are those of `rows`. */
  async reconstructionsOf(given: Values, rows: Int32Array): Promise<Values> {
    const { program, weights } = this.trained;
    return inParts(rows, async (part, from) => {
      const { read, changed } = this.#changed(part, given, from);
      const found = await values(program.reconstruct?.(weights, changed) ?? {}, weights, changed);
      release([read, changed], [weights]);
      return found;
    });
  }

  /**
   * Outputs of codes that need not be of examples, all codes given.
   *
   * @param rows what decoders read beside the code, a row for each; the first shown example unless given
   * @param instead what stands in the place of a variable that they read
   */
  async decoded(codes: Values, rows?: Int32Array, instead: Values = {}): Promise<Values> {
    const { program, weights } = this.trained;
    const [first] = this.spec.code;
    const n = codes[first!.name]!.length / elements(first!.shape);
    const beside = rows ?? new Int32Array(n).fill(this.shown[0]!);
    return inParts(beside.subarray(0, n), async (part, from) => {
      const { read, changed: given } = this.#changed(part, instead, from);
      const code = Object.fromEntries(
        this.spec.code.map(({ name, shape }) => [name, piece(codes[name]!, shape, from, part.length, 'float32')]),
      );
      const beyond = Object.fromEntries(this.spec.decodeReads.map((name) => [name, given[name]!]));
      const found = await values(program.decode(weights, code, beyond), weights, code, given);
      release([read, given, code], [weights]);
      return found;
    });
  }

  /** Decoded draws from the prior, given what must be given of the first examples; undefined without a prior. */
  async samples(count: number): Promise<Values | undefined> {
    const { program, weights } = this.trained;
    if (program.sample === undefined) return undefined;
    const read = this.#read(Int32Array.from({ length: count }, (_, i) => this.shown[i % this.shown.length]!));
    const given = Object.fromEntries(this.spec.sampleReads.map((name) => [name, read[name]!]));
    const drawn = await values(
      program.sample(weights, count, randomAt(this.spec.seed, reservedSteps.sample), given),
      weights,
      read,
    );
    release([read], [weights]);
    return drawn;
  }

  /** −log p of clean examples, by output. */
  async scores(rows: Int32Array): Promise<Values> {
    const { program, weights, data } = this.trained;
    return inParts(rows, async (part) => {
      const batch = batchTensors(data, this.spec.variables, part);
      const found = await values(program.score!(weights, batch), weights, batch);
      release([batch]);
      return found;
    });
  }

  /** Nats of clean examples as the networks read them, by latent; undefined where nothing is coded. */
  async rates(rows: Int32Array): Promise<Readonly<Record<string, Float64Array>> | undefined> {
    const all = await this.ratesOfNumbers(rows);
    if (all === undefined) return undefined;
    return Object.fromEntries(
      Object.entries(all).map(([name, nats]) => {
        const sums = new Float64Array(rows.length);
        const d = nats.length / rows.length;
        nats.forEach((one, i) => (sums[Math.floor(i / d)]! += one));
        return [name, sums];
      }),
    );
  }

  /** The same of each number of a latent. */
  async ratesOfNumbers(rows: Int32Array): Promise<Values | undefined> {
    const { program, weights } = this.trained;
    if (program.rate === undefined) return undefined;
    return inParts(rows, async (part) => {
      const read = this.#read(part);
      const found = await values(program.rate!(weights, read), weights, read);
      release([read], [weights]);
      return found;
    });
  }

  /**
   * Cotangents of the inputs for cotangents of one tensor, at values that need not be of examples.
   *
   * @param given in the place of a variable; all others are those of `rows`
   */
  async pulledBack(of: SubjectSpec, cotangents: Float32Array, rows: Int32Array, given: Values = {}): Promise<Values> {
    const { program, weights } = this.trained;
    return inParts(rows, async (part, from) => {
      const { read, changed } = this.#changed(part, given, from);
      const seeds = Object.fromEntries(
        this.#differentiated().map(({ name, shape }) => [
          name,
          name === of.name ? piece(cotangents, shape, from, part.length, 'float32') : zeros([part.length, ...shape]),
        ]),
      );
      const found = await values(program.pullback!(weights, changed, seeds), weights, changed, seeds);
      release([read, changed, seeds], [weights]);
      return found;
    });
  }

  /** The tensors whose cotangents the program takes, which are those of all figures that differentiate. */
  #differentiated(): readonly SubjectSpec[] {
    const subjects = this.spec.figures
      .filter(({ differentiates }) => differentiates === true)
      .flatMap(({ args }) => Object.values(args).flatMap((value) => (typeof value === 'object' ? [value] : [])));
    return [...new Map(subjects.map((subject) => [subject.name, subject])).values()];
  }

  /** What the networks read of examples, with other values in the place of variables. The caller disposes both. */
  #changed(rows: Int32Array, given: Values, from: number): { readonly read: Tensors; readonly changed: Tensors } {
    const read = this.#read(rows);
    const put = Object.fromEntries(
      Object.entries(given).map(([name, all]) => {
        const { shape, dtype } = read[name]!;
        return [name, piece(all, shape.slice(1), from, rows.length, dtype)];
      }),
    );
    return { read, changed: { ...read, ...put } };
  }

  /** A tensor at values that need not be of examples. */
  async at(of: SubjectSpec, rows: Int32Array, given: Values): Promise<Float32Array> {
    const { program, weights } = this.trained;
    const all = await inParts(rows, async (part, from) => {
      const { read, changed } = this.#changed(part, given, from);
      const made = program[of.kind === 'code' ? 'encode' : 'activations']!(weights, changed);
      const found = await values({ [of.name]: made[of.name]! }, weights, changed);
      release([made, read, changed], [weights]);
      return found;
    });
    return all[of.name]!;
  }

  /** A weight as it is stored. */
  async weight(name: string): Promise<{ readonly values: Float32Array; readonly shape: readonly number[] }> {
    const weight = this.trained.weights[name]!;
    return { values: Float32Array.from(await weight.data()), shape: weight.shape };
  }

  // ────────────────────────────────────────────────────────────────────────────────────── labels

  /** A category of the model with one label an example; else the first column of the data that could be one. */
  labels(rows: Int32Array): Labels | undefined {
    const { columns } = this.trained.data;
    const category = this.spec.variables.find(
      ({ domain, shape, tree }) => domain.kind === 'category' && elements(shape) === 1 && tree?.at !== 'leaves',
    );
    const [name, column] =
      category === undefined
        ? (Object.entries(columns).find(
            ([other, { shape, data, scale }]) =>
              elements(shape) === 1 &&
              this.spec.variables.every((variable) => variable.name !== other) &&
              rows.every((row) => Number.isInteger(data[row]! * scale)),
          ) ?? [])
        : [category.name, columns[category.name]];
    if (name === undefined || column === undefined) return undefined;
    const values = Array.from(rows, (row) => column.data[row]! * column.scale);
    const known = values.map((value) => category === undefined || value >= 0);
    const names = classNames(this.trained.data, name);
    return { name, values, known, cells: values.map((value, i) => (known[i]! ? (names?.[value] ?? value) : missing)) };
  }
}
