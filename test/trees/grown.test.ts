/** Trees that a program builds of sequences: the trees of an oracle that tries all pairs node by node, their loss and its gradient. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { batchTensors, type Dataset, type Tensors } from '../../src/runtime/index.js';
import { builtins } from '../../src/builtins/index.js';
import { rules } from '../../src/runtime/bracketings.js';
import { grow, type JoinPairs } from '../../src/runtime/growing.js';
import { randomAt } from '../../src/runtime/random.js';
import { evaluate, value, type Value } from '../laws/reference.js';
import { useBackend } from '../laws/tfjs.js';
import { emitText, type Emitted } from '../support/emitted.js';
import { compared, drawn, sum } from './measured.js';
import {
  dense,
  folded,
  gaussian,
  joinedGreedily,
  leaf,
  normalised,
  row,
  ruled,
  unfolded,
  type Tree,
  type Vector,
  type Weights,
} from './oracle.js';

const length = 7;
/** Words by number; one sentence has no word, one a single word, one is as long as a sequence may be. */
const sentences: readonly (readonly number[])[] = [[1, 2, 3, 4, 1], [], [5], [2, 1, 4, 4, 0, 3, 5], [3, 3], [4, 2, 1]];
/** Class of each sentence. */
const classes = [0, 1, 2, 0, 2, 1];

const data: Dataset = {
  size: sentences.length,
  columns: {
    s: {
      shape: [length],
      data: Int32Array.from(sentences.flatMap((words) => Array.from({ length }, (_, i) => words[i] ?? -1))),
      scale: 1,
      source: 'test',
    },
    y: { shape: [], data: Int32Array.from(classes), scale: 1, source: 'test' },
  },
};

const train = 'train { optimizer sgd(lr: 1); batch full; epochs 1; validation 0 }';
const clauses = 'leaf { embedding(3) }; compose(left, right) { concat; dense(3, tanh); normalise }';
const decoder = 'decoder { decompose(parent) { dense(6, tanh); split(2) } }';

const word = (tree: Tree): number => Number((tree as { readonly word: string }).word);
const compose =
  (w: Weights, name = 'encoder') =>
  (left: Vector, right: Vector): Vector =>
    normalised(dense(w, `${name}.compose.dense`, [...left, ...right], Math.tanh));
const embedded =
  (w: Weights, name = 'encoder') =>
  (tree: Tree): Vector =>
    row(w, `${name}.leaf.embedding.table`, word(tree));
const decompose =
  (w: Weights) =>
  (parent: Vector): readonly [Vector, Vector] => {
    const both = dense(w, 'decoder.decompose.dense', parent, Math.tanh);
    return [both.slice(0, 3), both.slice(3)];
  };
const vectors = (w: Weights, tree: Tree): ReadonlyMap<Tree, Vector> =>
  folded(tree, (_, node) => embedded(w)(node), compose(w));
const crossEntropy = (logits: Vector, label: number): number => Math.log(sum(logits.map(Math.exp))) - logits[label]!;
const inner = (all: ReadonlyMap<Tree, Vector>): readonly (readonly [Exclude<Tree, { word: string }>, Vector])[] =>
  [...all].flatMap(([node, v]) => ('word' in node ? [] : [[node, v] as const]));
const childrenOf = (w: Weights, all: ReadonlyMap<Tree, Vector>): number =>
  sum(
    inner(all).map(([node, v]) => {
      const [left, right] = decompose(w)(v);
      return gaussian(left, all.get(node.left)!) + gaussian(right, all.get(node.right)!);
    }),
  );

interface Model {
  readonly name: string;
  readonly body: string;
  readonly tree: (weights: Weights, words: readonly Tree[]) => Tree;
  /** The loss of an example, given its tree where it has one. */
  readonly loss: (weights: Weights, tree: Tree | undefined, label: number) => number;
}

const greedily = (w: Weights, words: readonly Tree[]): Tree =>
  joinedGreedily(words, embedded(w), compose(w), decompose(w));

