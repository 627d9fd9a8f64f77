/**
 * Trees in memory, and how a batch of them is fed: arrays that say how their nodes hang together.
 *
 * The nodes of a batch stand leaves first, then inner nodes; both by level, the deepest first, and in a level in the
 * order of the trees. So a level is a contiguous part of each, the children of a level's inner nodes are the level
 * below, and sums over nodes have one order.
 */

/** How binary trees hang together. A tree of n leaves has n − 1 inner nodes, in the order in which they are complete. */
export interface Forest {
  /** Of each tree: its first leaf; at the end, the number of leaves. */
  readonly leafAt: Int32Array;
  /** The children of each inner node, by their number in the tree: leaves first, from left to right, then inner nodes. */
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** A column of trees. */
export interface TreeColumn extends Forest {
  /** What stands at the leaves: tokens, or numbers of `words` until a vocabulary is made of them; or `width` numbers each. */
  readonly values: Int32Array | Float32Array;
  readonly words?: readonly string[];
  /** Of a leaf; 1 of words. */
  readonly width: number;
  /** What stands at the nodes of each tree, leaves first: a category, −1 where it is not known, or probabilities. */
  readonly labels?: { readonly values: Int32Array | Float32Array; readonly width: number };
  readonly source: string;
}

export const treesIn = ({ leafAt }: Forest): number => leafAt.length - 1;
const firstInner = ({ leafAt }: Forest, tree: number): number => leafAt[tree]! - tree;
const firstNode = ({ leafAt }: Forest, tree: number): number => 2 * leafAt[tree]! - tree;

/** The arrays of a batch, by the names of src/ir/graph/ops/trees.ts, and where each node stands in it. */
export interface Laid {
  /** Leaves and inner nodes of the batch. */
  readonly leaves: number;
  readonly inner: number;
  /** By number in the forest that was laid out: its place among the leaves, or among the inner nodes. */
  readonly leafPlace: Int32Array;
  readonly innerPlace: Int32Array;
  readonly arrays: {
    /** [levels + 1, 2]: how many leaves and how many inner nodes stand in front of each level. */
    readonly levels: Int32Array;
    /** Of each child, as `children` has them: its place in its level. */
    readonly within: Int32Array;
    /** Of each node, level by level: its place among the children of the level above; a root's is its example's number. */
    readonly slots: Int32Array;
    /** The left and the right child of each inner node. */
    readonly children: Int32Array;
    /** Where `children` has each node. */
    readonly parents: Int32Array;
    /** The root of each example's tree, and the example of which each node is the root. */
    readonly roots: Int32Array;
    readonly rooted: Int32Array;
    /** The nodes that are inner nodes, and back. */
    readonly inner: Int32Array;
    readonly innered: Int32Array;
    /** The nodes that are leaves, and back. */
    readonly leaves: Int32Array;
    readonly leafed: Int32Array;
  };
}

/** Which examples of how many the trees of a forest are; the others have none. */
export interface Whose {
  readonly of: ArrayLike<number>;
  readonly size: number;
}

/** Lays the trees of a forest out. An index that names nothing is one beyond the last. */
export function layOut(forest: Forest, whose?: Whose): Laid {
  const trees = treesIn(forest);
  const examples = whose?.size ?? trees;
  const leaves = forest.leafAt[trees]!;
  const inner = leaves - trees;
  const nodes = leaves + inner;
  const [leafDepth, innerDepth, deepest] = depths(forest);
  const count = deepest + 1;
  const levels = new Int32Array(2 * (count + 1));
  leafDepth.forEach((depth) => levels[2 * (deepest - depth) + 2]!++);
  innerDepth.forEach((depth) => levels[2 * (deepest - depth) + 3]!++);
  for (let i = 2; i < levels.length; i++) levels[i]! += levels[i - 2]!;
  const leafPlace = placed(leafDepth, levels, 0, deepest);
  const innerPlace = placed(innerDepth, levels, 1, deepest);

  const children = new Int32Array(2 * inner);
  const within = new Int32Array(2 * inner);
  const parents = new Int32Array(nodes).fill(2 * inner);
  const slots = new Int32Array(nodes);
  const roots = new Int32Array(examples).fill(nodes);
  const rooted = new Int32Array(nodes).fill(examples);
  for (let tree = 0; tree < trees; tree++) {
    const [leaf, node] = [forest.leafAt[tree]!, firstInner(forest, tree)];
    const own = forest.leafAt[tree + 1]! - leaf;
    /** The node, its place in its level, and where its level has it in `slots`. */
    const look = (child: number): readonly [number, number, number] => {
      const isLeaf = child < own;
      const place = isLeaf ? leafPlace[leaf + child]! : innerPlace[node + child - own]!;
      const level = deepest - (isLeaf ? leafDepth[leaf + child]! : innerDepth[node + child - own]!);
      const [l, i] = [levels[2 * level]!, levels[2 * level + 1]!];
      const at = isLeaf ? place - l : levels[2 * level + 2]! - l + place - i;
      return [isLeaf ? place : leaves + place, at, l + i + at];
    };
    for (let k = 0; k < own - 1; k++) {
      const place = innerPlace[node + k]!;
      const above = levels[2 * (deepest - innerDepth[node + k]!) + 1]!;
      [forest.left[node + k]!, forest.right[node + k]!].forEach((child, side) => {
        const [index, at, slot] = look(child);
        children[2 * place + side] = index;
        within[2 * place + side] = at;
        parents[index] = 2 * place + side;
        slots[slot] = 2 * (place - above) + side;
      });
    }
    const [root, , slot] = look(2 * own - 2);
    const example = whose?.of[tree] ?? tree;
    roots[example] = root;
    rooted[root] = example;
    slots[slot] = example;
  }
  return {
    leaves,
    inner,
    leafPlace,
    innerPlace,
    arrays: {
      levels,
      within,
      slots,
      children,
      parents,
      roots,
      rooted,
      inner: counting(inner, leaves),
      innered: Int32Array.from({ length: nodes }, (_, i) => (i < leaves ? inner : i - leaves)),
      leaves: counting(leaves, 0),
      leafed: Int32Array.from({ length: nodes }, (_, i) => Math.min(i, leaves)),
    },
  };
}

const counting = (length: number, from: number): Int32Array => Int32Array.from({ length }, (_, i) => from + i);

/** How far each leaf and each inner node is from its root, and the most of it. */
function depths(forest: Forest): readonly [leaf: Int32Array, inner: Int32Array, deepest: number] {
  const trees = treesIn(forest);
  const leaf = new Int32Array(forest.leafAt[trees]!);
  const inner = new Int32Array(leaf.length - trees);
  let deepest = 0;
  for (let tree = 0; tree < trees; tree++) {
    const [l, i] = [forest.leafAt[tree]!, firstInner(forest, tree)];
    const own = forest.leafAt[tree + 1]! - l;
    // Parents are complete after their children: from the last to the first, each knows its depth.
    for (let k = own - 2; k >= 0; k--) {
      const below = inner[i + k]! + 1;
      deepest = Math.max(deepest, below);
      for (const child of [forest.left[i + k]!, forest.right[i + k]!])
        if (child < own) leaf[l + child] = below;
        else inner[i + child - own] = below;
    }
  }
  return [leaf, inner, deepest];
}

/** Places by level, the deepest first; in a level, in their order. */
function placed(depth: Int32Array, levels: Int32Array, which: 0 | 1, deepest: number): Int32Array {
  const next = Int32Array.from({ length: deepest + 1 }, (_, level) => levels[2 * level + which]!);
  return depth.map((d) => next[deepest - d]!++);
}

/** The chosen trees, in the order given. */
export function selectTrees(column: TreeColumn, rows: ArrayLike<number>): TreeColumn {
  const leafAt = new Int32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++)
    leafAt[i + 1] = leafAt[i]! + column.leafAt[rows[i]! + 1]! - column.leafAt[rows[i]!]!;
  const chosen = { leafAt, left: column.left, right: column.right };
  const copy = <T extends Int32Array | Float32Array>(
    from: T,
    width: number,
    first: (forest: Forest, tree: number) => number,
  ): T => {
    const length = width * first(chosen, rows.length);
    const out = (from instanceof Int32Array ? new Int32Array(length) : new Float32Array(length)) as T;
    for (let i = 0; i < rows.length; i++)
      out.set(
        from.subarray(width * first(column, rows[i]!), width * first(column, rows[i]! + 1)),
        width * first(chosen, i),
      );
    return out;
  };
  const firstLeaf = (forest: Forest, tree: number): number => forest.leafAt[tree]!;
  const { labels } = column;
  return {
    ...column,
    leafAt,
    left: copy(column.left, 1, firstInner),
    right: copy(column.right, 1, firstInner),
    values: copy(column.values, column.width, firstLeaf),
    ...(labels === undefined ? {} : { labels: { ...labels, values: copy(labels.values, labels.width, firstNode) } }),
  };
}

