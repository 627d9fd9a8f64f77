/** Optimisers that see all weights as one vector, and values of the loss: how they choose directions. */

export type Vector = Float32Array | Float64Array;

/** What a method keeps between steps, by slot. Single precision, as checkpoints hold it, so that a resumed run has the same bits. */
export type Memory = Readonly<Record<string, Float32Array>>;

/** What is measured in one place. */
export interface Measured {
  readonly terms: readonly number[];
  readonly loss: number;
  readonly gradient: Float32Array;
}

/** A step that was accepted. */
export interface Taken {
  readonly direction: Float64Array;
  /** From the old weights to the new ones. */
  readonly step: Float32Array;
  readonly before: Float32Array;
  readonly after: Float32Array;
}

/** The constants of the strong Wolfe conditions. */
export interface Wolfe {
  readonly c1: number;
  readonly c2: number;
}

export interface Method {
  readonly wolfe: Wolfe;
  /** Where to go from a gradient; undefined where the memory holds nothing to go by. */
  direction(gradient: Float32Array, memory: Memory): Float64Array | undefined;
  /** The length to try first along a direction that came of the memory. */
  length(gradient: Float32Array, direction: Float64Array, memory: Memory): number;
  remember(memory: Memory, taken: Taken): Memory;
}

/** In double precision, whatever the vectors are. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** a + factor·b. */
export const plus = (a: Vector, factor: number, b: Vector): Float64Array =>
  Float64Array.from(a, (x, i) => x + factor * b[i]!);

/** Of a direction: along the negative gradient. */
export const downhill = (gradient: Float32Array): Float64Array => Float64Array.from(gradient, (x) => -x);
