/** Examples of trees, judged node by node in float64 from the weights that training leaves. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/runtime/index.js';
import { average } from '../support/algebra.js';
import { useWasm } from '../support/emitted.js';
import { heldOut, trainExample, type Trained } from '../support/train.js';
import {
  dense,
  folded,
  join,
  leaf,
  normalised,
  row,
  unfolded,
  type Tree,
  type Vector,
  type Weights,
} from '../trees/oracle.js';

beforeAll(useWasm);

/** The trees of a data set, with tokens in the place of words. */
function treesOf({ trees }: Dataset): readonly Tree[] {
  const { leafAt, left, right, values, labels } = trees!['t']!;
  return Array.from({ length: leafAt.length - 1 }, (_, i) => {
    const [first, own] = [leafAt[i]!, leafAt[i + 1]! - leafAt[i]!];
    const label = (node: number): number | undefined => {
      const known = labels!.values[2 * first - i + node]!;
      return known < 0 ? undefined : known;
    };
    const nodes: Tree[] = Array.from({ length: own }, (_v, k) => leaf(String(values[first + k]), label(k)));
    for (let k = 0; k < own - 1; k++) {
      const at = first - i + k;
      nodes.push(join(nodes[left[at]!]!, nodes[right[at]!]!, label(own + k)));
    }
    return nodes.at(-1)!;
  });
}

const weightsOf = (t: Trained): Weights =>
  Object.fromEntries(Object.entries(t.weights).map(([name, w]) => [name, { shape: w.shape, data: w.dataSync() }]));

/** @param leafs the layer of the leaves; @param after what a composed vector goes through */
const vectorsOf = (
  w: Weights,
  tree: Tree,
  leafs = 'embedding',
  after: (v: Vector) => Vector = normalised,
): ReadonlyMap<Tree, Vector> =>
  folded(
    tree,
    (word) => row(w, `encoder.leaf.${leafs}.table`, Number(word)),
    (left, right) => after(dense(w, 'encoder.compose.dense', [...left, ...right], Math.tanh)),
  );

const decomposed =
  (w: Weights) =>
  (parent: Vector): readonly [Vector, Vector] => {
    const both = dense(w, 'decoder.decompose.dense', parent, Math.tanh);
    return [both.slice(0, both.length / 2), both.slice(both.length / 2)];
  };

/** The share of the variance of vectors that others explain: 0 for whoever answers with their mean. */
function explained(pairs: readonly (readonly [of: Vector, by: Vector])[]): number {
  const mean = pairs[0]![0].map((_, j) => average(pairs.length, (i) => pairs[i]![0][j]!));
  const square = (a: Vector, b: Vector): number => a.reduce((sum, v, j) => sum + (v - b[j]!) ** 2, 0);
  const sum = (f: (pair: readonly [Vector, Vector]) => number): number => pairs.reduce((all, p) => all + f(p), 0);
  return 1 - sum(([of, by]) => square(of, by)) / sum(([of]) => square(of, mean));
}

const inner = (vectors: ReadonlyMap<Tree, Vector>) =>
  [...vectors].flatMap(([node, vector]) => ('word' in node ? [] : [{ node, vector }]));

const wordsIn = (tree: Tree): readonly number[] =>
  'word' in tree ? [Number(tree.word)] : [...wordsIn(tree.left), ...wordsIn(tree.right)];

/** The label that a logistic regression on counts of words gives. */
function byCounts(trees: readonly Tree[]): (tree: Tree) => number {
  const weights = new Float64Array(14);
  const score = (tree: Tree): number => wordsIn(tree).reduce((sum, word) => sum + weights[word]!, weights[13]!);
  for (let step = 0; step < 200; step++) {
    for (const tree of trees) {
      const error = tree.label! - 1 / (1 + Math.exp(-score(tree)));
      for (const word of [...wordsIn(tree), 13]) weights[word]! += 0.02 * error;
    }
  }
  return (tree) => Number(score(tree) > 0);
}