/**
 * The subtrees of all inner nodes as trees of their own, in the order in which a layout has the nodes, and the leaf of
 * the layout that each of their leaves is.
 */
export function subtrees(forest: Forest, { innerPlace, leafPlace }: Laid): Forest & { readonly leaf: Int32Array } {
  const trees = treesIn(forest);
  const tree = new Int32Array(innerPlace.length);
  const order = new Int32Array(innerPlace.length);
  /** Leaves of each subtree, and the first of them. */
  const [size, first] = [new Int32Array(innerPlace.length), new Int32Array(innerPlace.length)];
  for (let t = 0; t < trees; t++) {
    const [l, i] = [forest.leafAt[t]!, firstInner(forest, t)];
    const own = forest.leafAt[t + 1]! - l;
    for (let k = i; k < i + own - 1; k++) {
      const [left, right] = [forest.left[k]!, forest.right[k]!];
      tree[k] = t;
      order[innerPlace[k]!] = k;
      size[k] = (left < own ? 1 : size[i + left - own]!) + (right < own ? 1 : size[i + right - own]!);
      first[k] = left < own ? l + left : first[i + left - own]!;
    }
  }
  const leafAt = new Int32Array(order.length + 1);
  order.forEach((k, at) => (leafAt[at + 1] = leafAt[at]! + size[k]!));
  const total = leafAt[order.length]!;
  const [left, right, leaf] = [
    new Int32Array(total - order.length),
    new Int32Array(total - order.length),
    new Int32Array(total),
  ];
  order.forEach((k, at) => {
    const [t, n] = [tree[k]!, size[k]!];
    const own = forest.leafAt[t + 1]! - forest.leafAt[t]!;
    for (let j = 0; j < n; j++) leaf[leafAt[at]! + j] = leafPlace[first[k]! + j]!;
    // The inner nodes of a subtree are those that were complete last, its root included.
    const from = k - (n - 2);
    const renamed = (child: number): number =>
      child < own ? child - (first[k]! - forest.leafAt[t]!) : n + (child - own) - (from - firstInner(forest, t));
    for (let j = 0; j < n - 1; j++) {
      left[leafAt[at]! - at + j] = renamed(forest.left[from + j]!);
      right[leafAt[at]! - at + j] = renamed(forest.right[from + j]!);
    }
  });
  return { leafAt, left, right, leaf };
}