const models: readonly Model[] = [
  {
    name: 'children of a greedy tree',
    body: `encoder(s) by greedy { ${clauses} }\n${decoder}\nreconstruct children by gaussian`,
    tree: greedily,
    loss: (w, tree) => (tree === undefined ? 0 : childrenOf(w, vectors(w, tree))),
  },
  {
    name: 'a head at inner nodes of a greedy tree, and one that reads its root',
    body: `target y: category(3)
      encoder(s) by greedy { ${clauses} }\n${decoder}
      head parts at nodes { dense(2) }
      head kind(encoder) { dense(3) }
      reconstruct children by gaussian weight 0.5
      penalty 0.1 * l2(parts) at inner nodes
      penalty cross_entropy(kind, y)`,
    tree: greedily,
    loss: (w, tree, label) => {
      const all = tree === undefined ? new Map<Tree, Vector>() : vectors(w, tree);
      // A sentence without words has zeros for a code.
      const root = tree === undefined ? [0, 0, 0] : all.get(tree)!;
      return (
        0.5 * childrenOf(w, all) +
        0.1 * sum(inner(all).map(([, v]) => sum(dense(w, 'parts.dense', v).map((x) => x * x)))) +
        crossEntropy(dense(w, 'kind.dense', root), label)
      );
    },
  },
  {
    name: 'unfolding at every inner node of a greedy tree',
    body: `encoder(s) by greedy { ${clauses} }\n${decoder}\nreconstruct leaves by gaussian`,
    tree: greedily,
    loss: (w, tree) => {
      if (tree === undefined) return 0;
      const all = vectors(w, tree);
      return sum(
        inner(all).flatMap(([node, v]) =>
          unfolded(node, v, decompose(w)).map(([at, own]) => gaussian(own, all.get(at)!)),
        ),
      );
    },
  },
  {
    name: 'words at the leaves of a greedy tree, and vectors at its inner nodes',
    body: `encoder(s) by greedy { ${clauses} }\n${decoder}
      head word(encoder) at leaves { dense(6) }
      penalty cross_entropy(word, s) at leaves
      penalty 0.1 * l2(encoder) at inner nodes
      reconstruct children by gaussian weight 0.2`,
    tree: greedily,
    loss: (w, tree) => {
      if (tree === undefined) return 0;
      const all = vectors(w, tree);
      const leaves = [...all].filter(([node]) => 'word' in node);
      return (
        0.2 * childrenOf(w, all) +
        sum(leaves.map(([node, v]) => crossEntropy(dense(w, 'word.dense', v), word(node)))) +
        0.1 * sum(inner(all).map(([, v]) => sum(v.map((x) => x * x))))
      );
    },
  },
  ...Object.keys(ruled).map((rule): Model => ({
    name: `unfolding from the root of a tree by ${rule}`,
    body: `encoder(s) by ${rule} { ${clauses} }\n${decoder}\nreconstruct leaves from root by gaussian`,
    tree: (_, words) => ruled[rule]!(words),
    loss: (w, tree) => {
      if (tree === undefined) return 0;
      const all = vectors(w, tree);
      return sum(unfolded(tree, all.get(tree)!, decompose(w)).map(([at, own]) => gaussian(own, all.get(at)!)));
    },
  })),
  {
    name: 'a greedy tree of what a network makes of the words, and another fold along it',
    body: `encoder e(s) { embedding(2); dense(3, tanh) }
      encoder h(e) by greedy { leaf { linear }; compose(left, right) { dense(3, tanh) } }
      encoder h2(h) { leaf(below) { tanh }; compose(left, right, below) { concat(below); dense(3, tanh) } }
      decoder(h) { decompose(parent) { dense(6, tanh); split(2) } }
      head parts(h2) at nodes { dense(1) }
      reconstruct children by gaussian
      penalty l2(parts)`,
    tree: (w, words) => joinedGreedily(words, seen(w), composed(w, 'h'), decompose(w)),
    loss: (w, tree) => {
      if (tree === undefined) return 0;
      const all = folded(tree, (_, node) => seen(w)(node), composed(w, 'h'));
      const above = folded(
        tree,
        (_, node) => all.get(node)!.map(Math.tanh),
        (left, right, node) => dense(w, 'h2.compose.dense', [...left, ...right, ...all.get(node)!], Math.tanh),
      );
      return childrenOf(w, all) + sum([...above.values()].map((v) => dense(w, 'parts.dense', v)[0]! ** 2));
    },
  },
];

function seen(w: Weights): (tree: Tree) => Vector {
  return (tree) => dense(w, 'e.dense', row(w, 'e.embedding.table', word(tree)), Math.tanh);
}
const composed =
  (w: Weights, name: string) =>
  (left: Vector, right: Vector): Vector =>
    dense(w, `${name}.compose.dense`, [...left, ...right], Math.tanh);

const emitted = ({ body }: Model): Emitted =>
  emitText(`autoencoder M {\n  input s: sequence(token(vocab: 5), length: ${length})\n${body}\n${train}\n}\n`);

/** The oracle's tree of each sentence. */
const treesOf = ({ tree }: Model, weights: Weights): readonly (Tree | undefined)[] =>
  sentences.map((words) =>
    words.length === 0
      ? undefined
      : tree(
          weights,
          words.map((one) => leaf(String(one))),
        ),
  );

/** The mean loss of the sentences, their trees as they are. */
const mean =
  ({ loss }: Model, trees: readonly (Tree | undefined)[]) =>
  (weights: Weights): number =>
    sum(trees.map((tree, i) => loss(weights, tree, classes[i]!))) / trees.length;

const brackets = (tree: Tree | undefined): string =>
  tree === undefined ? '' : 'word' in tree ? tree.word : `(${brackets(tree.left)} ${brackets(tree.right)})`;

/** The tree of each example as the arrays of a batch say it. */
function treesIn(arrays: Readonly<Record<string, ArrayLike<number>>>): readonly string[] {
  const { roots, children, positions, inner: inners } = arrays;
  const leaves = positions!.length;
  const text = (node: number): string =>
    node < leaves
      ? String(sentences[Math.floor(positions![node]! / length)]![positions![node]! % length])
      : `(${text(children![2 * (node - leaves)]!)} ${text(children![2 * (node - leaves) + 1]!)})`;
  return Array.from(roots!, (root) => (root === leaves + inners!.length ? '' : text(root)));
}

