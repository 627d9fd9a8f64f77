/** Trees of the sequences of a batch: built where a program needs them, and laid out as those of data are. */
import { getBackend, tensor, tensor2d, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { greedy, rules, type Join, type Joins } from './bracketings.js';
import type { Tensors } from './program.js';
import type { GrownSpec } from './spec.js';
import { arraysOf, layOut, subtreesOf, type Fed, type Forest } from './trees.js';

/** Pairs of neighbours, [pairs, size] each. */
export interface Pair {
  readonly left: Tensor2D;
  readonly right: Tensor2D;
}

/** `parents` [pairs, size], and `errors` [pairs], how far from the pairs the decoder comes back. */
export type JoinPairs = (pair: Pair) => Tensors;

/**
 * The arrays of trees by name, `encoder.levels`. To those of trees of data come `positions`, the position of a batch that
 * each leaf is, and `positioned`, the leaf at each position.
 *
 * @param at of each tree `there` [examples, positions], 1 where a position is there, and where pairs are joined by what
 *   comes of it, `vectors` [examples, positions, size]
 */
export function grow(
  trees: readonly GrownSpec[] | undefined,
  at: Tensors,
  joins: Readonly<Record<string, JoinPairs>>,
): Tensors {
  // What is joined is chosen on the host, in the middle of a step; a backend that only promises its values cannot say.
  if (getBackend() === 'webgpu')
    throw new Error(
      'trees are built on backends that the host can wait for: webgl, wasm, cpu or tensorflow, not webgpu',
    );
  const all = (trees ?? []).flatMap((tree): readonly (readonly [string, Tensor])[] =>
    arraysOfTree(tree, at, joins[tree.name]).map(({ array, values, shape }) => [
      `${tree.name}.${array}`,
      tensor(values, shape, 'int32'),
    ]),
  );
  return Object.fromEntries(all);
}

function arraysOfTree({ name, by, below }: GrownSpec, at: Tensors, join: JoinPairs | undefined): readonly Fed[] {
  const there = at[`${name}.there`]!;
  const [examples, length] = there.shape as [number, number];
  const known = there.dataSync();
  const places = Array.from({ length: examples }, (_, example) =>
    Array.from({ length }, (_, i) => example * length + i).filter((place) => known[place]! > 0),
  );
  // A sequence without words has no tree, and zeros for a code.
  const whose = places.flatMap((own, example) => (own.length === 0 ? [] : [example]));
  const own = whose.map((example) => places[example]!);
  const forest = forestOf(
    own.map(({ length }) => length),
    join === undefined ? own.map((one) => rules[by]!(one.length)) : joinsOf(own, at[`${name}.vectors`]!, join),
  );
  const laid = layOut(forest, { of: whose, size: examples });
  const positions = new Int32Array(laid.leaves);
  const positioned = new Int32Array(examples * length).fill(laid.leaves);
  own.flat().forEach((place, leaf) => {
    positions[laid.leafPlace[leaf]!] = place;
    positioned[place] = laid.leafPlace[leaf]!;
  });
  return [
    ...arraysOf(laid, ''),
    { array: 'positions', values: positions, shape: [positions.length] },
    { array: 'positioned', values: positioned, shape: [positioned.length] },
    ...(below ? subtreesOf(forest, laid) : []),
  ];
}

function joinsOf(places: readonly (readonly number[])[], vectors: Tensor, join: JoinPairs): readonly Joins[] {
  const size = vectors.size / Math.max(1, vectors.shape[0]! * vectors.shape[1]!);
  const all = vectors.dataSync<'float32'>();
  const joined: Join = (left, right, pairs) =>
    tidy(() => {
      const { parents, errors } = join({
        left: tensor2d(left, [pairs, size]),
        right: tensor2d(right, [pairs, size]),
      });
      return { parents: parents!.dataSync<'float32'>(), errors: errors!.dataSync<'float32'>() };
    });
  return greedy(
    places.map((own) => own.map((place) => all.subarray(place * size, (place + 1) * size))),
    size,
    joined,
  );
}

function forestOf(leaves: readonly number[], joins: readonly Joins[]): Forest {
  const leafAt = new Int32Array(leaves.length + 1);
  leaves.forEach((count, i) => (leafAt[i + 1] = leafAt[i]! + count));
  const together = (side: keyof Joins): Int32Array => Int32Array.from(joins.flatMap((one) => [...one[side]]));
  return { leafAt, left: together('left'), right: together('right') };
}
