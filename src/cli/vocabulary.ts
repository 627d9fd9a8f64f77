/** The words of a model's tokens, and the names of its classes, beside its weights. */
import { existsSync, readFileSync } from 'node:fs';
import { refuse } from './refusal.js';

export const vocabularyFile = 'vocabulary.json';
export const classesFile = 'classes.json';

/** By variable, in the order of their tokens from 1 on. */
export type Vocabularies = Readonly<Record<string, readonly string[]>>;

/** Refuses where there is none, or where it is no vocabulary: other words would be other vectors. */
export function readVocabularies(path: string): Vocabularies {
  const expected = '  expected: a file that `aec train` left there, with the words of the model';
  if (!existsSync(path)) return refuse(`error: no vocabulary in ${path}`, expected, '  found: no such file');
  return wordsIn(path) ?? refuse(`error: ${path} is no vocabulary`, expected, '  found: something else');
}

/** By variable, from 0 on; none where the data had numbers for classes. Refuses a file that is damaged. */
export function readClasses(path: string): Vocabularies {
  if (!existsSync(path)) return {};
  const expected = '  expected: a file that `aec train` left there, with the names of classes';
  return wordsIn(path) ?? refuse(`error: ${path} holds no names of classes`, expected, '  found: something else');
}

function wordsIn(path: string): Vocabularies | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const lists = typeof read === 'object' && read !== null ? Object.values(read) : [];
    const isWords = (list: unknown): boolean => Array.isArray(list) && list.every((word) => typeof word === 'string');
    return lists.length > 0 && lists.every(isWords) ? (read as Vocabularies) : undefined;
  } catch {
    return undefined;
  }
}
