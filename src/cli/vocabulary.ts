/** The words of a model's tokens, beside its weights. */
import { existsSync, readFileSync } from 'node:fs';
import { refuse } from './refusal.js';

export const vocabularyFile = 'vocabulary.json';

/** By variable, in the order of their tokens from 1 on. */
export type Vocabularies = Readonly<Record<string, readonly string[]>>;

/** Refuses where there is none, or where it is no vocabulary: other words would be other vectors. */
export function readVocabularies(path: string): Vocabularies {
  const expected = '  expected: a file that `aec train` left there, with the words of the model';
  if (!existsSync(path)) return refuse(`error: no vocabulary in ${path}`, expected, '  found: no such file');
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const lists = typeof read === 'object' && read !== null ? Object.values(read) : [];
    const isWords = (list: unknown): boolean => Array.isArray(list) && list.every((word) => typeof word === 'string');
    if (lists.length > 0 && lists.every(isWords)) return read as Vocabularies;
  } catch {
    // Said below.
  }
  return refuse(`error: ${path} is no vocabulary`, expected, '  found: something else');
}
