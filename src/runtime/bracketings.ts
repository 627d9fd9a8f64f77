/** How trees are built of words in a row: by rules that know no more than their number, and by joining the best. */

/** The children of the n − 1 inner nodes of a tree of n leaves, as a `Forest` has them. */
export interface Joins {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** The rules, by the language's names of them. */
export const rules: Readonly<Record<string, (leaves: number) => Joins>> = {
  left: (n) => inner(n, (k) => [k === 0 ? 0 : n + k - 1, k + 1]),
  right: (n) => inner(n, (k) => [n - 2 - k, k === 0 ? n - 1 : n + k - 1]),
  balanced,
};

function inner(leaves: number, children: (node: number) => readonly [left: number, right: number]): Joins {
  const all = Array.from({ length: Math.max(0, leaves - 1) }, (_, k) => children(k));
  return { left: Int32Array.from(all, ([left]) => left), right: Int32Array.from(all, ([, right]) => right) };
}

/** Halves of halves; of an odd number, the left half has one more. */
function balanced(leaves: number): Joins {
  const [left, right]: [number[], number[]] = [[], []];
  // Halving ends soon: no chain is long.
  const build = (from: number, to: number): number => {
    if (to - from === 1) return from;
    const middle = Math.ceil((from + to) / 2);
    const children = [build(from, middle), build(middle, to)] as const;
    left.push(children[0]);
    right.push(children[1]);
    return leaves + left.length - 1;
  };
  if (leaves > 0) build(0, leaves);
  return { left: Int32Array.from(left), right: Int32Array.from(right) };
}

/** The same tree where its inner nodes are numbered in the order in which they were joined. */
export function renumbered(leaves: number, left: readonly number[], right: readonly number[]): Joins {
  const number = new Int32Array(left.length);
  const [ownLeft, ownRight]: [number[], number[]] = [[], []];
  const named = (child: number): number => (child < leaves ? child : number[child - leaves]!);
  const stack: { readonly node: number; readonly done: boolean }[] =
    left.length === 0 ? [] : [{ node: left.length - 1, done: false }];
  while (stack.length > 0) {
    const { node, done } = stack.pop()!;
    if (done) {
      number[node] = leaves + ownLeft.length;
      ownLeft.push(named(left[node]!));
      ownRight.push(named(right[node]!));
      continue;
    }
    stack.push({ node, done: true });
    for (const child of [right[node]!, left[node]!])
      if (child >= leaves) stack.push({ node: child - leaves, done: false });
  }
  return { left: Int32Array.from(ownLeft), right: Int32Array.from(ownRight) };
}

/** The vectors of pairs of neighbours, [pairs, size] one behind the other, and what comes of joining each. */
export type Join = (
  left: Float32Array,
  right: Float32Array,
  pairs: number,
) => {
  /** [pairs, size] */
  readonly parents: Float32Array;
  /** How far the children that the decoder makes of the parent are from the ones that were joined. */
  readonly errors: Float32Array;
};

interface Node {
  readonly number: number;
  readonly vector: Float32Array;
  /** Joined with its right neighbour; absent where that is not known yet. */
  next?: { readonly parent: Float32Array; readonly error: number };
}

/**
 * Joins the neighbours that are reconstructed best, the first of equals, until a root is left (Socher et al. 2011, §3.2).
 * All sequences take their steps side by side, and only pairs that a join has made new are looked at.
 *
 * @param sequences the vectors of the leaves of each
 * @param size of a vector
 */
export function greedy(sequences: readonly (readonly Float32Array[])[], size: number, join: Join): readonly Joins[] {
  const rows = sequences.map((leaves): Node[] => leaves.map((vector, number) => ({ number, vector })));
  const joined = sequences.map((): [left: number[], right: number[]] => [[], []]);
  const most = Math.max(1, ...sequences.map(({ length }) => length));
  for (let round = 1; round < most; round++) {
    look(rows, size, join);
    rows.forEach((row, i) => {
      if (row.length < 2) return;
      const at = best(row);
      const [node, other] = [row[at]!, row[at + 1]!];
      const [left, right] = joined[i]!;
      left.push(node.number);
      right.push(other.number);
      row.splice(at, 2, { number: sequences[i]!.length + left.length - 1, vector: node.next!.parent });
      if (at > 0) delete row[at - 1]!.next;
    });
  }
  return joined.map(([left, right], i) => renumbered(sequences[i]!.length, left, right));
}

/** The first of the pairs with the least error; where none is a number, the first of all. */
function best(row: readonly Node[]): number {
  let [at, least] = [0, Infinity];
  for (let i = 0; i + 1 < row.length; i++) if (row[i]!.next!.error < least) [at, least] = [i, row[i]!.next!.error];
  return at;
}

/** Finds out about all pairs of which nothing is known yet. */
function look(rows: readonly (readonly Node[])[], size: number, join: Join): void {
  const pairs = rows.flatMap((row) =>
    row.slice(0, -1).flatMap((node, i) => (node.next === undefined ? [[node, row[i + 1]!] as const] : [])),
  );
  const side = (which: 0 | 1): Float32Array => {
    const all = new Float32Array(pairs.length * size);
    pairs.forEach((pair, i) => all.set(pair[which].vector, i * size));
    return all;
  };
  const { parents, errors } = join(side(0), side(1), pairs.length);
  pairs.forEach(([node], i) => {
    node.next = { parent: parents.subarray(i * size, (i + 1) * size), error: errors[i]! };
  });
}
