/** What the threads of a run share: the weights, the examples of a step, and the summands of its parts. */
import { elements, type Tensors, type VariableSpec } from '../../runtime/index.js';
import { randomAt, type Random } from '../../runtime/random.js';

/** How a step is computed in parts: what a program that is made for threads exports beside itself, by step. */
export interface CutStep {
  /** What a part reads. */
  readonly weights: readonly string[];
  readonly batch: readonly string[];
  /** Shapes of the summands, by name. */
  readonly sums: Readonly<Record<string, readonly number[]>>;
  part(weights: Tensors, batch: Tensors, moment: PartMoment): Tensors;
}

/** The moment of a part of a batch. */
export interface PartMoment {
  readonly step: number;
  readonly epoch: number;
  readonly random: Random;
  /** Of the whole batch. */
  readonly examples: number;
}

/** Rows of a batch, from the first on. */
export interface Rows {
  readonly from: number;
  readonly count: number;
}

/** The rows of one of so many parts: as even as may be. */
export function rowsOfPart(part: number, parts: number, examples: number): Rows {
  const from = Math.floor((examples * part) / parts);
  return { from, count: Math.floor((examples * (part + 1)) / parts) - from };
}

/** The parts that a thread computes. */
export const partsOfThread = (thread: number, threads: number, parts: number): readonly number[] =>
  Array.from({ length: parts }, (_, part) => part).filter((part) => Math.floor((part * threads) / parts) === thread);

/** The numbers that a part of a batch draws: those which the whole batch draws for these rows. */
export const drawsOf = (seed: number, step: number, { from, count }: Rows): Random =>
  randomAt(seed, step, (shape) => (elements(shape) / count) * from);

/** A place of numbers in shared memory, 32 bits each. */
export interface Region {
  readonly at: number;
  readonly length: number;
}

/** Where everything lies; the same for all threads, and for every step of a run. */
export interface Layout {
  readonly parts: number;
  readonly threads: number;
  readonly weights: ReadonlyMap<string, Region & { readonly shape: readonly number[] }>;
  readonly batch: ReadonlyMap<string, Region & Pick<VariableSpec, 'shape'> & { readonly whole: boolean }>;
  /** Of each part; as many as the step with most of them has. */
  readonly sums: readonly Region[];
  readonly length: number;
}

export interface LayoutOf {
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly variables: readonly Pick<VariableSpec, 'name' | 'shape' | 'domain'>[];
  readonly cuts: Readonly<Record<string, Pick<CutStep, 'weights' | 'batch' | 'sums'>>>;
  readonly parts: number;
  readonly threads: number;
  /** The most examples of a batch. */
  readonly examples: number;
}

export function layoutOf({ weights, variables, cuts, parts, threads, examples }: LayoutOf): Layout {
  let length = 0;
  const region = (size: number): Region => {
    const at = length;
    length += size;
    return { at, length: size };
  };
  const steps = Object.values(cuts);
  const read = new Set(steps.flatMap((step) => step.weights));
  const fed = new Set(steps.flatMap((step) => step.batch));
  const most = Math.max(
    0,
    ...steps.map(({ sums }) => Object.values(sums).reduce((sum, one) => sum + elements(one), 0)),
  );
  return {
    parts,
    threads,
    weights: new Map(
      weights.flatMap(({ name, shape }) =>
        read.has(name) ? [[name, { ...region(elements(shape)), shape }] as const] : [],
      ),
    ),
    batch: new Map(
      variables.flatMap(({ name, shape, domain }) =>
        fed.has(name)
          ? [[name, { ...region(examples * elements(shape)), shape, whole: domain.kind === 'category' }] as const]
          : [],
      ),
    ),
    sums: Array.from({ length: parts }, () => region(most)),
    length,
  };
}

/** What threads are told of a step. */
export interface Told {
  /** Its number among the steps of the program. */
  readonly step: number;
  /** Steps done before it, and epochs. */
  readonly at: number;
  readonly epoch: number;
  readonly seed: number;
  readonly randomStep: number;
  readonly examples: number;
}

/** What threads are started with. */
export interface Started {
  /** From 1 on: 0 is the one that starts the others. */
  readonly thread: number;
  /** The address of the program. */
  readonly program: string;
  /** Where the files of the backend lie. */
  readonly wasm: string;
}

/** What threads are given before the first step. */
export interface Given {
  readonly layout: Layout;
  readonly memory: SharedArrayBuffer;
  readonly state: SharedArrayBuffer;
}

/** How far the threads are: the step that is asked for, counted from 1, and the last that each thread has done. */
export const slots = { asked: 0, done: (thread: number): number => thread } as const;

/** Numbers of what is told, which take eight bytes each. */
const told = 6;

/** Bytes of the state in front of them. */
const inFront = (threads: number): number => 8 * Math.ceil(threads / 2);

export const stateLength = (threads: number): number => inFront(threads) + 8 * told;

const numbersOf = (state: SharedArrayBuffer, threads: number): Float64Array =>
  new Float64Array(state, inFront(threads), told);

export function writeTold(state: SharedArrayBuffer, threads: number, now: Told): void {
  const { step, at, epoch, seed, randomStep, examples } = now;
  numbersOf(state, threads).set([step, at, epoch, seed, randomStep, examples]);
}

export function readTold(state: SharedArrayBuffer, threads: number): Told {
  const [step, at, epoch, seed, randomStep, examples] = numbersOf(state, threads) as unknown as Six;
  return { step, at, epoch, seed, randomStep, examples };
}

type Six = readonly [number, number, number, number, number, number];
