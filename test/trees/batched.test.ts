/** A batch of trees, level by level, is what its nodes are one by one: values and gradients, for every network of trees. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check, compile } from '../../src/compiler.js';
import type { Graph } from '../../src/ir/graph/graph.js';
import { optimise } from '../../src/ir/graph/passes/index.js';
import { batchTensors, selectRows, type Dataset } from '../../src/runtime/index.js';
import { loadData } from '../../src/runtime/node/load/load.js';
import { evaluate, value, type Environment, type Value } from '../laws/reference.js';
import { run, useBackend } from '../laws/tfjs.js';
import { errorsOf } from '../support/findings.js';
import { compared, drawn, sum } from './measured.js';
import * as oracle from './oracle.js';
import {
  crossEntropy,
  dense,
  folded,
  gaussian,
  join,
  leaf,
  normalised,
  row,
  unfolded,
  type Tree,
  type Weights,
} from './oracle.js';

const trees: readonly Tree[] = [
  leaf('one', 2),
  join(join(join(leaf('a', 1), leaf('b'), 0), leaf('c')), leaf('a'), 2),
  join(leaf('b', 0), join(leaf('c'), join(leaf('d', 1), leaf('a'))), 1),
  join(join(leaf('a'), leaf('a', 2)), join(leaf('c'), leaf('b'), 0)),
];
/** The most frequent first, then by the alphabet; what does not fit is 0. */
const vocabulary = ['a', 'b', 'c', 'd'];
const token = (word: string): number => vocabulary.indexOf(word) + 1;

const ofWords = `input t: tree(token(vocab: 4), label: category(3)?)`;
const train = 'train { optimizer sgd(lr: 1); batch full; epochs 1; validation 0 }';
const encoder = 'encoder { leaf { embedding(3) }; compose(left, right) { concat; dense(3, tanh); normalise } }';
const decoder = 'decoder { decompose(parent) { dense(6, tanh); split(2) } }';

const vectors = (w: Weights, tree: Tree, read: (word: string) => number = token): ReadonlyMap<Tree, oracle.Vector> =>
  folded(
    tree,
    (word) => row(w, 'encoder.leaf.embedding.table', read(word)),
    (left, right) => normalised(dense(w, 'encoder.compose.dense', [...left, ...right], Math.tanh)),
  );
const decompose =
  (w: Weights) =>
  (parent: oracle.Vector): readonly [oracle.Vector, oracle.Vector] => {
    const both = dense(w, 'decoder.decompose.dense', parent, Math.tanh);
    return [both.slice(0, 3), both.slice(3)];
  };
const childrenOf = (w: Weights, all: ReadonlyMap<Tree, oracle.Vector>): number =>
  sum(
    [...all].map(([node, vector]) => {
      if ('word' in node) return 0;
      const [left, right] = decompose(w)(vector);
      return gaussian(left, all.get(node.left)!) + gaussian(right, all.get(node.right)!);
    }),
  );
const sentiment = (w: Weights, all: ReadonlyMap<Tree, oracle.Vector>): number =>
  sum(
    [...all].map(([{ label }, v]) => (label === undefined ? 0 : crossEntropy(dense(w, 'sentiment.dense', v), label))),
  );

/** What stands at leaves in the place of words. */
const numbersOf: Readonly<Record<string, oracle.Vector>> = {
  one: [0.5, -1],
  a: [1, 0.25],
  b: [-0.75, 0.5],
  c: [0, 1],
  d: [2, -0.5],
};
const ofNumbers = `input t: tree([2], label: category(3)?) in [-1, 2]`;
const numberEncoder = 'encoder { leaf { dense(3, tanh) }; compose(left, right) { concat; dense(3, tanh); normalise } }';
const numberVectors = (
  w: Weights,
  tree: Tree,
  read: (word: string) => oracle.Vector = (word) => numbersOf[word]!,
): ReadonlyMap<Tree, oracle.Vector> =>
  folded(
    tree,
    (word) => dense(w, 'encoder.leaf.dense', read(word), Math.tanh),
    (left, right) => normalised(dense(w, 'encoder.compose.dense', [...left, ...right], Math.tanh)),
  );

