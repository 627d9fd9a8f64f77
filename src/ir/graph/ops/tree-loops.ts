/**
 * Loops along trees, as those who build graphs make them and read them. The ops themselves are in trees.ts, which the
 * registry alone imports: their derivatives build graphs, and a graph is built by the registry.
 */
import type { Builder } from '../build.js';
import type { Node } from '../graph.js';
import { loop, loopOf, type Loop } from './loops.js';

/** The arrays that say how the trees of a batch hang together, in the order in which the ops take them. */
export const structure = [
  'levels',
  'within',
  'slots',
  'children',
  'parents',
  'roots',
  'rooted',
  'inner',
  'innered',
  'leaves',
  'leafed',
] as const;
export type StructureArray = (typeof structure)[number];
export type Structure = Readonly<Record<StructureArray, Node>>;

/**
 * What a fold or an unfold is made of: `start` are the vectors of the leaves, or of the roots, [rows, size]; `rows` what
 * the body reads of each inner node, [inner nodes, …]. The body of a fold leads from the vectors of two children, side by
 * side, to that of their parent; that of an unfold back.
 */
export type Recursion = Omit<Loop, 'beside'> & { readonly structure: Structure };

/** The vectors of all nodes, [nodes, size]. */
export const recursion = (b: Builder, op: 'Fold' | 'Unfold', of: Recursion): Node =>
  loop(b, op, { ...of, beside: structure.map((name) => of.structure[name]) });

export function recursionOf(node: Node): Recursion {
  const { beside, ...of } = loopOf(node);
  return { ...of, structure: Object.fromEntries(structure.map((name, i) => [name, beside[i]!])) as Structure };
}

/** The rows of a table that indices name; an index of as many as there are names none, and gives zeros. */
export const rowsAt = (b: Builder, table: Node, indices: Node, inverse: Node): Node =>
  b.make('Rows', [table, indices, inverse]);
