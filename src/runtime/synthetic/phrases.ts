/** Phrases of a small grammar, in which words far apart go together. */
import type { Dataset } from '../dataset.js';
import { drawsOf } from './draws.js';
import { count, type SyntheticSet } from './set.js';

/** What each creature does, and to what. */
const creatures = [
  { one: 'cat', many: 'cats', does: 'chases', do: 'chase', what: 'mice' },
  { one: 'dog', many: 'dogs', does: 'guards', do: 'guard', what: 'houses' },
  { one: 'bird', many: 'birds', does: 'eats', do: 'eat', what: 'seeds' },
  { one: 'fox', many: 'foxes', does: 'hunts', do: 'hunt', what: 'hens' },
  { one: 'cow', many: 'cows', does: 'chews', do: 'chew', what: 'grass' },
  { one: 'bee', many: 'bees', does: 'makes', do: 'make', what: 'honey' },
] as const;

const articles = ['the', 'a', 'some'] as const;
const adjectives = ['small', 'old', 'grey'] as const;
const endings = ['today', 'again'] as const;

const allWords = (): readonly string[] => [
  ...articles,
  ...adjectives,
  ...creatures.flatMap((one) => [one.one, one.many, one.does, one.do, one.what]),
  ...endings,
];

/** Whether words are a phrase, or begin with one: article, adjective or none, creature, what it does, and to what. */
export function isPhrase(phrase: readonly string[]): boolean {
  const [article = '', ...rest] = phrase;
  const noun = rest[0] !== undefined && (adjectives as readonly string[]).includes(rest[0]) ? 1 : 0;
  return creatures.some(
    (one) =>
      rest[noun + 2] === one.what &&
      ((rest[noun] === one.one && rest[noun + 1] === one.does && (article === 'the' || article === 'a')) ||
        (rest[noun] === one.many && rest[noun + 1] === one.do && (article === 'the' || article === 'some'))),
  );
}

export const phrases: SyntheticSet = {
  name: 'phrases',
  summary:
    'phrases of four to six words, of 38: a verb agrees with its subject, and each creature has an object of its own',
  source: '',
  parameters: [count(2000)],
  columns: [{ name: 'y', summary: 'which creature it is, 0 … 5', shape: '[]' }],
  generate: (parameters, seed): Dataset => {
    const words = allWords();
    const size = parameters['count']!;
    const number = new Map(words.map((word, i) => [word, i]));
    const [leafAt, values, y]: [number[], number[], Int32Array] = [[0], [], new Int32Array(size)];
    for (let i = 0; i < size; i++) {
      const draws = drawsOf(seed, i, 8);
      y[i] = draws.below(creatures.length);
      const one = creatures[y[i]!]!;
      const many = draws.below(2) === 1;
      const phrase = [
        draws.below(2) === 0 ? 'the' : many ? 'some' : 'a',
        ...(draws.below(2) === 0 ? [] : [adjectives[draws.below(3)]!]),
        many ? one.many : one.one,
        many ? one.do : one.does,
        one.what,
        ...(draws.below(2) === 0 ? [] : [endings[draws.below(2)]!]),
      ];
      values.push(...phrase.map((word) => number.get(word)!));
      leafAt.push(values.length);
    }
    const text = { leafAt: Int32Array.from(leafAt), values: Int32Array.from(values), words, source: 'phrases' };
    return { size, columns: { y: { shape: [], data: y, scale: 1, source: 'phrases' } }, texts: { s: text } };
  },
};
