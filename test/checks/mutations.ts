/** Corpus files with random damage: what a file looks like while somebody works on it. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';

const corpus = new URL('../corpus/', import.meta.url);

export const corpusFiles: readonly string[] = ['good', 'bad'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, corpus))
    .filter((name) => name.endsWith('.ae'))
    .map((name) => readFileSync(new URL(`${folder}/${name}`, corpus), 'utf8')),
);

/** Names, numbers, strings and single characters, blanks apart. */
const tokensOf = (text: string): readonly string[] => text.match(/[\p{L}_][\p{L}\p{N}_]*|\d[\d.e-]*|\s+|[^\s]/gu) ?? [];

const pool: readonly string[] = [
  ...new Set([...corpusFiles.flatMap(tokensOf), '0', '-1', '1e9', '1e300', '0.5', '_', '(', ')', '{', '}', '[', ']']),
].filter((token) => token.trim() !== '' && token !== '/');

type Mutation = (tokens: readonly string[], at: number, length: number, word: string) => readonly string[];

const mutations: readonly Mutation[] = [
  (tokens, at, length) => [...tokens.slice(0, at), ...tokens.slice(at + length)],
  (tokens, at, length) => [...tokens.slice(0, at + length), ...tokens.slice(at)],
  (tokens, at, _length, word) => [...tokens.slice(0, at), word, ...tokens.slice(at + 1)],
  (tokens, at, _length, word) => [...tokens.slice(0, at), word, ...tokens.slice(at)],
  (tokens, at, length) => [
    ...tokens.slice(0, at),
    ...tokens.slice(at + length, at + 2 * length),
    ...tokens.slice(at, at + length),
    ...tokens.slice(at + 2 * length),
  ],
];

const step = fc.record({
  kind: fc.nat(mutations.length - 1),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 12 }),
  word: fc.constantFrom(...pool),
});

export const mutated: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...corpusFiles), fc.array(step, { minLength: 1, maxLength: 4 }))
  .map(([file, steps]) =>
    steps
      .reduce(
        (tokens, { kind, at, length, word }) => mutations[kind]!(tokens, Math.floor(at * tokens.length), length, word),
        tokensOf(file),
      )
      .join(''),
  );
