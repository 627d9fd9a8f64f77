/** Batches, statistics and weights to compare on: float32 numbers, so that both sides start from the same. */
import type { Domain, ProgramSpec } from '../../../src/runtime/index.js';
import type { Array64, Arrays } from '../interpret/forward.js';
import { filled, size } from '../interpret/tape.js';
import { stream, type Stream } from './random.js';

function element(domain: Domain, random: Stream): number {
  switch (domain.kind) {
    case 'real':
      return random.bell();
    case 'interval': {
      // The ends themselves are values that data have often.
      const low = domain.low ?? (domain.high ?? 0) - 2;
      const high = domain.high ?? low + 2;
      return random.chance(0.15) ? random.pick([low, high]) : low + (high - low) * random.next();
    }
    case 'counts':
      return random.chance(0.3) ? 0 : random.int(1, 6);
    case 'distribution':
      return 0.05 + random.next();
    case 'binary':
      return random.int(0, 1);
    case 'category':
      return random.int(0, domain.classes - 1);
  }
}

const rounded = (shape: readonly number[], make: () => number): Array64 => ({
  shape,
  data: filled(size(shape), () => Math.fround(make())),
});

/** Examples of every variable. */
export function batchOf(spec: ProgramSpec, rows: number, seed: number): Arrays {
  const random = stream(seed);
  const full = Object.fromEntries(
    spec.variables.map((v) => {
      const array = rounded([rows, ...v.shape], () => element(v.domain, random));
      return [v.name, v.domain.kind === 'distribution' ? normalised(array) : array];
    }),
  );
  const missing = spec.variables.map((v): readonly (readonly [string, Array64])[] => {
    const array = full[v.name]!;
    if (v.role === 'mask') {
      const mask = maskLike(array, spec.variables.find(({ name }) => name === v.of)!.shape.length > 1, random);
      return [
        [v.name, mask],
        [v.of!, without(full[v.of!]!, mask, 0)],
      ];
    }
    if (v.optional !== true && v.partial === undefined) return [];
    return [[v.name, without(array, maskLike(array, v.partial === 'positions', random), -1)]];
  });
  return { ...full, ...Object.fromEntries(missing.flat()) };
}

/** Ones and zeros; of a sequence, ones up to its end. */
function maskLike({ shape, data }: Array64, ofSequence: boolean, random: Stream): Array64 {
  const length = shape[1] ?? 1;
  const ends = Array.from({ length: shape[0]! }, () => random.int(1, length));
  return {
    shape,
    data: Float64Array.from(data, (_, i) =>
      ofSequence ? Number(i % length < ends[Math.floor(i / length)]!) : random.chance(0.7) ? 1 : 0,
    ),
  };
}

const without = ({ shape, data }: Array64, mask: Array64, value: number): Array64 => ({
  shape,
  data: Float64Array.from(data, (v, i) =>
    mask.data[Math.floor((i * mask.data.length) / data.length)] === 0 ? value : v,
  ),
});

/** Vectors along the last axis with the sum 1. */
function normalised({ shape, data }: Array64): Array64 {
  const width = shape.at(-1)!;
  const sums = Array.from({ length: data.length / width }, (_, row) =>
    Array.from({ length: width }, (_v, i) => data[row * width + i]!).reduce((a, b) => a + b),
  );
  return {
    shape,
    data: filled(data.length, (i) => Math.fround(data[i]! / sums[Math.floor(i / width)]!)),
  };
}

/** Statistics of the data by weight name: what a training set of the declared domain could have. */
export function statisticsOf(spec: ProgramSpec, seed: number): Arrays {
  const random = stream(seed);
  const ofEach = {
    min: () => -1 - random.next(),
    max: () => 1 + random.next(),
    mean: () => random.next() - 0.5,
    std: () => 0.5 + random.next(),
  };
  return Object.fromEntries(
    spec.weights.flatMap(({ name, shape, statistic }) => {
      if (statistic === undefined) return [];
      return [
        [name, statistic.kind === 'whitening' ? whitening(shape, random) : rounded(shape, ofEach[statistic.kind])],
      ];
    }),
  );
}

/** Orthogonal columns, as axes of a covariance are, each divided by a deviation: a reflection, scaled. */
function whitening(shape: readonly number[], random: Stream): Array64 {
  const n = shape[0]!;
  const normal = Array.from({ length: n }, () => random.bell());
  const length = normal.reduce((sum, v) => sum + v * v, 0);
  const deviations = normal.map(() => 0.5 + random.next());
  let i = 0;
  return rounded(shape, () => {
    const [row, column] = [Math.floor(i / n), i++ % n];
    const reflected = Number(row === column) - (2 * normal[row]! * normal[column]!) / length;
    return reflected / deviations[column]!;
  });
}

/**
 * First weights, each moved a little: biases and moving averages are not 0 and 1, where a fault would hide. With a smaller
 * scale nothing is near the ends of float32.
 */
export function disturbed(spec: ProgramSpec, weights: Arrays, seed: number, scale = 1): Arrays {
  const random = stream(seed);
  return Object.fromEntries(
    spec.weights.map(({ name, statistic }) => {
      const { shape, data } = weights[name]!;
      if (statistic !== undefined) return [name, { shape, data }];
      const variance = name.endsWith('moving_variance');
      let i = 0;
      return [
        name,
        rounded(shape, () => (variance ? 0.5 + random.next() : scale * (data[i++]! + 0.3 * (random.next() - 0.5)))),
      ];
    }),
  );
}

/** The same numbers as float32 might have rounded them: each moved by at most `units` of its last place. */
export function jittered(arrays: Arrays, units: number, seed: number): Arrays {
  const random = stream(seed);
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, data }]) => [
      name,
      { shape, data: filled(data.length, (i) => data[i]! * (1 + units * 2 ** -24 * (2 * random.next() - 1))) },
    ]),
  );
}
