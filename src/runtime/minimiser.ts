/** Steps of a phase whose optimiser sees all weights at once: what is tensors elsewhere is one vector here. */
import { tensor } from '@tensorflow/tfjs-core';
import { elements, inOne } from './dataset.js';
import { iterate, methods, type Position } from './minimise/index.js';
import type { Measured, Memory } from './minimise/method.js';
import type { Gradients, MethodSpec, Moment, PhaseSpec, ProgramSpec, State, Tensors } from './program.js';
import { lossOf } from './progress.js';
import { release } from './tensors.js';

export interface Iteration {
  /** The very state that was given where training has converged. */
  readonly state: State;
  readonly terms: readonly number[];
  /** Something is not finite here: the gradient of this weight, or a term. */
  readonly refused?: true;
  readonly gradient?: string;
}

/** Some of the examples of a step, as a batch of their own, and their share of all. */
export interface Part {
  readonly batch: Tensors;
  readonly share: number;
}

export class Minimiser {
  readonly #method: ReturnType<(typeof methods)[string]>;
  readonly #names: readonly string[];
  readonly #shapes: readonly (readonly number[])[];
  /** What was measured where the last iteration ended. */
  #known: { readonly weights: Tensors; readonly position: Position } | undefined;

  constructor(
    private readonly gradients: Gradients,
    private readonly phase: PhaseSpec,
    spec: ProgramSpec,
    { name, args }: MethodSpec,
  ) {
    this.#method = methods[name]!(args);
    this.#names = phase.trains;
    this.#shapes = phase.trains.map((trained) => spec.weights.find((one) => one.name === trained)!.shape);
  }

  /** @param parts all examples of the step; what is minimised is the mean over them */
  async iterate(state: State, parts: readonly Part[], moment: Moment): Promise<Iteration> {
    const measure = async (point: Float32Array): Promise<Measured> => {
      const placed = this.#tensors(point);
      const measured = await this.#measure({ ...state.weights, ...placed }, parts, moment);
      release([placed]);
      return measured;
    };
    const here: Position =
      this.#known?.weights === state.weights
        ? this.#known.position
        : {
            weights: await this.#vector(state.weights, (name) => name),
            measured: await this.#measure(state.weights, parts, moment),
          };
    const { terms, gradient } = here.measured;
    const bad = gradient.findIndex((x) => !Number.isFinite(x));
    if (bad >= 0 || !terms.every(Number.isFinite))
      return { state, terms, refused: true, ...(bad < 0 ? {} : { gradient: this.#weightAt(bad) }) };
    const found = await iterate(this.#method, await this.#memory(state.slots), here, measure);
    if (found === undefined) return { state, terms };
    const weights = { ...state.weights, ...this.#tensors(found.position.weights) };
    this.#known = { weights, position: found.position };
    return { state: { weights, slots: this.#slots(found.memory) }, terms };
  }

  async #measure(weights: Tensors, parts: readonly Part[], moment: Moment): Promise<Measured> {
    const sums: { terms?: Float32Array; gradient?: Float32Array } = {};
    for (const { batch, share } of parts) {
      const { terms, gradients } = this.gradients(weights, batch, moment);
      sums.terms = added(sums.terms, await terms.data<'float32'>(), share);
      sums.gradient = added(sums.gradient, await this.#vector(gradients, (name) => name), share);
      release([gradients, { terms }], [weights]);
    }
    const terms = Array.from(sums.terms!);
    return { terms, loss: lossOf(this.phase, terms), gradient: sums.gradient! };
  }

  async #memory(slots: Tensors): Promise<Memory> {
    const kinds = new Set(this.phase.slots.map(({ name }) => kindOf(name)));
    const memory: Record<string, Float32Array> = {};
    for (const kind of kinds) memory[kind] = await this.#vector(slots, (name) => `${name}/${kind}`);
    return memory;
  }

  #slots(memory: Memory): Tensors {
    return Object.fromEntries(
      Object.entries(memory).flatMap(([kind, vector]) =>
        Object.entries(this.#tensors(vector)).map(([name, part]) => [`${name}/${kind}`, part]),
      ),
    );
  }

  async #vector(tensors: Tensors, key: (weight: string) => string): Promise<Float32Array> {
    const parts = await Promise.all(this.#names.map(async (name) => tensors[key(name)]!.data<'float32'>()));
    return inOne(parts);
  }

  #weightAt(index: number): string {
    let end = 0;
    return this.#names.find((_, i) => index < (end += elements(this.#shapes[i]!)))!;
  }

  /** By weight. */
  #tensors(vector: Float32Array): Tensors {
    let at = 0;
    return Object.fromEntries(
      this.#names.map((name, i) => {
        const shape = this.#shapes[i]!;
        const values = vector.slice(at, (at += elements(shape)));
        return [name, tensor(values, [...shape], 'float32')];
      }),
    );
  }
}

function added(sum: Float32Array | undefined, part: Float32Array, share: number): Float32Array {
  if (share === 1) return part;
  if (sum === undefined) return part.map((value) => share * value);
  for (let i = 0; i < sum.length; i++) sum[i]! += share * part[i]!;
  return sum;
}

/** `encoder.code.kernel/s0` is of the kind s0. */
const kindOf = (slot: string): string => slot.slice(slot.lastIndexOf('/') + 1);
