/** The trees that the benchmarks train on: the first of the treebank where it is there, and random ones of its sizes where it is not. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { treeColumn, type NestedTree } from '../src/runtime/nested-trees.js';
import type { Dataset } from '../src/runtime/index.js';

/** A word's number, or two children. */
export type Tree = number | readonly [Tree, Tree];

export const vocabulary = 20_000;
const count = 128;
const treebank = fileURLToPath(new URL('../../shared/data/sst/train.txt', import.meta.url));

export interface Forest {
  readonly trees: readonly Tree[];
  readonly source: string;
}

export function forest(): Forest {
  try {
    return { trees: fromTreebank(readFileSync(treebank, 'utf8')), source: 'treebank' };
  } catch {
    return { trees: random(), source: 'random trees' };
  }
}

/** The trees as a column of a data set, whose words are their numbers. */
export function dataset({ trees, source }: Forest): Dataset {
  const nested = (tree: Tree): NestedTree =>
    typeof tree === 'number'
      ? { word: String(tree), label: undefined }
      : { left: nested(tree[0]), right: nested(tree[1]), label: undefined };
  return { size: trees.length, columns: {}, trees: { t: treeColumn(source, trees.map(nested)) } };
}

export const leavesOf = (tree: Tree): readonly number[] =>
  typeof tree === 'number' ? [tree] : [...leavesOf(tree[0]), ...leavesOf(tree[1])];

/** `(3 (2 It) (4 works))`, a tree a line, where every node has a label. */
function fromTreebank(text: string): readonly Tree[] {
  const numbers = new Map<string, number>();
  const numberOf = (word: string): number => {
    if (!numbers.has(word)) numbers.set(word, numbers.size);
    return numbers.get(word)!;
  };
  return text
    .split('\n')
    .slice(0, count)
    .map((line) => {
      const open: Tree[][] = [];
      for (const [, label, word] of line.matchAll(/\((\d) |([^\s()]+)|\)/g)) {
        if (label !== undefined) open.push([]);
        else if (word !== undefined) open.at(-1)!.push(numberOf(word));
        else {
          const [first, second] = open.pop()!;
          const closed = second === undefined ? first! : ([first!, second] as const);
          if (open.length === 0) return closed;
          open.at(-1)!.push(closed);
        }
      }
      throw new Error(`${treebank}: an open bracket in ${line}`);
    });
}

/** 5 to 33 leaves, 19 on average as in the treebank; few words are frequent. */
function random(): readonly Tree[] {
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const grown = (leaves: number): Tree => {
    if (leaves === 1) return Math.floor(vocabulary ** uniform()) - 1;
    const left = 1 + Math.floor(uniform() * (leaves - 1));
    return [grown(left), grown(leaves - left)];
  };
  return Array.from({ length: count }, () => grown(5 + Math.floor(29 * uniform())));
}
