/**
 * Trees as JSON: `["It", ["really", "works"]]`, or with labels `{"label": 4, "children": ["It", {"label": 2, "word": "works"}]}`. A
 * leaf may be numbers in the place of a word: `[[0.5, 1], [[2, 0], [1, 1]]]`, `{"label": 2, "numbers": [0.5, 1]}`.
 */
import { failure, success, type Place, type Result } from '../../result.js';
import type { NestedTree } from '../../nested-trees.js';
import { joined } from './joined.js';

/** A node whose children are not all read. */
interface Open {
  readonly label: number | undefined;
  readonly waiting: readonly unknown[];
  readonly children: NestedTree[];
}

const wanted = 'a word, a list of nodes or of numbers, or an object with `word`, `numbers` or `children`';

/**
 * The trees of a text: of `.jsonl` one a line, else those of the one list that it is. Nodes of one child and of more than
 * two are read as in brackets (see `joined`). Errors: no JSON, a node that is none, without children, or with a label that is no
 * whole number; leaves of which some are words, or that have not as many numbers; the place says in which line, or in which tree.
 */
export function jsonTrees(path: string, text: string): Result<readonly NestedTree[]> {
  const values = /\.jsonl$/i.test(path) ? valuesOfLines(path, text) : valuesOfList(path, text);
  if (!values.ok) return values;
  const trees: NestedTree[] = [];
  const leaves: Leaves = {};
  for (const { place, value } of values.value) {
    const tree = treeOf(value, place, leaves);
    if (!tree.ok) return tree;
    trees.push(tree.value);
  }
  return success(trees);
}

interface Placed {
  readonly place: Place;
  readonly value: unknown;
}

function valuesOfLines(path: string, text: string): Result<readonly Placed[]> {
  const all: Placed[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const place = { path, row: i + 1 };
    const value = parsed(line, place);
    if (!value.ok) return value;
    all.push({ place, value: value.value });
  }
  return success(all);
}

function valuesOfList(path: string, text: string): Result<readonly Placed[]> {
  const list = parsed(text, { path });
  if (!list.ok) return list;
  return Array.isArray(list.value)
    ? success((list.value as readonly unknown[]).map((value, i) => ({ place: { path, row: i + 1 }, value })))
    : failure(path, 'a list of trees', shown(list.value), 'a file of one tree a line ends in .jsonl');
}

function parsed(text: string, place: Place): Result<unknown> {
  try {
    return success(JSON.parse(text) as unknown);
  } catch (error) {
    return failure(place, 'JSON', error instanceof Error ? error.message : String(error));
  }
}

/** With a stack of its own: a chain may be long. */
function treeOf(value: unknown, place: Place, leaves: Leaves): Result<NestedTree> {
  const open: Open[] = [];
  let next = value;
  for (;;) {
    const node = nodeOf(next, place, leaves);
    if (!node.ok) return node;
    let done: NestedTree | undefined = 'children' in node.value ? undefined : node.value;
    if ('children' in node.value) open.push({ label: node.value.label, waiting: node.value.children, children: [] });
    for (;;) {
      const top = open.at(-1);
      if (top === undefined) return success(done!);
      if (done !== undefined) top.children.push(done);
      if (top.children.length < top.waiting.length) break;
      done = joined(top.label, top.children);
      open.pop();
    }
    const top = open.at(-1)!;
    next = top.waiting[top.children.length];
  }
}

type Read =
  | Exclude<NestedTree, { readonly left: NestedTree }>
  | (Pick<Open, 'label'> & { readonly children: readonly unknown[] });

/** What all leaves are: words, or so many numbers. */
interface Leaves {
  each?: string;
}

const areNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number' && Number.isFinite(one));

function nodeOf(value: unknown, place: Place, leaves: Leaves): Result<Read> {
  const { label, word, numbers, children } = (
    typeof value === 'string'
      ? { word: value }
      : areNumbers(value)
        ? { numbers: value }
        : Array.isArray(value)
          ? { children: value as unknown }
          : (value ?? {})
  ) as Readonly<Record<'label' | 'word' | 'numbers' | 'children', unknown>>;
  if (label !== undefined && label !== null && !(Number.isSafeInteger(label) && Number(label) >= 0))
    return failure(place, 'a label that is a whole number, or none', shown(label));
  const known = typeof label === 'number' ? label : undefined;
  const said = [word, numbers, children].filter((one) => one !== undefined);
  if (said.length === 1 && Array.isArray(children) && children.length > 0)
    return success({ label: known, children: children as readonly unknown[] });
  const each =
    typeof word === 'string' && word !== '' ? 'a word' : areNumbers(numbers) ? `${numbers.length} numbers` : undefined;
  if (said.length !== 1 || each === undefined) return failure(place, wanted, shown(value));
  leaves.each ??= each;
  if (leaves.each !== each) return failure(place, `${leaves.each} at each leaf, as at the first`, shown(value));
  return success(areNumbers(numbers) ? { label: known, numbers } : { label: known, word: word as string });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