const share = (trees: readonly Tree[], label: (tree: Tree) => number): number =>
  average(trees.length, (i) => Number(label(trees[i]!) === trees[i]!.label));
const likelier = ([bad, good]: Vector): number => Number(good! > bad!);

it('recursive: children come back, each on its side', async () => {
  const t = await trainExample('lecture2/recursive.ae', 'opinions:count=400', {
    set: { d: 24 },
    overrides: { epochs: 8, batch: 16 },
  });
  const w = weightsOf(t);
  const sides = (swapped: boolean) =>
    treesOf(heldOut(t)).flatMap((tree) => {
      const vectors = vectorsOf(w, tree);
      return inner(vectors).flatMap(({ node, vector }): readonly (readonly [Vector, Vector])[] => {
        const [left, right] = decomposed(w)(vector);
        return [
          [vectors.get(swapped ? node.right : node.left)!, left],
          [vectors.get(swapped ? node.left : node.right)!, right],
        ];
      });
    });
  expect(explained(sides(false))).toBeGreaterThan(0.7);
  expect(explained(sides(true))).toBeLessThan(0);
  t.dispose();
});

it('unfolding: words come back from the vectors above them', async () => {
  const t = await trainExample('lecture2/unfolding.ae', 'opinions:count=400', {
    set: { d: 24 },
    overrides: { epochs: 8, batch: 16 },
  });
  const w = weightsOf(t);
  const leaves = treesOf(heldOut(t)).flatMap((tree) => {
    const vectors = vectorsOf(w, tree, 'word', (v) => v);
    return inner(vectors).flatMap(({ node, vector }) =>
      unfolded(node, vector, decomposed(w)).map(([at, by]) => [vectors.get(at)!, by] as const),
    );
  });
  expect(explained(leaves)).toBeGreaterThan(0.6);
  t.dispose();
});

describe('opinions with negations', () => {
  it('recursive-labels tells them, as no count of words does; of α alone it learns no label', async () => {
    const told = async (alpha: number) => {
      const t = await trainExample('lecture2/recursive-labels.ae', 'opinions:count=600', {
        set: { d: 10, alpha },
        overrides: { epochs: 8, batch: 32 },
      });
      const w = weightsOf(t);
      const unseen = treesOf(heldOut(t));
      const right = share(unseen, (tree) => likelier(dense(w, 'sentiment.dense', vectorsOf(w, tree).get(tree)!)));
      const counted = share(unseen, byCounts(treesOf(t.data)));
      t.dispose();
      return { right, counted };
    };
    const [both, alone] = [await told(0.2), await told(1)];
    expect(both.right).toBeGreaterThan(0.95);
    expect(both.counted).toBeLessThan(0.75);
    expect(alone.right).toBeLessThan(0.75);
  });

  it('deep-recursive tells them', async () => {
    const t = await trainExample('lecture2/deep-recursive.ae', 'opinions:count=600', {
      set: { d: 10 },
      overrides: { epochs: 8, batch: 32 },
    });
    const w = weightsOf(t);
    const relu = (v: number): number => Math.max(0, v);
    const deep = (tree: Tree): Vector => {
      const first = folded(
        tree,
        (word) => row(w, 'h1.leaf.embedding.table', Number(word)),
        (left, right) => dense(w, 'h1.compose.dense', [...left, ...right], relu),
      );
      const above = (name: string, below: ReadonlyMap<Tree, Vector>): ReadonlyMap<Tree, Vector> => {
        const own = (node: Tree): Vector => dense(w, `${name}.compose.v`, below.get(node)!);
        return folded(
          tree,
          (_word, node) => own(node).map(relu),
          (left, right, node) => {
            const joined = dense(w, `${name}.compose.w`, [...left, ...right]);
            return own(node).map((v, j) => relu(v + joined[j]!));
          },
        );
      };
      return above('h3', above('h2', first)).get(tree)!;
    };
    const unseen = treesOf(heldOut(t));
    expect(share(unseen, (tree) => likelier(dense(w, 'sentiment.dense', deep(tree))))).toBeGreaterThan(0.95);
    t.dispose();
  });
});
