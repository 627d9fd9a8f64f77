/** Trees of a file, one after the other: (3 (2 It) (4 (2 's) …)) of the Penn Treebank and its kin, or as JSON. */
import { readFile } from 'node:fs/promises';
import { failure, success, type Result } from '../../result.js';
import { treeColumn, type NestedTree } from '../../nested-trees.js';
import type { TreeColumn } from '../../trees.js';
import { reason } from '../files.js';
import { joined } from './joined.js';
import { jsonTrees } from './json-trees.js';

/** A label that is none of the known ones. */
const unknown = -1;

/** What one file may hold, in bytes. */
const most = 2 ** 30;

/** A node as it is written: an upper label, and a word or children. */
interface Open {
  readonly line: number;
  label: string | undefined;
  /** Numbers of nodes of the tree that have been read. */
  readonly children: NestedTree[];
}

/**
 * A node of one child is its child, under the upper label; one of more is read from the right: (a (b c)). Labels are
 * whole numbers; a node whose label is none, a phrase of a grammar, has no label that is known.
 * Errors: a file that cannot be read, brackets that do not match, a tree without words, no tree at all.
 */
export async function loadTrees(path: string): Promise<Result<TreeColumn>> {
  let text: string;
  try {
    const bytes = await readFile(path);
    if (bytes.length > most)
      return failure(path, `at most ${most} bytes`, `${bytes.length}`, 'take a part of the file');
    text = bytes.toString('utf8');
  } catch (error) {
    return failure(path, 'a file of trees', reason(error));
  }
  const read = /\.jsonl?$/i.test(path) ? jsonTrees(path, text) : parse(path, text);
  if (!read.ok) return read;
  if (read.value.length === 0) return failure(path, 'trees like (3 (2 It) (4 works))', 'none');
  return success(treeColumn(path, read.value));
}

function parse(path: string, text: string): Result<readonly NestedTree[]> {
  const trees: NestedTree[] = [];
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
function closed({ label, children }: Open): NestedTree | undefined {
  if (children.length === 0) return label === undefined ? undefined : { label: undefined, word: label };
  const numbered = label === undefined ? undefined : /^\d{1,7}$/.test(label) ? Number(label) : unknown;
  return joined(numbered, children);
}
