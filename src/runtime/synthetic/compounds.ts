/** Compounds one after the other: what belongs together is said by nothing but what follows what. */
import type { Dataset } from '../dataset.js';
import { drawsOf } from './draws.js';
import { count, parameter, type SyntheticSet } from './set.js';

const compounds = [
  ['red', 'wine'],
  ['old', 'town'],
  ['brown', 'bread'],
  ['new', 'moon'],
  ['stone', 'bridge'],
  ['river', 'boat'],
  ['wild', 'rose', 'garden'],
  ['cold', 'spring', 'water'],
  ['long', 'night', 'train'],
  ['white', 'sand', 'beach'],
] as const;

/** Where the compounds of a text stand: the first word of each, and the first behind it. */
export function compoundsIn(words: readonly string[]): readonly (readonly [from: number, to: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at < words.length;) {
    const length = compounds.find(([first]) => first === words[at])?.length ?? 1;
    if (length > 1) found.push([at, at + length]);
    at += length;
  }
  return found;
}

export const compoundTexts: SyntheticSet = {
  name: 'compounds',
  summary: 'texts of two to four compounds such as `red wine` and `cold spring water`, of ten, one after the other',
  source: '',
  parameters: [count(1000)],
  columns: [],
  generate: (parameters, seed): Dataset => {
    const words: readonly string[] = compounds.flat();
    const size = parameter(parameters, 'count');
    const [leafAt, values]: [number[], number[]] = [[0], []];
    for (let i = 0; i < size; i++) {
      const draws = drawsOf(seed, i, 5);
      for (let left = 2 + draws.below(3); left > 0; left--)
        values.push(...compounds[draws.below(compounds.length)]!.map((word) => words.indexOf(word)));
      leafAt.push(values.length);
    }
    const text = { leafAt: Int32Array.from(leafAt), values: Int32Array.from(values), words, source: 'compounds' };
    return { size, columns: {}, texts: { s: text } };
  },
};
