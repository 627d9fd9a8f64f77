/** Opinions with negation: trees whose label no count of their words tells. */
import type { Dataset } from '../dataset.js';
import { treeColumn, type NestedTree } from '../nested-trees.js';
import { drawsOf, type Draws } from './draws.js';
import { count, integer, parameter, type SyntheticSet } from './set.js';

const [bad, good] = [0, 1] as const;
const words = [
  ['dull', 'slow', 'loud', 'grim', 'bland'],
  ['bright', 'quick', 'warm', 'sweet', 'bold'],
] as const;

type Opinion = NestedTree & { readonly label: number };

/** `bright`, `(not …)` turns an opinion round, `(… (but …))` keeps the second of two. */
function opinion(draws: Draws, depth: number): Opinion {
  const form = depth === 0 ? 0 : draws.below(5);
  if (form <= 1 && depth < 3) {
    const label = draws.below(2);
    return { word: words[label]![draws.below(5)]!, label };
  }
  if (form <= 3) {
    const of = opinion(draws, depth - 1);
    return { left: { word: 'not', label: undefined }, right: of, label: of.label === good ? bad : good };
  }
  const [first, second] = [opinion(draws, depth - 1), opinion(draws, depth - 1)];
  const but: Opinion = { left: { word: 'but', label: undefined }, right: second, label: second.label };
  return { left: first, right: but, label: but.label };
}

export const opinions: SyntheticSet = {
  name: 'opinions',
  summary: 'trees of words such as (not (dull (but bright))), with what they come to, 0 bad or 1 good, at each node',
  source: '',
  parameters: [count(1000), integer('depth', 'how deep trees may be', 4, 1, 8)],
  columns: [],
  generate: (parameters, seed): Dataset => {
    const [size, depth] = [parameter(parameters, 'count'), parameter(parameters, 'depth')];
    const trees = Array.from({ length: size }, (_, i) => opinion(drawsOf(seed, i, 4 << depth), depth));
    return { size, columns: {}, trees: { t: treeColumn('opinions', trees) } };
  },
};
