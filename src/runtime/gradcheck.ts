/** Whether the gradients that a program steps along are those of what it measures: against finite differences. */
import { add, mul, scalar, sub, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { Moment, Program, Tensors } from './program.js';
import { randomAt, uniforms } from './random.js';
import { release } from './tensors.js';

export interface CheckedWeight {
  readonly weight: string;
  /** Along one direction in the weight: what the gradient says, and what differences say. */
  readonly slope: number;
  readonly difference: number;
  /** How far they are apart, relative to the larger, beyond what rounding explains. */
  readonly error: number;
  readonly agrees: boolean;
}

/** What single precision leaves of differences; and kinks. */
const tolerance = 0.02;

/** Steps of differences, relative to the size of a weight's elements. */
const lengths = [0.1, 0.03, 0.01, 0.003];

/** Roundings of the sum of many numbers, in units of the largest. */
const rounding = 2e-6;

/** Behind all warm-ups: schedules have come to their ends. The draws are the same in each measure. */
const momentOf = (seed: number): Moment => ({ step: 1e6, epoch: 1e6, random: randomAt(seed, 11) });

/**
 * Weight by weight, along a random direction each, of a program whose one phase steps by `rate` times the gradient of its
 * one term. The caller owns weights and batch.
 */
export async function checkGradients(
  { spec, trainStep }: Pick<Program, 'spec' | 'trainStep'>,
  rate: number,
  weights: Tensors,
  batch: Tensors,
): Promise<readonly CheckedWeight[]> {
  const step = Object.values(trainStep)[0]!;
  const moment = momentOf(spec.seed);
  const measured = async (at: Tensors): Promise<number> => {
    const { state, terms } = step({ weights: at, slots: {} }, batch, moment);
    const value = (await terms.data())[0]!;
    release([state.weights, { terms }], [at]);
    return value;
  };
  const { state, terms } = step({ weights, slots: {} }, batch, moment);
  const loss = Math.abs((await terms.data())[0]!);
  const found: CheckedWeight[] = [];
  for (const [i, { name, shape }] of spec.weights.filter(({ trainable }) => trainable).entries()) {
    const weight = weights[name]!;
    const direction = directionOf(spec.seed, i, shape);
    const slope = (await numberOf(() => sum(mul(sub(weight, state.weights[name]!), direction)))) / rate;
    const squares = await numberOf(() => sum(mul(weight, weight)));
    const size = Math.max(0.1, Math.sqrt(squares / Math.max(1, weight.size)));
    let best: Omit<CheckedWeight, 'weight' | 'slope'> | undefined;
    for (const length of lengths) {
      const h = (length * size) / Math.sqrt(weight.size);
      const moved = (by: number): Tensor => tidy(() => add(weight, mul(direction, scalar(by))));
      const [ahead, behind] = [moved(h), moved(-h)];
      const difference =
        ((await measured({ ...weights, [name]: ahead })) - (await measured({ ...weights, [name]: behind }))) / (2 * h);
      release([{ ahead, behind }]);
      const unsure = (rounding * Math.max(loss, 1e-3)) / h;
      const apart = Math.max(0, Math.abs(slope - difference) - unsure);
      // What rounding hides says nothing, and what is not a number agrees with nothing.
      const scale = Math.max(Math.abs(slope), Math.abs(difference), 1e-12);
      const error = Number.isFinite(apart) ? apart / scale : Infinity;
      if (best === undefined || error < best.error) best = { difference, error, agrees: error < tolerance };
    }
    direction.dispose();
    found.push({ weight: name, slope, ...best! });
  }
  release([state.weights, { terms }], [weights]);
  return found;
}

async function numberOf(make: () => Tensor): Promise<number> {
  const made = tidy(make);
  const [value] = await made.data();
  made.dispose();
  return value!;
}

/** Numbers from −1 to 1. */
const directionOf = (seed: number, i: number, shape: readonly number[]): Tensor =>
  tensor(
    Float32Array.from(
      uniforms(
        seed,
        13,
        i,
        shape.reduce((a, b) => a * b, 1),
      ),
      (u) => 2 * u - 1,
    ),
    [...shape],
  );

/** Weights in general position: biases of 0 would stand on kinks. The caller owns both. */
export const disturbed = ({ spec }: Pick<Program, 'spec'>, weights: Tensors): Tensors =>
  Object.fromEntries(
    spec.weights.map(({ name, shape, trainable }, i) => {
      const weight = weights[name]!;
      return [
        name,
        trainable ? tidy(() => add(weight, mul(directionOf(spec.seed, 1000 + i, shape), scalar(0.1)))) : weight.clone(),
      ];
    }),
  );
