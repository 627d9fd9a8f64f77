/** Computes parts of a step, in whatever thread. */
import { backend, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { release } from '../../runtime/tensors.js';
import { elements, type Tensors } from '../../runtime/index.js';
import { drawsOf, rowsOfPart, type CutStep, type Layout, type Told } from './shared.js';

/** What the threads share, as numbers. */
export class SharedNumbers {
  readonly #floats: Float32Array;
  readonly #whole: Int32Array;

  constructor(
    readonly layout: Layout,
    memory: SharedArrayBuffer,
  ) {
    this.#floats = new Float32Array(memory);
    this.#whole = new Int32Array(memory);
  }

  writeWeight(name: string, weight: Tensor): void {
    copied(weight, this.#floats, this.layout.weights.get(name)!.at);
  }

  weight(name: string): Tensor {
    const { at, length, shape } = this.layout.weights.get(name)!;
    return tensor(this.#floats.subarray(at, at + length), [...shape], 'float32');
  }

  writeVariable(name: string, values: ArrayLike<number>): void {
    const { at, whole } = this.layout.batch.get(name)!;
    (whole ? this.#whole : this.#floats).set(values, at);
  }

  /** Some rows of a variable. */
  variable(name: string, from: number, count: number): Tensor {
    const { at, shape, whole } = this.layout.batch.get(name)!;
    const width = elements(shape);
    const [begin, end] = [at + from * width, at + (from + count) * width];
    return whole
      ? tensor(this.#whole.subarray(begin, end), [count, ...shape], 'int32')
      : tensor(this.#floats.subarray(begin, end), [count, ...shape], 'float32');
  }

  /** The summands of a part, one behind the other in the order of a step. */
  summands(part: number): Float32Array {
    const { at, length } = this.layout.sums[part]!;
    return this.#floats.subarray(at, at + length);
  }
}

/** Computes some parts of a step and leaves their summands. */
export function computeParts(
  step: CutStep,
  shared: SharedNumbers,
  parts: readonly number[],
  weights: Tensors,
  { at, epoch, seed, randomStep, examples }: Omit<Told, 'step'>,
): void {
  for (const part of parts) {
    const rows = rowsOfPart(part, shared.layout.parts, examples);
    const into = shared.summands(part);
    if (rows.count === 0) {
      into.fill(0);
      continue;
    }
    const batch = Object.fromEntries(step.batch.map((name) => [name, shared.variable(name, rows.from, rows.count)]));
    const moment = { step: at, epoch, random: drawsOf(seed, randomStep, rows), examples };
    const given = step.part(weights, batch, moment);
    let filled = 0;
    for (const name of Object.keys(step.sums)) filled = copied(given[name]!, into, filled);
    release([given, batch]);
  }
}

/** Numbers that are read at once: larger arrays are new pages of memory each time, which take longer than the copy. */
const chunk = 8192;

/** The WASM backend reads some of a tensor's numbers alone. */
interface ReadsSome {
  readSync(data: object, from: number, to: number): Float32Array;
}

/** Copies a tensor to a place of an array; the place behind it. */
function copied({ dataId, size }: Tensor, into: Float32Array, at: number): number {
  const from = backend() as unknown as ReadsSome;
  for (let begin = 0; begin < size; begin += chunk)
    into.set(from.readSync(dataId, begin, Math.min(size, begin + chunk)), at + begin);
  return at + size;
}
