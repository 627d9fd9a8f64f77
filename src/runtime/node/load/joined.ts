/** Nodes as they are written, with any number of children, as nodes of two. */
import type { NestedTree } from '../../nested-trees.js';

/**
 * A node of one child is its child, under the upper label where that is known; one of more is read from the right:
 * (a (b c)), and what that makes between has no label.
 */
export function joined(label: number | undefined, children: readonly NestedTree[]): NestedTree {
  if (children.length === 1) return label === undefined ? children[0]! : { ...children[0]!, label };
  const tree = children
    .slice(0, -1)
    .reduceRight<NestedTree>((right, left) => ({ label: undefined, left, right }), children.at(-1)!);
  return { ...tree, label };
}
