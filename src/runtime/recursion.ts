/**
 * Recursion along trees, level by level, and along sequences, position by position. How the nodes of a batch of trees are
 * laid out, src/runtime/trees.ts says.
 */
import {
  clone,
  concat,
  gather,
  reshape,
  slice,
  sum,
  tidy,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** What is applied to the rows of a level or position: the vectors, and what else it reads of each. */
export type RecursionBody = (start: Tensor, rows: readonly Tensor[]) => Tensor;

/** The rows that indices name; an index beyond the last is a row of zeros. Of a matrix of indices, its lines are added. */
export function rows(table: Tensor, indices: Tensor): Tensor {
  return tidy(() => {
    const found = gather(concat([table, zeros([1, ...table.shape.slice(1)], table.dtype)], 0), indices);
    return indices.rank === 1 ? found : sum(found, 0);
  });
}

interface Level {
  /** The first of its leaves and inner nodes, and how many there are. */
  readonly leaf: number;
  readonly leaves: number;
  readonly inner: number;
  readonly inners: number;
}

/** The deepest first. The array is read on the host: no kernel takes it, so no backend has moved it elsewhere. */
function levelsOf(levels: Tensor): readonly Level[] {
  const offsets = levels.dataSync();
  return Array.from({ length: offsets.length / 2 - 1 }, (_, k) => ({
    leaf: offsets[2 * k]!,
    leaves: offsets[2 * k + 2]! - offsets[2 * k]!,
    inner: offsets[2 * k + 1]!,
    inners: offsets[2 * k + 3]! - offsets[2 * k + 1]!,
  }));
}

const part = (x: Tensor, from: number, count: number): Tensor =>
  slice(x, [from, ...x.shape.slice(1).map(() => 0)], [count, ...x.shape.slice(1)]);

const joined = (parts: readonly Tensor[]): Tensor => (parts.length === 1 ? parts[0]! : concat([...parts], 0));

/** The vectors of all nodes, leaves first; `body` makes a parent's of those of its children, side by side. */
export function fold(leaf: Tensor, levels: Tensor, within: Tensor, of: readonly Tensor[], body: RecursionBody): Tensor {
  return tidy(() => {
    const size = leaf.shape[1]!;
    const made: Tensor[] = [];
    let below: Tensor | undefined;
    for (const level of levelsOf(levels)) {
      const parts: Tensor[] = level.leaves > 0 ? [part(leaf, level.leaf, level.leaves)] : [];
      if (level.inners > 0) {
        const inner = tidy(() => {
          const children = gather(below as Tensor2D, part(within, 2 * level.inner, 2 * level.inners));
          return body(
            reshape(children, [level.inners, 2 * size]),
            of.map((x) => part(x, level.inner, level.inners)),
          );
        });
        made.push(inner);
        parts.push(inner);
      }
      below = joined(parts);
    }
    // Whoever gave the leaves may free them before the vectors of nodes, though these be no others.
    return made.length === 0 ? clone(leaf) : joined([leaf, ...made]);
  });
}

/** The vectors of all nodes, leaves first; `body` makes those of two children, side by side, of their parent's. */
export function unfold(
  roots: Tensor,
  levels: Tensor,
  slots: Tensor,
  of: readonly Tensor[],
  body: RecursionBody,
): Tensor {
  return tidy(() => {
    const size = roots.shape[1]!;
    const [leaves, inner]: [Tensor[], Tensor[]] = [[], []];
    let above = roots;
    for (const level of [...levelsOf(levels)].reverse()) {
      const here = gather(above as Tensor2D, part(slots, level.leaf + level.inner, level.leaves + level.inners));
      if (level.leaves > 0) leaves.unshift(part(here, 0, level.leaves));
      if (level.inners === 0) continue;
      const own = part(here, level.leaves, level.inners);
      inner.unshift(own);
      above = tidy(() =>
        reshape(
          body(
            own,
            of.map((x) => part(x, level.inner, level.inners)),
          ),
          [2 * level.inners, size],
        ),
      );
    }
    return joined([...leaves, ...inner]);
  });
}

/**
 * The states of all positions, [length · rows, size], all rows of a position before those of the next; `body` makes each
 * of the state before.
 */
export function scan(
  start: Tensor,
  length: number,
  reverse: boolean,
  of: readonly Tensor[],
  body: RecursionBody,
): Tensor {
  return tidy(() => {
    const count = start.shape[0]!;
    const states: Tensor[] = [];
    for (let round = 0; round < length; round++) {
      const at = reverse ? length - 1 - round : round;
      const state = tidy(() =>
        body(
          reverse ? (states[0] ?? start) : (states.at(-1) ?? start),
          of.map((x) => part(x, at * count, count)),
        ),
      );
      if (reverse) states.unshift(state);
      else states.push(state);
    }
    return joined(states);
  });
}
