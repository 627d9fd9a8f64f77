/** Trees of a file, one after the other: (3 (2 It) (4 (2 's) …)) of the Penn Treebank and its kin. */
import { readFile } from 'node:fs/promises';
import type { Dataset } from '../../dataset.js';
import { failure, success, type Result } from '../../result.js';
import type { TreeColumn } from '../../trees.js';
import { reason } from '../files.js';

/** What one file may hold, in bytes. */
const most = 2 ** 30;

/** A node as it is written: an upper label, and a word or children. */
interface Open {
  readonly line: number;
  label: string | undefined;
  /** Numbers of nodes of the tree that have been read. */
  readonly children: Node[];
}

type Node = { readonly label: string | undefined } & (
  { readonly word: string } | { readonly left: Node; readonly right: Node }
);

/**
 * A node of one child is its child, under the upper label; one of more is read from the right: (a (b c)). Labels are
 * whole numbers; a node whose label is none, a phrase of a grammar, has no label that is known.
 * Errors: a file that cannot be read, brackets that do not match, a tree without words, no tree at all.
 */
export async function loadTrees(path: string): Promise<Result<Dataset>> {
  let text: string;
  try {
    const bytes = await readFile(path);
    if (bytes.length > most)
      return failure(path, `at most ${most} bytes`, `${bytes.length}`, 'take a part of the file');
    text = bytes.toString('utf8');
  } catch (error) {
    return failure(path, 'a file of trees', reason(error));
  }
  const read = parse(path, text);
  if (!read.ok) return read;
  if (read.value.length === 0) return failure(path, 'trees like (3 (2 It) (4 works))', 'none');
  return success({ size: read.value.length, columns: {}, trees: { t: columnOf(path, read.value) } });
}

function parse(path: string, text: string): Result<readonly Node[]> {
  const trees: Node[] = [];
  const open: Open[] = [];
  let line = 1;
  for (const [token] of text.matchAll(/\n|[()]|[^\s()]+/g)) {
    const top = open.at(-1);
    if (token === '\n') line += 1;
    else if (token === '(') open.push({ line, label: undefined, children: [] });
    else if (token === ')') {
      if (top === undefined) return failure({ path, row: line }, 'a bracket that opens in front of it', '`)`');
      const node = closed(top);
      if (node === undefined)
        return failure({ path, row: top.line }, 'a word or a node in every bracket', top.label ?? '()', 'leave it out');
      open.pop();
      (open.at(-1)?.children ?? trees).push(node);
    } else if (top === undefined)
      return failure({ path, row: line }, 'a tree, which begins with `(`', `\`${token.slice(0, 40)}\``);
    else if (top.label === undefined && top.children.length === 0) top.label = token;
    else top.children.push({ label: undefined, word: token });
  }
  const unclosed = open[0];
  return unclosed === undefined
    ? success(trees)
    : failure(
        { path, row: unclosed.line },
        '`)` for every `(`',
        'the end of the file',
        'the tree that begins here has no end',
      );
}

/** `(word)` has a word and no label; a bracket around one node gives it its own label. */
function closed({ label, children }: Open): Node | undefined {
  const [first, ...others] = children;
  if (first === undefined) return label === undefined ? undefined : { label: undefined, word: label };
  if (others.length === 0) return label === undefined ? first : { ...first, label };
  const joined = children
    .slice(0, -1)
    .reduceRight<Node>((right, left) => ({ label: undefined, left, right }), children.at(-1)!);
  return { ...joined, label };
}

function columnOf(source: string, trees: readonly Node[]): TreeColumn {
  const [leafAt, left, right, values, labels]: number[][] = [[0], [], [], [], []];
  const words = new Map<string, number>();
  const numbered = (label: string | undefined): number =>
    label !== undefined && /^\d{1,7}$/.test(label) ? Number(label) : -1;
  for (const tree of trees) {
    const own: { readonly leaves: Extract<Node, { word: string }>[]; readonly inner: Extract<Node, { left: Node }>[] } =
      {
        leaves: [],
        inner: [],
      };
    visit(tree, own);
    const number = new Map<Node, number>();
    own.leaves.forEach((leaf, i) => {
      number.set(leaf, i);
      if (!words.has(leaf.word)) words.set(leaf.word, words.size);
      values!.push(words.get(leaf.word)!);
    });
    own.inner.forEach((node, i) => {
      number.set(node, own.leaves.length + i);
      left!.push(number.get(node.left)!);
      right!.push(number.get(node.right)!);
    });
    leafAt!.push(leafAt!.at(-1)! + own.leaves.length);
    labels!.push(...[...own.leaves, ...own.inner].map((node) => numbered(node.label)));
  }
  return {
    leafAt: Int32Array.from(leafAt!),
    left: Int32Array.from(left!),
    right: Int32Array.from(right!),
    values: Int32Array.from(values!),
    words: [...words.keys()],
    ...(labels!.some((label) => label >= 0) ? { labels: { values: Int32Array.from(labels!), width: 1 } } : {}),
    source,
  };
}

/** Leaves from left to right, inner nodes behind their children; without a call for each level, since a chain may be long. */
function visit(
  tree: Node,
  into: { readonly leaves: Extract<Node, { word: string }>[]; readonly inner: Extract<Node, { left: Node }>[] },
): void {
  const stack: { readonly node: Node; readonly done: boolean }[] = [{ node: tree, done: false }];
  while (stack.length > 0) {
    const { node, done } = stack.pop()!;
    if ('word' in node) into.leaves.push(node);
    else if (done) into.inner.push(node);
    else stack.push({ node, done: true }, { node: node.right, done: false }, { node: node.left, done: false });
  }
}