interface Model {
  readonly name: string;
  /** The trees; of words with labels where it is left out. */
  readonly head?: string;
  readonly body: string;
  /** The loss of one tree. */
  readonly loss: (weights: Weights, tree: Tree) => number;
}

const models: readonly Model[] = [
  {
    name: 'children at inner nodes',
    body: `${encoder}\n${decoder}\nreconstruct children by gaussian at inner nodes`,
    loss: (w, tree) => childrenOf(w, vectors(w, tree)),
  },
  {
    name: 'labels at the nodes where they are known',
    body: `${encoder}\n${decoder}\nhead sentiment at nodes { dense(3) }
      reconstruct children by gaussian weight 0.2
      penalty 0.8 * cross_entropy(sentiment, t.label)`,
    loss: (w, tree) => {
      const all = vectors(w, tree);
      return 0.2 * childrenOf(w, all) + 0.8 * sentiment(w, all);
    },
  },
  {
    name: 'unfolding at every inner node',
    body: `${encoder}\n${decoder}\nreconstruct leaves by gaussian`,
    loss: (w, tree) => {
      const all = vectors(w, tree);
      return sum(
        [...all]
          .filter(([node]) => !('word' in node))
          .flatMap(([node, v]) => unfolded(node, v, decompose(w)).map(([at, own]) => gaussian(own, all.get(at)!))),
      );
    },
  },
  {
    name: 'unfolding from the root',
    body: `${encoder}\n${decoder}\nreconstruct leaves from root by gaussian`,
    loss: (w, tree) => {
      const all = vectors(w, tree);
      return sum(unfolded(tree, all.get(tree)!, decompose(w)).map(([at, own]) => gaussian(own, all.get(at)!)));
    },
  },
  {
    name: 'words at the leaves of what is decoded',
    body: `${encoder}\n${decoder}\nhead word(decoder) at leaves { dense(5) }\npenalty cross_entropy(word, t) at leaves`,
    loss: (w, tree) =>
      sum(
        unfolded(tree, vectors(w, tree).get(tree)!, decompose(w)).map(([at, own]) =>
          crossEntropy(dense(w, 'word.dense', own), token((at as { readonly word: string }).word)),
        ),
      ),
  },
  {
    name: 'a deep recursive network',
    body: `encoder h1 { leaf { embedding(3) }; compose(left, right) { concat; dense(3, tanh) } }
      encoder h2(h1) {
        leaf(below) { v; tanh }
        compose(left, right, below) { w: dense(3, bias: false); take below; v: dense(3); add(w); tanh }
      }
      head sentiment(h2) at nodes { dense(3) }
      penalty cross_entropy(sentiment, t.label)`,
    loss: (w, tree) => {
      const h1 = folded(
        tree,
        (word) => row(w, 'h1.leaf.embedding.table', token(word)),
        (left, right) => dense(w, 'h1.compose.dense', [...left, ...right], Math.tanh),
      );
      const v = (node: Tree): oracle.Vector => dense(w, 'h2.compose.v', h1.get(node)!);
      const h2 = folded(
        tree,
        (_, node) => v(node).map(Math.tanh),
        (left, right, node) => {
          const own = v(node);
          return dense(w, 'h2.compose.w', [...left, ...right]).map((x, i) => Math.tanh(x + own[i]!));
        },
      );
      return sentiment(w, h2);
    },
  },
  {
    name: 'children and labels of trees of numbers',
    head: ofNumbers,
    body: `${numberEncoder}\n${decoder}\nhead sentiment at nodes { dense(3) }
      reconstruct children by gaussian
      penalty cross_entropy(sentiment, t.label)`,
    loss: (w, tree) => {
      const all = numberVectors(w, tree);
      return childrenOf(w, all) + sentiment(w, all);
    },
  },
  {
    name: 'unfolding of trees of numbers',
    head: ofNumbers,
    body: `${numberEncoder}\n${decoder}\nreconstruct leaves by gaussian`,
    loss: (w, tree) => {
      const all = numberVectors(w, tree);
      return sum(
        [...all]
          .filter(([node]) => !('word' in node))
          .flatMap(([node, v]) => unfolded(node, v, decompose(w)).map(([at, own]) => gaussian(own, all.get(at)!))),
      );
    },
  },
  // All leaves are hidden, so that nothing depends on which are drawn.
  {
    name: 'unfolding of clean numbers from hidden ones',
    head: ofNumbers,
    body: `corrupt t with mask(1)\n${numberEncoder}\n${decoder}\nreconstruct leaves by gaussian`,
    loss: (w, tree) => {
      const hidden = numberVectors(w, tree, () => [0, 0]);
      const clean = numberVectors(w, tree);
      return sum(
        [...hidden]
          .filter(([node]) => !('word' in node))
          .flatMap(([node, v]) => unfolded(node, v, decompose(w)).map(([at, own]) => gaussian(own, clean.get(at)!))),
      );
    },
  },
  {
    name: 'words behind marks, and their vectors',
    body: `corrupt t with token_mask(mask: 1, random: 0, keep: 0)\n${encoder}\n${decoder}
      head word(decoder) at leaves { dense(5) }
      reconstruct leaves from root by gaussian
      penalty cross_entropy(word, t) at leaves`,
    loss: (w, tree) => {
      const [hidden, clean] = [vectors(w, tree, () => vocabulary.length + 1), vectors(w, tree)];
      return sum(
        unfolded(tree, hidden.get(tree)!, decompose(w)).map(
          ([at, own]) =>
            gaussian(own, clean.get(at)!) +
            crossEntropy(dense(w, 'word.dense', own), token((at as { readonly word: string }).word)),
        ),
      );
    },
  },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path(tmpdir(), 'aec-trees-'));
  writeFileSync(path(folder, 'trees.txt'), trees.map(oracle.written).join('\n'));
  writeFileSync(path(folder, 'numbers.json'), JSON.stringify(trees.map((tree) => written(tree))));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A tree of numbers, as JSON has it. */
