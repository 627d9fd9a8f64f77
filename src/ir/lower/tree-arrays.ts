/** The arrays that say how the trees of a batch hang together. */
import type { Builder } from '../graph/build.js';
import type { Node } from '../graph/graph.js';
import { structure, type Structure, type StructureArray } from '../graph/ops/tree-loops.js';
import { B, rowsOf, scaleDim, type Dim, type Shape } from '../graph/shape.js';
import type { Built } from '../model/networks.js';
import type { CompiledNetwork } from './compiled.js';

/** The name of an array that says how a tree hangs together, as it is fed. */
const arrayOf = (tree: string, array: StructureArray): string => `${tree}.${array}`;

/** The trees that the subtrees of its inner nodes are. */
export const below = (tree: string): string => `${tree}.below`;

export const leavesOf = (tree: string): Dim => rowsOf(arrayOf(tree, 'leaves'));
export const nodesOf = (tree: string): Dim => rowsOf(arrayOf(tree, 'parents'));
export const innerOf = (tree: string): Dim => rowsOf(arrayOf(tree, 'inner'));

export class TreeArrays {
  /** @param built folds whose trees are made of sequences */
  constructor(
    private readonly b: Builder,
    private readonly built: readonly Built<CompiledNetwork>[],
  ) {}

  /** The arrays of a tree; the subtrees of its inner nodes are trees too, `t.below`. */
  structure(tree: string, roots: Dim = B): Structure {
    const [leaves, inner, nodes] = [leavesOf(tree), innerOf(tree), nodesOf(tree)];
    const shapes: Readonly<Record<StructureArray, Shape>> = {
      levels: [rowsOf(arrayOf(tree, 'levels')), 2],
      within: [scaleDim(inner, 2)],
      slots: [nodes],
      children: [scaleDim(inner, 2)],
      parents: [nodes],
      roots: [roots],
      rooted: [nodes],
      inner: [inner],
      innered: [nodes],
      leaves: [leaves],
      leafed: [nodes],
    };
    return Object.fromEntries(structure.map((name) => [name, this.array(tree, name, shapes[name])])) as Structure;
  }

  /** An array that says how a tree hangs together: fed, or made where the tree is built of a sequence. */
  array(tree: string, name: string, shape: Shape): Node {
    const grown = this.built.some(({ form }) => tree === form.tree || tree === below(form.tree));
    return this.b.input(grown ? 'grown' : 'data', `${tree}.${name}`, shape, 'int32');
  }
}