const named = (tree: string, arrays: Tensors): Readonly<Record<string, ArrayLike<number>>> =>
  Object.fromEntries(Object.entries(arrays).map(([name, x]) => [name.slice(tree.length + 1), x.dataSync()] as const));

const valueOf = (x: tf.Tensor): Value => value(x.shape, x.dataSync());
const tensorOf = (x: Value): tf.Tensor => tf.tensor(Float32Array.from(x.data), [...x.shape]);

describe.each(models)('$name', (model) => {
  const made = () => {
    const { compiled, program } = emitted(model);
    const weights = drawn(compiled.spec.weights);
    const rows = Int32Array.from(sentences, (_, i) => i);
    return {
      compiled,
      program,
      weights,
      trees: treesOf(model, weights),
      batch: batchTensors(data, compiled.spec.variables, rows),
    };
  };

  it('is that of the oracle in value and gradient, its graphs in double precision', async () => {
    await useBackend('cpu');
    const { compiled, weights, trees, batch } = made();
    const { positions, joins } = compiled.growing!;
    const { grown } = compiled.spec;
    const feeds: Record<string, Value> = {
      ...weights,
      ...Object.fromEntries(Object.entries(batch).map(([name, x]) => [name, valueOf(x)])),
    };
    const outputs = (graph: typeof positions, env: Readonly<Record<string, Value>>, count: number): Tensors =>
      Object.fromEntries(
        Object.entries(evaluate(graph, { batch: count, feeds: { ...feeds, ...env } })).map(([name, x]) => [
          name,
          tensorOf(x),
        ]),
      );
    const join =
      (graph: typeof positions): JoinPairs =>
      (pair) =>
        outputs(
          graph,
          Object.fromEntries(Object.entries(pair).map(([name, x]) => [name, valueOf(x)])),
          pair.left.shape[0],
        );
    const arrays = grow(
      grown,
      outputs(positions, {}, sentences.length),
      Object.fromEntries([...joins].map(([name, graph]) => [name, join(graph)])),
    );
    expect(treesIn(named(grown![0]!.name, arrays))).toEqual(trees.map(brackets));
    for (const [name, x] of Object.entries(arrays)) feeds[name] = valueOf(x);
    const found = evaluate(compiled.phases[0]!.steps[0]!.trainStep, { batch: sentences.length, feeds });
    compared(mean(model, trees), weights, found, 1e-6);
  });

  it.each(['cpu', 'wasm'] as const)('is that in the program on %s, which leaves nothing behind', async (backend) => {
    await useBackend(backend);
    const { program, weights, trees, batch } = made();
    const state = { weights: Object.fromEntries(Object.entries(weights).map(([n, x]) => [n, tensorOf(x)])), slots: {} };
    const before = tf.memory().numTensors;
    const moment = { step: 0, epoch: 0, random: randomAt(1, 0) };
    const { state: next, terms } = program.trainStep['train']!(state, batch, moment);
    const after = Object.fromEntries(Object.entries(next.weights).map(([n, x]) => [`weights/${n}`, valueOf(x)]));
    compared(mean(model, trees), weights, { ...after, terms: valueOf(terms) }, 2e-5);
    const evaluated = program.evaluate['train']!(state.weights, batch, moment);
    const loss = mean(model, trees)(weights);
    expect(Math.abs(sum([...evaluated.dataSync()]) - loss)).toBeLessThan(2e-5 * Math.abs(loss));
    tf.dispose([terms, evaluated, next.weights as tf.TensorContainerObject]);
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('is built by every way that the language has', () => {
  const ways = builtins.bracketing.map(({ name, reconstructs }) => ({ name, rule: reconstructs !== true }));
  expect(ways.flatMap(({ name, rule }) => (rule ? [name] : []))).toEqual(Object.keys(rules));
  expect(Object.keys(ruled)).toEqual(Object.keys(rules));
  for (const { examples } of builtins.bracketing)
    for (const example of examples)
      emitText(
        `autoencoder A {\ninput s: sequence(token(vocab: 9), length: 5)\n${example}\ndecoder { decompose(parent) { dense(100); split(2) } }\nreconstruct children by gaussian\n}\n`,
      );
});

it('gives zeros for the code of a sequence without words, and the vector of its leaf for that of one word', async () => {
  await useBackend('cpu');
  const model = models[0]!;
  const { program } = emitted(model);
  const weights = drawn(program.spec.weights);
  const tensors = Object.fromEntries(Object.entries(weights).map(([n, x]) => [n, tensorOf(x)]));
  const batch = batchTensors(data, program.spec.variables, Int32Array.of(1, 2));
  const { encoder } = program.encode!(tensors, batch);
  expect([...encoder!.dataSync().subarray(0, 3)]).toEqual([0, 0, 0]);
  expect([...encoder!.dataSync().subarray(3)]).toEqual(row(weights, 'encoder.leaf.embedding.table', 5));
});