const written = ({ label, ...tree }: Tree): unknown => ({
  label,
  ...('word' in tree ? { numbers: numbersOf[tree.word] } : { children: [written(tree.left), written(tree.right)] }),
});

/** The step of a model with plain gradient descent, what is fed to it, and its weights. */
async function built({
  head = ofWords,
  body,
}: Model): Promise<{ readonly graph: Graph; readonly env: Environment; readonly weights: Weights }> {
  const text = `autoencoder M {\n${head}\n${body}\n${train}\n}\n`;
  const checked = check('m.ae', text, () => undefined);
  expect(errorsOf(checked)).toEqual([]);
  const compiled = compile(checked.models[0]!, checked);
  const { spec } = compiled;
  const isOfWords = head === ofWords;
  const loaded = await loadData(path(folder, isOfWords ? 'trees.txt' : 'numbers.json'), spec.variables, spec);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  expect(loaded.value.vocabularies).toEqual(isOfWords ? { t: vocabulary } : undefined);
  const weights = drawn(spec.weights);
  return {
    graph: compiled.phases[0]!.steps[0]!.trainStep,
    env: { batch: trees.length, feeds: { ...weights, ...fed(loaded.value, spec.variables) } },
    weights,
  };
}

function fed(data: Dataset, variables: Parameters<typeof batchTensors>[1]): Readonly<Record<string, Value>> {
  const rows = Int32Array.from({ length: data.size }, (_, i) => i);
  const batch = batchTensors(selectRows(data, rows), variables, rows);
  return Object.fromEntries(Object.entries(batch).map(([name, x]) => [name, value(x.shape, x.dataSync())]));
}

/** The mean loss of the trees. */
const mean =
  ({ loss }: Model) =>
  (weights: Weights): number =>
    sum(trees.map((tree) => loss(weights, tree))) / trees.length;

describe.each(models)('$name', (model) => {
  it('is the sum over nodes, one by one, in value and gradient', async () => {
    await useBackend('cpu');
    const { graph, env, weights } = await built(model);
    compared(mean(model), weights, evaluate(graph, env), 1e-6);
  });

  it.each(['cpu', 'wasm'] as const)('is that on %s', async (backend) => {
    await useBackend(backend);
    const { graph, env, weights } = await built(model);
    compared(mean(model), weights, run(optimise(graph, [backend]), env), 2e-5);
  });
});
