/** Trees node by node, in plain loops of float64: what the batched programs are measured against. It knows nothing of levels, batches or graphs. */

export type Tree = { readonly label?: number } & (
  { readonly word: string } | { readonly left: Tree; readonly right: Tree }
);
export type Vector = readonly number[];
export type Weights = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: ArrayLike<number> }>>;

export const leaf = (word: string, label?: number): Tree => ({ word, ...(label === undefined ? {} : { label }) });
export const join = (left: Tree, right: Tree, label?: number): Tree => ({
  left,
  right,
  ...(label === undefined ? {} : { label }),
});

/** As the Penn Treebank writes it. */
export const written = (tree: Tree): string =>
  'word' in tree
    ? `(${tree.label ?? 'X'} ${tree.word})`
    : `(${tree.label ?? 'X'} ${written(tree.left)} ${written(tree.right)})`;

export const dense = (weights: Weights, name: string, x: Vector, phi: (y: number) => number = (y) => y): Vector => {
  const { shape, data } = weights[`${name}.kernel`]!;
  const bias = weights[`${name}.bias`]?.data;
  return Array.from({ length: shape[1]! }, (_, j) =>
    phi(x.reduce((sum, xi, i) => sum + xi * data[i * shape[1]! + j]!, bias?.[j] ?? 0)),
  );
};

export const row = (weights: Weights, name: string, i: number): Vector => {
  const { shape, data } = weights[name]!;
  return Array.from({ length: shape[1]! }, (_, j) => data[i * shape[1]! + j]!);
};

export const normalised = (x: Vector): Vector => {
  const length = Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) + 1e-12);
  return x.map((v) => v / length);
};

/** ½ ‖x − y‖² + n/2 ln 2π. */
export const gaussian = (x: Vector, y: Vector): number =>
  x.reduce((sum, v, i) => sum + 0.5 * (v - y[i]!) ** 2 + 0.5 * Math.log(2 * Math.PI), 0);

export const crossEntropy = (logits: Vector, label: number): number =>
  Math.log(logits.reduce((sum, v) => sum + Math.exp(v), 0)) - logits[label]!;

/** Every node of a tree with its vector, parents behind their children. */
export function folded(
  tree: Tree,
  atLeaf: (word: string, tree: Tree) => Vector,
  compose: (left: Vector, right: Vector, tree: Tree) => Vector,
): ReadonlyMap<Tree, Vector> {
  const vectors = new Map<Tree, Vector>();
  const visit = (node: Tree): Vector => {
    const vector = 'word' in node ? atLeaf(node.word, node) : compose(visit(node.left), visit(node.right), node);
    vectors.set(node, vector);
    return vector;
  };
  visit(tree);
  return vectors;
}

/** The leaves below a node with what is decoded of them. */
export function unfolded(
  tree: Tree,
  vector: Vector,
  decompose: (parent: Vector) => readonly [Vector, Vector],
): readonly (readonly [Tree, Vector])[] {
  if ('word' in tree) return [[tree, vector]];
  const [left, right] = decompose(vector);
  return [...unfolded(tree.left, left, decompose), ...unfolded(tree.right, right, decompose)];
}

/** How far what is decoded of a parent is from the children that it was made of. */
export const takenApart = (
  [left, right]: readonly [Vector, Vector],
  [ownLeft, ownRight]: readonly [Vector, Vector],
): number => [...left, ...right].reduce((sum, v, i) => sum + (v - [...ownLeft, ...ownRight][i]!) ** 2, 0);

/**
 * The tree that joins the neighbours whose parent is taken apart best, all pairs tried anew each time (Socher et al. 2011,
 * §3.2).
 */
export function joinedGreedily(
  leaves: readonly Tree[],
  atLeaf: (leaf: Tree) => Vector,
  compose: (left: Vector, right: Vector) => Vector,
  decompose: (parent: Vector) => readonly [Vector, Vector],
): Tree {
  let row = leaves.map((tree) => ({ tree, vector: atLeaf(tree) }));
  while (row.length > 1) {
    const pairs = row.slice(1).map((right, i) => {
      const left = row[i]!;
      const vector = compose(left.vector, right.vector);
      return {
        tree: join(left.tree, right.tree),
        vector,
        error: takenApart(decompose(vector), [left.vector, right.vector]),
      };
    });
    const least = Math.min(...pairs.map(({ error }) => error));
    const at = pairs.findIndex(({ error }) => error === least);
    row = [...row.slice(0, at), pairs[at]!, ...row.slice(at + 2)];
  }
  return row[0]!.tree;
}

/** Trees by rules, as brackets around words. */
export const ruled: Readonly<Record<string, (words: readonly Tree[]) => Tree>> = {
  left: (words) => words.slice(1).reduce((tree, word) => join(tree, word), words[0]!),
  right: (words) => words.slice(0, -1).reduceRight((tree, word) => join(word, tree), words.at(-1)!),
  balanced: (words) => {
    const half = Math.ceil(words.length / 2);
    return words.length === 1
      ? words[0]!
      : join(ruled['balanced']!(words.slice(0, half)), ruled['balanced']!(words.slice(half)));
  },
};
