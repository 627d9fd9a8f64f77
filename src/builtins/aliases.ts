/**
 * Words of Keras, PyTorch, JAX, scikit-learn and the literature, answered with the word of this language: entries and
 * parameters list them as they are written there.
 */
import type { Param } from './arguments.js';
import type { Category, Definition, DefinitionOf } from './define.js';
import { builtins } from './index.js';

interface Named {
  readonly name: string;
  readonly aliases?: readonly string[];
}

/** How words are compared: neither case nor `_` and `-` count, nor the module in front, `nn.Linear`. */
export const normalForm = (word: string): string =>
  word
    .slice(word.lastIndexOf('.') + 1)
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}&]/gu, '');

/**
 * The one of `known` that a word means: by its name, by an alias, or by either in another spelling. Spelling decides
 * first, since PyTorch's `Linear` is a dense layer, and `linear` none.
 */
function meant<T extends Named>(known: readonly T[], word: string): T | undefined {
  const plain = word.slice(word.lastIndexOf('.') + 1);
  const form = normalForm(word);
  return (
    known.find(({ name }) => name === plain) ??
    known.find(({ aliases = [] }) => aliases.includes(plain)) ??
    known.find(({ name }) => hasForm(name, form)) ??
    known.find(({ aliases = [] }) => aliases.some((alias) => hasForm(alias, form)))
  );
}

/** Whether the normal form of a word is this one; most words are too short for it, or end otherwise. */
function hasForm(word: string, form: string): boolean {
  const last = word.charAt(word.length - 1).toLowerCase();
  const mayEnd = form.endsWith(last) || last === last.toUpperCase();
  return mayEnd && word.length >= form.length && normalForm(word) === form;
}

/** The entry of a category that a word means. */
export const answering = <C extends Category>(category: C, word: string): DefinitionOf<C> | undefined =>
  meant<Definition>(builtins[category], word) as DefinitionOf<C> | undefined;

/** The parameter that a word means. */
export const aliased = (params: readonly Param[], word: string): Param | undefined => meant(params, word);