/** An array of a batch: its name behind that of the tree, '' for what stands at the leaves. */
export interface Fed {
  readonly array: string;
  readonly values: Int32Array | Float32Array;
  readonly shape: readonly number[] & [number, ...number[]];
}

/** What is fed of a batch of trees. */
export function batchOfTrees(column: TreeColumn, withSubtrees: boolean): readonly Fed[] {
  const laid = layOut(column);
  const { leaves, inner } = laid;
  return [
    { array: '', values: leavesOf(column, laid.leafPlace), shape: [leaves] },
    ...arraysOf(laid, ''),
    ...(column.labels === undefined ? [] : [labelsOf(column, column.labels, laid, leaves + inner)]),
    ...(withSubtrees ? subtreesOf(column, laid) : []),
  ];
}

/** What stands at the leaves, at their places. */
export function leavesOf({ values, width }: TreeColumn, places: Int32Array): Int32Array | Float32Array {
  const length = width * places.length;
  const out = values instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
  places.forEach((place, leaf) => out.set(values.subarray(leaf * width, (leaf + 1) * width), place * width));
  return out;
}

export const arraysOf = ({ arrays }: Laid, prefix: string): readonly Fed[] =>
  Object.entries(arrays).map(([name, values]) => ({
    array: `${prefix}${name}`,
    values,
    shape: name === 'levels' ? [values.length / 2, 2] : [values.length],
  }));

function labelsOf(
  column: TreeColumn,
  { values, width }: NonNullable<TreeColumn['labels']>,
  { leafPlace, innerPlace, leaves }: Laid,
  nodes: number,
): Fed {
  const out = values instanceof Int32Array ? new Int32Array(nodes) : new Float32Array(nodes * width);
  for (let tree = 0; tree < treesIn(column); tree++) {
    const [leaf, node] = [column.leafAt[tree]!, firstInner(column, tree)];
    const own = column.leafAt[tree + 1]! - leaf;
    for (let k = 0; k < 2 * own - 1; k++) {
      const place = k < own ? leafPlace[leaf + k]! : leaves + innerPlace[node + k - own]!;
      const from = (firstNode(column, tree) + k) * width;
      out.set(values.subarray(from, from + width), place * width);
    }
  }
  return { array: 'label', values: out, shape: out instanceof Int32Array ? [nodes] : [nodes, width] };
}

/** The subtrees of the inner nodes, the leaf that each of their leaves is, and where each leaf stands in them. */
export function subtreesOf(column: Forest, laid: Laid): readonly Fed[] {
  const below = subtrees(column, laid);
  const own = layOut(below);
  const leaf = new Int32Array(own.leaves);
  own.leafPlace.forEach((place, i) => (leaf[place] = below.leaf[i]!));
  const places: number[][] = Array.from({ length: laid.leaves }, () => []);
  leaf.forEach((of, place) => places[of]!.push(place));
  // A tree of one word has no inner node; a batch of such trees has nothing to add up.
  const most = Math.max(1, ...places.map(({ length }) => length));
  const copies = new Int32Array(most * laid.leaves).fill(own.leaves);
  places.forEach((all, i) => all.forEach((place, k) => (copies[k * laid.leaves + i] = place)));
  return [
    ...arraysOf(own, 'below.'),
    { array: 'below.leaf', values: leaf, shape: [own.leaves] },
    { array: 'below.copies', values: copies, shape: [most, laid.leaves] },
  ];
}
