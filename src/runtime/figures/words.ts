/** Words of examples as lines of text, and the phrases of trees as examples. */
import type { Column, Dataset } from '../dataset.js';
import { gatherRows } from '../dataset.js';
import { layOut, leavesOf, selectTrees, subtrees, type TreeColumn } from '../trees.js';
import { short } from './drawing.js';
import { Run } from './run.js';
import { evenly } from './values.js';

/**
 * Words of one text; token 0 is a word that the vocabulary does not hold, and what is below it none.
 *
 * @param classes of the variable: the token behind them is the one that noise puts in the place of words
 */
export const lineOf = (vocabulary: readonly string[], tokens: ArrayLike<number>, classes = Infinity): string =>
  Array.from(tokens, (token) => (token === 0 ? '?' : token >= classes ? '[MASK]' : (vocabulary[token - 1] ?? '')))
    .join(' ')
    .trim();

/** What the examples of a variable say, where they are words of a vocabulary. */
export async function linesOf(run: Run, name: string, rows: Int32Array): Promise<readonly string[] | undefined> {
  const { vocabularies, trees } = run.trained.data;
  const [vocabulary, tree] = [vocabularies?.[name], trees?.[name]];
  if (tree !== undefined && vocabulary === undefined) return Array.from(rows, (row) => numbersOf(tree, row));
  if (vocabulary === undefined) return undefined;
  if (tree !== undefined)
    return Array.from(rows, (row) => lineOf(vocabulary, tree.values.subarray(tree.leafAt[row], tree.leafAt[row + 1])));
  const all = await run.data(name, rows);
  const d = all.length / rows.length;
  return Array.from(rows, (_, i) => lineOf(vocabulary, all.subarray(i * d, (i + 1) * d)));
}

/** Numbers that a leaf may have for a line to show them. */
const fewNumbers = 3;

/** The leaves of a tree of numbers: `(1, 0.25) (2, −0.5)`, or how many they are. */
function numbersOf(tree: TreeColumn, row: number): string {
  const [start, end] = [tree.leafAt[row]!, tree.leafAt[row + 1]!];
  if (tree.width > fewNumbers) return `${end - start} ${end - start === 1 ? 'leaf' : 'leaves'}`;
  return Array.from({ length: end - start }, (_, i) => leafText(tree, [], start + i)).join(' ');
}

/** What stands at a leaf of a column: its word, or its numbers where they are few. */
export function leafText({ values, width }: TreeColumn, vocabulary: readonly string[], leaf: number): string {
  const own = values.subarray(leaf * width, (leaf + 1) * width);
  if (values instanceof Int32Array) return lineOf(vocabulary, own);
  return width > fewNumbers ? '•' : `(${Array.from(own, (value) => short(value)).join(', ')})`;
}

/** What is looked at, what is searched, and what both are. */
export interface Looked {
  readonly run: Run;
  readonly shown: Int32Array;
  readonly training: Int32Array;
  readonly what: string;
}

/**
 * The examples of a run; of a model of trees their phrases, which are more: the subtree of each inner node is a tree, whose
 * code is the vector of the node. Each phrase once, the shortest first.
 */
export function lookedAt(run: Run): Looked {
  const [shown, training] = [run.many, run.training];
  const variable = run.spec.variables.find(({ tree }) => tree?.at === 'leaves');
  const column = variable && run.trained.data.trees?.[variable.name];
  if (column === undefined) return { run, shown, training, what: 'examples' };
  const label = run.spec.variables.find(({ tree }) => tree?.of === variable!.name && tree.at === 'nodes');
  const rows = Int32Array.from([...shown, ...training]);
  const { trees, of, labels } = phrasesOf(selectTrees(column, rows));
  const from = of.map((at) => rows[at]!);
  const data = withTrees(run.trained.data, from, { [variable!.name]: trees });
  if (label !== undefined && labels !== undefined)
    Object.assign(data.columns, { [label.name]: { shape: [], data: labels, scale: 1, source: column.source } });
  const first = firstAlike(trees, of.length);
  const size = (phrase: number): number => trees.leafAt[phrase + 1]! - trees.leafAt[phrase]!;
  const [asked, among] = [true, false].map((isShown) => {
    const own = first.filter((_, phrase) => of[phrase]! < shown.length === isShown);
    return Int32Array.from([...new Set(own)].sort((a, b) => size(a) - size(b) || a - b));
  }) as [Int32Array, Int32Array];
  return {
    run: new Run({ ...run.trained, data }, run.outside),
    shown: evenly(run.isHeldOut ? asked : among, most),
    training: evenly(among, most),
    what: 'phrases',
  };
}

/** Trees as examples of their own, beside what else there is of the examples that they are of. */
export const withTrees = (data: Dataset, of: ArrayLike<number>, trees: NonNullable<Dataset['trees']>): Dataset => ({
  ...data,
  size: of.length,
  columns: Object.fromEntries(
    Object.entries(data.columns).map(([name, one]): readonly [string, Column] => [
      name,
      { ...one, data: gatherRows(one, of) },
    ]),
  ),
  trees,
});

/** Phrases that are looked at. */
const most = 2000;

/** Of each phrase the first that is the same. */
function firstAlike({ leafAt, left, right, values, width }: TreeColumn, count: number): Int32Array {
  const known = new Map<string, number>();
  return Int32Array.from({ length: count }, (_, phrase) => {
    const [start, end] = [leafAt[phrase]!, leafAt[phrase + 1]!];
    const inner = [start - phrase, end - phrase - 1] as const;
    const key = [values.subarray(start * width, end * width), left.subarray(...inner), right.subarray(...inner)].join(
      ';',
    );
    const first = known.get(key) ?? phrase;
    known.set(key, first);
    return first;
  });
}

/** The subtrees of all inner nodes, the tree that each is of, and the labels of their roots where these are classes. */
export function phrasesOf(column: TreeColumn): {
  readonly trees: TreeColumn;
  /** Of each inner node, in the order of the trees: its phrase. */
  readonly at: Int32Array;
  readonly of: Int32Array;
  readonly labels: Int32Array | undefined;
} {
  const laid = layOut(column);
  const { leaf, ...forest } = subtrees(column, laid);
  const [of, labels] = [new Int32Array(laid.inner), new Int32Array(laid.inner)];
  const at = column.labels?.values;
  for (let tree = 0; tree + 1 < column.leafAt.length; tree++) {
    const [first, end] = [column.leafAt[tree]!, column.leafAt[tree + 1]!];
    for (let k = 0; k < end - first - 1; k++) {
      const phrase = laid.innerPlace[first - tree + k]!;
      of[phrase] = tree;
      // Labels stand at nodes, the leaves of a tree in front of its inner nodes.
      labels[phrase] = at?.[2 * first - tree + (end - first) + k] ?? -1;
    }
  }
  const { width, source } = column;
  const leaves = { shape: [width], data: leavesOf(column, laid.leafPlace), scale: 1, source };
  return {
    trees: { ...forest, values: gatherRows(leaves, leaf) as TreeColumn['values'], width, source },
    at: laid.innerPlace,
    of,
    labels: at instanceof Int32Array ? labels : undefined,
  };
}
