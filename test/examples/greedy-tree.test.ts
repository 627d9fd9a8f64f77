/** Trees that nobody gave, judged by the compounds that texts were made of: node by node in float64, from the weights alone. */
import { beforeAll, expect, it } from 'vitest';
import { compoundsIn } from '../../src/runtime/synthetic/compounds.js';
import type { Tensors } from '../../src/runtime/index.js';
import { emitExample, useWasm } from '../support/emitted.js';
import { heldOut, trainExample, type Trained } from '../support/train.js';
import { generator } from '../laws/kit.js';
import { drawn } from '../trees/measured.js';
import {
  dense,
  join,
  joinedGreedily,
  leaf,
  normalised,
  row,
  ruled,
  type Tree,
  type Vector,
  type Weights,
} from '../trees/oracle.js';

beforeAll(useWasm);

const path = 'well-known/greedy-tree.ae';

const weightsOf = (tensors: Tensors): Weights =>
  Object.fromEntries(Object.entries(tensors).map(([name, w]) => [name, { shape: w.shape, data: w.dataSync() }]));

/** The tree of leaves whose words are tokens. */
const greedily =
  (w: Weights) =>
  (leaves: readonly Tree[]): Tree =>
    joinedGreedily(
      leaves,
      (one) => normalised(row(w, 'encoder.leaf.embedding.table', Number((one as { readonly word: string }).word))),
      (left, right) => normalised(dense(w, 'encoder.compose.dense', [...left, ...right], Math.tanh)),
      (parent): readonly [Vector, Vector] => {
        const both = dense(w, 'decoder.decompose.dense', parent);
        return [both.slice(0, both.length / 2), both.slice(both.length / 2)];
      },
    );

/** Joins any two neighbours. */
function byChance(leaves: readonly Tree[]): Tree {
  const random = generator(leaves.length);
  const row = [...leaves];
  while (row.length > 1) {
    const at = Math.floor(random() * (row.length - 1));
    row.splice(at, 2, join(row[at]!, row[at + 1]!));
  }
  return row[0]!;
}

/** What the nodes of a tree span: the first leaf of each, and the first behind it. */
function spans(tree: Tree, from = 0): readonly (readonly [number, number])[] {
  if ('word' in tree) return [[from, from + 1]];
  const left = spans(tree.left, from);
  const right = spans(tree.right, left.at(-1)![1]);
  return [...left, ...right, [from, right.at(-1)![1]]];
}

/** The share of the compounds of unseen texts that a node spans. */
function found(t: Trained, tree: (leaves: readonly Tree[]) => Tree): number {
  const { columns, size } = heldOut(t);
  const vocabulary = t.data.vocabularies!['s']!;
  const { data, shape } = columns['s']!;
  const [length] = shape as readonly [number];
  let [right, all] = [0, 0];
  for (let i = 0; i < size; i++) {
    const tokens = [...data.subarray(i * length, (i + 1) * length)].filter((token) => token >= 0);
    const nodes = new Set(spans(tree(tokens.map((token) => leaf(String(token))))).map(String));
    const compounds = compoundsIn(tokens.map((token) => vocabulary[token - 1]!));
    all += compounds.length;
    right += compounds.filter((one) => nodes.has(String(one))).length;
  }
  expect(all).toBeGreaterThan(100);
  return right / all;
}

it('greedy-tree: compounds are joined, which neither chance nor rules find, nor a network that has learned nothing', async () => {
  const t = await trainExample(path, 'compounds:count=400');
  expect(found(t, greedily(weightsOf(t.weights)))).toBeGreaterThan(0.95);
  const others = [...Object.values(ruled), byChance, greedily(drawn(emitExample(path).compiled.spec.weights))];
  for (const other of others) expect(found(t, other)).toBeLessThan(0.75);
  t.dispose();
});
