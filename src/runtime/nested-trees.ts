/** Trees as they are written down, nodes within nodes, and the column that they make. */
import type { TreeColumn } from './trees.js';

/** A word, or numbers. −1 for a label, or none, where it is not known. */
type Leaf = { readonly label: number | undefined } & (
  { readonly word: string } | { readonly numbers: readonly number[] }
);

interface Inner {
  readonly left: NestedTree;
  readonly right: NestedTree;
  readonly label: number | undefined;
}

export type NestedTree = Leaf | Inner;

/**
 * The column of the trees, one after the other; their words are numbered in the order in which they are met. Without labels where no
 * node has one. Where one leaf is numbers, all are, as many each.
 */
export function treeColumn(source: string, trees: readonly NestedTree[]): TreeColumn {
  const [leafAt, left, right, values, labels]: number[][] = [[0], [], [], [], []];
  const words = new Map<string, number>();
  for (const tree of trees) {
    const own: { readonly leaves: Leaf[]; readonly inner: Inner[] } = {
      leaves: [],
      inner: [],
    };
    visit(tree, own);
    const number = new Map<NestedTree, number>();
    own.leaves.forEach((leaf, i) => {
      number.set(leaf, i);
      if ('numbers' in leaf) {
        values!.push(...leaf.numbers);
        return;
      }
      if (!words.has(leaf.word)) words.set(leaf.word, words.size);
      values!.push(words.get(leaf.word)!);
    });
    own.inner.forEach((node, i) => {
      number.set(node, own.leaves.length + i);
      left!.push(number.get(node.left)!);
      right!.push(number.get(node.right)!);
    });
    leafAt!.push(leafAt!.at(-1)! + own.leaves.length);
    labels!.push(...[...own.leaves, ...own.inner].map((node) => node.label ?? -1));
  }
  return {
    leafAt: Int32Array.from(leafAt!),
    left: Int32Array.from(left!),
    right: Int32Array.from(right!),
    ...(words.size > 0
      ? { values: Int32Array.from(values!), words: [...words.keys()], width: 1 }
      : { values: Float32Array.from(values!), width: values!.length / leafAt!.at(-1)! }),
    ...(labels!.some((label) => label >= 0) ? { labels: { values: Int32Array.from(labels!), width: 1 } } : {}),
    source,
  };
}

/** Leaves from left to right, inner nodes behind their children; without a call for each level, since a chain may be long. */
function visit(tree: NestedTree, into: { readonly leaves: Leaf[]; readonly inner: Inner[] }): void {
  const stack: { readonly node: NestedTree; readonly done: boolean }[] = [{ node: tree, done: false }];
  while (stack.length > 0) {
    const { node, done } = stack.pop()!;
    if (!('left' in node)) into.leaves.push(node);
    else if (done) into.inner.push(node);
    else stack.push({ node, done: true }, { node: node.right, done: false }, { node: node.left, done: false });
  }
}
